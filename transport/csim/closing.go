package csim

import (
	"context"
	"os"
	"time"
)

// CloseTime bounds what [Modem.Close] spends on putting back what the set-up
// changed.
const CloseTime = time.Second

// Close closes the stream. A command under way, and every later one, fails
// with os.ErrClosed. All calls return what the first one did.
//
// Before, within [CloseTime], the modem gets the lines of Config.Teardown, and
// what the set-up changed is put back: AT+CFUN, AT+CMEE and the echo. That it
// refuses them, or does not answer, is no error. It gets none when the stream
// failed, and when Close is called by OnURC or OnCard, or while one of them
// runs: they hold up the answers.
func (m *Modem) Close() error {
	m.close.Do(func() {
		m.mu.Lock()
		calling := m.calling
		m.noMore()
		m.mu.Unlock()
		if !calling {
			m.putBack()
		}
		m.fail(os.ErrClosed)
		m.closeErr = m.rw.Close()
	})
	return m.closeErr
}

// putBack sends the last command lines. It keeps the turn.
func (m *Modem) putBack() {
	ctx, cancel := context.WithTimeout(context.Background(), CloseTime)
	defer cancel()
	select {
	case m.turn <- struct{}{}:
	case <-ctx.Done():
		return
	}
	m.halt = m.dead
	m.mu.Lock()
	m.parting = true
	lines := m.set.back(m.config.Teardown)
	m.mu.Unlock()
	for _, line := range lines {
		x := newExchange(line)
		x.isSetup = true
		if !fit(line) || m.exchange(ctx, x) != nil && !x.ended {
			return
		}
	}
}

// back are the lines that undo the set-up, last things first.
func (s *setting) back(teardown []string) (lines []string) {
	if !s.quiet {
		return nil
	}
	lines = append(lines, teardown...)
	if s.raised {
		lines = append(lines, "AT+CFUN=0")
	}
	if s.numeric && s.errors != "" && s.errors != "1" {
		lines = append(lines, "AT+CMEE="+s.errors)
	}
	if s.echo {
		lines = append(lines, "ATE1")
	}
	return lines
}

// noMore ends what is under way, and lets nothing begin. Needs mu.
func (m *Modem) noMore() {
	if !m.closing {
		m.closing = true
		close(m.over)
	}
}

// fail ends everything for the reason err.
func (m *Modem) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.noMore()
	if m.err == nil {
		m.err = err
		close(m.dead)
	}
}

// alive returns an error if ctx or the stream ended.
func (m *Modem) alive(ctx context.Context) error {
	if err := m.failure(); err != nil {
		return err
	}
	return ctx.Err()
}

// reason is why no more commands are taken.
func (m *Modem) reason() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	return os.ErrClosed
}

// failure is why no command can be sent, or nil.
func (m *Modem) failure() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil && m.closing && !m.parting {
		return os.ErrClosed
	}
	return m.err
}

// streamEnded tells whether the stream ended.
func (m *Modem) streamEnded() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err != nil
}
