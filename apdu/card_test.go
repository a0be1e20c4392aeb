package apdu_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// unhex reads hex with spaces.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// errUnexpected is what a scripted card answers to a command out of its script.
var errUnexpected = errors.New("not in the script")

// failures are the answers of a script that are none.
var failures = map[string]error{
	"refused": fmt.Errorf("modem: ERROR: %w", apdu.ErrRefused),
	"busy":    fmt.Errorf("modem: +CME ERROR: 14: %w", apdu.ErrCardBusy),
}

// script is a card that expects commands exactly and in order. Each line is
//
//	command > answer            both in hex, the answer with its status word
//	command > refused           an answer of failures
type script struct {
	t     testing.TB
	lines []string
	next  int
}

// scripted returns a card for the lines; what is left of them at the end of
// the test fails it.
func scripted(t testing.TB, lines ...string) *script {
	s := &script{t: t, lines: lines}
	t.Cleanup(func() {
		if s.next < len(s.lines) {
			t.Errorf("%d commands never came, the first: %s", len(s.lines)-s.next, s.lines[s.next])
		}
	})
	return s
}

// Transmit implements apdu.CardTransport.
func (s *script) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		s.t.Errorf("command with a context that has ended: %X", capdu)
		return nil, err
	}
	if s.next == len(s.lines) {
		s.t.Errorf("command behind the end of the script: %X", capdu)
		return nil, errUnexpected
	}
	line := s.lines[s.next]
	s.next++
	command, answer, _ := strings.Cut(line, ">")
	if want := unhex(s.t, command); !slices.Equal(want, capdu) {
		s.t.Errorf("command %d: got %X, want %X", s.next, capdu, want)
		return nil, errUnexpected
	}
	if err := failures[strings.TrimSpace(answer)]; err != nil {
		return nil, err
	}
	return unhex(s.t, answer), nil
}

// openScripted opens channel 1 on a scripted card; the lines are what follows.
func openScripted(t testing.TB, lines ...string) *apdu.Channel {
	card := scripted(t, append([]string{"0070000001 > 01 9000"}, lines...)...)
	ch, err := apdu.OpenChannel(t.Context(), card)
	require.NoError(t, err)
	return ch
}

// fileCard is a card with one transparent file, whatever is selected. It keeps
// the headers of the commands that came.
type fileCard struct {
	content []byte
	// atEnd answers READ BINARY where less than ne is left; nil: what is left,
	// then 6B00.
	atEnd func(left []byte, ne int) ([]byte, apdu.SW)
	noOdd bool // no odd instruction code
	most  int  // data bytes of an answer; 0: as many as asked for
	heads []string
}

// reads is the number of READ BINARYs that came.
func (f *fileCard) reads() int {
	n := 0
	for _, h := range f.heads {
		if h[2:3] == "B" {
			n++
		}
	}
	return n
}

// Transmit implements apdu.CardTransport.
func (f *fileCard) Transmit(_ context.Context, capdu []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(capdu)
	if err != nil {
		return nil, err
	}
	f.heads = append(f.heads, fmt.Sprintf("%X", capdu[:4]))
	r := apdu.Response{SW: apdu.SWOK}
	switch c.INS {
	case apdu.INSReadBinary:
		r.Data, r.SW = f.read(int(c.P1)<<8|int(c.P2), c.Ne)
	case apdu.INSReadBinaryOdd:
		if f.noOdd {
			r.SW = apdu.SWWrongINS
			break
		}
		offset := 0
		for _, b := range c.Data[2:] {
			offset = offset<<8 | int(b)
		}
		var data []byte
		if data, r.SW = f.read(offset, c.Ne-3); len(data) > 0 {
			r.Data = append([]byte{0x53, 0x81, byte(len(data))}, data...)
		}
	}
	return r.AppendTo(nil), nil
}

func (f *fileCard) read(offset, ne int) ([]byte, apdu.SW) {
	left := f.content[min(offset, len(f.content)):]
	if f.most > 0 {
		ne = min(ne, f.most)
	}
	switch {
	case len(left) >= ne:
		return left[:ne], apdu.SWOK
	case f.atEnd != nil:
		return f.atEnd(left, ne)
	case len(left) == 0:
		return nil, apdu.SWWrongOffset
	}
	return left, apdu.SWOK
}

// pattern is n bytes, no two neighbouring runs of which are alike.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8*31)
	}
	return b
}

// exactly is a Need of n bytes.
func exactly(n int) apdu.Need {
	return func([]byte) (int, error) { return n, nil }
}
