package apdu_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

var ref6432 = apdu.FileRef{Path: apdu.Path{0x6432}}

// sized is a Need of a file whose first two bytes are the size of what follows.
func sized(head []byte) (int, error) {
	if len(head) < 2 {
		return 2, nil
	}
	return 2 + int(binary.BigEndian.Uint16(head)), nil
}

// sizedFile is a content of n bytes for sized, followed by padding.
func sizedFile(n, padding int) []byte {
	b := append(binary.BigEndian.AppendUint16(nil, uint16(n-2)), pattern(n-2)...)
	return append(b, []byte(strings.Repeat("\xFF", padding))...)
}

func TestReadFileAsksForWhatIsNeeded(t *testing.T) {
	for _, v := range []struct {
		name   string
		ref    apdu.FileRef
		need   apdu.Need
		script []string
		want   string
	}{
		{"number that the first answer holds", ref6432, exactly(2), []string{"01B0000000 > AABBCC 9000"}, "AABB"},
		{"number that ends with the answer", ref6432, exactly(3), []string{"01B0000000 > AABBCC 9000"}, "AABBCC"},
		{"one byte more", ref6432, exactly(4), []string{"01B0000000 > AABBCC 9000", "01B0000301 > DD 9000"}, "AABBCCDD"},
		{"none", ref6432, exactly(0), []string{"01B0000000 > AABBCC 9000"}, ""},
		{"part", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 0x1234, Length: 3}, nil, []string{"01B0123403 > AABBCC 9000"}, "AABBCC"},
		{"part, in two answers", apdu.FileRef{Path: apdu.Path{0x6432}, Length: 3}, nil, []string{"01B0000003 > AA 9000", "01B0000102 > BBCC 9000"}, "AABBCC"},
		{"part, and what its content says", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 0x10, Length: 9}, exactly(3), []string{"01B0001009 > AABBCC 9000"}, "AABBCC"},
		{"part, all that there is", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 0x10, Length: 2}, exactly(apdu.UntilEnd), []string{"01B0001002 > AABB 9000"}, "AABB"},
		{"part, less than there is", apdu.FileRef{Path: apdu.Path{0x6432}, Length: 9}, exactly(apdu.UntilEnd), []string{"01B0000009 > AABB 9000"}, "AABB"},
		{"6Cxx for the part", apdu.FileRef{Path: apdu.Path{0x6432}, Length: 9}, exactly(2), []string{"01B0000009 > 6C02", "01B0000002 > AABB 9000"}, "AABB"},
		{"offset", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 1}, nil, []string{"01B0000100 > AABB 9000"}, "AABB"},
		{"answer behind 61xx", ref6432, exactly(2), []string{"01B0000000 > 6102", "01C0000002 > AABB 9000"}, "AABB"},
		{"proactive command waits", ref6432, exactly(2), []string{"01B0000000 > AABB 9110"}, "AABB"},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := openScripted(t, append([]string{"01A4000C026432 > 9000"}, v.script...)...)
			got, err := ch.ReadFile(t.Context(), v.ref, v.need)
			require.NoError(t, err)
			require.Equal(t, unhex(t, v.want), append([]byte{}, got...))
		})
	}
}

// The first answer may tell less than all: need is asked after each, and may
// change its mind.
func TestReadFileAsksNeedAfterEachAnswer(t *testing.T) {
	for _, v := range []struct {
		name    string
		answers []int // of need
		seen    int   // bytes at its last call
		want    int
	}{
		{"number", []int{2}, 2, 2},
		{"larger number", []int{3, 5, 5}, 5, 5},
		{"smaller number", []int{100, 4}, 4, 4},
		{"number already there", []int{100, 100, 1}, 6, 1},
		{"no number any more: the short answer was the last", []int{100, 100, apdu.UntilEnd}, 6, 6},
	} {
		t.Run(v.name, func(t *testing.T) {
			card := &fileCard{content: pattern(1000), most: 2}
			calls, seen := 0, 0
			need := func(head []byte) (int, error) {
				require.Equal(t, pattern(len(head)), head)
				calls, seen = calls+1, len(head)
				return v.answers[calls-1], nil
			}
			got, err := apdu.BasicChannel(card).ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, need)
			require.NoError(t, err)
			require.Equal(t, pattern(v.want), got)
			require.Equal(t, len(v.answers), calls)
			require.Equal(t, v.seen, seen)
			require.Equal(t, calls, card.reads())
		})
	}
}

