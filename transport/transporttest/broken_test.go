package transporttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// witness is a tb that notes that a check failed.
type witness struct {
	*testing.T
	mu     sync.Mutex
	failed []string
}

func (w *witness) Errorf(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = append(w.failed, fmt.Sprintf(format, args...))
}

func (w *witness) Fatalf(format string, args ...any) {
	w.Errorf(format, args...)
	runtime.Goexit()
}

// failing runs the checks against a transport and returns those that fail.
func failing(t *testing.T, make wrap, concurrent bool) (names []string) {
	for _, c := range checks {
		if c.concurrent && !concurrent {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			w := &witness{T: t}
			card := new(card)
			b := newBench(w, Config{}, make(t, card), card)
			done := false
			var check sync.WaitGroup
			check.Go(func() {
				c.do(b)
				done = true
			})
			check.Wait()
			time.Sleep(2 * time.Hour) // in the bubble: what still waits comes to its end
			require.Equal(t, done || len(w.failed) > 0, true, c.name)
			if len(w.failed) > 0 {
				names = append(names, c.name)
			}
		})
	}
	return names
}

// around makes a transport of a function that gets the card.
func around(f func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error)) wrap {
	return func(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
		return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) { return f(card, ctx, capdu) })
	}
}

// after changes what the card answered.
func after(f func(capdu, rapdu []byte) ([]byte, error)) wrap {
	return around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		if err != nil {
			return nil, err
		}
		return f(capdu, rapdu)
	})
}

// before changes what the card gets.
func before(f func(capdu []byte) []byte) wrap {
	return around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		return card.Transmit(ctx, f(bytes.Clone(capdu)))
	})
}

var errBroken = errors.New("broken")

// broken are transports with one fault each, and the check that finds it. No
// other check does.
var broken = []struct {
	name  string
	check string
	new   wrap
}{
	{"an SW becomes an error", "StatusWordIsData", after(func(_, rapdu []byte) ([]byte, error) {
		r, _ := apdu.ParseResponse(rapdu)
		if !r.SW.WrongLe() && r.SW.Err() != nil {
			return nil, r.SW
		}
		return rapdu, nil
	})},
	{"data behind a warning are dropped", "StatusWordIsData", after(func(_, rapdu []byte) ([]byte, error) {
		if r, _ := apdu.ParseResponse(rapdu); r.SW.Warning() {
			return rapdu[len(rapdu)-2:], nil
		}
		return rapdu, nil
	})},
	{"case 4 loses its Le", "CommandArrivesUnchanged", before(func(capdu []byte) []byte {
		c, err := apdu.ParseCommand(capdu)
		if err == nil && len(c.Data) > 0 && c.Ne == 16 {
			return capdu[:len(capdu)-1]
		}
		return capdu
	})},
	{"case 1 gets an Le", "CommandArrivesUnchanged", before(func(capdu []byte) []byte {
		if len(capdu) == 4 {
			return append(capdu, 0)
		}
		return capdu
	})},
	{"a NUL ends the data", "CommandArrivesUnchanged", before(func(capdu []byte) []byte {
		if i := bytes.IndexByte(capdu, 0xFE); i > 5 && len(capdu) < 200 {
			return capdu[:i]
		}
		return capdu
	})},
	{"a command is sent twice", "CommandArrivesUnchanged", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		if len(capdu) == 4 {
			_, _ = card.Transmit(ctx, capdu)
		}
		return card.Transmit(ctx, capdu)
	})},
	{"254 bytes of data at most", "LongestCommandAndAnswer", before(func(capdu []byte) []byte {
		if len(capdu) == 5+255 {
			return append(capdu[:4], append([]byte{254}, capdu[5:259]...)...)
		}
		return capdu
	})},
	{"255 bytes of answer at most", "LongestCommandAndAnswer", after(func(_, rapdu []byte) ([]byte, error) {
		return rapdu[max(0, len(rapdu)-257):], nil
	})},
	{"channels of two bits", "ClassOfEveryChannel", before(func(capdu []byte) []byte {
		if capdu[0]&0x40 != 0 {
			capdu[0] &^= 0x0C
		}
		return capdu
	})},
	{"the basic channel only", "ClassOfEveryChannel", before(func(capdu []byte) []byte {
		if capdu[0] != 0xA0 {
			capdu[0] &= 0x80
		}
		return capdu
	})},
	{"the command is cleared", "CommandIsNotWrittenTo", after(func(capdu, rapdu []byte) ([]byte, error) {
		clear(capdu)
		return rapdu, nil
	})},
	{"writes behind the command", "CommandIsNotWrittenTo", after(func(capdu, rapdu []byte) ([]byte, error) {
		_ = append(capdu, 0)
		return rapdu, nil
	})},
	{"a queue that does not copy", "CommandIsNotReadLater", func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
		return newQueue(t, card, false, false)
	}},
	{"one buffer for all answers", "AnswerIsTheCallers", oneBuffer},
	{"an answer is kept, and given again", "AnswerIsTheCallers", givenAgain},
	{"the last piece for the whole", "MoreDataIsNeverHalf", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		for err == nil && rapdu[len(rapdu)-2] == 0x61 {
			rapdu, err = card.Transmit(ctx, []byte{capdu[0], 0xC0, 0, 0, rapdu[len(rapdu)-1]})
		}
		return rapdu, err
	})},
	{"data ahead of 61xx are dropped", "MoreDataIsNeverHalf", after(func(_, rapdu []byte) ([]byte, error) {
		if n := len(rapdu) - 2; rapdu[n] == 0x61 {
			return rapdu[n:], nil
		}
		return rapdu, nil
	})},
	{"61xx becomes 9000", "MoreDataIsNeverHalf", after(func(_, rapdu []byte) ([]byte, error) {
		if n := len(rapdu) - 2; rapdu[n] == 0x61 {
			rapdu[n], rapdu[n+1] = 0x90, 0x00
		}
		return rapdu, nil
	})},
	{"repeats with half the Le", "WrongLeIsNeverHalf", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		if err == nil && rapdu[len(rapdu)-2] == 0x6C {
			again := append(bytes.Clone(capdu[:4]), rapdu[len(rapdu)-1])
			rapdu, err = card.Transmit(ctx, again)
			rapdu = append(rapdu[:10:10], 0x90, 0)
		}
		return rapdu, err
	})},
	{"a context that has ended does not matter", "ContextThatHasEnded", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		if ctx.Err() != nil {
			ctx = context.WithoutCancel(ctx)
		}
		return card.Transmit(ctx, capdu)
	})},
	{"another error for a context that has ended", "ContextThatHasEnded", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		if ctx.Err() != nil {
			return nil, errBroken
		}
		return card.Transmit(ctx, capdu)
	})},
	{"another error for a cancelled command", "CancellationEndsACommand", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rapdu, err := card.Transmit(ctx, capdu)
		if errors.Is(err, context.Canceled) {
			err = errBroken
		}
		return rapdu, err
	})},
	{"another error at the deadline", "DeadlineEndsACommand", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rapdu, err := card.Transmit(ctx, capdu)
		if errors.Is(err, context.DeadlineExceeded) {
			err = errBroken
		}
		return rapdu, err
	})},
	{"waits beyond the deadline", "DeadlineEndsACommand", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		forever, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
		defer cancel(nil)
		stop := context.AfterFunc(ctx, func() {
			if errors.Is(ctx.Err(), context.Canceled) {
				cancel(ctx.Err())
			}
		})
		defer stop()
		return card.Transmit(forever, capdu)
	})},
	{"the late answer is the next command's", "AnswerAfterACancelledCommand", func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
		return newQueue(t, card, true, true)
	}},
	{"an answer is late again and again", "LateAnswer", func(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
		return &stale{card: card}
	}},
	{"a late answer of nothing", "LateAnswer", func(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
		return &inventive{CardTransport: card}
	}},
	{"LateAnswer waits for ever", "LateAnswer", func(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
		return &endless{CardTransport: card}
	}},
	{"no card is another error", "CardTakenOut", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		if errors.Is(err, apdu.ErrNoCard) {
			err = errBroken
		}
		return rapdu, err
	})},
	{"no card is an SW", "CardTakenOut", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		if errors.Is(err, apdu.ErrNoCard) {
			return []byte{0x6F, 0x00}, nil
		}
		return rapdu, err
	})},
	{"a card that was out stays out", "CardPutBack", staysOut},
	{"an error with the command's bytes", "ErrorsTellNoBytes", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		if err != nil && capdu[1] == apdu.INSVerify {
			err = fmt.Errorf("AT+CSIM=18,\"%X\": %w", capdu, err)
		}
		return rapdu, err
	})},
	{"an error with the command inside", "ErrorsTellNoBytes", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		if err != nil {
			err = &failedCommand{capdu: bytes.Clone(capdu), error: err}
		}
		return rapdu, err
	})},
	{"callers get each other's answers", "ConcurrentCommands", mixing},
}

