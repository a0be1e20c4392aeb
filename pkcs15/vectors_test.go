package pkcs15_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// vector is a row of testdata/pkcs15.tsv: contents of files of real cards and
// of public tests.
type vector struct {
	kind, name string
	content    []byte
	expected   string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	table, err := os.ReadFile("../testdata/pkcs15.tsv")
	require.NoError(t, err)
	var all []vector
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		column := strings.Split(strings.TrimRight(line, "\n"), "\t")
		require.GreaterOrEqual(t, len(column), 4, line)
		all = append(all, vector{column[0], column[1], unhex(t, column[2]), column[3]})
	}
	require.NotEmpty(t, all)
	return all
}

// TestVectors parses each row, in the way its kind asks for, into the form of
// the column "expected", and each row cut short at every length, which gives
// an error or the beginning of the whole.
func TestVectors(t *testing.T) {
	tested := map[string]int{}
	for _, v := range vectors(t) {
		t.Run(v.kind+" "+v.name, func(t *testing.T) {
			var parse func([]byte) ([]string, error)
			expected := strings.Fields(v.expected)
			switch v.kind {
			case "EF.DIR":
				parse, expected = dirFields, []string{v.expected}
			case "FCP", "EF.DIR-FCP":
				expected = fcpExpected(t, expected)
				parse = func(b []byte) ([]string, error) { return fcpFields(b, expected) }
			case "ODF":
				parse = odfFields
			case "DODF":
				parse = dodfFields
				expected = objectsExpected(v.expected)
			case "EF-LwM2M":
				return // the file that all this leads to
			default:
				t.Fatalf("unknown kind")
			}
			tested[v.kind]++

			got, err := parse(v.content)
			require.NoError(t, err)
			require.Equal(t, expected, got)
			for n := range len(v.content) {
				short, err := parse(v.content[:n:n]) // what was found before an error is good too
				require.LessOrEqual(t, len(short), len(expected))
				require.ElementsMatch(t, expected[:len(short)], short, "cut to %d bytes", n)
				if err != nil {
					require.Regexp(t, `^(pkcs15|apdu): .*offset \d+: `, err)
				}
			}
		})
	}
	require.Equal(t, map[string]int{"EF.DIR": 9, "EF.DIR-FCP": 1, "FCP": 4, "ODF": 6, "DODF": 6}, tested)
}

func dirFields(b []byte) ([]string, error) {
	d, err := pkcs15.ParseDirRecord(b)
	if err != nil {
		if errors.Is(err, pkcs15.ErrUnusedRecord) && len(b) > 0 {
			return []string{"unused"}, nil
		}
		return nil, err
	}
	s := fmt.Sprintf("aid=%v label=%s", d.AID, d.Label)
	if d.Label == "" {
		s = fmt.Sprintf("aid=%v", d.AID)
	}
	if d.Path != nil {
		s += " path=" + strings.ReplaceAll(d.Path.String(), "/", "")
	}
	return []string{s}, nil
}

// collect takes all pairs of an iterator up to the first error.
func collect[T any](seq iter.Seq2[T, error]) (all []T, err error) {
	for v, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, v)
	}
	return all, nil
}

func odfFields(b []byte) ([]string, error) {
	var all []string
	dirs, err := collect(pkcs15.ParseODF(b))
	for _, d := range dirs {
		all = append(all, "dodf="+strings.ReplaceAll(d.Ref.String(), "/", ""))
	}
	return all, err
}

func dodfFields(b []byte) ([]string, error) {
	all := []string{}
	objects, err := collect(pkcs15.ParseDODF(b))
	for _, o := range objects {
		all = append(all, strings.ReplaceAll(o.String(), "/", ""))
	}
	return all, err
}

func objectsExpected(s string) []string {
	s = strings.TrimPrefix(s, "objects=")
	if s == "none" {
		return []string{}
	}
	return strings.Fields(s)
}

// fcpExpected replaces the raw octets of the descriptor and of the SFI by what
// they mean.
func fcpExpected(t *testing.T, fields []string) []string {
	var all []string
	for _, field := range fields {
		switch name, value, _ := strings.Cut(field, "="); name {
		case "descriptor":
			d := unhex(t, value)
			s := fmt.Sprintf("structure=%v shareable=%v", map[byte]apdu.Structure{
				0x41: apdu.StructureTransparent, 0x42: apdu.StructureLinearFixed, 0x78: apdu.StructureDF,
			}[d[0]], d[0]&0x40 != 0)
			if len(d) == 5 {
				s += fmt.Sprintf(" records=%dx%d", d[4], int(d[2])<<8|int(d[3]))
			}
			all = append(all, s)
		case "sfi":
			if raw, err := strconv.ParseUint(value, 16, 8); err == nil {
				field = fmt.Sprintf("sfi=%d", raw>>3)
			}
			all = append(all, field)
		default:
			all = append(all, field)
		}
	}
	return all
}

// fcpFields shows the fields that are named in like.
func fcpFields(b []byte, like []string) ([]string, error) {
	f, err := apdu.ParseFCP(b)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	var all []string
	for _, field := range like {
		name, _, _ := strings.Cut(field, "=")
		s := name + "="
		switch name {
		case "size":
			s += strconv.Itoa(f.Size)
		case "total":
			s += strconv.Itoa(f.TotalSize)
		case "fid":
			s += f.FID.String()
		case "structure":
			s += fmt.Sprintf("%v shareable=%v", f.Structure, f.Shareable)
			if f.Records != apdu.Unknown {
				s += fmt.Sprintf(" records=%dx%d", f.Records, f.RecordLength)
			}
		case "sfi":
			if f.SFI == apdu.SFINone {
				s += "none"
			} else {
				s += strconv.Itoa(int(f.SFI))
			}
		}
		all = append(all, s)
	}
	return all, nil
}
