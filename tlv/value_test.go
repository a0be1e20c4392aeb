package tlv

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestIntegers(t *testing.T) {
	tests := []struct {
		v      int64
		octets string // shortest
		others []string
	}{
		{v: 0, octets: "00", others: []string{"0000", "00000000", "0000000000000000"}},
		{v: 1, octets: "01", others: []string{"0001", "00000001", "0000000000000001"}},
		{v: 127, octets: "7F"},
		{v: 128, octets: "0080", others: []string{"00000080"}},
		{v: 200, octets: "00C8"},
		{v: 255, octets: "00FF"},
		{v: 32767, octets: "7FFF"},
		{v: 32768, octets: "00008000", others: []string{"0000000000008000"}},
		{v: 86400, octets: "00015180"},
		{v: math.MaxInt32, octets: "7FFFFFFF"},
		{v: math.MaxInt32 + 1, octets: "0000000080000000"},
		{v: math.MaxInt64, octets: "7FFFFFFFFFFFFFFF"},
		{v: -1, octets: "FF", others: []string{"FFFF", "FFFFFFFF", "FFFFFFFFFFFFFFFF"}},
		{v: -56, octets: "C8"},
		{v: -128, octets: "80", others: []string{"FF80"}},
		{v: -129, octets: "FF7F"},
		{v: -32768, octets: "8000"},
		{v: -32769, octets: "FFFF7FFF"},
		{v: math.MinInt32, octets: "80000000"},
		{v: math.MinInt32 - 1, octets: "FFFFFFFF7FFFFFFF"},
		{v: math.MinInt64, octets: "8000000000000000"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.v), func(t *testing.T) {
			require.Equal(t, unhex(t, "AA"+tt.octets), AppendInteger([]byte{0xAA}, tt.v))
			require.Equal(t, unhex(t, "AA"+tt.octets), AppendTime([]byte{0xAA}, time.Unix(tt.v, 0)))
			for _, octets := range append(tt.others, tt.octets) {
				v, err := ParseInteger(unhex(t, octets))
				require.NoError(t, err)
				require.Equal(t, tt.v, v, octets)
				at, err := ParseTime(unhex(t, octets))
				require.NoError(t, err)
				require.Equal(t, tt.v, at.Unix(), octets)
				require.Equal(t, time.UTC, at.Location())
			}
		})
	}
}

func TestUnsigned(t *testing.T) {
	tests := []struct {
		v      uint64
		octets string
		others []string
	}{
		{0, "00", []string{"0000", "00000000", "0000000000000000"}},
		{127, "7F", nil},
		{128, "80", nil},
		{255, "FF", []string{"00FF", "000000FF", "00000000000000FF"}},
		{256, "0100", nil},
		{65535, "FFFF", nil},
		{65536, "00010000", nil},
		{math.MaxUint32, "FFFFFFFF", nil},
		{math.MaxUint32 + 1, "0000000100000000", nil},
		{math.MaxUint64, "FFFFFFFFFFFFFFFF", nil},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.v), func(t *testing.T) {
			require.Equal(t, unhex(t, "AA"+tt.octets), AppendUnsigned([]byte{0xAA}, tt.v))
			for _, octets := range append(tt.others, tt.octets) {
				v, err := ParseUnsigned(unhex(t, octets))
				require.NoError(t, err)
				require.Equal(t, tt.v, v, octets)
			}
		})
	}
}

func TestFloats(t *testing.T) {
	tests := []struct {
		name   string
		v      float64
		octets string
	}{
		{"0", 0, "00000000"},
		{"minus 0", math.Copysign(0, -1), "80000000"},
		{"1.5", 1.5, "3FC00000"},
		{"22.4 is no float32", 22.4, "4036666666666666"},
		{"2^24+1 is no float32", 1<<24 + 1, "4170000010000000"},
		{"largest float32", math.MaxFloat32, "7F7FFFFF"},
		{"smallest float32", math.SmallestNonzeroFloat32, "00000001"},
		{"largest", math.MaxFloat64, "7FEFFFFFFFFFFFFF"},
		{"smallest", math.SmallestNonzeroFloat64, "0000000000000001"},
		{"infinite", math.Inf(-1), "FF800000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, unhex(t, "AA"+tt.octets), AppendFloat([]byte{0xAA}, tt.v))
			v, err := ParseFloat(unhex(t, tt.octets))
			require.NoError(t, err)
			require.Equal(t, math.Float64bits(tt.v), math.Float64bits(v))
		})
	}
	v, err := ParseFloat(unhex(t, "3FF8000000000000"))
	require.NoError(t, err)
	require.Equal(t, 1.5, v, "more octets than needed")
	v, err = ParseFloat(AppendFloat(nil, math.NaN()))
	require.NoError(t, err)
	require.True(t, math.IsNaN(v))
}