func TestReadFileReportsTheErrorOfNeed(t *testing.T) {
	errContent := errors.New("not a bootstrap file")
	for name, answers := range map[string][]string{
		"content":    {"01B0000000 > AABB 9000"},
		"empty file": {"01B0000000 > 9000"},
	} {
		t.Run(name, func(t *testing.T) {
			ch := openScripted(t, append([]string{"01A4000C026432 > 9000"}, answers...)...)
			_, err := ch.ReadFile(t.Context(), ref6432, func([]byte) (int, error) { return 0, errContent })
			require.ErrorIs(t, err, errContent)
			require.Contains(t, err.Error(), "6432")
		})
	}
}

func TestReadFileRefusesWhatIsTooLarge(t *testing.T) {
	for _, v := range []struct {
		name string
		ref  apdu.FileRef
		need apdu.Need
		sent int
	}{
		{"number above MaxFile", ref6432, exactly(apdu.MaxFile + 1), 2},
		{"huge number", ref6432, exactly(math.MaxInt), 2},
		{"number below 0", ref6432, exactly(-2), 2},
		{"number above the part", apdu.FileRef{Path: apdu.Path{0x6432}, Length: 10}, exactly(11), 2},
		{"part above MaxFile", apdu.FileRef{Path: apdu.Path{0x6432}, Length: apdu.MaxFile + 1}, nil, 0},
		{"part below 0", apdu.FileRef{Path: apdu.Path{0x6432}, Length: -1}, nil, 0},
		{"offset below 0", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: -1}, nil, 0},
		{"offset above MaxFile", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: apdu.MaxFile + 1}, nil, 0},
		{"huge offset", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: math.MaxInt}, nil, 0},
	} {
		t.Run(v.name, func(t *testing.T) {
			card := &fileCard{content: pattern(100)}
			ch, err := apdu.OpenChannel(t.Context(), apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
				if capdu[1] == apdu.INSManageChannel {
					return []byte{1, 0x90, 0}, nil
				}
				return card.Transmit(ctx, capdu)
			}))
			require.NoError(t, err)
			got, err := ch.ReadFile(t.Context(), v.ref, v.need)
			require.ErrorIs(t, err, apdu.ErrFileTooLarge)
			require.Nil(t, got)
			require.Len(t, card.heads, v.sent)
		})
	}
}

// A file of MaxFile bytes is whole; one byte more, and it would not be.
func TestReadFileStopsAtMaxFile(t *testing.T) {
	ref := apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}
	for _, v := range []struct {
		size int
		need apdu.Need
		want error
	}{
		{apdu.MaxFile, nil, nil},
		{apdu.MaxFile, exactly(apdu.UntilEnd), nil},
		{apdu.MaxFile, exactly(apdu.MaxFile), nil},
		{apdu.MaxFile + 1, exactly(apdu.MaxFile), nil},
		{apdu.MaxFile + 1, nil, apdu.ErrFileTooLarge},
		{1 << 20, exactly(apdu.UntilEnd), apdu.ErrFileTooLarge},
	} {
		card := &fileCard{content: pattern(v.size)}
		got, err := apdu.BasicChannel(card).ReadFile(t.Context(), ref, v.need)
		require.ErrorIs(t, err, v.want)
		if v.want == nil {
			require.NoError(t, err)
			require.True(t, string(pattern(apdu.MaxFile)) == string(got), "%d bytes, other than the file", len(got))
		} else {
			require.Nil(t, got)
		}
		require.LessOrEqual(t, card.reads(), apdu.MaxFile/250)
	}
}

// A file padded to 32 KB with 300 bytes of content costs two READs.
func TestReadFileDoesNotReadPadding(t *testing.T) {
	card := &fileCard{content: sizedFile(300, 32768-300)}
	got, err := apdu.BasicChannel(card).ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, sized)
	require.NoError(t, err)
	require.Equal(t, sizedFile(300, 0), got)
	require.Equal(t, []string{"00A4080C", "00B00000", "00B00100"}, card.heads)
}

