package pkcs15_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// odfOf is an ODF with one entry that leads to data objects.
func odfOf(t testing.TB, place string) []byte {
	t.Helper()
	return ber.Append(nil, 0xA7, unhex(t, place))
}

func TestPaths(t *testing.T) {
	tests := []struct {
		name, path string
		want       apdu.FileRef
	}{
		{"under the application", "30 04 04 02 6430", apdu.FileRef{Path: apdu.Path{0x6430}}},
		{"from the MF", "30 08 04 06 3F0050154405", apdu.FileRef{Path: apdu.Path{0x3F00, 0x5015, 0x4405}}},
		{"from the ADF", "30 06 04 04 7FFF6F31", apdu.FileRef{Path: apdu.Path{0x7FFF, 0x6F31}}},
		{"part of a file", "30 0D 04 04 7FFF6F31 02 01 02 80 02 012C",
			apdu.FileRef{Path: apdu.Path{0x7FFF, 0x6F31}, Offset: 2, Length: 300}},
		{"part from the beginning", "30 0A 04 02 6430 02 01 00 80 01 01", apdu.FileRef{Path: apdu.Path{0x6430}, Length: 1}},
		{"greatest part", "30 0E 04 02 6430 02 03 00FFFF 80 03 00FFFF", apdu.FileRef{Path: apdu.Path{0x6430}, Offset: 65535, Length: 65535}},
		{"integers longer than needed", "30 10 04 02 6430 02 04 00000080 80 04 00000001", apdu.FileRef{Path: apdu.Path{0x6430}, Offset: 128, Length: 1}},
		{"length octets longer than needed", "30 81 05 04 81 02 6430", apdu.FileRef{Path: apdu.Path{0x6430}}},
		{"deepest", "30 12 04 10 3F007F107F5050153F007F107F505015",
			apdu.FileRef{Path: apdu.Path{0x3F00, 0x7F10, 0x7F50, 0x5015, 0x3F00, 0x7F10, 0x7F50, 0x5015}}},
		{"AID of an RSA kind, even", "30 0E 04 0C A000000063504B43532D3135", apdu.FileRef{App: apdu.AIDPKCS15}},
		{"AID, shortest", "30 07 04 05 A000000063", apdu.FileRef{App: "\xA0\x00\x00\x00\x63"}},
		{"AID, national", "30 08 04 06 D27600006601", apdu.FileRef{App: "\xD2\x76\x00\x00\x66\x01"}},
		{"AID, odd, proprietary", "30 07 04 05 F000000001", apdu.FileRef{App: "\xF0\x00\x00\x00\x01"}},
		{"AID, longest", "30 12 04 10 A000000063504B43532D313501020304", apdu.FileRef{App: apdu.AIDPKCS15 + "\x01\x02\x03\x04"}},
		{"too short for an AID", "30 06 04 04 A0000000", apdu.FileRef{Path: apdu.Path{0xA000, 0}}},
		{"even, proprietary, is identifiers", "30 08 04 06 F00000000001", apdu.FileRef{Path: apdu.Path{0xF000, 0, 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			odf := odfOf(t, tt.path)
			dirs, err := collect(pkcs15.ParseODF(odf))
			require.NoError(t, err)
			require.Equal(t, []pkcs15.Directory{{Ref: tt.want}}, dirs)

			again, err := pkcs15.AppendODF(nil, dirs...)
			require.NoError(t, err)
			back, err := collect(pkcs15.ParseODF(again))
			require.NoError(t, err)
			require.Equal(t, dirs, back)
			require.LessOrEqual(t, len(again), len(odf))
		})
	}
}

func TestPathsThatAreRefused(t *testing.T) {
	tests := []struct{ name, path, where string }{
		{"empty path", "30 02 04 00", "offset 4"},
		{"one octet", "30 03 04 01 3F", "offset 4"},
		{"three octets", "30 05 04 03 3F0050", "offset 4"},
		{"seventeen octets", "30 13 04 11 A000000063504B43532D31350102030405", "offset 4"},
		{"eighteen octets", "30 14 04 12 3F0000010002000300040005000600070008", "offset 4"},
		{"another tag", "30 04 0C 02 6430", "offset 4"},
		{"empty sequence", "30 00", "offset 4"},
		{"index alone", "30 07 04 02 6430 02 01 02", "offset 8"},
		{"length alone", "30 07 04 02 6430 80 01 02", "offset 8"},
		{"length first", "30 0A 04 02 6430 80 01 02 02 01 02", "offset 11"},
		{"negative index", "30 0A 04 02 6430 02 01 FF 80 01 02", "offset 8"},
		{"negative length", "30 0B 04 02 6430 02 01 00 80 02 FFFF", "offset 11"},
		{"huge index", "30 0C 04 02 6430 02 03 010000 80 01 02", "offset 8"},
		{"huge length", "30 0C 04 02 6430 02 01 00 80 03 010000", "offset 11"},
		{"length of nine octets", "30 12 04 02 6430 02 01 00 80 09 7FFFFFFFFFFFFFFFFF", "offset 11"},
		{"index of no octets", "30 09 04 02 6430 02 00 80 01 02", "offset 8"},
		{"length 0: a record", "30 0A 04 02 6430 02 01 01 80 01 00", "offset 11"},
		{"more than a path", "30 06 04 02 6430 05 00", "offset 8"},
		{"element beyond the sequence", "30 04 04 03 6430", "offset 4"},
		{"index cut short", "30 06 04 02 6430 02 02", "offset 8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dirs, err := collect(pkcs15.ParseODF(odfOf(t, tt.path)))
			require.Empty(t, dirs)
			require.ErrorContains(t, err, "pkcs15: ODF: "+tt.where+":")
			require.NotErrorIs(t, err, pkcs15.ErrUnsupported)
			var e *pkcs15.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, "ODF", e.File)
		})
	}
}

