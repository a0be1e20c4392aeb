package csim_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// call is a command line that a commander expects, and what it returns.
type call struct {
	want  string
	lines []string
	err   error
}

// commander is a Commander that expects exactly these calls.
type commander struct {
	t     *testing.T
	calls []call
}

func commands(t *testing.T, calls ...call) *commander {
	c := &commander{t, calls}
	t.Cleanup(func() { require.Empty(t, c.calls, "not called") })
	return c
}

func (c *commander) Command(_ context.Context, line string) ([]string, error) {
	require.NotEmpty(c.t, c.calls, "unexpected %q", line)
	now := c.calls[0]
	c.calls = c.calls[1:]
	require.Equal(c.t, now.want, line)
	return now.lines, now.err
}

// resyncer is a commander that is a csim.Resyncer, too.
type resyncer struct {
	*commander
	late []string
	err  error
	n    int
}

func (r *resyncer) Resync(context.Context) ([]string, error) {
	r.n++
	return r.late, r.err
}

var (
	open      = "0070000001"
	openLine  = `AT+CSIM=10,"0070000001"`
	read      = "00B0000000"
	readLine  = `AT+CSIM=10,"00B0000000"`
	errResult = func(line string) error { _, err := csim.ParseResult(line); return err }
)

func TestCardSendsACommandAndReturnsItsAnswer(t *testing.T) {
	card := csim.New(commands(t, call{openLine, []string{"RDY", `+CSIM: 6,"019000"`}, nil}))
	rapdu, err := card.Transmit(t.Context(), unhex(t, open))
	require.NoError(t, err)
	require.Equal(t, unhex(t, "019000"), rapdu)
	_, late := card.LateAnswer(t.Context())
	require.False(t, late)
	require.Equal(t, "AT+CSIM", card.Way())
}

func TestCardRefusesWhatIsNoCommand(t *testing.T) {
	card := csim.New(commands(t))
	for _, capdu := range []string{"", "00A400", "00A4000402AB"} {
		_, err := card.Transmit(t.Context(), unhex(t, capdu))
		require.ErrorIs(t, err, apdu.ErrMalformed, capdu)
	}
}

func TestCardDoesNotSendWithAContextThatEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	card := csim.New(commands(t, call{openLine, []string{"9000"}, nil}))
	_, err := card.Transmit(ctx, unhex(t, open))
	require.ErrorIs(t, err, context.Canceled)
	_, late := card.LateAnswer(t.Context())
	require.False(t, late)
	_, err = card.Transmit(t.Context(), unhex(t, open))
	require.NoError(t, err, "it was not sent, so that nothing is out of step")
}

func TestCardTakesNoMoreDataThanTheCommandCanBring(t *testing.T) {
	for _, tt := range []struct {
		name, capdu string
		data        int
		ok          bool
	}{
		{"case 2", "00C0000010", 16, true},
		{"case 2, one more", "00C0000010", 17, false},
		{"Le 00", "00B0000000", 256, true},
		{"Le 00, one more", "00B0000000", 257, false},
		{"case 1: a modem that sends GET RESPONSE", "00F20000", 256, true},
		{"case 1, one more", "00F20000", 257, false},
		{"case 3", "00A40004023F00", 256, true},
		{"case 4", "00A40004023F0010", 16, true},
		{"SELECT: a modem that repeats it behind 6Cxx", "00A40004023F0010", 17, true},
		{"READ RECORD likewise", "00B2020410", 256, true},
		{"READ RECORD, one more than that", "00B2020410", 257, false},
		{"STATUS likewise", "80F2000010", 32, true},
		{"READ BINARY, one more", "00B0000010", 17, false},
		{"READ BINARY, wrapped", "04B000000811223344556677" + "8810", 40, true},
		{"READ BINARY, wrapped on channel 5", "61B000000811223344556677" + "8810", 40, true},
		{"READ BINARY, in the clear on channel 5", "41B0000010", 17, false},
		{"odd READ BINARY, one more", "00B100000454020001" + "10", 17, false},
		{"case 4, one more", "00CB3FFF035C01C110", 17, false},
		{"extended", "00B00000000200", 512, true},
		{"extended, one more", "00B00000000200", 513, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rapdu := append(make([]byte, tt.data), 0x90, 0x00)
			line := fmt.Sprintf("AT+CSIM=%d,\"%s\"", len(tt.capdu), tt.capdu)
			card := csim.New(commands(t, call{line, []string{fmt.Sprintf("+CSIM: %d,\"%X\"", 2*len(rapdu), rapdu)}, nil}))
			got, err := card.Transmit(t.Context(), unhex(t, tt.capdu))
			if tt.ok {
				require.NoError(t, err)
				require.Equal(t, rapdu, got)
				return
			}
			require.ErrorIs(t, err, apdu.ErrLostStep)
			require.Nil(t, got)
		})
	}
}

