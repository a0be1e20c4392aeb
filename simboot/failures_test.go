package simboot_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// faulty is a card behind a transport that does something else to command at,
// counted from 1, than to carry it.
type faulty struct {
	card *simcard.Card
	at   int
	do   func(carry func() []byte) ([]byte, error)

	n    int
	late []byte // the answer to the last command, if it was lost
}

func (f *faulty) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	f.n++
	f.late = nil
	if f.n != f.at {
		return f.card.Transmit(ctx, capdu)
	}
	return f.do(func() []byte {
		rapdu, err := f.card.Transmit(ctx, capdu)
		if err != nil {
			panic(err)
		}
		return rapdu
	})
}

// LateAnswer implements apdu.LateAnswerer.
func (f *faulty) LateAnswer(context.Context) ([]byte, bool) { return f.late, f.late != nil }

// sessionOf counts the commands of a session that goes well.
func sessionOf(t *testing.T, file []byte) (commands int) {
	t.Helper()
	_, found, err := simboot.Read(t.Context(), newCard(t, simcard.BootstrapFile(file)), nil)
	require.NoError(t, err)
	return found.Stats.RoundTrips
}

// eachCommand runs f for every command of a session with a file of one READ,
// and with one of three.
func eachCommand(t *testing.T, f func(t *testing.T, at, last int, file []byte)) {
	for _, file := range [][]byte{file126(t), fileOf(t, 513)} {
		last := sessionOf(t, file)
		for at := 1; at <= last; at++ {
			t.Run(fmt.Sprintf("command %d of %d", at, last), func(t *testing.T) { f(t, at, last, file) })
		}
	}
}

var errWire = fmt.Errorf("wire: %w", io.ErrUnexpectedEOF)

// transportErrors are those that a caller may want to tell apart, and another.
var transportErrors = []error{
	apdu.ErrNoCard, apdu.ErrCardPIN, apdu.ErrCardLocked, apdu.ErrCardBusy, apdu.ErrCardFault,
	apdu.ErrLostStep, apdu.ErrMalformed, context.DeadlineExceeded, errWire,
}

func TestCommandThatDoesNotReachTheCard(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, last int, file []byte) {
		for _, want := range transportErrors {
			card := newCard(t, simcard.BootstrapFile(file))
			wire := &faulty{card: card, at: at, do: func(func() []byte) ([]byte, error) { return nil, want }}
			res, err := bootstrapFaulty(t, wire, file)
			if at == last {
				require.NoError(t, err, "the data were read")
				require.ErrorIs(t, res.Found.CloseErr, want)
				require.Equal(t, []int{1}, card.OpenChannels(), "nobody closed it")
				continue
			}
			require.ErrorIs(t, err, want)
			require.Empty(t, card.OpenChannels())
		}
	})
}

func TestAnswerThatIsLost(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, last int, file []byte) {
		for _, want := range transportErrors {
			card := newCard(t, simcard.BootstrapFile(file))
			wire := &faulty{card: card, at: at}
			wire.do = func(carry func() []byte) ([]byte, error) {
				wire.late = carry()
				return nil, want
			}
			res, err := bootstrapFaulty(t, wire, file)
			if at == last {
				require.NoError(t, err)
				require.ErrorIs(t, res.Found.CloseErr, want)
			} else {
				require.ErrorIs(t, err, want)
			}
			require.Empty(t, card.OpenChannels())
		}
	})
}

// bootstrapFaulty bootstraps once, and checks that what is in the store
// afterwards is the whole file, or nothing if that failed.
func bootstrapFaulty(t *testing.T, card apdu.CardTransport, file []byte) (simboot.Result, error) {
	t.Helper()
	var store bootstrapper.MemStore
	res, err := simboot.Bootstrap(t.Context(), card, &store, nil)
	if err != nil {
		require.NotErrorIs(t, err, simboot.ErrNoData)
		require.False(t, res.Changed)
		requireEmpty(t, &store)
		return res, err
	}
	require.True(t, res.Changed)
	requireHolds(t, &store, file)
	return res, nil
}

