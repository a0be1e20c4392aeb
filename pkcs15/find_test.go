package pkcs15_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

var _ pkcs15.FileReader = (*apdu.Channel)(nil)

func TestFindYieldsMatchesInOrderOfPriority(t *testing.T) {
	r := &reads{card: card{
		"5031": odf(t, "4402", "4401", "3F0050154403"),
		"4401": join(oidDO(t, lwm2mID, pathTo("6F31")), oidDO(t, "06 06 0604672B0901", pathTo("6F32"))),
		"4402": join(oidDO(t, accessRules, pathTo("4300")), oidDO(t, lwm2mID, pathTo("6F33")), []byte{0, 0}),
		"3F00/5015/4403": join([]byte{0xFF}, entry(t, 0x30, "30 03 04 01 11", "30 06 "+lwm2mID,
			"30 0A 04 02 6F34 02 01 02 80 01 7F")),
	}}
	require.Equal(t, []string{
		"oidDO:2.23.43.9.1->6F33",
		"oidDO:2.23.43.9.1->6F31",
		"oidDO:2.23.43.9.1(double-wrapped)->6F32",
		"opaqueDO:2.23.43.9.1->6F34[2+127]",
	}, find(t, r))
	require.Equal(t, []string{"5031", "4402", "4401", "3F00/5015/4403"}, r.files)
}

func TestFindTellsWhereAnObjectWasFound(t *testing.T) {
	dodf := apdu.FileRef{Path: apdu.Path{0x3F00, 0x5015, 0x4405}}
	r := card{
		"5031":           odf(t, "3F0050154405"),
		"3F00/5015/4405": join([]byte{0, 0}, entry(t, 0xA1, "30 0B 0C 01 41 03 02 06C0 04 02 0102", "30 06"+accessRules[:2]+"04 672B0901", "30 0E 06 06 0604672B0901"+path6432)),
	}
	var got []pkcs15.DataObject
	for o, err := range pkcs15.Find(t.Context(), r) {
		require.NoError(t, err)
		got = append(got, o)
	}
	require.Equal(t, []pkcs15.DataObject{{
		Form: pkcs15.OIDDO, Label: "A", Private: true, Modifiable: true, AuthID: []byte{1, 2},
		ApplicationOID: pkcs15.OIDLwM2M,
		ID:             pkcs15.OIDLwM2MDoubleWrapped,
		Ref:            apdu.FileRef{Path: apdu.Path{0x6432}},
		Match:          pkcs15.OIDLwM2MDoubleWrapped,
		Directory:      dodf,
		Offset:         2,
	}}, got)
}

func TestFindMatchesTheOIDsGiven(t *testing.T) {
	const other = pkcs15.OID("\x2A\x86\x48\x86\xFC\x6B\x81\x48\x01\x01")
	r := card{
		"5031": odf(t, "4401"),
		"4401": join(oidDO(t, accessRules, pathTo("4300")), oidDO(t, lwm2mID, pathTo("6F31")), oidDO(t, "06 06 0604672B0901", pathTo("6F32")),
			entry(t, 0x30, "3000", "30 0C "+accessRules, pathTo("4301"))),
	}
	require.Equal(t, []string{"oidDO:1.2.840.114283.200.1.1->4300", "opaqueDO:1.2.840.114283.200.1.1->4301"}, find(t, r, other))
	require.Equal(t, []string{"oidDO:2.23.43.9.1->6F31"}, find(t, r, pkcs15.OIDLwM2M), "the right coding alone")
	require.Equal(t, []string{"oidDO:2.23.43.9.1(double-wrapped)->6F32"}, find(t, r, pkcs15.OIDLwM2MDoubleWrapped))
	require.Empty(t, find(t, r, "\x67\x2B\x09\x02"))
	require.Empty(t, find(t, r, ""), "no OID matches none")
}

func TestFindIsLazy(t *testing.T) {
	r := &reads{card: card{
		"5031": odf(t, "4401", "4402"),
		"4401": oidDO(t, lwm2mID, pathTo("6F31")),
		"4402": oidDO(t, lwm2mID, pathTo("6F32")),
	}}
	all := pkcs15.Find(t.Context(), r)
	require.Empty(t, r.files, "nothing is read before it is ranged over")
	for o, err := range all {
		require.NoError(t, err)
		require.Equal(t, apdu.Path{0x6F31}, o.Ref.Path)
		require.Equal(t, []string{"5031", "4401"}, r.files)
		break
	}
	require.Equal(t, []string{"5031", "4401"}, r.files, "nothing is read behind a break")
	n := 0
	for range all {
		n++
	}
	require.Equal(t, 2, n)
	require.Equal(t, []string{"5031", "4401", "5031", "4401", "4402"}, r.files, "ranging again reads anew")
}