func TestBooleans(t *testing.T) {
	for _, v := range []bool{false, true} {
		got, err := ParseBoolean(AppendBoolean(nil, v))
		require.NoError(t, err)
		require.Equal(t, v, got)
	}
	require.Equal(t, []byte{0xAA, 1}, AppendBoolean([]byte{0xAA}, true))
	require.Equal(t, []byte{0xAA, 0}, AppendBoolean([]byte{0xAA}, false))
	for _, octets := range []string{"", "02", "FF", "0001", "0000"} {
		_, err := ParseBoolean(unhex(t, octets))
		require.ErrorIs(t, err, ErrValue, octets)
	}
}

func TestStrings(t *testing.T) {
	for _, s := range []string{"", "coaps://example.com", "Grüße, 世界", "nul\x00 inside", "end\x00"} {
		b, err := AppendString([]byte{0xAA}, s)
		require.NoError(t, err)
		require.Equal(t, "\xAA"+s, string(b))
		got, err := ParseString(b[1:])
		require.NoError(t, err)
		require.Equal(t, s, got)
		b[len(b)-1] ^= 1
		require.Equal(t, s, got, "the result is a copy")
	}
	for _, s := range []string{"\xFF", "a\xC3", "\xC0\x80", "\xED\xA0\x80"} {
		_, err := ParseString([]byte(s))
		require.ErrorIs(t, err, ErrValue)
		b, err := AppendString([]byte{0xAA}, s)
		require.ErrorIs(t, err, ErrValue)
		require.Equal(t, []byte{0xAA}, b)
	}
}

func TestObjlnks(t *testing.T) {
	tests := []struct {
		l      Objlnk
		octets string
		text   string
	}{
		{Objlnk{}, "00000000", "0:0"},
		{Objlnk{Object: 66, Instance: 1}, "00420001", "66:1"},
		{Objlnk{Object: 0x0102, Instance: 0x0304}, "01020304", "258:772"},
		{NullObjlnk, "FFFFFFFF", "65535:65535"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			require.Equal(t, unhex(t, "AA"+tt.octets), AppendObjlnk([]byte{0xAA}, tt.l))
			l, err := ParseObjlnk(unhex(t, tt.octets))
			require.NoError(t, err)
			require.Equal(t, tt.l, l)
			require.Equal(t, tt.text, l.String())
			l, err = ParseObjlnkText(tt.text)
			require.NoError(t, err)
			require.Equal(t, tt.l, l)
		})
	}
	l, err := ParseObjlnkText("10:03") // as Core 1.2 table "SenML JSON format and description" has it
	require.NoError(t, err)
	require.Equal(t, Objlnk{Object: 10, Instance: 3}, l)
	l, err = ParseObjlnkText("FFFF:FFFF") // as its example has it
	require.NoError(t, err)
	require.Equal(t, NullObjlnk, l)
	for _, s := range []string{"", ":", "1", "1:", ":1", "1:2:3", "65536:0", "0:65536", "-1:0", "+1:0", " 1:0", "1:0 ", "0x1:0", "1_0:0", "FFFF:0"} {
		_, err := ParseObjlnkText(s)
		require.ErrorIs(t, err, ErrValue, s)
	}
}

func TestNumbersOfOtherLengthsAreErrors(t *testing.T) {
	for n := range 10 {
		b := make([]byte, n)
		check := func(v any, err error, legal bool) {
			t.Helper()
			require.Zero(t, v, "%d octets", n)
			if legal {
				require.NoError(t, err, "%d octets", n)
			} else {
				require.ErrorIs(t, err, ErrValue, "%d octets", n)
			}
		}
		integer := n == 1 || n == 2 || n == 4 || n == 8
		i, err := ParseInteger(b)
		check(i, err, integer)
		u, err := ParseUnsigned(b)
		check(u, err, integer)
		at, err := ParseTime(b)
		if err == nil {
			require.Zero(t, at.Unix())
			at = time.Time{}
		}
		check(at, err, integer)
		f, err := ParseFloat(b)
		check(f, err, n == 4 || n == 8)
		l, err := ParseObjlnk(b)
		check(l, err, n == 4)
	}
}

func TestTimeIsCutToSeconds(t *testing.T) {
	b := AppendTime(nil, time.Unix(-1, 999_999_999))
	require.Equal(t, []byte{0xFF}, b)
	at, err := ParseTime(unhex(t, "5182428F"))
	require.NoError(t, err)
	require.Equal(t, time.Date(2013, 5, 2, 10, 40, 15, 0, time.UTC), at)
}

func TestErrorsDoNotShowValues(t *testing.T) {
	secret := []byte("secret!\xFF")
	_, err := ParseString(secret)
	require.NotContains(t, err.Error(), "secret")
	_, err = ParseInteger(secret[:7])
	require.NotContains(t, err.Error(), "secret")
	_, err = ParseObjlnkText("secret")
	require.NotContains(t, err.Error(), "secret")
	err = Validate([]byte("\xC8\x01\x20secret!"))
	require.ErrorIs(t, err, ErrTruncated)
	require.NotContains(t, err.Error(), "secret")
}