func TestCommandThatTheModemRefuses(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, last int, file []byte) {
		card := newCard(t, simcard.BootstrapFile(file))
		var command apdu.Command
		card.Observe(func(cmd apdu.Command, _ apdu.SW) { command = cmd })
		wire := &faulty{card: card, at: at, do: func(func() []byte) ([]byte, error) { return nil, apdu.ErrRefused }}
		res, err := bootstrapFaulty(t, wire, file)
		require.Empty(t, card.OpenChannels())
		switch {
		case at == 1:
			require.ErrorIs(t, err, apdu.ErrNoChannel)
			require.ErrorIs(t, err, apdu.ErrRefused)
			require.Zero(t, card.Total())
		case at == last:
			require.NoError(t, err)
			require.NoError(t, res.Found.CloseErr)
			require.Equal(t, apdu.MaxShortNe, command.Ne, "an EC25 takes MANAGE CHANNEL close with Le")
		case err != nil: // else another form of SELECT did it
			require.ErrorIs(t, err, apdu.ErrRefused)
			require.ErrorContains(t, err, "READ BINARY")
		}
	})
}

func TestCardPulledInTheMiddle(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, last int, file []byte) {
		card := newCard(t, simcard.BootstrapFile(file))
		card.Before(func(n int, _ apdu.Command) {
			if n == at {
				card.Remove()
			}
		})
		res, err := bootstrapFaulty(t, card, file)
		if at == last {
			require.ErrorIs(t, res.Found.CloseErr, apdu.ErrNoCard)
		} else {
			require.ErrorIs(t, err, apdu.ErrNoCard)
		}
	})
}

func TestCardSwappedInTheMiddleIsNeverMixedUp(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, last int, file []byte) {
		other := fileOf(t, len(file)+200)
		card := newCard(t, simcard.BootstrapFile(file))
		card.Before(func(n int, _ apdu.Command) {
			if n == at {
				card.Remove()
				require.NoError(t, card.SetBootstrapFile(other))
				card.Insert()
			}
		})
		want := file
		if at == 1 {
			want = other
		}
		_, err := bootstrapFaulty(t, card, want)
		require.Equal(t, at > 1 && at < last, err != nil)
		if err != nil {
			require.ErrorIs(t, err, apdu.SWNoSuchChannel)
		}
		require.Empty(t, card.OpenChannels())
	})
}

func TestContextCancelledInTheMiddle(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, _ int, file []byte) {
		card := newCard(t, simcard.BootstrapFile(file))
		ctx, cancel := context.WithCancel(t.Context())
		card.Before(func(n int, _ apdu.Command) {
			if n == at {
				cancel()
			}
		})
		res, err := simboot.Bootstrap(ctx, card, &untouchable{t: t}, nil)
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, res.Changed)
		require.Empty(t, card.OpenChannels(), "the channel is closed in spite of it")
	})
}

// TestCancelledSearchIsNotNoData has a DODF that is not there, at the moment
// when the context ends: the data may be in the next one.
func TestCancelledSearchIsNotNoData(t *testing.T) {
	card := newCard126(t, simcard.Files(simcard.ADF(apdu.AIDPKCS15, simcard.EF(fidODF, odf(t, 0x6499, fidDODF)))))
	_, found, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	for at := 1; at < found.Stats.RoundTrips-1; at++ {
		ctx, cancel := context.WithCancel(t.Context())
		start := card.Total()
		card.Before(func(n int, _ apdu.Command) {
			if n == start+at {
				cancel()
			}
		})
		_, _, err := simboot.Read(ctx, card, nil)
		require.ErrorIs(t, err, context.Canceled, at)
		require.NotErrorIs(t, err, simboot.ErrNoData, at)
	}
}

func TestContextThatHasEndedCostsNoCommand(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	card := newCard126(t)
	_, err := simboot.Bootstrap(ctx, card, &untouchable{t: t}, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, card.Total())
}
