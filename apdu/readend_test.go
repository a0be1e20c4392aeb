package apdu_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// ends are the ways in which cards answer READ BINARY where less than Ne bytes
// are left.
var ends = map[string]func(left []byte, ne int) ([]byte, apdu.SW){
	"short data, then 6B00":          nil,
	"short data, then 9402":          thenEmpty(0x9000, 0x9402),
	"short data, then none":          thenEmpty(0x9000, 0x9000),
	"short data with 6282":           thenEmpty(0x6282, 0x6282),
	"short data with 6282, 6B00":     thenEmpty(0x6282, 0x6B00),
	"short data, then 6282 and none": thenEmpty(0x9000, 0x6282),
	"6Cxx, then 6B00":                thenEmpty(0x6C00, 0x6B00),
	"6Cxx, and 6C00 at the end": func(left []byte, ne int) ([]byte, apdu.SW) {
		if len(left) == 0 && ne < 256 {
			return nil, apdu.SWOK
		}
		return nil, 0x6C00 | apdu.SW(len(left))
	},
}

func thenEmpty(short, empty apdu.SW) func([]byte, int) ([]byte, apdu.SW) {
	return func(left []byte, _ int) ([]byte, apdu.SW) {
		switch {
		case len(left) == 0:
			return nil, empty
		case short.WrongLe():
			return nil, short | apdu.SW(len(left))
		}
		return left, short
	}
}

func TestReadFileFindsTheEnd(t *testing.T) {
	for name, atEnd := range ends {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 255, 256, 257, 300, 511, 512, 1000} {
				card := &fileCard{content: pattern(size), atEnd: atEnd}
				got, err := apdu.BasicChannel(card).ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, nil)
				require.NoError(t, err, "%d bytes", size)
				require.Equal(t, pattern(size), got)
				require.LessOrEqual(t, card.reads(), size/256+3)
			}
		})
	}
}

// Whatever way a card has to end a file: one that ends before what its content
// says is not returned.
func TestReadFileNeverReturnsAShortFileAsWhole(t *testing.T) {
	for name, atEnd := range ends {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 255, 256, 257, 300, 512} {
				for _, missing := range []int{1, 300, 60000} {
					for ref, need := range map[*apdu.FileRef]apdu.Need{
						{Path: apdu.Path{0x3F00, 0x6432}}:                         exactly(size + missing),
						{Path: apdu.Path{0x3F00, 0x6432}, Length: size + missing}: nil,
					} {
						card := &fileCard{content: pattern(size), atEnd: atEnd}
						got, err := apdu.BasicChannel(card).ReadFile(t.Context(), *ref, need)
						require.ErrorIs(t, err, apdu.ErrShortFile, "%d bytes of %d", size, size+missing)
						require.Nil(t, got)
					}
				}
			}
		})
	}
}

func TestReadFileSaysWhereAShortFileEnds(t *testing.T) {
	card := &fileCard{content: pattern(300)}
	_, err := apdu.BasicChannel(card).ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, exactly(1000))
	require.ErrorContains(t, err, "ends at 300 of 1000 bytes")
}

// A broken card: no data at any offset above 0.
func TestReadFileOfACardThatReadsOnlyAtZero(t *testing.T) {
	ch := openScripted(t, "01A4000C026432 > 9000", "01B0000000 > "+strings.Repeat("AA", 256)+"9000", "01B001002C > 9000")
	_, err := ch.ReadFile(t.Context(), ref6432, exactly(300))
	require.ErrorIs(t, err, apdu.ErrShortFile)
}

func TestReadFileFailsWithTheFirstRead(t *testing.T) {
	for answer, want := range map[string]error{
		"6981": apdu.SWWrongStructure, "6982": apdu.ErrSecurity, "6986": apdu.SWNoCurrentEF, "9400": apdu.SW(0x9400),
		"6281": apdu.ErrMemory, "AABB 6281": apdu.ErrMemory, "busy": apdu.ErrCardBusy, "63C1": apdu.ErrWrongPIN,
	} {
		_, err := openScripted(t, "01A4000C026432 > 9000", "01B0000000 > "+answer).ReadFile(t.Context(), ref6432, nil)
		require.ErrorIs(t, err, want, answer)
		require.Contains(t, err.Error(), "offset 0")
	}
}

