package transporttest

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// contextThatHasEnded: nothing is waited for then, and the error is the
// context's.
func contextThatHasEnded(b *bench) {
	cancelled, cancel := context.WithCancel(b.Context())
	cancel()
	late, cancel := context.WithDeadline(b.Context(), time.Now().Add(-time.Hour))
	defer cancel()
	for want, ctx := range map[error]context.Context{context.Canceled: cancelled, context.DeadlineExceeded: late} {
		r := b.await("command with a context that has ended", b.start(ctx, read(1)))
		if !errors.Is(r.err, want) {
			b.Errorf("context that has ended: error %v, not %v", r.err, want)
		}
	}
}

// cancellationEndsACommand that the card does not answer.
func cancellationEndsACommand(b *bench) {
	err := b.abandoned(read(1))
	b.card.release()
	if !errors.Is(err, context.Canceled) {
		b.Errorf("cancelled command: error %v, not %v", err, context.Canceled)
	}
}

// deadlineEndsACommand that the card does not answer.
func deadlineEndsACommand(b *bench) {
	ctx, cancel := context.WithTimeout(b.Context(), abandon)
	defer cancel()
	b.card.hold()
	r := b.await("command with a deadline", b.start(ctx, read(1)))
	b.card.release()
	if !errors.Is(r.err, context.DeadlineExceeded) {
		b.Errorf("command with a deadline: error %v, not %v", r.err, context.DeadlineExceeded)
	}
}

// mayRefuse tells the errors by which a transport may refuse a command since
// the answer to an older one may still come.
func mayRefuse(err error) bool {
	return errors.Is(err, apdu.ErrLostStep) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// answerAfterACancelledCommand: whenever the card gets round to answer the
// command that was given up, that answer is not another command's.
func answerAfterACancelledCommand(b *bench) {
	for i, held := range []time.Duration{0, abandon, 4 * abandon} {
		first := 100 * (i + 1)
		_ = b.abandoned(read(first))
		if held == 0 {
			b.card.release()
		}
		for n := first + 1; n < first+4; n++ {
			ctx, cancel := context.WithTimeout(b.Context(), b.patience/2)
			done := b.start(ctx, read(n))
			if held > 0 && n == first+1 {
				<-time.After(held)
				b.card.release()
			}
			r := b.await("command behind one that was cancelled", done)
			cancel()
			switch {
			case r.err != nil && !mayRefuse(r.err):
				b.Errorf("command behind one that was cancelled: error %v, neither %v nor the context's", r.err, apdu.ErrLostStep)
			case r.err == nil && !bytes.Equal(r.rapdu, ownAnswer(read(n))):
				b.Fatalf("command behind one that was cancelled, %v later: the answer is not its own", held)
			}
		}
	}
}

// commandIsNotReadLater: what a caller writes into the slice of a command that
// was given up does not reach the card.
func commandIsNotReadLater(b *bench) {
	first, second := read(1), read(2)
	_ = b.abandoned(first)
	overwrite(first)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	done := b.start(ctx, second) // which may wait for its turn
	<-time.After(abandon)
	cancel()
	b.await("command behind one that was cancelled", done)
	overwrite(second)
	b.card.release()
	ctx, cancel = context.WithTimeout(b.Context(), b.patience/2)
	defer cancel()
	b.await("third command", b.start(ctx, read(3)))
	for _, seen := range b.card.arrived() {
		if seen[1] == overwritten {
			b.Fatalf("the card gets what the caller wrote into a command after Transmit had returned")
		}
	}
}

// overwritten is an instruction byte that no check sends.
const overwritten = 0x5A

func overwrite(capdu []byte) {
	for i := range capdu {
		capdu[i] = overwritten
	}
}

// lateAnswer: it is that of the last command, if that was given up; and
// LateAnswer does not outlast its context.
func lateAnswer(b *bench) {
	late, ok := b.transport.(apdu.LateAnswerer)
	if !ok {
		return
	}
	ask := func(what string, want []byte) {
		b.Helper()
		ctx, cancel := context.WithTimeout(b.Context(), b.patience/2)
		defer cancel()
		done := make(chan result, 1)
		go func() {
			rapdu, ok := late.LateAnswer(ctx)
			if !ok {
				rapdu = nil
			}
			done <- result{rapdu: rapdu}
		}()
		r := b.await(what, done)
		if r.rapdu != nil && !bytes.Equal(r.rapdu, want) {
			b.Errorf("%s: LateAnswer returns an answer that is none or another command's", what)
		}
	}
	ask("before any command", nil)
	b.transmit("command", read(1))
	ask("behind a command that was answered", nil)
	_ = b.abandoned(read(2))
	b.card.release()
	ask("behind a command that was given up", ownAnswer(read(2)))
	ask("asked twice", nil)

	_ = b.abandoned(read(3))
	ctx, cancel := context.WithTimeout(b.Context(), abandon)
	defer cancel()
	done := make(chan result, 1)
	go func() {
		_, ok := late.LateAnswer(ctx)
		if ok {
			b.Errorf("LateAnswer returns an answer that the card did not give")
		}
		done <- result{}
	}()
	b.await("LateAnswer of a card that does not answer", done)
	b.card.release()
}
