package ber_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

func TestNextReadsEveryCodingOfTagAndLength(t *testing.T) {
	long := strings.Repeat("AB", 300)
	tests := []struct {
		name, in string
		tag      ber.Tag
		body     int
		value    string
	}{
		{"empty value", "04 00", 0x04, 2, ""},
		{"one octet", "80 01 7F", 0x80, 2, "7F"},
		{"longest short length", "04 7F" + strings.Repeat("00", 127), 0x04, 2, strings.Repeat("00", 127)},
		{"81", "04 81 80" + strings.Repeat("11", 128), 0x04, 3, strings.Repeat("11", 128)},
		{"82", "62 82 01 2C" + long, 0x62, 4, long},
		{"81 longer than needed", "04 81 02 64 32", 0x04, 3, "6432"},
		{"82 longer than needed", "04 82 00 02 64 32", 0x04, 4, "6432"},
		{"83 longer than needed", "04 83 00 00 02 64 32", 0x04, 5, "6432"},
		{"84 longer than needed", "04 84 00 00 00 02 64 32", 0x04, 6, "6432"},
		{"two-byte tag", "7F 21 02 01 02", 0x7F21, 3, "0102"},
		{"two-byte tag below 1F", "5F 00 01 55", 0x5F00, 3, "55"},
		{"tag 00 when padding is not skipped", "00 01 55", 0x00, 2, "55"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := unhex(t, tt.in)
			r := ber.NewReader(in)
			var e ber.Element
			require.True(t, r.Next(&e))
			require.Equal(t, tt.tag, e.Tag)
			require.Equal(t, unhex(t, tt.value), e.Value)
			require.Equal(t, 0, e.Offset)
			require.Equal(t, tt.body, e.Body)
			require.Equal(t, len(in), e.End())
			require.True(t, r.Empty())
			require.True(t, r.End())
			require.False(t, r.Next(&e), "behind the end")
			require.NoError(t, r.Err())

			for n := 1; n < len(in); n++ {
				r := ber.NewReader(in[:n:n])
				require.False(t, r.Next(&e), "cut to %d bytes", n)
				var cut *ber.Error
				require.ErrorAs(t, r.Err(), &cut)
				require.Equal(t, 0, cut.Offset)
				require.Positive(t, cut.Missing)
				require.LessOrEqual(t, cut.Missing, len(in)-n, "cut to %d bytes", n)
				if n >= tt.body {
					require.Equal(t, len(in)-n, cut.Missing, "cut to %d bytes", n)
				}
			}
		})
	}
}

func TestNextRefusesWhatNoLongerInputMends(t *testing.T) {
	tests := []struct{ name, in string }{
		{"indefinite length", "30 80 00 00"},
		{"five length octets", "30 85 00 00 00 00 01 55"},
		{"length FF", "30 FF 00"},
		{"length above 16 MiB", "30 84 01 00 00 00"},
		{"greatest length", "30 84 FF FF FF FF"},
		{"tag of three octets", "5F 81 01 00"},
		{"tag of three octets, cut short", "5F 81"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := ber.NewReader(unhex(t, "04 01 55"+tt.in))
			var e ber.Element
			require.True(t, r.Next(&e))
			require.False(t, r.Next(&e))
			var bad *ber.Error
			require.ErrorAs(t, r.Err(), &bad)
			require.Equal(t, 3, bad.Offset)
			require.Zero(t, bad.Missing)
			require.Contains(t, bad.Error(), "offset 3: ")
		})
	}
}

func TestGreatestLengthIsShortNotRefused(t *testing.T) {
	r := ber.NewReader(unhex(t, "30 83 FF FF FF"))
	var e ber.Element
	require.False(t, r.Next(&e))
	var cut *ber.Error
	require.ErrorAs(t, r.Err(), &cut)
	require.Equal(t, 1<<24-1, cut.Missing)
}

func TestMissingOctetsAreTheLeastThatIsKnown(t *testing.T) {
	for in, want := range map[string]int{
		"04":            1, // length
		"7F":            1, // second octet of the tag
		"7F 21":         1, // length
		"04 82":         2, // length octets
		"04 82 01":      1,
		"7F 21 84":      4,
		"04 82 01 00":   256, // value
		"04 05 01 02":   3,
		"7F 21 02 01":   1,
		"04 81 03 FFFF": 1,
	} {
		r := ber.NewReader(slices.Clip(unhex(t, in)))
		var e ber.Element
		require.False(t, r.Next(&e), in)
		var cut *ber.Error
		require.ErrorAs(t, r.Err(), &cut)
		require.Equal(t, want, cut.Missing, in)
	}
}

func TestOffsetsCountInTheOutermostInput(t *testing.T) {
	r := ber.NewReader(unhex(t, "FF 30 09 02 01 07 30 04 04 02 64 32"))
	r.SkipPadding()
	require.Equal(t, 1, r.Offset())
	var outer, number, inner, octets ber.Element
	require.True(t, r.Read(0x30, &outer))
	in := outer.Reader()
	require.True(t, in.Read(0x02, &number))
	require.True(t, in.Read(0x30, &inner))
	deep := inner.Reader()
	require.True(t, deep.Read(0x04, &octets))
	require.Equal(t, 8, octets.Offset)
	require.Equal(t, 10, octets.Body)
	require.Equal(t, 12, octets.End())
	require.True(t, deep.End() && in.End() && r.End())
	require.Equal(t, 12, deep.Offset())
}