// That an offset is outside the file is its end, but not where the first READ
// is of a part that should begin there.
func TestReadFileOfAPartOutsideTheFileFails(t *testing.T) {
	part := apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 5}
	for answer, want := range map[string]error{"6B00": apdu.SWWrongOffset, "9402": apdu.ErrNotFound} {
		_, err := openScripted(t, "01A4000C026432 > 9000", "01B0000500 > "+answer).ReadFile(t.Context(), part, nil)
		require.ErrorIs(t, err, want)
	}
	_, err := openScripted(t, "01A4000C026432 > 9000", "01B0000500 > 6C00", "01B0000500 > 6C00").ReadFile(t.Context(), part, nil)
	require.ErrorIs(t, err, apdu.ErrWrongLength)
}

func TestReadFileFailsInsideTheFile(t *testing.T) {
	const first = "01B0000000 > AABB 9000"
	for _, v := range []struct {
		name   string
		script []string
		want   error
	}{
		{"status word", []string{"01B0000208 > 6982"}, apdu.ErrSecurity},
		{"status word with 6Cxx", []string{"01B0000208 > 6C05", "01B0000205 > 6C05"}, apdu.ErrWrongLength},
		{"6C00 with data", []string{"01B0000208 > 6C00", "01B0000200 > AA 6C00"}, apdu.ErrWrongLength},
		{"corrupted", []string{"01B0000208 > CC 6281"}, apdu.ErrMemory},
		{"transport", []string{"01B0000208 > busy"}, apdu.ErrCardBusy},
		{"data lost on its way", []string{"01B0000208 > 6108", "01C0000008 > 6B00"}, apdu.SWWrongOffset},
		{"more than was asked for", []string{"01B0000208 > " + strings.Repeat("CC", 9) + "9000"}, apdu.ErrMalformed},
		{"no status word", []string{"01B0000208 > 90"}, apdu.ErrMalformed},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := openScripted(t, append([]string{"01A4000C026432 > 9000", first}, v.script...)...)
			got, err := ch.ReadFile(t.Context(), ref6432, exactly(10))
			require.ErrorIs(t, err, v.want)
			require.NotErrorIs(t, err, apdu.ErrShortFile)
			require.Contains(t, err.Error(), "READ BINARY offset 2")
			require.Nil(t, got)
		})
	}
}

// An empty file is shown to need, which knows whether that is a fault.
func TestReadFileOfAnEmptyFile(t *testing.T) {
	for _, answers := range [][]string{{"9000"}, {"6282"}, {"6B00"}, {"9402"}, {"6C00", "6C00"}, {"6C00", "9000"}} {
		script := []string{"01A4000C026432 > 9000"}
		for _, a := range answers {
			script = append(script, "01B0000000 > "+a)
		}
		for name, need := range map[string]apdu.Need{"nil": nil, "until end": exactly(apdu.UntilEnd), "none": exactly(0)} {
			got, err := openScripted(t, script...).ReadFile(t.Context(), ref6432, need)
			require.NoError(t, err, name)
			require.Empty(t, got)
		}
		asked := 0
		_, err := openScripted(t, script...).ReadFile(t.Context(), ref6432, func(head []byte) (int, error) {
			asked++
			return sized(head)
		})
		require.ErrorIs(t, err, apdu.ErrShortFile)
		require.Equal(t, 1, asked)
	}
}

// A card that answers byte by byte is not read for hours.
func TestReadFileBoundsItsCommands(t *testing.T) {
	for _, need := range []apdu.Need{exactly(apdu.MaxFile), func(head []byte) (int, error) { return len(head) + 1, nil }} {
		card := &fileCard{content: pattern(apdu.MaxFile), most: 1}
		_, err := apdu.BasicChannel(card).ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, need)
		require.ErrorIs(t, err, apdu.ErrEndless)
		require.Equal(t, 1024, card.reads())
	}
	card := &fileCard{content: pattern(apdu.MaxFile), most: 128}
	_, err := apdu.BasicChannel(card).ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, exactly(apdu.MaxFile))
	require.NoError(t, err)
}

func TestReadFileStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	card := &fileCard{content: pattern(5000)}
	reads := 0
	_, err := apdu.BasicChannel(card).ReadFile(ctx, apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, func([]byte) (int, error) {
		if reads++; reads == 3 {
			cancel()
		}
		return 5000, nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 3, card.reads())
}
