package transport_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport"
)

// counting answers 01 02 03 04 9000 and counts.
func counting(n *int) apdu.CardTransport {
	return apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) {
		*n++
		return []byte{1, 2, 3, 4, 0x90, 0}, nil
	})
}

var errOops = errors.New("oops")

func TestWhenChoosesCommands(t *testing.T) {
	session := []string{"00A4000C026432", "00B0000000", "00B0010000", "0020000104 31323334", "00B0020000", "313233"}
	for name, tt := range map[string]struct {
		when transport.When
		want []int
	}{
		"At":             {transport.At(3), []int{3}},
		"At, none":       {transport.At(9), nil},
		"OnINS":          {transport.OnINS(0xB0), []int{2, 3, 5}},
		"OnINS, once":    {transport.Nth(1, transport.OnINS(0xB0)), []int{2}},
		"Nth":            {transport.Nth(2, transport.OnINS(0xB0)), []int{3}},
		"Nth of Nth":     {transport.Nth(2, transport.Nth(1, transport.OnINS(0xB0))), nil},
		"Since":          {transport.Since(transport.OnINS(0x20)), []int{4, 5, 6}},
		"Since the nth":  {transport.Since(transport.Nth(3, transport.OnINS(0xB0))), []int{5, 6}},
		"no command":     {func(_ int, c apdu.Command) bool { return c.INS == 0 }, []int{6}},
		"by its header":  {func(_ int, c apdu.Command) bool { return c.P1 == 1 }, []int{3}},
		"data are taken": {func(_ int, c apdu.Command) bool { return c.Data != nil }, nil},
		"every one":      {func(int, apdu.Command) bool { return true }, []int{1, 2, 3, 4, 5, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			reached := 0
			card := transport.Fault(counting(&reached), tt.when, transport.Fail(errOops))
			var got []int
			for i, capdu := range session {
				rapdu, err := transmit(t, card, capdu)
				if err == errOops {
					require.Nil(t, rapdu)
					got = append(got, i+1)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, []byte{1, 2, 3, 4, 0x90, 0}, rapdu)
			}
			require.Equal(t, tt.want, got)
			require.Equal(t, len(session)-len(got), reached, "the card does not see those")
		})
	}
}

func TestEffects(t *testing.T) {
	for name, tt := range map[string]struct {
		do   transport.Effect
		want string // or the error
		sees int    // commands that the card saw
	}{
		"Fail":                    {transport.Fail(errOops), "", 0},
		"Lose":                    {transport.Lose(errOops), "", 1},
		"Answer":                  {transport.Answer(apdu.Response{Data: []byte{9}, SW: 0x6F00}), "096F00", 0},
		"Cut":                     {transport.Cut(3), "0102039000", 1},
		"Cut to nothing":          {transport.Cut(0), "9000", 1},
		"Cut of more":             {transport.Cut(9), "010203049000", 1},
		"Truncate":                {transport.Truncate(5), "0102030490", 1},
		"Truncate to nothing":     {transport.Truncate(0), "-", 1},
		"Truncate of more":        {transport.Truncate(9), "010203049000", 1},
		"Flip":                    {transport.Flip(1, 0x80), "018203049000", 1},
		"Flip in SW2":             {transport.Flip(-1, 0x03), "010203049003", 1},
		"Flip in the first":       {transport.Flip(-6, 0x03), "020203049000", 1},
		"Flip behind the end":     {transport.Flip(6, 0x80), "010203049000", 1},
		"Flip before the first":   {transport.Flip(-7, 0x80), "010203049000", 1},
		"Double":                  {transport.Double(), "01020304010203049000", 1},
		"Change":                  {transport.Change(func(b []byte) []byte { return append(b, 7) }), "01020304900007", 1},
		"one effect from another": {twice(transport.Cut(1)), "019000", 2},
	} {
		t.Run(name, func(t *testing.T) {
			sees := 0
			rapdu, err := transmit(t, transport.Fault(counting(&sees), transport.At(1), tt.do), "00B0000004")
			require.Equal(t, tt.sees, sees)
			if tt.want == "" {
				require.Equal(t, errOops, err)
				require.Nil(t, rapdu)
				return
			}
			require.NoError(t, err)
			if tt.want == "-" {
				require.Empty(t, rapdu)
				return
			}
			require.Equal(t, unhex(t, tt.want), rapdu)
		})
	}
}

