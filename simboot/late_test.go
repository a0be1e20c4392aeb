package simboot_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// nthCSIM applies f to the answer to the n-th AT+CSIM, counted from 1.
func nthCSIM(n int, f simcard.Filter) simcard.Filter {
	count := 0
	return simcard.On("AT+CSIM", func(x simcard.Exchange, out []simcard.Chunk) []simcard.Chunk {
		if count++; count == n {
			return f(x, out)
		}
		return out
	})
}

// overModem puts a modem, with filters, in front of card.
func overModem(t *testing.T, card *simcard.Card, filters ...simcard.Filter) (*csim.Card, *csim.Modem) {
	t.Helper()
	modem := csim.NewModem(simcard.NewModem(card, simcard.Filtered(filters...)), nil)
	t.Cleanup(func() { _ = modem.Close() })
	return csim.New(modem), modem
}

// bootstrapOnce bootstraps; an error leaves the store as it was, else it has
// the whole file.
func bootstrapOnce(t *testing.T, ctx context.Context, card apdu.CardTransport, file []byte) (simboot.Result, error) {
	t.Helper()
	var store bootstrapper.MemStore
	res, err := simboot.Bootstrap(ctx, card, &store, nil)
	if err != nil {
		requireEmpty(t, &store)
		require.False(t, res.Changed)
		return res, err
	}
	requireHolds(t, &store, file)
	return res, nil
}

// TestLateAnswerIsNeverTakenForAnother delays each answer of a session until
// its command has been given up, and bootstraps again over the same modem.
func TestLateAnswerIsNeverTakenForAnother(t *testing.T) {
	file := file126(t)
	last := sessionOf(t, file)
	for at := 1; at <= last; at++ {
		for _, delay := range []time.Duration{9000, 10010, 10300, 10700, 11000, 12000, 13500, 17000} {
			delay *= time.Millisecond
			for _, deadline := range []time.Duration{0, 8 * time.Second} {
				name := fmt.Sprintf("answer %d by %v, deadline %v", at, delay, deadline)
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						card := newCard126(t)
						wire, modem := overModem(t, card, nthCSIM(at, simcard.Delay(delay)))
						ctx := t.Context()
						if deadline > 0 {
							var cancel context.CancelFunc
							ctx, cancel = context.WithTimeout(ctx, deadline)
							defer cancel()
						}
						res, err := bootstrapOnce(t, ctx, wire, file)
						late := delay > csim.DefaultTimeout || deadline > 0 && at < last
						require.Equal(t, deadline > 0 || late && at < last, err != nil, err)
						if err != nil {
							require.ErrorIs(t, err, context.DeadlineExceeded)
						}
						require.Equal(t, late && at == last, res.Found.CloseErr != nil)
						synctest.Wait()
						require.Empty(t, card.OpenChannels())

						res, err = bootstrapOnce(t, t.Context(), wire, file)
						require.NoError(t, err)
						require.NoError(t, res.Found.CloseErr)
						require.Equal(t, commandsBesideReads+1, res.Found.Stats.RoundTrips)
						require.Empty(t, card.OpenChannels())
						require.Equal(t, late, modem.Stats().Lost > 0)
					})
				})
			}
		}
	}
}

// TestAnswerLaterThanTheGrace is too late for the channel to be closed: the
// error says so, and later on all is well again.
func TestAnswerLaterThanTheGrace(t *testing.T) {
	file := file126(t)
	for at := 2; at < sessionOf(t, file); at++ {
		synctest.Test(t, func(t *testing.T) {
			card := newCard126(t)
			wire, _ := overModem(t, card, nthCSIM(at, simcard.Delay(time.Minute)))
			start := time.Now()
			_, err := bootstrapOnce(t, t.Context(), wire, file)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.ErrorIs(t, err, apdu.ErrLostStep)
			require.ErrorContains(t, err, "MANAGE CHANNEL close 1")
			require.LessOrEqual(t, time.Since(start), csim.DefaultTimeout+apdu.CloseGrace+time.Second)

			_, err = bootstrapOnce(t, t.Context(), wire, file)
			require.ErrorIs(t, err, apdu.ErrLostStep, "the modem is still busy")
			time.Sleep(time.Minute)
			res, err := bootstrapOnce(t, t.Context(), wire, file)
			require.NoError(t, err)
			require.Equal(t, 2, res.Found.Channel)
			require.Equal(t, []int{1}, card.OpenChannels(), "as the error said")
		})
	}
}

// TestAnswerThatNeverComes drops each answer of a session.
func TestAnswerThatNeverComes(t *testing.T) {
	file := file126(t)
	last := sessionOf(t, file)
	for at := 1; at <= last; at++ {
		for _, drop := range [][]simcard.Kind{{simcard.Line, simcard.Final}, {simcard.Line}, {simcard.Final}} {
			synctest.Test(t, func(t *testing.T) {
				card := newCard126(t)
				wire, _ := overModem(t, card, nthCSIM(at, simcard.Drop(drop...)))
				res, err := bootstrapOnce(t, t.Context(), wire, file)
				require.Equal(t, at < last, err != nil, err)
				require.Equal(t, at == last, res.Found.CloseErr != nil)
				if at > 1 { // the number of the channel was in that answer
					require.Empty(t, card.OpenChannels())
				}
				synctest.Wait()
				_, err = bootstrapOnce(t, t.Context(), wire, file)
				require.NoError(t, err)
			})
		}
	}
}

func TestAnswerSaidTwice(t *testing.T) {
	file := file126(t)
	for at := 1; at <= sessionOf(t, file); at++ {
		for _, twice := range [][]simcard.Kind{{simcard.Line}, {simcard.Final}, {simcard.Line, simcard.Final}} {
			synctest.Test(t, func(t *testing.T) {
				card := newCard126(t)
				wire, _ := overModem(t, card, nthCSIM(at, simcard.Double(twice...)))
				_, _ = bootstrapOnce(t, t.Context(), wire, file)
				synctest.Wait() // the copy is read before the next command goes out
				_, err := bootstrapOnce(t, t.Context(), wire, file)
				require.NoError(t, err)
			})
		}
	}
}

func TestAnswerOctetByOctet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard126(t)
		wire, _ := overModem(t, card, simcard.Pieces(1, time.Millisecond))
		_, err := bootstrapOnce(t, t.Context(), wire, file126(t))
		require.NoError(t, err)
	})
}