func TestFindStopsWhereverTheConsumerDoes(t *testing.T) {
	broken := ber.Append(nil, 0xA1, unhex(t, "3000 3000 A108 3006"+lwm2mID))
	r := &reads{card: card{
		"5031": join(unhex(t, "A7 04 30 02 04 00"), odf(t, "4401", "4402", "4403"), unhex(t, "A7 7F")),
		"4401": join(broken, oidDO(t, lwm2mID, pathTo("6F31"))),
		"4402": apdu.SWSecurity,
		"4403": join(oidDO(t, lwm2mID, pathTo("6F32")), unhex(t, "A1 7F")),
	}}
	const pairs = 7 // ODF entry, object, match, DODF, match, DODF's end, ODF's end
	require.Len(t, find(t, r), pairs)
	for stop := 1; stop <= pairs; stop++ {
		n := 0
		for range pkcs15.Find(t.Context(), r) {
			if n++; n == stop {
				break
			}
		}
		require.Equal(t, stop, n)
	}
}

func TestFindReadsADirectoryOnce(t *testing.T) {
	r := &reads{card: card{
		"5031":           odf(t, "4401", "7FFF4401", "4401", "3F0050154401"),
		"4401":           oidDO(t, lwm2mID, pathTo("6F31")),
		"3F00/5015/4401": oidDO(t, lwm2mID, pathTo("6F32")), // another file, for all we know
	}}
	require.Len(t, find(t, r), 2)
	require.Equal(t, []string{"5031", "4401", "3F00/5015/4401"}, r.files)
}

func TestFindReadsObjectsInPlace(t *testing.T) {
	foreign, object := oidDO(t, accessRules, pathTo("4300")), oidDO(t, lwm2mID, "A0 05 04 03 010203")
	at := 1 + 2 + 2 + 2 + len(foreign) // FF, two headers, 00 00
	r := &reads{card: card{"5031": join(
		[]byte{0xFF},
		ber.Append(nil, 0xA7, ber.Append(nil, 0xA0, join([]byte{0, 0}, foreign, object, unhex(t, "A1 7F")))),
		unhex(t, "A7 02 A0 00"),
		odf(t, "4401"))}}
	n := 0
	for o, err := range pkcs15.Find(t.Context(), r) {
		if n++; n == 2 {
			require.ErrorContains(t, err, fmt.Sprintf("pkcs15: ODF: offset %d:", at+len(object)))
			continue
		}
		require.NoError(t, err)
		require.Equal(t, pkcs15.Octets{1, 2, 3}, o.Direct)
		require.Zero(t, o.Ref)
		require.Equal(t, "5031", o.Directory.String())
		require.Equal(t, at, o.Offset)
	}
	require.Equal(t, 2, n)
	require.Equal(t, []string{"5031", "4401"}, r.files)
}

func TestFindPassesOverForeignObjectsThatAreBroken(t *testing.T) {
	for _, tt := range badObjects {
		t.Run(tt.name, func(t *testing.T) {
			r := card{
				"5031": odf(t, "4401"),
				"4401": join(ber.Append(nil, tt.tag, unhex(t, tt.body)), oidDO(t, lwm2mID, pathTo("6F31"))),
			}
			const other = pkcs15.OID("\x2B\x06\x01")
			require.Empty(t, find(t, r, other), "not a word about it")
			got := find(t, r)
			require.Equal(t, "oidDO:2.23.43.9.1->6F31", got[len(got)-1])
		})
	}
}

func TestFindReportsObjectsOfOursThatAreBroken(t *testing.T) {
	bad := oidDO(t, lwm2mID, "30 07 04 02 6F31 02 01 02") // an index without a length
	r := card{"5031": odf(t, "4401"), "4401": join(bad, oidDO(t, lwm2mID, pathTo("6F32")))}
	got := find(t, r)
	require.Len(t, got, 2)
	require.Contains(t, got[0], "pkcs15: DODF 4401: offset 28: ")
	require.Equal(t, "oidDO:2.23.43.9.1->6F32", got[1])

	r["4401"] = entry(t, 0x30, "3000", "30 06"+lwm2mID, "A2 02 30 00")
	for _, err := range pkcs15.Find(t.Context(), r) {
		require.ErrorIs(t, err, pkcs15.ErrUnsupported)
	}
}