func TestReadRefusesAnotherTag(t *testing.T) {
	r := ber.NewReader(unhex(t, "04 01 55 02 01 07"))
	var e ber.Element
	require.True(t, r.Read(0x04, &e))
	require.False(t, r.Read(0x04, &e))
	var bad *ber.Error
	require.ErrorAs(t, r.Err(), &bad)
	require.Equal(t, 3, bad.Offset)
	require.Zero(t, bad.Missing)
	require.Equal(t, unhex(t, "02 01 07"), r.Rest(), "the element was not consumed")
}

func TestReadWantsAnElement(t *testing.T) {
	var r ber.Reader
	var e ber.Element
	require.False(t, r.Read(0x04, &e))
	require.Error(t, r.Err())

	r = ber.NewReader(unhex(t, "04 02 55"))
	require.False(t, r.Read(0x04, &e))
	var bad *ber.Error
	require.ErrorAs(t, r.Err(), &bad)
	require.Equal(t, 1, bad.Missing)
}

func TestPeekConsumesNothing(t *testing.T) {
	r := ber.NewReader(unhex(t, "7F 21 00 1F"))
	var tag ber.Tag
	require.True(t, r.Peek(&tag))
	require.Equal(t, ber.Tag(0x7F21), tag)
	require.Equal(t, 0, r.Offset())
	var e ber.Element
	require.True(t, r.Next(&e))
	require.False(t, r.Peek(&tag), "second tag octet missing")
	require.NoError(t, r.Err(), "left for Next to report")
	require.False(t, r.Next(&e))
	require.Error(t, r.Err())
	require.False(t, r.Peek(&tag), "after an error")
	empty := ber.NewReader(nil)
	require.False(t, empty.Peek(&tag))
}

func TestReadOptional(t *testing.T) {
	var e ber.Element
	var present bool

	r := ber.NewReader(unhex(t, "02 01 07"))
	require.True(t, r.ReadOptional(0x04, &e, &present))
	require.False(t, present)
	require.True(t, r.ReadOptional(0x02, &e, &present))
	require.True(t, present)
	require.Equal(t, []byte{7}, e.Value)
	require.True(t, r.ReadOptional(0x02, &e, &present), "nothing left")
	require.False(t, present)

	r = ber.NewReader(unhex(t, "02 03 07"))
	require.True(t, r.ReadOptional(0x04, &e, &present), "another tag's fault is not looked at")
	require.False(t, r.ReadOptional(0x02, &e, &present))
	require.False(t, present)
	require.False(t, r.ReadOptional(0x04, &e, &present), "after an error")
}

func TestErrorSticks(t *testing.T) {
	r := ber.NewReader(unhex(t, "30 80 FF 04 00"))
	var e ber.Element
	require.False(t, r.Next(&e))
	first := r.Err()
	r.SkipPadding()
	require.False(t, r.Next(&e))
	require.False(t, r.Read(0x04, &e))
	require.False(t, r.End())
	require.Equal(t, 0, r.Offset())
	require.Same(t, first, r.Err())
}

func TestEndTellsWhatIsLeftOver(t *testing.T) {
	r := ber.NewReader(unhex(t, "04 00 05 00"))
	var e ber.Element
	require.True(t, r.Next(&e))
	require.False(t, r.End())
	var bad *ber.Error
	require.ErrorAs(t, r.Err(), &bad)
	require.Equal(t, 2, bad.Offset)
}

func TestSkipPaddingStopsAtAnElement(t *testing.T) {
	tests := []struct {
		name, in string
		offset   int
	}{
		{"none", "04 00", 0},
		{"FF", "FF FF 04 00", 2},
		{"00", "00 04 00", 1},
		{"mixed", "FF 00 00 FF 30 00", 4},
		{"to the end", "FF FF FF", 3},
		{"FE is not padding", "FE 00", 0},
		{"nothing", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := unhex(t, tt.in)
			r := ber.NewReader(in)
			r.SkipPadding()
			require.Equal(t, tt.offset, r.Offset())
			require.Equal(t, in[tt.offset:], r.Rest())
		})
	}
}

func TestNoErrorIsNilInterface(t *testing.T) {
	var r ber.Reader
	if err := r.Err(); err != nil {
		t.Errorf("Err of the zero Reader = %v", err)
	}
}

func TestValueHasNoRoomToAppendIntoTheInput(t *testing.T) {
	in := unhex(t, "04 01 55 02 01 07")
	r := ber.NewReader(in)
	var e ber.Element
	require.True(t, r.Next(&e))
	_ = append(e.Value, 0xEE)
	require.Equal(t, unhex(t, "04 01 55 02 01 07"), in)
}

func TestConstructed(t *testing.T) {
	for tag, want := range map[ber.Tag]bool{
		0x30: true, 0xA1: true, 0x62: true, 0x7F21: true, 0xBF2D: true,
		0x04: false, 0x80: false, 0x5F20: false, 0x9F7F: false,
	} {
		require.Equal(t, want, tag.Constructed(), "%X", uint16(tag))
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	in := bytes.Repeat(unhex(t, "30 03 02 01 07"), 50)
	n := testing.AllocsPerRun(100, func() {
		r := ber.NewReader(in)
		var e, inner ber.Element
		for r.Next(&e) {
			d := e.Reader()
			if !d.Read(0x02, &inner) || !d.End() {
				t.Error(d.Err())
			}
		}
	})
	require.Zero(t, n)
}

func BenchmarkNext(b *testing.B) {
	in := bytes.Repeat([]byte{0x30, 3, 2, 1, 7}, 50)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		r := ber.NewReader(in)
		var e ber.Element
		for r.Next(&e) {
		}
		if !errors.Is(r.Err(), nil) {
			b.Fatal(r.Err())
		}
	}
}
