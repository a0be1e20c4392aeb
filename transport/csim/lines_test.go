package csim

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func split(limit int, chunks ...string) (lines []string, pending bool) {
	s := splitter{max: limit}
	for _, c := range chunks {
		s.feed([]byte(c), func(line string) { lines = append(lines, line) })
	}
	return lines, s.pending()
}

func TestLinesEndWithAnyMixOfCRAndLF(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
		pending  bool
	}{
		{"nothing", "", nil, false},
		{"V.250", "\r\n+CSIM: 4,\"9000\"\r\n\r\nOK\r\n", []string{`+CSIM: 4,"9000"`, "OK"}, false},
		{"CR only", "AT\rOK\r", []string{"AT", "OK"}, false},
		{"LF only", "AT\nOK\n", []string{"AT", "OK"}, false},
		{"CR CR LF", "AT\r\r\nOK\r\r\n", []string{"AT", "OK"}, false},
		{"LF CR", "\n\rRDY\n\r", []string{"RDY"}, false},
		{"empty lines", "\r\n\r\n\n\r", nil, false},
		{"NULs", "\x00\x00R\x00DY\r\x00\n", []string{"RDY"}, false},
		{"a NUL alone", "\x00", nil, false},
		{"no end", "\r\nRD", nil, true},
		{"other bytes stay", "\xff\x1b \x7f\r", []string{"\xff\x1b \x7f"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, pending := split(64, tt.in)
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.pending, pending)
		})
	}
}

func TestLineThatIsTooLongIsDroppedToItsEnd(t *testing.T) {
	got, pending := split(4, "1234\r", "12345\r", "OK\r")
	require.Equal(t, []string{"1234", "OK"}, got)
	require.False(t, pending)
	_, pending = split(4, "123456789")
	require.True(t, pending)
}

func TestDiscardDropsWhatIsStillToComeOfALine(t *testing.T) {
	var got []string
	s := splitter{max: 64}
	yield := func(line string) { got = append(got, line) }
	s.feed([]byte("+CSIM: 4,\"90"), yield)
	s.discard()
	s.feed([]byte("00\"\rOK\r"), yield)
	require.Equal(t, []string{"OK"}, got)
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("\r\n+CSIM: 4,\"9000\"\r\n\r\nOK\r\n"), uint16(5))
	f.Add([]byte("AT+CSIM=14,\"00A40004023F00\"\r\x00\nERROR\r"), uint16(20))
	f.Add(bytes.Repeat([]byte("x"), 100), uint16(3))
	f.Fuzz(func(t *testing.T, in []byte, at uint16) {
		const limit = 32
		cut := min(int(at), len(in))
		whole, wholePending := split(limit, string(in))
		parts, partsPending := split(limit, string(in[:cut]), "", string(in[cut:]))
		single := make([]string, len(in))
		for i, b := range in {
			single[i] = string([]byte{b})
		}
		bytewise, _ := split(limit, single...)
		require.Equal(t, whole, parts)
		require.Equal(t, whole, bytewise)
		require.Equal(t, wholePending, partsPending)

		// Another way to say the same.
		var want []string
		text := strings.ReplaceAll(string(in), "\x00", "")
		end := strings.LastIndexAny(text, "\r\n") + 1
		for _, line := range strings.FieldsFunc(text[:end], func(r rune) bool { return r == '\r' || r == '\n' }) {
			if len(line) <= limit {
				want = append(want, line)
			}
		}
		require.Equal(t, want, whole)
		require.Equal(t, end < len(text), wholePending)
	})
}