func TestFindOnACardWithoutODF(t *testing.T) {
	n := 0
	for o, err := range pkcs15.Find(t.Context(), card{}) {
		n++
		require.Zero(t, o)
		require.ErrorIs(t, err, apdu.ErrNotFound)
		require.ErrorIs(t, err, apdu.SWFileNotFound)
		require.ErrorContains(t, err, "pkcs15: ODF: ")
	}
	require.Equal(t, 1, n)
	for _, failure := range []error{apdu.SWSecurity, apdu.ErrNoCard} {
		got := find(t, card{"5031": failure})
		require.Len(t, got, 1)
	}
}

func TestFindOnAnEmptyODF(t *testing.T) {
	for _, content := range [][]byte{{}, make([]byte, 1000), unhex(t, "A006300404024401FF")} {
		require.Empty(t, find(t, card{"5031": content}))
	}
}

func TestFindGoesOnBehindADirectoryThatFails(t *testing.T) {
	good := oidDO(t, lwm2mID, pathTo("6F32"))
	tests := []struct {
		name    string
		content any
		pairs   int // with the one of the good directory
		is      error
	}{
		{"not there", nil, 1, nil},
		{"not there, 2G", apdu.SW(0x9404), 1, nil},
		{"empty", []byte{}, 1, nil},
		{"all FF", unhex(t, "FFFFFFFF"), 1, nil},
		{"PIN", apdu.SWSecurity, 2, apdu.ErrSecurity},
		{"PIN, not by a status word", fmt.Errorf("no PIN given: %w", apdu.ErrSecurity), 2, apdu.ErrSecurity},
		{"memory", apdu.SW(0x6581), 2, apdu.ErrMemory},
		{"records", apdu.SWWrongStructure, 2, apdu.SWWrongStructure},
		{"another file", apdu.ErrWrongFile, 2, apdu.ErrWrongFile},
		{"an application", apdu.ErrBadPath, 2, apdu.ErrBadPath},
		{"too large", apdu.ErrFileTooLarge, 2, apdu.ErrFileTooLarge},
		{"malformed", unhex(t, "A1 80"), 2, nil},
		{"cut short by the file's end", unhex(t, "A1 0A 30 00"), 2, nil},
		{"match, then malformed", join(good, unhex(t, "30 80")), 3, nil},
		{"match, then cut short by the file's end", join(good, unhex(t, "30 09")), 3, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := card{"5031": odf(t, "4401", "4402"), "4402": good}
			if tt.content != nil {
				r["4401"] = tt.content
			}
			n := 0
			var failure error
			last := ""
			for o, err := range pkcs15.Find(t.Context(), r) {
				n++
				if failure = errors.Join(failure, err); err == nil {
					last = o.Directory.String()
				}
			}
			require.Equal(t, tt.pairs, n)
			require.Equal(t, "4402", last)
			if tt.pairs > 1 {
				require.ErrorContains(t, failure, "pkcs15: DODF 4401: ")
			}
			if tt.is != nil {
				require.ErrorIs(t, failure, tt.is)
			}
		})
	}
}

func TestFindUsesWhatThereIsOfAnODFThatIsCutShort(t *testing.T) {
	r := card{"5031": append(odf(t, "4401"), 0xA7, 0x0A, 0x30), "4401": oidDO(t, lwm2mID, pathTo("6F31"))}
	got := find(t, r)
	require.Len(t, got, 2)
	require.Equal(t, "oidDO:2.23.43.9.1->6F31", got[0])
	require.Contains(t, got[1], "pkcs15: ODF: offset 10: ")
}

func TestFindEndsWithTheTransport(t *testing.T) {
	for _, failure := range []error{
		apdu.ErrNoCard, apdu.ErrLostStep, apdu.ErrMalformed, context.DeadlineExceeded, errors.New("serial port closed"),
	} {
		t.Run(failure.Error(), func(t *testing.T) {
			r := &reads{card: card{"5031": odf(t, "4401", "4402"), "4401": failure, "4402": oidDO(t, lwm2mID, pathTo("6F31"))}}
			n := 0
			for o, err := range pkcs15.Find(t.Context(), r) {
				n++
				require.Zero(t, o)
				require.ErrorIs(t, err, failure)
			}
			require.Equal(t, 1, n)
			require.Equal(t, []string{"5031", "4401"}, r.files)
		})
	}
}