type failedCommand struct {
	capdu []byte
	error
}

func (e *failedCommand) Unwrap() error { return e.error }

func TestEachBrokenTransportFailsItsCheckAndNoOther(t *testing.T) {
	found := map[string]bool{}
	for _, v := range broken {
		t.Run(v.name, func(t *testing.T) {
			require.Equal(t, []string{v.check}, failing(t, v.new, v.check == "ConcurrentCommands"))
		})
		found[v.check] = true
	}
	for _, c := range checks {
		require.True(t, found[c.name], "%s has found nothing", c.name)
	}
}

func TestTransportThatNeverReturnsFailsEveryCheckThatSends(t *testing.T) {
	got := failing(t, around(func(_ apdu.CardTransport, ctx context.Context, _ []byte) ([]byte, error) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		<-time.After(time.Hour)
		return nil, errBroken
	}), false)
	require.Len(t, got, len(checks)-3, "%v", got) // ContextThatHasEnded, and LateAnswer, which it has not
}

func TestTransportThatAnswersNothingFailsEveryCheckThatSends(t *testing.T) {
	got := failing(t, around(func(_ apdu.CardTransport, ctx context.Context, _ []byte) ([]byte, error) { return nil, errBroken }), true)
	require.Len(t, got, len(checks)-1, "%v", got) // but LateAnswer
}

func TestTransportThatAnswersEverythingAlikeFails(t *testing.T) {
	for _, answer := range []string{"", "\x90", "\x90\x00", "\x01\x02\x03\x04\x05\x06\x07\x08\x90\x00"} {
		got := failing(t, around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
			_, err := card.Transmit(ctx, capdu)
			return []byte(answer), err
		}), true)
		require.Equal(t, []string{"StatusWordIsData", "CommandArrivesUnchanged", "LongestCommandAndAnswer", "ClassOfEveryChannel", "AnswerIsTheCallers",
			"MoreDataIsNeverHalf", "WrongLeIsNeverHalf", "AnswerAfterACancelledCommand", "CardPutBack", "ConcurrentCommands"}, got)
	}
}
