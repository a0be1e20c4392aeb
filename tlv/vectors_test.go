package tlv

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The examples of the specification: Core 1.0 6.4.3, 1.1 7.4.3, 1.2 7.4.5 (the
// number after the point is the same in all three). They are as printed, but
// for mistakes in the print that TestPrintedMistakes holds.
var vectors = []struct {
	name, clause string
	octets       string
	want         string // as dump tells it
}{
	{"Device /3/0", ".1", deviceResources, deviceDump},
	{"Device /3", ".2 A", "08 00 79" + deviceResources, "O0{" + deviceDump + "}"},
	{"Access Control /2", ".2 B",
		`08 00 0E  C1 00 01  C1 01 00  83 02 41 7F 07  C1 03 7F
		 08 02 12  C1 00 03  C1 01 00  87 02 41 7F 07 61 01 36 01  C1 03 7F`,
		"O0{R0=01 R1=00 M2{I127=07} R3=7F} O2{R0=03 R1=00 M2{I127=07 I310=01} R3=7F}"},
	{"Server /1", ".2 C", "08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55",
		"O0{R0=01 R1=00015180 R6=01 R7=55}"},
	{"object 65, links", ".3 1",
		`88 00 0C 44 00 00 42 00 00 44 01 00 42 00 01
		 C8 01 0D 38 36 31 33 38 30 30 37 35 35 35 30 30  C4 02 12 34 56 78`,
		"M0{I0=00420000 I1=00420001} R1=38363133383030373535353030 R2=12345678"},
	{"object 66, a link to nothing", ".3 2",
		`08 00 26 C8 00 0B 6D 79 53 65 72 76 69 63 65 20 31
		          C8 01 0F 49 6E 74 65 72 6E 65 74 2E 31 35 2E 32 33 34 C4 02 00 43 00 00
		 08 01 26 C8 00 0B 6D 79 53 65 72 76 69 63 65 20 32
		          C8 01 0F 49 6E 74 65 72 6E 65 74 2E 31 35 2E 32 33 35 C4 02 FF FF FF FF`,
		"O0{R0=6D79536572766963652031 R1=496E7465726E65742E31352E323334 R2=00430000} " +
			"O1{R0=6D79536572766963652032 R1=496E7465726E65742E31352E323335 R2=FFFFFFFF}"},
}

const deviceResources = `
	C8 00 14 4F 70 65 6E 20 4D 6F 62 69 6C 65 20 41 6C 6C 69 61 6E 63 65
	C8 01 16 4C 69 67 68 74 77 65 69 67 68 74 20 4D 32 4D 20 43 6C 69 65 6E 74
	C8 02 09 33 34 35 30 30 30 31 32 33
	C3 03 31 2E 30
	86 06 41 00 01 41 01 05
	88 07 08 42 00 0E D8 42 01 13 88
	87 08 41 00 7D 42 01 03 84
	C1 09 64
	C1 0A 0F
	83 0B 41 00 00
	C4 0D 51 82 42 8F
	C6 0E 2B 30 32 3A 30 30
	C1 10 55`

const deviceDump = "R0=4F70656E204D6F62696C6520416C6C69616E6365 " +
	"R1=4C69676874776569676874204D324D20436C69656E74 R2=333435303030313233 R3=312E30 " +
	"M6{I0=01 I1=05} M7{I0=0ED8 I1=1388} M8{I0=7D I1=0384} R9=64 R10=0F M11{I0=00} " +
	"R13=5182428F R14=2B30323A3030 R16=55"

func TestVectorsAreRead(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			b := unhex(t, v.octets)
			require.NoError(t, Validate(b))
			require.Equal(t, v.want, dump(t, b))
		})
	}
}

func TestVectorsAreWrittenBack(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			b := unhex(t, v.octets)
			require.Equal(t, b, rewrite(t, b))
		})
	}
}

// A cut between two outermost entries leaves a shorter payload; every other
// one is an error that tells what is missing of the entry cut.
func TestVectorsCutShort(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			b := unhex(t, v.octets)
			whole := map[int]bool{0: true}
			for e, err := range Entries(b) {
				require.NoError(t, err)
				whole[e.Body()+len(e.Value)] = true
			}
			for n := range b {
				err := Validate(b[:n])
				if whole[n] {
					require.NoError(t, err, "%d octets", n)
					continue
				}
				require.ErrorIs(t, err, ErrTruncated, "%d octets", n)
				var at *Error
				require.ErrorAs(t, err, &at)
				require.True(t, whole[at.Offset], "%d octets: offset %d is where no entry begins", n, at.Offset)
				require.Positive(t, at.Missing)
			}
		})
	}
}

func TestDeviceIs121Octets(t *testing.T) {
	require.Len(t, unhex(t, deviceResources), 121, "the total of the specification's table")
	require.Len(t, unhex(t, vectors[1].octets), 124)
	require.Len(t, unhex(t, vectors[2].octets), 38)
}

// What the specification prints, letter by letter, where it cannot be right.
func TestPrintedMistakes(t *testing.T) {
	tests := []struct {
		name, octets string
		offset       int
		err          error
	}{
		{"Lightweigt with the length of Lightweight",
			`C8 00 14 4F 70 65 6E 20 4D 6F 62 69 6C 65 20 41 6C 6C 69 61 6E 63 65
			 C8 01 16 4C 69 67 68 74 77 65 69 67 74 20 4D 32 4D 20 43 6C 69 65 6E 74
			 C8 02 09 33 34 35 30 30 30 31 32 33`, 48, ErrNesting},
		{"Server /1: 15 octets with a length of 13",
			"08 00 0D C1 00 01 C4 01 00 01 51 80 C1 06 01 C1 07 55", 15, ErrTruncated},
		{"object 66: 38 octets with a length of 35",
			`08 00 23 C8 00 0B 6D 79 53 65 72 76 69 63 65 20 31
			 C8 01 0F 49 6E 74 65 72 6E 65 74 2E 31 35 2E 32 33 34 C4 02 00 43 00 00`, 35, ErrTruncated},
		{"ACL of seven octets with a length of six, Core 1.0",
			"08 02 12 C1 00 03 C1 01 00 86 02 41 7F 07 61 01 36 01 C1 03 7F", 14, ErrTruncated},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Validate(unhex(t, tt.octets))
			require.ErrorIs(t, err, tt.err)
			var at *Error
			require.ErrorAs(t, err, &at)
			require.Equal(t, tt.offset, at.Offset)
		})
	}
}

// unhex reads hex with any white space in it.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

// knownGoodFile is ../testdata/bootstrap-126.hex.
func knownGoodFile(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	return unhex(t, string(text))
}

// dump tells entries as O, M{…}, R=value and I=value.
func dump(t testing.TB, b []byte) string {
	t.Helper()
	var list []string
	for e, err := range Entries(b) {
		require.NoError(t, err)
		s := fmt.Sprintf("%c%d", "OIMR"[e.Kind], e.ID)
		if e.Kind.Nested() {
			s += "{" + dump(t, e.Value) + "}"
		} else {
			s += fmt.Sprintf("=%X", e.Value)
		}
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

// rewrite reads every level of b and writes it anew.
func rewrite(t testing.TB, b []byte) []byte {
	t.Helper()
	out := []byte{}
	for e, err := range Entries(b) {
		require.NoError(t, err)
		if e.Kind.Nested() {
			e.Value = rewrite(t, e.Value)
		}
		out, err = AppendEntry(out, e)
		require.NoError(t, err)
	}
	return out
}