func TestFindEndsWithTheContext(t *testing.T) {
	for _, failure := range []error{apdu.SWFileNotFound, apdu.SWSecurity, apdu.ErrShortFile} {
		t.Run("beside "+failure.Error(), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			r := &reads{card: card{"5031": odf(t, "4401", "4402"), "4401": failure, "4402": oidDO(t, lwm2mID, pathTo("6F31"))}}
			r.after = func(ref apdu.FileRef) {
				if ref.String() == "4401" {
					cancel()
				}
			}
			n := 0
			for _, err := range pkcs15.Find(ctx, r) {
				n++
				require.Error(t, err)
			}
			require.Equal(t, 1, n)
			require.Equal(t, []string{"5031", "4401"}, r.files)
		})
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := &reads{}
	for _, err := range pkcs15.Find(ctx, r) {
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Empty(t, r.files)
}

func TestFindReadsPartsOfFiles(t *testing.T) {
	object := oidDO(t, lwm2mID, pathTo("6F31"))
	part := fmt.Sprintf("A7 0C 30 0A 04 02 4401 02 01 03 80 01 %02X", len(object)+2)
	name := fmt.Sprintf("4401[3+%d]", len(object)+2)
	r := card{"5031": unhex(t, part), name: join([]byte{1, 2, 3}, object, unhex(t, "A1 7F 11 22"))}
	got := find(t, r)
	require.Len(t, got, 2, "the part ends inside an entry")
	require.Equal(t, "oidDO:2.23.43.9.1->6F31", got[0])
	require.Contains(t, got[1], fmt.Sprintf("pkcs15: DODF %s: offset %d: ", name, len(object)))

	r = card{"5031": unhex(t, "A7 0C 30 0A 04 02 4401 02 01 00 80 01 01"), "4401[0+1]": unhex(t, "A1 00")}
	got = find(t, r)
	require.Len(t, got, 1, "a part of one byte")
	require.Contains(t, got[0], "pkcs15: DODF 4401[0+1]: offset 0: ")
}

func TestFindReadsDirectoriesOfSeveralChunks(t *testing.T) {
	var dodf []byte
	for range 30 {
		dodf = append(dodf, oidDO(t, accessRules, pathTo("4300"))...)
	}
	dodf = append(dodf, oidDO(t, lwm2mID, pathTo("6F31"))...)
	require.Greater(t, len(dodf), 4*256)
	odf := append([]byte(strings.Repeat(string(unhex(t, "A006300404024400")), 40)), odf(t, "4401", "4402")...)
	require.Greater(t, len(odf), 256)
	for _, padding := range []int{0, 1, 256, 1000} {
		r := card{"5031": odf, "4401": append(dodf[:len(dodf):len(dodf)], make([]byte, padding)...), "4402": dodf}
		require.Equal(t, []string{"oidDO:2.23.43.9.1->6F31", "oidDO:2.23.43.9.1->6F31"}, find(t, r))
	}
}

func TestFindAsksForTheDirectoryThatAnAIDNames(t *testing.T) {
	r := &reads{card: card{"5031": unhex(t, "A70A 3008 0406 D27600006601")}}
	require.Empty(t, find(t, r))
	require.Equal(t, []string{"5031", "D27600006601"}, r.files)
}

func TestFindReadsTheDirectoriesOfTheVectors(t *testing.T) {
	var odfs, dodfs []vector
	for _, v := range vectors(t) {
		switch v.kind {
		case "ODF":
			odfs = append(odfs, v)
		case "DODF":
			dodfs = append(dodfs, v)
		}
	}
	for _, o := range odfs {
		for _, d := range dodfs {
			t.Run(o.name+" "+d.name, func(t *testing.T) {
				dirs, err := collect(pkcs15.ParseODF(o.content))
				require.NoError(t, err)
				want := []string{}
				for _, object := range objectsExpected(d.expected) {
					if id, place, _ := strings.Cut(object, "->"); id == "oidDO:2.23.43.9.1" || id == "opaqueDO:2.23.43.9.1" || id == "oidDO:2.23.43.9.1(double-wrapped)" {
						want = append(want, id+"->"+place)
					}
				}
				got := []string{}
				for object, err := range pkcs15.Find(t.Context(), card{"5031": o.content, dirs[0].Ref.String(): d.content}) {
					require.NoError(t, err)
					got = append(got, strings.ReplaceAll(object.String(), "/", ""))
				}
				require.Equal(t, want, got)
			})
		}
	}
}