// The largest bootstrap file: its last bytes lie behind what P1 and P2 can
// say, and the card does not know the odd instruction code.
func TestReadFileReachesBehindTheHighestOffset(t *testing.T) {
	for _, v := range []struct {
		name         string
		size, offset int
	}{
		{"32772 bytes", 32772, 0},
		{"32767 bytes", 32767, 0},
		{"32768 bytes", 32768, 0},
		{"32769 bytes", 32769, 0},
		{"as far as it goes", 32767 + 127, 126},
		{"from an offset", 32772, 3},
		{"from behind the highest offset", 32772, 32770},
	} {
		for end, need := range map[string]apdu.Need{"number": exactly(v.size - v.offset), "until end": nil} {
			t.Run(v.name+", "+end, func(t *testing.T) {
				card := &fileCard{content: pattern(v.size), noOdd: true}
				ref := apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}, Offset: v.offset}
				got, err := apdu.BasicChannel(card).ReadFile(t.Context(), ref, need)
				require.NoError(t, err)
				require.True(t, string(pattern(v.size)[v.offset:]) == string(got), "%d bytes, other than the file", len(got))
			})
		}
	}
}

func TestReadFileTakesTheOddInstructionCodeWhereItMust(t *testing.T) {
	for _, size := range []int{32767 + 255, 32767 + 256, 33100, 33280, 40000, 65535} {
		for _, offset := range []int{0, 1, 128, 256, 32895, 32896} {
			for name, need := range map[string]apdu.Need{"number": exactly(size - offset), "until end": nil} {
				t.Run(fmt.Sprintf("%d from %d, %s", size, offset, name), func(t *testing.T) {
					card := &fileCard{content: pattern(size)}
					ref := apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}, Offset: offset}
					got, err := apdu.BasicChannel(card).ReadFile(t.Context(), ref, need)
					require.NoError(t, err)
					require.True(t, string(pattern(size)[offset:]) == string(got), "%d bytes, other than the file", len(got))

					card.noOdd = true
					_, err = apdu.BasicChannel(card).ReadFile(t.Context(), ref, need)
					if odd := size > 0x7FFF+256; odd || offset > 0x7FFF+127 {
						require.ErrorIs(t, err, apdu.SWWrongINS)
					}
				})
			}
		}
	}
}

func TestReadFileUnwrapsTheAnswerToTheOddInstructionCode(t *testing.T) {
	part := apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 0x9000, Length: 4}
	const read = "01B1000004 54029000 07 > "
	for _, v := range []struct {
		name   string
		script []string
		want   error
	}{
		{"at once", []string{read + "5304AABBCCDD 9000"}, nil},
		{"long length", []string{read + "538104AABBCCDD 9000"}, nil},
		{"more than was asked for", []string{read + "5305AABBCCDDEE 9000"}, nil},
		{"in two", []string{read + "5302AABB 9000", "01B1000004 54029002 05 > 5302CCDD 9000"}, nil},
		{"61xx over T=0, which knows no Ne", []string{read + "6108", "01C0000008 > 5306AABBCCDDEEFF 9000"}, nil},
		{"other tag", []string{read + "7304AABBCCDD 9000"}, errMalformedBER},
		{"cut", []string{read + "5304AABBCC 9000"}, errMalformedBER},
		{"status word", []string{read + "6982"}, apdu.ErrSecurity},
		{"nothing", []string{read + "9000"}, apdu.ErrShortFile},
		{"warning and nothing", []string{read + "6282", "01C0000000 > 6F00"}, apdu.ErrShortFile},
		{"nothing in the wrapping", []string{read + "5300 9000"}, apdu.ErrShortFile},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := openScripted(t, append([]string{"01A4000C026432 > 9000"}, v.script...)...)
			got, err := ch.ReadFile(t.Context(), part, nil)
			switch v.want {
			case nil:
				require.NoError(t, err)
				require.Equal(t, unhex(t, "AABBCCDD"), got)
			case errMalformedBER:
				require.ErrorContains(t, err, "READ BINARY offset 36864")
			default:
				require.ErrorIs(t, err, v.want)
			}
		})
	}
}