func TestParseODFYieldsDirectoriesInOrder(t *testing.T) {
	b := unhex(t, "FF A8 06 30 04 04 02 4408"+
		"A7 06 30 04 04 02 4402 00 00"+
		"A7 04 30 02 04 00"+ // malformed inside
		"A7 81 06 30 04 04 02 4401"+
		"A7 04 A0 02 30 00"+ // in place
		"05 00 7F 21 00 FF FF") // unknown
	type found struct {
		dir pkcs15.Directory
		err bool
	}
	var got []found
	for d, err := range pkcs15.ParseODF(b) {
		got = append(got, found{d, err != nil})
	}
	require.Equal(t, []found{
		{dir: pkcs15.Directory{Ref: apdu.FileRef{Path: apdu.Path{0x4402}}, Offset: 9}},
		{err: true},
		{dir: pkcs15.Directory{Ref: apdu.FileRef{Path: apdu.Path{0x4401}}, Offset: 25}},
		{dir: pkcs15.Directory{InPlace: []byte{0x30, 0}, Offset: 34}},
	}, got)
	for range pkcs15.ParseODF(b) {
		break // the consumer may stop
	}
}

func TestParseODFOfAnEmptyFileYieldsNothing(t *testing.T) {
	for _, b := range [][]byte{nil, make([]byte, 300), unhex(t, strings.Repeat("FF", 300))} {
		dirs, err := collect(pkcs15.ParseODF(b))
		require.NoError(t, err)
		require.Empty(t, dirs)
	}
}

func TestParseODFRefusesEntries(t *testing.T) {
	tests := []struct {
		name, place string
		unsupported bool
	}{
		{"no place", "", false},
		{"not a place", "04 02 4401", false},
		{"place cut short", "30 05 04 02 4401", false},
		{"reference to an enveloped directory", "A1 06 30 04 04 02 4401", true},
		{"enveloped directory", "A2 02 30 00", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := append(odfOf(t, tt.place), unhex(t, "A7 06 30 04 04 02 4402")...)
			n := 0
			for d, err := range pkcs15.ParseODF(b) {
				if n++; n == 2 {
					require.NoError(t, err, "the next one")
					require.Equal(t, apdu.Path{0x4402}, d.Ref.Path)
					continue
				}
				require.ErrorContains(t, err, "pkcs15: ODF: offset ")
				require.Equal(t, tt.unsupported, errors.Is(err, pkcs15.ErrUnsupported))
				require.Zero(t, d)
			}
			require.Equal(t, 2, n)
		})
	}
}

func TestParseODFIsBounded(t *testing.T) {
	b := unhex(t, strings.Repeat("A006300404024400", pkcs15.MaxODFEntries-1)+"A706300404024401")
	dirs, err := collect(pkcs15.ParseODF(append(b, 0xFF)))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	dirs, err = collect(pkcs15.ParseODF(append(b, b...)))
	require.ErrorContains(t, err, "offset 512:")
	require.Len(t, dirs, 1)
}

