package apdu_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestOpenChannelTakesTheNumberThatTheCardChooses(t *testing.T) {
	for _, v := range []struct {
		name   string
		script []string
		number int
	}{
		{"1", []string{"0070000001 > 01 9000"}, 1},
		{"3", []string{"0070000001 > 03 9000"}, 3},
		{"19", []string{"0070000001 > 13 9000"}, 19},
		{"proactive command waits", []string{"0070000001 > 02 910B"}, 2},
		{"61xx", []string{"0070000001 > 6101", "00C0000001 > 02 9000"}, 2},
		{"6C01", []string{"0070000001 > 6C01", "0070000001 > 02 9000"}, 2},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch, err := apdu.OpenChannel(t.Context(), scripted(t, v.script...))
			require.NoError(t, err)
			require.Equal(t, v.number, ch.Number())
			require.Empty(t, ch.App())
			require.Equal(t, len(v.script), ch.Stats().RoundTrips)
		})
	}
}

func TestOpenChannelTellsThatThereIsNone(t *testing.T) {
	for _, answer := range []string{"6881", "6D00", "6986", "6A81", "6E00", "refused"} {
		ch, err := apdu.OpenChannel(t.Context(), scripted(t, "0070000001 > "+answer))
		require.ErrorIs(t, err, apdu.ErrNoChannel, answer)
		require.Nil(t, ch)
		if want := failures[answer]; want != nil {
			require.ErrorIs(t, err, want)
		} else {
			var sw apdu.SW
			require.ErrorAs(t, err, &sw)
			require.Equal(t, answer, fmt.Sprintf("%04X", uint16(sw)))
		}
	}
}

func TestOpenChannelFailsOnAnythingElse(t *testing.T) {
	for _, v := range []struct {
		name, answer string
		want         error
	}{
		{"other status word", "6F00", apdu.SWNoDiagnosis},
		{"status word with a number", "01 6982", apdu.SWSecurity},
		{"transport", "busy", apdu.ErrCardBusy},
		{"no number", "9000", apdu.ErrMalformed},
		{"number 0", "00 9000", apdu.ErrMalformed},
		{"number 20", "14 9000", apdu.ErrMalformed},
		{"two bytes", "0101 9000", apdu.ErrMalformed},
		{"no status word", "90", apdu.ErrMalformed},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch, err := apdu.OpenChannel(t.Context(), scripted(t, "0070000001 > "+v.answer))
			require.ErrorIs(t, err, v.want)
			require.NotErrorIs(t, err, apdu.ErrNoChannel)
			require.Nil(t, ch)
		})
	}
}

func TestCloseIsSentOnTheBasicChannel(t *testing.T) {
	for _, v := range []struct {
		name   string
		script []string
		want   error
	}{
		{"done", []string{"00708001 > 9000"}, nil},
		{"closed already", []string{"00708001 > 6200"}, nil},
		{"proactive command waits", []string{"00708001 > 9110"}, nil},
		{"Quectel EC25 wants a fifth byte", []string{"00708001 > refused", "0070800100 > 9000"}, nil},
		{"card wants a fifth byte", []string{"00708001 > 6700", "0070800100 > 9000"}, nil},
		{"refused in both forms", []string{"00708001 > refused", "0070800100 > refused"}, apdu.ErrRefused},
		{"wrong length in both forms", []string{"00708001 > 6700", "0070800100 > 6700"}, apdu.SWWrongLength},
		{"no such channel", []string{"00708001 > 6881"}, apdu.SWNoSuchChannel},
		{"transport", []string{"00708001 > busy"}, apdu.ErrCardBusy},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := openScripted(t, v.script...)
			require.ErrorIs(t, ch.Close(t.Context()), v.want)
			require.NoError(t, ch.Close(t.Context()), "the second time")
			require.Equal(t, 1+len(v.script), ch.Stats().RoundTrips)
			_, err := ch.Transmit(t.Context(), case2)
			require.Error(t, err, "a command on a closed channel")
		})
	}
}

func TestCloseOfTheBasicChannelSendsNothing(t *testing.T) {
	ch := apdu.BasicChannel(scripted(t))
	require.Equal(t, 0, ch.Number())
	require.NoError(t, ch.Close(t.Context()))
	require.NoError(t, ch.Close(t.Context()))
	_, err := ch.Transmit(t.Context(), case2)
	require.Error(t, err)
}

func TestCloseWorksWhenTheContextHasEnded(t *testing.T) {
	ch := openScripted(t, "00708001 > 9000")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, ch.Close(ctx))
}

