package pkcs15_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// addVectors seeds a target with the rows of the shared table.
func addVectors(f *testing.F, kind string) {
	for _, v := range vectors(f) {
		if v.kind == kind {
			f.Add(v.content)
		}
	}
}

// checkError holds for every error of a parser: it is an *Error, it points
// into the file or to its end, and it is one line.
func checkError(t *testing.T, err error, file string, size int) {
	t.Helper()
	var e *pkcs15.Error
	if !errors.As(err, &e) || e.File != file || e.Offset < 0 || e.Offset > size {
		t.Fatalf("%#v in %s of %d bytes", err, file, size)
	}
	if s := err.Error(); strings.Contains(s, "\n") || len(s) > 200 {
		t.Fatalf("error %q", s)
	}
}

// checkOffset holds for every entry: entries come in order, at a byte that can
// begin one.
func checkOffset(t *testing.T, b []byte, offset int, last *int, tags string) {
	t.Helper()
	if offset <= *last || offset >= len(b) || !strings.Contains(tags, string(b[offset:offset+1])) {
		t.Fatalf("entry at %d behind one at %d, of %d bytes", offset, *last, len(b))
	}
	*last = offset
}

// FuzzParseDODF holds, for any input: errors and entries point to where they
// are; what is sliced stands in the input, which stays as it is; each object
// that the standard allows can be written and parses to itself again.
func FuzzParseDODF(f *testing.F) {
	addVectors(f, "DODF")
	f.Add(oidDO(f, lwm2mID, "A0 06 04 04 00000000"))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		last, n := -1, 0
		for o, err := range pkcs15.ParseDODF(b) {
			if n++; n > pkcs15.MaxDODFEntries+1 {
				t.Fatal("does not end")
			}
			if err != nil {
				checkError(t, err, "DODF", len(b))
				continue
			}
			checkOffset(t, b, o.Offset, &last, "\x30\xA1")
			if !bytes.Contains(b, o.Direct) || !bytes.Contains(b, o.AuthID) || len(o.String()) > 300 {
				t.Fatalf("%+v", o)
			}
			again, err := pkcs15.AppendDODF(nil, o)
			if legal := isLegal(o); legal != (err == nil) {
				t.Fatalf("written: %v, legal: %v: %+v", err, legal, o)
			} else if legal {
				o.Offset = 0
				require.Equal(t, []pkcs15.DataObject{o}, parsed(t, again))
			}
		}
		if !bytes.Equal(b, before) {
			t.Fatal("the input was written to")
		}
	})
}

// isLegal tells objects that the standard allows among those that are read.
func isLegal(o pkcs15.DataObject) bool {
	return utf8.RuneCountInString(o.Label) <= 255 && utf8.RuneCountInString(o.ApplicationName) <= 255 &&
		len(o.AuthID) <= 255 && len(o.Direct) < pkcs15.MaxDirectory-2000 &&
		(o.ID == "" || isOID(o.ID)) && (o.ApplicationOID == "" || isOID(o.ApplicationOID))
}

// isOID tells OIDs that print as numbers, which read as the same again.
func isOID(o pkcs15.OID) bool {
	again, err := pkcs15.ParseOID(o.String())
	return err == nil && again == o && strings.Contains(o.String(), ".")
}

// FuzzParseODF holds the same for an ODF, and that reading it in chunks needs
// no more than there is, and parses to the beginning of the same.
func FuzzParseODF(f *testing.F) {
	addVectors(f, "ODF")
	f.Add(unhex(f, "A702A000 A70AA008 300630003000A100"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var all []string
		last := -1
		for d, err := range pkcs15.ParseODF(b) {
			if err != nil {
				checkError(t, err, "ODF", len(b))
				all = append(all, err.Error())
				continue
			}
			checkOffset(t, b, d.Offset, &last, "\xA7")
			if !bytes.Contains(b, d.InPlace) {
				t.Fatalf("%+v", d)
			}
			all = append(all, d.Ref.String())
			again, err := pkcs15.AppendODF(nil, d)
			require.NoError(t, err)
			d.Offset = 0
			back, err := collect(pkcs15.ParseODF(again))
			require.NoError(t, err)
			require.Equal(t, []pkcs15.Directory{d}, back)
		}

		read, err := card{"5031": b}.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x5031}}, pkcs15.DirectoryNeed)
		if err != nil {
			require.ErrorIs(t, err, apdu.ErrShortFile)
			return
		}
		i := 0
		for d, err := range pkcs15.ParseODF(read) {
			if err == nil {
				require.Equal(t, all[i], d.Ref.String())
			}
			i++
		}
		require.LessOrEqual(t, i, len(all))
	})
}