func TestCardGoesOnAtOnceAfterAResultCode(t *testing.T) {
	for _, line := range []string{"ERROR", "+CME ERROR: 13", "+CMS ERROR: 310", "ABORTED"} {
		t.Run(line, func(t *testing.T) {
			want := errResult(line)
			card := csim.New(commands(t,
				call{openLine, nil, fmt.Errorf("port 1: %w", want)},
				call{openLine, []string{"019000"}, nil},
				call{readLine, []string{line, "OK"}, nil}, // a Commander that does not look
				call{readLine, []string{"9000"}, nil}))
			_, err := card.Transmit(t.Context(), unhex(t, open))
			require.ErrorIs(t, err, want)
			_, late := card.LateAnswer(t.Context())
			require.False(t, late)
			_, err = card.Transmit(t.Context(), unhex(t, open))
			require.NoError(t, err)
			_, err = card.Transmit(t.Context(), unhex(t, read))
			require.ErrorIs(t, err, want)
			_, err = card.Transmit(t.Context(), unhex(t, read))
			require.NoError(t, err)
		})
	}
}

func TestCardSendsATUntilItWorksBeforeTheNextCommand(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		err   error
	}{
		{"context ended", nil, context.DeadlineExceeded},
		{"unknown error", nil, errors.New("i/o")},
		{"lost step", nil, fmt.Errorf("%w: %w", apdu.ErrLostStep, errResult("ERROR"))},
		{"call result", nil, errResult("NO CARRIER")},
		{"no answer", []string{"OK"}, nil},
		{"several answers", []string{"9000", "9000"}, nil},
		{"garbage", []string{`+CSIM: 4,"90"`}, nil},
		{"too much data", []string{"010203049000"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card := csim.New(commands(t,
				call{openLine, tt.lines, tt.err},
				call{"AT", nil, context.DeadlineExceeded},
				call{"AT", nil, errResult("ERROR")},
				call{"AT", nil, nil},
				call{readLine, []string{"AB9000"}, nil}))
			_, err := card.Transmit(t.Context(), unhex(t, open))
			require.Error(t, err)
			_, err = card.Transmit(t.Context(), unhex(t, read))
			require.ErrorIs(t, err, apdu.ErrLostStep)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			_, late := card.LateAnswer(t.Context())
			require.False(t, late)
			rapdu, err := card.Transmit(t.Context(), unhex(t, read))
			require.NoError(t, err)
			require.Equal(t, unhex(t, "AB9000"), rapdu)
		})
	}
}

func TestLateAnswerBringsAPlainCommanderInStep(t *testing.T) {
	card := csim.New(commands(t,
		call{openLine, nil, context.Canceled},
		call{"AT", []string{`+CSIM: 6,"019000"`}, nil}, // of no use: whose it is, is not known
		call{readLine, []string{"9000"}, nil}))
	_, err := card.Transmit(t.Context(), unhex(t, open))
	require.Error(t, err)
	_, late := card.LateAnswer(t.Context())
	require.False(t, late)
	_, err = card.Transmit(t.Context(), unhex(t, read))
	require.NoError(t, err)
}