func TestAppendODF(t *testing.T) {
	got, err := pkcs15.AppendODF([]byte{0xEE},
		pkcs15.Directory{Ref: apdu.FileRef{Path: apdu.Path{0x4401}}},
		pkcs15.Directory{Ref: apdu.FileRef{Path: apdu.Path{0x7FFF, 0x6F31}, Offset: 200, Length: 40000}},
		pkcs15.Directory{InPlace: []byte{}},
	)
	require.NoError(t, err)
	require.Equal(t, unhex(t, "EE A706300404024401 A711300F04047FFF6F31 020200C8 8003009C40 A702A000"), got)
}

func TestIndexAndLengthOfAPathAreWrittenAsTheyAre(t *testing.T) {
	for _, n := range []int{1, 127, 128, 255, 256, 32767, 32768, 65535} {
		for _, ref := range []apdu.FileRef{{Length: n}, {Offset: n, Length: 1}} {
			ref.Path = apdu.Path{0x4401}
			b, err := pkcs15.AppendODF(nil, pkcs15.Directory{Ref: ref})
			require.NoError(t, err)
			dirs, err := collect(pkcs15.ParseODF(b))
			require.NoError(t, err)
			require.Equal(t, []pkcs15.Directory{{Ref: ref}}, dirs)
		}
	}
}

func TestAppendODFRefuses(t *testing.T) {
	file := apdu.Path{0x4401}
	tests := []struct {
		name string
		dir  pkcs15.Directory
	}{
		{"no place", pkcs15.Directory{}},
		{"in place and in a file", pkcs15.Directory{InPlace: []byte{}, Ref: apdu.FileRef{Path: file}}},
		{"too large in place", pkcs15.Directory{InPlace: make([]byte, pkcs15.MaxDirectory+1)}},
		{"too large with its headers", pkcs15.Directory{InPlace: make([]byte, pkcs15.MaxDirectory)}},
		{"application and path", pkcs15.Directory{Ref: apdu.FileRef{App: apdu.AIDPKCS15, Path: file}}},
		{"AID that reads as identifiers", pkcs15.Directory{Ref: apdu.FileRef{App: "\xF0\x00\x00\x00\x00\x01"}}},
		{"AID of 4 octets", pkcs15.Directory{Ref: apdu.FileRef{App: "\xA0\x00\x00\x00"}}},
		{"path that reads as an AID", pkcs15.Directory{Ref: apdu.FileRef{Path: apdu.Path{0xA000, 0x0063, 0x0001}}}},
		{"path too deep", pkcs15.Directory{Ref: apdu.FileRef{Path: make(apdu.Path, 9)}}},
		{"offset without length", pkcs15.Directory{Ref: apdu.FileRef{Path: file, Offset: 1}}},
		{"negative offset", pkcs15.Directory{Ref: apdu.FileRef{Path: file, Offset: -1, Length: 1}}},
		{"offset too great", pkcs15.Directory{Ref: apdu.FileRef{Path: file, Offset: 65536, Length: 1}}},
		{"negative length", pkcs15.Directory{Ref: apdu.FileRef{Path: file, Length: -1}}},
		{"length too great", pkcs15.Directory{Ref: apdu.FileRef{Path: file, Length: 65536}}},
	}
	good := pkcs15.Directory{Ref: apdu.FileRef{Path: file}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := pkcs15.AppendODF([]byte("before"), good, tt.dir)
			require.ErrorContains(t, err, "pkcs15: ODF: ")
			require.Equal(t, []byte("before"), got)
		})
	}
	many := make([]pkcs15.Directory, pkcs15.MaxODFEntries+1)
	for i := range many {
		many[i] = good
	}
	_, err := pkcs15.AppendODF(nil, many...)
	require.Error(t, err)
	_, err = pkcs15.AppendODF(nil, many[1:]...)
	require.NoError(t, err)
}

func ExampleParseODF() {
	odf := []byte("\xA7\x06\x30\x04\x04\x02\x44\x01\xA7\x0A\x30\x08\x04\x06\x3F\x00\x50\x15\x44\x05\xFF\xFF")
	for dir, err := range pkcs15.ParseODF(odf) {
		fmt.Println(dir.Ref, err)
	}
	// Output:
	// 4401 <nil>
	// 3F00/5015/4405 <nil>
}
