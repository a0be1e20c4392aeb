package csim

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// resync brings commands and answers in step.
//
// An old command may still be answered, now, later or never, and its OK looks
// like any other. So a probe is sent whose answer does not:
//
//	us                                 modem
//	AT+CSIM=… (old) ──────────────────▶
//	  deadline: given up                 (busy)
//	AT+CMEE? ─────────────────────────▶
//	  ◀──────────── +CSIM: …   OK        the old answer, kept for LateAnswer
//	  ◀──────────── +CMEE: 1   OK        the probe's: the old one can no
//	  … 300 ms of silence …              longer come, nor a copy of a line
//	AT+CSIM=… (new) ──────────────────▶
//
// The modem answers in order, so that the probe's answer shows that the old
// command's either came before or was dropped. How many result codes came does
// not matter then.
//
// If no answer comes, the other probe is sent. Whichever answer comes then
// tells which probe it was: that to the second shows that the first is done,
// that to the first that the second's is still to come, and is to be waited
// for (see pace), or the first probe is sent again. The search ends when
// nothing at all is owed.
//
//	AT+CMEE? ──▶  AT+CMEE=? ──▶  ◀── +CMEE: 1  OK       one is owed
//	                             ◀── +CMEE: (0-2)  OK   none is
//
// A modem that does not know the probes answers ERROR. That is a result code,
// and they are counted: when more came than were owed for the commands before
// the first probe, a probe was answered. See debts, and step for copies of
// lines.
//
// What is not shown before ctx ends is an error; the debts stay, and the next
// command goes on from there.
func (m *Modem) resync(ctx context.Context) error {
	defer m.endProbe()
	for {
		found, rest := m.found()
		var err error
		switch {
		case found:
			return nil
		case rest > 0:
			err = m.listen(ctx, rest)
		default:
			err = m.probe(ctx)
		}
		if err != nil {
			return lostStep(err)
		}
	}
}

// lostStep wraps what kept the modem from being brought in step; a stream that
// ended is no matter of steps.
func lostStep(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w: %w", apdu.ErrLostStep, err)
	}
	return err
}

// probe sends the probe that is due. Its answer is taken by step.
func (m *Modem) probe(ctx context.Context) error {
	m.mu.Lock()
	x := newExchange(m.step.next().line())
	m.mu.Unlock()
	x.isProbe = true
	return m.send(ctx, x)
}

// endProbe tells that what comes is no echo of a probe any more.
func (m *Modem) endProbe() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.current = nil
}

// found asks step, in the silence after answers, whether the probes led back,
// and, if not, how long the next one has time. It looks at the silence itself:
// behind an answer that came since somebody else looked, a probe's would count
// for a copy, and the modem would seem to owe one more than it does.
func (m *Modem) found() (found bool, rest time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if rest := QuietTime - time.Since(m.step.stirred); rest > 0 {
		return false, rest
	}
	if !m.step.found() {
		return false, time.Until(m.step.due())
	}
	m.dropPiece()
	return true, 0
}

// listen waits until an answer comes, or for some time.
func (m *Modem) listen(ctx context.Context, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-m.heard:
	case <-ctx.Done():
		return fmt.Errorf("no answer: %w", ctx.Err())
	case <-m.halt:
		return m.failure()
	}
	return nil
}

// quiet waits until no line of an answer came for QuietTime. Unsolicited lines
// do not count: a modem may send its position several times a second.
func (m *Modem) quiet(ctx context.Context) error {
	for {
		m.mu.Lock()
		rest := QuietTime - time.Since(m.step.stirred)
		m.mu.Unlock()
		if rest <= 0 {
			return m.alive(ctx)
		}
		if err := m.pause(ctx, rest); err != nil {
			return err
		}
	}
}

// pause waits for some time.
func (m *Modem) pause(ctx context.Context, long time.Duration) error {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-m.halt:
		return m.failure()
	}
}

// dropPiece drops a line that began and did not end, after the quiet time with
// nothing under way: it can be no line of the next command's. Needs mu.
func (m *Modem) dropPiece() {
	if m.lines.pending() {
		m.lines.discard()
	}
}