// FuzzParseDir holds the same for an EF(DIR), as a file and as a record.
func FuzzParseDir(f *testing.F) {
	addVectors(f, "EF.DIR")
	for _, bad := range badDirRecords {
		f.Add(unhex(f, bad.record))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		last, first := -1, true
		record, recordErr := pkcs15.ParseDirRecord(b)
		for d, err := range pkcs15.ParseDir(b) {
			if first {
				require.Equal(t, d, record, "a record is the first entry of a file")
				require.Equal(t, err, recordErr)
				first = false
			}
			if err != nil {
				checkError(t, err, "EF(DIR)", len(b))
				continue
			}
			checkOffset(t, b, d.Offset, &last, "\x61\x4F")
			if len(d.AID) < 5 || len(d.AID) > 16 || !bytes.Contains(b, []byte(d.Label)) || len(d.Path) > 8 {
				t.Fatalf("%+v", d)
			}
			again, err := pkcs15.AppendDirRecord(nil, d)
			if err != nil {
				require.Greater(t, len(d.Label), 200)
				continue
			}
			d.Offset = 0
			back, err := pkcs15.ParseDirRecord(again)
			require.NoError(t, err)
			require.Equal(t, d, back)
		}
		if first {
			require.ErrorIs(t, recordErr, pkcs15.ErrUnusedRecord)
		}
	})
}

// FuzzFind holds, for any two files: the walk ends, asks for a bounded number
// of files and of pieces, each file once, and yields matches alone, each of
// them an object that parsing its directory gives.
func FuzzFind(f *testing.F) {
	all := vectors(f)
	for _, o := range all {
		for _, d := range all {
			if o.kind == "ODF" && d.kind == "DODF" {
				f.Add(o.content, d.content)
			}
		}
	}
	f.Fuzz(func(t *testing.T, odf, dodf []byte) {
		files := map[string]int{}
		asked := 0
		r := readerFunc(func(ref apdu.FileRef, need apdu.Need) ([]byte, error) {
			files[ref.String()]++
			content := dodf
			if ref.String() == "5031" {
				content = odf
			}
			ref.Offset, ref.Length = 0, 0
			return card{ref.String(): content}.ReadFile(t.Context(), ref, func(head []byte) (int, error) {
				asked++
				return need(head)
			})
		})
		n := 0
		for o, err := range pkcs15.Find(t.Context(), r) {
			if n++; n > 64*257+1 {
				t.Fatal("does not end")
			}
			if err != nil {
				require.Zero(t, o)
				require.NotContains(t, err.Error(), "\n")
				continue
			}
			if o.Match != pkcs15.OIDLwM2M && o.Match != pkcs15.OIDLwM2MDoubleWrapped || o.Match != o.ID && o.Match != o.ApplicationOID {
				t.Fatalf("%+v", o)
			}
			file := dodf
			if o.Directory.String() == "5031" {
				file = odf
			}
			entry := file[o.Offset:]
			for same, err := range pkcs15.ParseDODF(entry) {
				require.NoError(t, err)
				o.Offset, o.Match, o.Directory = 0, "", apdu.FileRef{}
				require.Equal(t, o, same)
				break
			}
		}
		for name, times := range files {
			if times > 1 && name != "5031" { // which may be named as a DODF
				t.Fatalf("%s read %d times", name, times)
			}
		}
		if len(files) > 65 || asked > 65*200 {
			t.Fatalf("%d files, %d pieces", len(files), asked)
		}
	})
}

type readerFunc func(ref apdu.FileRef, need apdu.Need) ([]byte, error)

func (f readerFunc) ReadFile(_ context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	return f(ref, need)
}