// A modem that never answers: Close gives up after CloseGrace, whatever the
// caller's context allows.
func TestCloseTakesCloseGraceAtMost(t *testing.T) {
	for name, allowed := range map[string]time.Duration{"ended": 0, "an hour": time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				card := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
					if capdu[2] == 0x80 {
						<-ctx.Done()
						return nil, ctx.Err()
					}
					return []byte{1, 0x90, 0x00}, nil
				})
				ch, err := apdu.OpenChannel(t.Context(), card)
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), allowed)
				defer cancel()
				start := time.Now()
				require.ErrorIs(t, ch.Close(ctx), context.DeadlineExceeded)
				require.Equal(t, apdu.CloseGrace, time.Since(start))
			})
		})
	}
}

// lateCard is a transport whose peer answers MANAGE CHANNEL after the caller
// gave up.
type lateCard struct {
	apdu.CardTransport
	answer []byte        // nil: none
	after  time.Duration // from LateAnswer on
	asked  int
}

func (l *lateCard) LateAnswer(ctx context.Context) ([]byte, bool) {
	l.asked++
	select {
	case <-time.After(l.after):
		return l.answer, l.answer != nil
	case <-ctx.Done():
		return nil, false
	}
}

// slow is a modem that answers MANAGE CHANNEL open after the caller's deadline.
func slow(rest apdu.CardTransport) apdu.CardTransport {
	return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		if capdu[1] == apdu.INSManageChannel && capdu[2] == 0 {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return rest.Transmit(ctx, capdu)
	})
}

func TestOpenChannelClosesAChannelWhoseNumberCameLate(t *testing.T) {
	for _, v := range []struct {
		name   string
		answer string
		closes []string
	}{
		{"number", "02 9000", []string{"00708002 > 9000"}},
		{"number, close wants a fifth byte", "13 9000", []string{"00708013 > refused", "0070801300 > 9000"}},
		{"refusal", "6881", nil},
		{"refusal with a number", "01 6A81", nil},
		{"no number", "9000", nil},
		{"number 0", "00 9000", nil},
		{"number 20", "14 9000", nil},
		{"answer of something else", "0102 9000", nil},
		{"no status word", "90", nil},
	} {
		t.Run(v.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				card := &lateCard{CardTransport: slow(scripted(t, v.closes...)), answer: unhex(t, v.answer), after: 3 * time.Second}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				ch, err := apdu.OpenChannel(ctx, card)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Nil(t, ch)
				require.Equal(t, 4*time.Second, time.Since(start))
				require.Equal(t, 1, card.asked)
			})
		})
	}
}

func TestOpenChannelWaitsForALateAnswerCloseGraceAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := &lateCard{CardTransport: slow(scripted(t)), answer: []byte{1, 0x90, 0}, after: time.Hour}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := apdu.OpenChannel(ctx, card)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second+apdu.CloseGrace, time.Since(start))
	})
}

// The late answer and the closing share one CloseGrace.
func TestOpenChannelTakesOneCloseGraceAltogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := apdu.TransportFunc(func(ctx context.Context, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		card := &lateCard{CardTransport: silent, answer: []byte{1, 0x90, 0}, after: apdu.CloseGrace - time.Second}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := apdu.OpenChannel(ctx, card)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second+apdu.CloseGrace, time.Since(start))
	})
}

// What a LateAnswerer has is the answer to the last command it was given: not
// to MANAGE CHANNEL if that was never sent, and none if it was refused.
func TestOpenChannelAsksForNoLateAnswerInVain(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, v := range []struct {
		name string
		ctx  context.Context
		card apdu.CardTransport
	}{
		{"context ended before", ended, scripted(t)},
		{"modem refused", t.Context(), scripted(t, "0070000001 > refused")},
		{"card refused", t.Context(), scripted(t, "0070000001 > 6F00")},
	} {
		t.Run(v.name, func(t *testing.T) {
			card := &lateCard{CardTransport: v.card, answer: []byte{1, 0x90, 0}}
			_, err := apdu.OpenChannel(v.ctx, card)
			require.Error(t, err)
			require.Zero(t, card.asked)
		})
	}
}

func TestOpenChannelReportsTheFirstFailureWhenTheLateCloseFails(t *testing.T) {
	errLost := errors.New("no answer in time")
	n := 0
	card := &lateCard{answer: []byte{1, 0x90, 0}, CardTransport: apdu.TransportFunc(
		func(context.Context, []byte) ([]byte, error) {
			if n++; n == 1 {
				return nil, errLost
			}
			return nil, apdu.ErrNoCard
		})}
	_, err := apdu.OpenChannel(t.Context(), card)
	require.ErrorIs(t, err, errLost)
	require.NotErrorIs(t, err, apdu.ErrNoCard)
	require.Equal(t, 2, n)
}