// Until the end, behind the highest offset: a short answer is not the last one
// there, for the wrapping takes its share, and a long one fills the part alone.
func TestReadFileUntilEndByTheOddInstructionCode(t *testing.T) {
	ch := openScripted(t,
		"01A4000C026432 > 9000",
		"01B1000004 54029000 00 > 5302AABB 9000",
		"01B1000004 54029002 00 > 5301CC 9000",
		"01B1000004 54029003 00 > 6B00",
		"01A4000C026432 > 9000",
		"01B1000004 54029000 00 > 5302AABB 6282",
		"01A4000C026432 > 9000",
		"01B1000004 54029000 07 > 6108", "01C0000008 > 5306AABBCCDDEEFF 9000")
	for _, want := range []string{"AABBCC", "AABB"} { // ended by 6B00, by 6282
		got, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 0x9000}, nil)
		require.NoError(t, err)
		require.Equal(t, unhex(t, want), got)
	}
	part := apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 0x9000, Length: 4}
	got, err := ch.ReadFile(t.Context(), part, exactly(apdu.UntilEnd))
	require.NoError(t, err)
	require.Equal(t, unhex(t, "AABBCCDD"), got)
}

var errMalformedBER = errors.New("any error that says where")

func TestReadFileSelectsTheApplicationFirst(t *testing.T) {
	ref := apdu.FileRef{App: app, Path: apdu.Path{0x6432}, Length: 1}
	ch := openScripted(t,
		selectApp+"9000", "01A4000C026432 > 9000", "01B0000001 > AA 9000",
		"01A4000C026432 > 9000", "01B0000001 > AA 9000", // it is selected already
		"01A4040C05A000000087 > 9000",
		selectApp+"9000", "01A4000C026432 > 9000", "01B0000001 > AA 9000")
	for range 2 {
		_, err := ch.ReadFile(t.Context(), ref, nil)
		require.NoError(t, err)
	}
	_, err := ch.SelectApp(t.Context(), otherApp)
	require.NoError(t, err)
	_, err = ch.ReadFile(t.Context(), ref, nil)
	require.NoError(t, err)
}

func TestReadFileNeverReadsBehindAFailedSelect(t *testing.T) {
	for name, script := range map[string][]string{
		"application": {selectApp + "6982"},
		"file":        {selectApp + "9000", "01A4000C026432 > 6982"},
		"transport":   {selectApp + "9000", "01A4000C026432 > busy"},
		"other file":  {selectApp + "9000", "01A4000C026432 > 6A86", "01A40004026432 00 > " + fcp6433, "01A40004026432 > 6F00"},
		"6300":        {selectApp + "9000", "01A4000C026432 > 6300"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openScripted(t, script...).ReadFile(t.Context(), apdu.FileRef{App: app, Path: apdu.Path{0x6432}}, nil)
			require.Error(t, err)
		})
	}
	_, err := openScripted(t).ReadFile(t.Context(), apdu.FileRef{}, nil)
	require.ErrorIs(t, err, apdu.ErrBadPath)
}

// What need got as head is not written to later: it may be kept.
func TestReadFileLeavesHeadAsItWas(t *testing.T) {
	var heads [][]byte
	card := &fileCard{content: pattern(2000)}
	got, err := apdu.BasicChannel(card).ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, func(head []byte) (int, error) {
		heads = append(heads, head)
		return 2000, nil
	})
	require.NoError(t, err)
	require.Len(t, heads, 8)
	for i, head := range heads {
		require.Equal(t, pattern(min(2000, 256*(i+1))), head)
	}
	require.Equal(t, 2000, cap(got))
}

func TestReadFileAsksForLessOfAModemThatDoesNotEnd(t *testing.T) {
	endless := []string{"01B0000000 > 6100"}
	for range 2 {
		endless = append(endless, "01C0000000 > 6100")
	}
	file := pattern(300)
	ch := openScripted(t, append(append([]string{"01A4000C026432 > 9000"}, endless...),
		"01A4000C026432 > 9000", fmt.Sprintf("01B00000F0 > %X 9000", file[:240]), fmt.Sprintf("01B000F03C > %X 9000", file[240:]),
		"01A4000C026433 > 9000", "01B00000F0 > AABB 9000")...)
	got, err := ch.ReadFile(t.Context(), ref6432, exactly(300))
	require.NoError(t, err)
	require.Equal(t, file, got)
	_, err = ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6433}}, exactly(2))
	require.NoError(t, err, "and goes on so")
}
