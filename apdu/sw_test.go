package apdu_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// classes are the errors that a status word can match.
var classes = map[string]error{
	"not found": apdu.ErrNotFound, "security": apdu.ErrSecurity, "blocked": apdu.ErrBlocked,
	"wrong PIN": apdu.ErrWrongPIN, "unsupported": apdu.ErrUnsupported, "length": apdu.ErrWrongLength,
	"memory": apdu.ErrMemory,
}

// statusWords are those of ISO/IEC 7816-4, TS 102 221 and class A0 that a
// client may meet: whether the command was carried out, a word of the meaning,
// and the classes.
var statusWords = []struct {
	sw      apdu.SW
	ok      bool
	meaning string
	classes string
}{
	{0x9000, true, "done", ""},
	{0x9100, true, "proactive", ""}, {0x910B, true, "proactive", ""},
	{0x9200, true, "0 internal tries", ""}, {0x920F, true, "15 internal tries", ""},
	{0x9240, false, "memory", "memory"},
	{0x9300, false, "toolkit busy", ""},
	{0x6100, true, "256 more bytes", ""}, {0x6101, true, "1 more bytes", ""},
	{0x9F00, true, "256 more bytes", ""}, {0x9F1A, true, "26 more bytes", ""},
	{0x6C00, false, "256 bytes available", "length"}, {0x6C2F, false, "47 bytes available", "length"},
	{0x6200, true, "no information", ""},
	{0x6281, true, "corrupted", "memory"},
	{0x6282, true, "end of file", ""},
	{0x6283, true, "deactivated", ""}, {0x6284, true, "malformed", ""}, {0x6285, true, "terminated", ""},
	{0x6286, true, "sensor", ""}, {0x6202, true, "warning", ""},
	{0x62F1, true, "more data", ""}, {0x62F2, true, "more data", ""}, {0x62F3, true, "response data", ""},
	{0x6300, true, "no information", ""}, {0x6310, true, "more data", ""}, {0x6381, true, "filled up", ""},
	{0x63F1, true, "more data expected", ""}, {0x63F2, true, "more data expected", ""},
	{0x63BF, true, "warning", ""}, {0x63D0, true, "warning", ""},
	{0x63C0, false, "tries left: 0", "blocked, wrong PIN"},
	{0x63C3, false, "tries left: 3", "wrong PIN"}, {0x63CF, false, "tries left: 15", "wrong PIN"},
	{0x6400, false, "execution error", ""}, {0x6401, false, "immediate response", ""}, {0x6402, false, "execution error", ""},
	{0x6500, false, "execution error", ""}, {0x6581, false, "memory problem", "memory"}, {0x6582, false, "execution error", ""},
	{0x6600, false, "security", ""},
	{0x6700, false, "wrong length", "length"}, {0x6701, false, "wrong length", "length"},
	{0x6800, false, "class byte", "unsupported"},
	{0x6881, false, "channel", "unsupported"}, {0x6882, false, "secure messaging", "unsupported"},
	{0x6883, false, "chain", "unsupported"}, {0x6884, false, "chaining", "unsupported"},
	{0x6900, false, "not allowed", ""},
	{0x6981, false, "structure", ""}, {0x6982, false, "security status", "security"},
	{0x6983, false, "blocked", "blocked"}, {0x6984, false, "invalidated", ""},
	{0x6985, false, "conditions", ""}, {0x6986, false, "no current EF", ""},
	{0x6987, false, "missing", ""}, {0x6988, false, "incorrect", ""},
	{0x6989, false, "security not satisfied", "security"},
	{0x6A80, false, "data field", ""}, {0x6A81, false, "not supported", "unsupported"},
	{0x6A82, false, "file or application", "not found"}, {0x6A83, false, "record", "not found"},
	{0x6A84, false, "memory space", ""}, {0x6A85, false, "Lc", "length"},
	{0x6A86, false, "P1 P2", "unsupported"}, {0x6A87, false, "Lc", "length"},
	{0x6A88, false, "referenced data", "not found"}, {0x6A89, false, "exists", ""}, {0x6A8A, false, "exists", ""},
	{0x6B00, false, "outside the file", ""},
	{0x6D00, false, "instruction", "unsupported"}, {0x6E00, false, "class", "unsupported"},
	{0x6F00, false, "no diagnosis", ""}, {0x6F22, false, "technical problem", ""},
	{0x9400, false, "no EF", ""}, {0x9402, false, "out of range", "not found"},
	{0x9404, false, "file", "not found"}, {0x9408, false, "incompatible", ""},
	{0x9802, false, "no PIN", "security"}, {0x9804, false, "access condition", "security, wrong PIN"},
	{0x9808, false, "contradiction", ""}, {0x9810, false, "contradiction", ""},
	{0x9840, false, "blocked", "blocked"}, {0x9850, false, "maximum", ""},
	{0x9862, false, "MAC", ""}, {0x9863, false, "session key", ""}, {0x9864, false, "freshness", ""},
}

func TestStatusWordsHaveTheirMeaningAndClass(t *testing.T) {
	for _, v := range statusWords {
		t.Run(fmt.Sprintf("%04X", uint16(v.sw)), func(t *testing.T) {
			require.Equal(t, v.ok, v.sw.Err() == nil, "success")
			if !v.ok {
				require.Equal(t, error(v.sw), v.sw.Err())
			}
			text := v.sw.Error()
			require.True(t, strings.HasPrefix(text, fmt.Sprintf("SW %04X: ", uint16(v.sw))), text)
			require.Contains(t, text, v.meaning)
			require.Equal(t, text, v.sw.String())
			for name, class := range classes {
				require.Equal(t, strings.Contains(v.classes, name), errors.Is(v.sw, class), "%s", name)
			}
			wrapped := fmt.Errorf("READ BINARY: %w", v.sw)
			require.ErrorIs(t, wrapped, v.sw)
			require.NotErrorIs(t, wrapped, v.sw^0x0001)
		})
	}
}

func TestUnknownStatusWordShowsItsHexAlone(t *testing.T) {
	for _, sw := range []apdu.SW{0x0000, 0x1234, 0x6B01, 0x9210, 0x9001} {
		require.Equal(t, fmt.Sprintf("SW %04X", uint16(sw)), sw.String())
		require.Error(t, sw.Err())
		require.NotErrorIs(t, sw, errors.New("some other error"))
	}
}

func TestStatusWordsOfAllValues(t *testing.T) {
	for v := range 1 << 16 {
		sw := apdu.SW(v)
		sw1, sw2 := byte(v>>8), byte(v)
		wrongPIN := sw1 == 0x63 && sw2 >= 0xC0 && sw2 <= 0xCF
		if n, ok := sw.Retries(); ok != wrongPIN || ok && n != int(sw2)-0xC0 {
			t.Fatalf("%04X: %d tries left, %v", v, n, ok)
		}
		if sw.SW1() != sw1 || sw.SW2() != sw2 ||
			sw.MoreData() != (sw1 == 0x61 || sw1 == 0x9F) ||
			sw.WrongLe() != (sw1 == 0x6C) ||
			sw.Warning() != (sw1 == 0x62 || sw1 == 0x63 && !wrongPIN) {
			t.Fatalf("%04X", v)
		}
		ok := v == 0x9000 || sw1 == 0x91 || v>>4 == 0x920 || sw.MoreData() || sw.Warning()
		if (sw.Err() == nil) != ok {
			t.Fatalf("%04X: %v", v, sw.Err())
		}
		if strings.Contains(sw.String(), "\n") {
			t.Fatalf("%04X: more than one line", v)
		}
	}
}