// twice has the command carried out twice.
func twice(do transport.Effect) transport.Effect {
	return func(ctx context.Context, carry func() ([]byte, error)) ([]byte, error) {
		_, _ = carry()
		return do(ctx, carry)
	}
}

func TestEffectsPassTheCardsErrorOn(t *testing.T) {
	for _, do := range []transport.Effect{transport.Cut(1), transport.Truncate(1), transport.Flip(0, 1), transport.Double(), transport.Delay(0)} {
		_, err := transmit(t, transport.Fault(fixed(nil, apdu.ErrNoCard), transport.At(1), do), "00B0000004")
		require.Equal(t, apdu.ErrNoCard, err)
	}
}

func TestEffectsOnAnAnswerWithoutAStatusWord(t *testing.T) {
	for want, do := range map[string]transport.Effect{"90": transport.Cut(0), "9090": transport.Double(), "91": transport.Flip(0, 1)} {
		got, err := transmit(t, transport.Fault(fixed([]byte{0x90}, nil), transport.At(1), do), "00B0000004")
		require.NoError(t, err)
		if want == "9090" {
			want = "90"
		}
		require.Equal(t, unhex(t, want), got)
	}
}

func TestDelayHonoursItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		card := transport.Fault(counting(&n), transport.OnINS(0xB0), transport.Delay(10*time.Second))
		start := time.Now()
		rapdu, err := transmit(t, card, "00B0000004")
		require.NoError(t, err)
		require.Len(t, rapdu, 6)
		require.Equal(t, 10*time.Second, time.Since(start))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		rapdu, err = card.Transmit(ctx, unhex(t, "00B0000004"))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Nil(t, rapdu)
		require.Equal(t, time.Second, time.Since(start))
		require.Equal(t, 2, n, "it was carried out")
	})
}

func TestFaultsAddUp(t *testing.T) {
	n := 0
	inner := transport.Fault(counting(&n), transport.At(2), transport.Cut(1))
	card := transport.Fault(inner, transport.At(1), transport.Answer(apdu.Response{SW: 0x6F00}))
	var got []string
	for range 3 {
		rapdu, err := transmit(t, card, "00B0000004")
		require.NoError(t, err)
		got = append(got, string(rapdu))
	}
	require.Equal(t, []string{"\x6F\x00", "\x01\x02\x03\x04\x90\x00", "\x01\x90\x00"}, got, "the inner one does not count what the outer one kept")
}

func TestFaultHandsOnLateAnswers(t *testing.T) {
	never := func(int, apdu.Command) bool { return false }
	late := transport.Fault(lateCard{answer: []byte{2, 0x90, 0}}, never, nil).(apdu.LateAnswerer)
	rapdu, ok := late.LateAnswer(t.Context())
	require.True(t, ok)
	require.Equal(t, []byte{2, 0x90, 0}, rapdu)
	_, ok = transport.Fault(fixed(nil, nil), never, nil).(apdu.LateAnswerer).LateAnswer(t.Context())
	require.False(t, ok)
}

func TestCutAndDoubleWriteNotIntoTheAnswer(t *testing.T) {
	answer := []byte{1, 2, 3, 4, 0x90, 0}
	card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return answer, nil })
	for _, do := range []transport.Effect{transport.Cut(1), transport.Double()} {
		_, err := transmit(t, transport.Fault(card, transport.At(1), do), "00B0000004")
		require.NoError(t, err)
		require.True(t, bytes.Equal([]byte{1, 2, 3, 4, 0x90, 0}, answer))
	}
}
