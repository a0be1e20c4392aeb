package transporttest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// queue carries commands out on a goroutine of its own, one after the other.
type queue struct {
	jobs    chan job
	copies  bool // of commands
	shares  bool // one channel for all answers
	answers chan result
}

type job struct {
	ctx     context.Context
	capdu   []byte
	answers chan result
}

func newQueue(t *testing.T, card apdu.CardTransport, copies, shares bool) *queue {
	q := &queue{jobs: make(chan job, 16), copies: copies, shares: shares, answers: make(chan result, 16)}
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	go func() {
		for {
			select {
			case <-end:
				return
			case j := <-q.jobs:
				rapdu, err := card.Transmit(context.WithoutCancel(j.ctx), j.capdu)
				j.answers <- result{rapdu, err}
			}
		}
	}()
	return q
}

func (q *queue) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	j := job{ctx: ctx, capdu: capdu, answers: q.answers}
	if q.copies {
		j.capdu = bytes.Clone(capdu)
	}
	if !q.shares {
		j.answers = make(chan result, 1)
	}
	q.jobs <- j
	select {
	case r := <-j.answers:
		return r.rapdu, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func oneBuffer(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
	var buffer [300]byte
	return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		return append(buffer[:0], rapdu...), err
	})
}

// givenAgain has a cache that it does not copy from.
func givenAgain(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
	var last []byte
	return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		if err == nil && bytes.Equal(capdu, read(0)) {
			last = rapdu
		}
		if err == nil && bytes.Equal(capdu, read(3)) && last != nil {
			copy(last, rapdu)
		}
		return rapdu, err
	})
}

// stale keeps the late answer.
type stale struct {
	card apdu.CardTransport
	late []byte
}

func (s *stale) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	rapdu, err := s.card.Transmit(ctx, capdu)
	if err == nil {
		s.late = bytes.Clone(rapdu)
	}
	return rapdu, err
}

func (s *stale) LateAnswer(context.Context) ([]byte, bool) { return s.late, s.late != nil }

// inventive has a late answer when a command was given up.
type inventive struct {
	apdu.CardTransport
	abandoned bool
}

func (i *inventive) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	rapdu, err := i.CardTransport.Transmit(ctx, capdu)
	i.abandoned = errors.Is(err, context.Canceled)
	return rapdu, err
}

func (i *inventive) LateAnswer(context.Context) ([]byte, bool) {
	return []byte{0x01, 0x90, 0x00}, i.abandoned
}

// endless waits for a late answer whatever the context says.
type endless struct {
	apdu.CardTransport
	wait chan struct{}
}

func (e *endless) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	rapdu, err := e.CardTransport.Transmit(ctx, capdu)
	e.wait = nil
	if errors.Is(err, context.Canceled) {
		e.wait = make(chan struct{})
		wait, capdu := e.wait, bytes.Clone(capdu)
		go func() { // the answer, far too late
			_, _ = e.CardTransport.Transmit(context.WithoutCancel(ctx), capdu)
			close(wait)
		}()
	}
	return rapdu, err
}

func (e *endless) LateAnswer(context.Context) ([]byte, bool) {
	if e.wait != nil {
		<-e.wait
	}
	return nil, false
}

func staysOut(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
	var mu sync.Mutex
	out := false
	return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		mu.Lock()
		defer mu.Unlock()
		out = out || errors.Is(err, apdu.ErrNoCard)
		if out {
			return nil, apdu.ErrNoCard
		}
		return rapdu, err
	})
}

// mixing swaps the answers of two commands that are under way at once.
func mixing(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
	var mu sync.Mutex
	underWay := 0
	return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		mu.Lock()
		underWay++
		others := underWay > 1
		mu.Unlock()
		defer func() {
			mu.Lock()
			underWay--
			mu.Unlock()
		}()
		rapdu, err := card.Transmit(ctx, capdu)
		if err == nil && others {
			rapdu = ownAnswer(read(9999))
		}
		return rapdu, err
	})
}