func TestCardLeavesItToAResyncer(t *testing.T) {
	r := &resyncer{commander: commands(t, call{openLine, nil, context.Canceled}, call{readLine, []string{"9000"}, nil})}
	card := csim.New(r)
	_, err := card.Transmit(t.Context(), unhex(t, open))
	require.ErrorIs(t, err, context.Canceled)
	r.err = errors.New("not yet")
	_, err = card.Transmit(t.Context(), unhex(t, read))
	require.ErrorIs(t, err, r.err)
	r.err = nil
	_, err = card.Transmit(t.Context(), unhex(t, read))
	require.NoError(t, err)
	require.Equal(t, 2, r.n)
}

func TestLateAnswerIsThatOfTheLastCommandAndGivenOnce(t *testing.T) {
	r := &resyncer{commander: commands(t, call{openLine, nil, context.Canceled}), late: []string{`+CSIM: 6,"019000"`}}
	card := csim.New(r)
	_, err := card.Transmit(t.Context(), unhex(t, open))
	require.Error(t, err)
	rapdu, ok := card.LateAnswer(t.Context())
	require.True(t, ok)
	require.Equal(t, unhex(t, "019000"), rapdu)
	_, ok = card.LateAnswer(t.Context())
	require.False(t, ok)
	require.Equal(t, 1, r.n)
}

func TestLateAnswerToACommandThatWasNotSentIsNone(t *testing.T) {
	r := &resyncer{
		commander: commands(t, call{readLine, nil, context.Canceled}),
		late:      []string{"019000"}, // of the READ BINARY
		err:       errors.New("not yet"),
	}
	card := csim.New(r)
	_, err := card.Transmit(t.Context(), unhex(t, read))
	require.Error(t, err)
	_, err = card.Transmit(t.Context(), unhex(t, open))
	require.Error(t, err)
	r.err = nil
	_, ok := card.LateAnswer(t.Context())
	require.False(t, ok, "channel 1 is not ours")
}

func TestLateAnswerIsLookedAtLikeAnyOther(t *testing.T) {
	for _, late := range [][]string{nil, {"019000", "019000"}, {`+CSIM: 6,"0190`}, {"01029000"}, {"+CME ERROR: 10"}} {
		r := &resyncer{commander: commands(t, call{openLine, nil, context.Canceled}), late: late}
		card := csim.New(r)
		_, err := card.Transmit(t.Context(), unhex(t, open))
		require.Error(t, err)
		_, ok := card.LateAnswer(t.Context())
		require.False(t, ok, "%q", late)
	}
}

func TestErrorsOfACardShowNoDataOfTheCommand(t *testing.T) {
	verify := "002000010831323334FFFFFFFF"
	line := fmt.Sprintf(`AT+CSIM=%d,"%s"`, len(verify), verify)
	for _, lines := range [][]string{nil, {line}, {"+CSIM: 4"}, {"31323334", "9000"}} {
		card := csim.New(commands(t, call{line, lines, nil}))
		_, err := card.Transmit(t.Context(), unhex(t, verify))
		require.Error(t, err)
		require.NotContains(t, err.Error(), "3132")
	}
}

func ExampleCommander() {
	// Firmware that owns the AT port has something like this already.
	card := csim.New(firmware{})
	rapdu, err := card.Transmit(context.Background(), []byte{0x00, 0x70, 0x00, 0x00, 0x01})
	fmt.Printf("% X, %v\n", rapdu, err)
	// Output: 01 90 00, <nil>
}

type firmware struct{}

func (firmware) Command(_ context.Context, line string) (lines []string, err error) {
	for _, answer := range []string{"+CREG: 1", `+CSIM: 6,"019000"`, "OK"} { // what the port reads
		if final, err := csim.ParseResult(answer); final {
			return lines, err
		}
		lines = append(lines, answer)
	}
	return nil, errors.New("the port is closed")
}
