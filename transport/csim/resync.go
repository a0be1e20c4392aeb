package csim

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// How long a probe is waited for before it is sent again: at first little,
// because a modem that slept loses what woke it; then more and more, because
// one that is busy answers each of them in the end.
const (
	firstProbeWait = 1 * time.Second
	maxProbeWait   = 8 * time.Second
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
// If no answer comes, the probe is sent again. Then its answer may be that to
// the first probe, with the others still to come, and after the next failure
// such a late one would be taken for the answer to a new probe. So another
// round follows, with the other probe, until a round took one probe alone: at
// that time nothing at all is owed.
//
//	AT+CMEE? ──▶  AT+CMEE? ──▶  ◀── +CMEE: 1  OK        the first's? the second's?
//	AT+CMEE=? ──▶               ◀── +CMEE: (0-2)  OK    whichever: both are done
//
// A modem that does not know the probes answers ERROR. That is a result code,
// and they are counted: when more came than were owed for the commands before
// the first probe, a probe was answered. See tally for copies of lines.
//
// What is not shown before ctx ends is an error; the counts stay, and the next
// command goes on from there.
func (m *Modem) resync(ctx context.Context) error {
	for wait := firstProbeWait; ; wait = min(2*wait, maxProbeWait) {
		if err := m.quiet(ctx); err != nil {
			return lostStep(err)
		}
		if m.found() {
			return nil
		}
		if err := m.probe(ctx, wait); err != nil {
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

// probe sends the probe that is due, and waits for a result code or the end of
// wait.
func (m *Modem) probe(ctx context.Context, wait time.Duration) error {
	m.mu.Lock()
	x := newExchange(m.step.round.line())
	m.mu.Unlock()
	x.isProbe = true
	short, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	if err := m.exchange(short, x); err != nil && short.Err() == nil {
		return err
	}
	return m.alive(ctx)
}

// quiet waits until no line of an answer came for QuietTime. Unsolicited lines
// do not count: a modem may send its position several times a second.
func (m *Modem) quiet(ctx context.Context) error {
	for {
		m.mu.Lock()
		rest := QuietTime - time.Since(m.step.stirred)
		m.mu.Unlock()
		if rest <= 0 {
			return nil
		}
		timer := time.NewTimer(rest)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-m.dead:
			timer.Stop()
			return m.failure()
		}
	}
}

// found asks step whether the probe led back.
func (m *Modem) found() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.step.found() {
		return false
	}
	m.dropPiece()
	return true
}

// dropPiece drops a line that began and did not end, after the quiet time with
// nothing under way: it can be no line of the next command's. Needs mu.
func (m *Modem) dropPiece() {
	if m.lines.pending() {
		m.lines.discard()
	}
}

// maxSetUps is how often a modem may restart while it is made ready.
const maxSetUps = 3

// ready brings the modem in step and sets it up, each if it must be.
func (m *Modem) ready(ctx context.Context) error {
	for range 2 * maxSetUps {
		m.mu.Lock()
		lost, isSetUp := m.step.lost, m.isSetUp
		m.isSetUp = m.isSetUp || !lost
		m.mu.Unlock()
		switch {
		case lost:
			if err := m.resync(ctx); err != nil {
				return err
			}
		case !isSetUp:
			if err := m.setUp(ctx); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return fmt.Errorf("%w: it restarts again and again", apdu.ErrLostStep)
}

// setUp sends what the modem is set up with: no echo, which costs time on a
// slow line; errors as numbers; what the user wants. That it refuses does not
// matter, see [Modem.Init].
func (m *Modem) setUp(ctx context.Context) error {
	for _, line := range append([]string{"ATE0", "AT+CMEE=1"}, m.config.Setup...) {
		if !fit(line) {
			return errors.New("Config.Setup: a command line is printable ASCII, two characters or more")
		}
		x := newExchange(line)
		x.isSetup = true
		if err := m.exchange(ctx, x); err != nil && !x.ended {
			m.mu.Lock()
			m.isSetUp = false
			m.mu.Unlock()
			return fmt.Errorf("%s: %w", commandTitle(line), err)
		}
	}
	return nil
}
