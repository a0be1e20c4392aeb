package transport

import (
	"context"
	"sync"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Fault returns a transport that hands commands to card, but for those that
// when chooses: what happens to these is do's affair. Several faults are
// several Faults, one around the other:
//
//	card = transport.Fault(card, transport.At(5), transport.Cut(16))
//	card = transport.Fault(card, transport.Since(transport.At(9)), transport.Fail(apdu.ErrNoCard))
//
// The inner one counts the commands that the outer one let through. The
// transport is an apdu.LateAnswerer whose answers are the card's, and as safe
// for concurrent use as the card is.
func Fault(card CardTransport, when When, do Effect) CardTransport {
	return &faulty{card: card, when: when, do: do}
}

// When chooses commands. n counts them from 1. c is without its data, which
// may be a PIN; it is the zero Command for what is none. Calls do not overlap.
// A When may count, so it is for one [Fault] only.
type When func(n int, c apdu.Command) bool

// At chooses the n-th command.
func At(n int) When { return func(have int, _ apdu.Command) bool { return have == n } }

// OnINS chooses the commands with that instruction byte.
func OnINS(ins byte) When { return func(_ int, c apdu.Command) bool { return c.INS == ins } }

// Nth chooses the n-th of the commands that when chooses, and no other.
func Nth(n int, when When) When {
	count := 0
	return func(have int, c apdu.Command) bool {
		if !when(have, c) {
			return false
		}
		count++
		return count == n
	}
}

// Since chooses the first command that when chooses, and all that follow: a
// card that was taken out stays out.
func Since(when When) When {
	begun := false
	return func(n int, c apdu.Command) bool {
		begun = begun || when(n, c)
		return begun
	}
}

// Effect is what happens to a command. carry hands it to the card and returns
// its answer; an Effect that does not call it keeps the command from the card.
type Effect func(ctx context.Context, carry func() ([]byte, error)) ([]byte, error)

// Fail fails with err; the card does not see the command.
func Fail(err error) Effect {
	return func(context.Context, func() ([]byte, error)) ([]byte, error) { return nil, err }
}

// Lose fails with err after the card carried the command out: the answer was
// lost.
func Lose(err error) Effect {
	return func(_ context.Context, carry func() ([]byte, error)) ([]byte, error) {
		_, _ = carry()
		return nil, err
	}
}

// Answer answers r; the card does not see the command.
func Answer(r apdu.Response) Effect {
	return func(context.Context, func() ([]byte, error)) ([]byte, error) { return r.AppendTo(nil), nil }
}

// Delay brings the answer d later. When ctx ends before that, the error is
// ctx's, and the answer is lost.
func Delay(d time.Duration) Effect {
	return func(ctx context.Context, carry func() ([]byte, error)) ([]byte, error) {
		rapdu, err := carry()
		late := time.NewTimer(d)
		defer late.Stop()
		select {
		case <-late.C:
			return rapdu, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Change returns what change makes of the card's answer, status word and all.
func Change(change func(rapdu []byte) []byte) Effect {
	return func(_ context.Context, carry func() ([]byte, error)) ([]byte, error) {
		rapdu, err := carry()
		if err != nil {
			return rapdu, err
		}
		return change(rapdu), nil
	}
}

type faulty struct {
	card CardTransport
	do   Effect

	mu   sync.Mutex
	when When
	n    int
}

// Transmit implements CardTransport.
func (f *faulty) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	if !f.chooses(capdu) {
		return f.card.Transmit(ctx, capdu)
	}
	return f.do(ctx, func() ([]byte, error) { return f.card.Transmit(ctx, capdu) })
}

func (f *faulty) chooses(capdu []byte) bool {
	c, _ := apdu.ParseCommand(capdu)
	c.Data = nil
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	return f.when(f.n, c)
}

// Way implements apdu.WayTeller: it is the card's.
func (f *faulty) Way() string { return wayOf(f.card) }

// LateAnswer implements apdu.LateAnswerer.
func (f *faulty) LateAnswer(ctx context.Context) ([]byte, bool) {
	if late, ok := f.card.(apdu.LateAnswerer); ok {
		return late.LateAnswer(ctx)
	}
	return nil, false
}
