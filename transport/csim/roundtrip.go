package csim

import (
	"context"
	"fmt"
	"io"
	"time"
)

// exchange sends a command line and waits for its final result code. A command
// that ends without one is abandoned: the modem is out of step then. The
// caller has the turn.
func (m *Modem) exchange(ctx context.Context, x *exchange) error {
	if err := m.settle(ctx, x); err != nil {
		return err
	}
	err := m.send(ctx, x)
	if err == nil {
		err = m.wait(ctx, x.done)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == nil && !x.ended {
		return err // it was not sent
	}
	m.current = nil
	if x.ended {
		m.failed = x.err != nil
		return x.err
	}
	m.abandon(x)
	return err
}

// send sends x, once the write before has ended.
func (m *Modem) send(ctx context.Context, x *exchange) error {
	if err := m.finishWrite(ctx); err != nil {
		return fmt.Errorf("the write of an earlier command has not ended: %w", err)
	}
	if err := m.alive(ctx); err != nil {
		return err
	}
	m.begin(x)
	return m.write(ctx, x.line+"\r")
}

// begin notes that x goes out.
func (m *Modem) begin(x *exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.current, m.used = x, time.Now()
	m.step.sent(x.line, x.isProbe, m.used)
	m.stats.Sent += len(x.line) + 1
	if x.isProbe || x.isSetup {
		m.stats.SetUp++
	} else {
		m.stats.RoundTrips++
	}
}

// abandon gives x up: its answer may still come. Needs mu.
func (m *Modem) abandon(x *exchange) {
	m.gaveUp = x
	m.lose()
}

// lose tells step that it is lost. Needs mu.
func (m *Modem) lose() {
	if !m.step.lost {
		m.stats.Lost++
	}
	m.step.lose()
}

// settle waits until no copy of an earlier result code can be taken for x's.
// An answer to AT+CSIM has a line to be known by, so that the time is spent
// only where there is none, or where an error came before.
func (m *Modem) settle(ctx context.Context, x *exchange) error {
	m.mu.Lock()
	need := m.failed || x.answer == nil && !x.isSetup
	m.mu.Unlock()
	if !need {
		return nil
	}
	if err := m.quiet(ctx); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropPiece()
	return nil
}

// write sends b. A stream may block for ever (a UART whose flow is stopped),
// so that a goroutine of its own does it; when ctx ends first, the write goes
// on, and the next command waits for its end.
func (m *Modem) write(ctx context.Context, line string) error {
	m.writing = true
	go func() {
		n, err := io.WriteString(m.rw, line)
		if err == nil && n < len(line) {
			err = io.ErrShortWrite
		}
		m.wrote <- err
	}()
	return m.finishWrite(ctx)
}

// finishWrite waits for the write under way, if there is one. One that fails
// ends everything: how much of a line the modem got is not known.
func (m *Modem) finishWrite(ctx context.Context) error {
	if !m.writing {
		return nil
	}
	select {
	case err := <-m.wrote:
		m.writing = false
		if err != nil {
			m.fail(fmt.Errorf("%w: write: %w", ErrGone, err))
			return m.failure()
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-m.halt:
		return m.failure()
	}
}

// wait waits for done.
func (m *Modem) wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("no answer: %w", ctx.Err())
	case <-m.halt:
		return m.failure()
	}
}
