package csim

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// read takes what the modem sends, until the stream ends.
func (m *Modem) read() {
	buf := make([]byte, 4096)
	for {
		n, err := m.rw.Read(buf)
		if n > 0 {
			m.input(buf[:n], time.Now())
		}
		if err != nil {
			m.fail(fmt.Errorf("%w: read: %w", ErrGone, err))
			return
		}
		if m.streamEnded() {
			return
		}
	}
}

// input takes the bytes of one read. The command that they end is told after
// the last of them: what comes behind its result code in one piece, and does
// not belong there, is seen before the next command goes out.
func (m *Modem) input(chunk []byte, now time.Time) {
	var urcs []string
	m.mu.Lock()
	m.stats.Received += len(chunk)
	m.used = now
	x := m.current
	if !m.lines.pending() {
		m.lineAt = now
	}
	m.lines.feed(chunk, func(line string) {
		line = strings.TrimSpace(line)
		if line != "" && m.sort(line, m.lineAt, now) {
			urcs = append(urcs, line)
		}
		m.lineAt = now
	})
	ended := x != nil && x.ended
	events := m.events
	m.events, m.calling = nil, len(urcs)+len(events) > 0
	m.mu.Unlock()

	if len(urcs)+len(events) > 0 {
		m.call(urcs, events)
	}
	if ended {
		close(x.done)
	}
}

// call tells the callbacks.
func (m *Modem) call(urcs []string, events []CardEvent) {
	if m.config.OnURC != nil {
		for _, line := range urcs {
			m.config.OnURC(line)
		}
	}
	for _, e := range events {
		m.config.OnCard(e)
	}
	m.mu.Lock()
	m.calling = false
	m.mu.Unlock()
}

// hear tells resynchronisation that an answer came.
func (m *Modem) hear() {
	select {
	case m.heard <- struct{}{}:
	default:
	}
}

// sort gives a line to whom it belongs, and tells whether it is unsolicited.
// Needs mu.
func (m *Modem) sort(line string, begun, now time.Time) (urc bool) {
	x := m.current
	if final, err := ParseResult(line); final {
		if isCallResult(err) && (x == nil || x.isProbe) {
			return true // of a call that another program made
		}
		m.sortResult(err, m.step.stir(begun, now))
		return false
	}
	old := m.gaveUp // whose answer may still come
	if !m.step.lost {
		old = nil
	}
	if x != nil && x.isEcho(line) {
		m.set.echo = m.set.echo || m.set.done == 0
		return false
	}
	if old != nil && old.isEcho(line) {
		return false
	}
	if p, ok := probeOf(line); ok && m.step.lost {
		m.step.stir(begun, now)
		m.step.sawAnswer(p)
		m.hear()
		if p == askSetting && !m.set.numeric {
			m.set.errors = line[len(line)-1:]
		}
		return false
	}
	switch {
	case x != nil && !x.isProbe && x.takesLine(line):
		m.step.stir(begun, now)
		x.keep(line)
	case old != nil && old.takesLine(line):
		m.step.stir(begun, now)
		old.keep(line) // for Resync
	case isAnswer(line):
		m.step.stir(begun, now)
		if isWholeAnswer(line) {
			m.lose() // nobody asked: another program may be using the port
		}
	case hasPrefixFold(line, probePrefix), hasPrefixFold(line, "AT"), namesAnswer(line):
		// A late answer to a probe, an echo, or either behind half a line: of
		// no use, and may hold a PIN.
	default:
		m.event(m.config.tells(line))
		if restarts(line) {
			m.restarted()
		}
		return true
	}
	return false
}

// sortResult takes a final result code that stands for err. fresh: there was
// silence before it. Needs mu.
func (m *Modem) sortResult(err error, fresh bool) {
	x := m.current
	switch {
	case m.step.lost && (x == nil || x.isProbe):
		m.step.sawResult()
		m.hear()
	case x == nil && fresh:
		m.lose() // nobody asked
	case x == nil:
		// A copy of the last one, or the OK that some send behind an error.
	default:
		m.sortOwnResult(x, err)
	}
}

// restarted notes that the modem lost what it was told: it echoes again, and
// answers to nothing that was sent before. Needs mu.
func (m *Modem) restarted() {
	m.isSetUp, m.set = false, setting{raised: m.set.raised}
	m.lose()
	if x := m.current; x != nil && !x.isProbe {
		m.end(x, fmt.Errorf("%w: it restarted", apdu.ErrLostStep))
		m.abandon(x)
	}
}

// sortOwnResult takes a result code while x, which is no probe, is under way.
func (m *Modem) sortOwnResult(x *exchange, err error) {
	defer m.noticeAbsence(x)
	older := m.step.owed() > 1 // an older command's may still come
	switch {
	case isCallResult(err):
		m.end(x, fmt.Errorf("%w: %w", apdu.ErrLostStep, err))
		m.abandon(x)
	case x.known || x.answer == nil:
		m.end(x, err)
		m.step.done(x.known)
	case err == nil && older:
		m.step.result() // no success of x, so it is the older one's
	case err == nil:
		m.end(x, fmt.Errorf("%w: %w", apdu.ErrLostStep, errNoAnswer))
		m.abandon(x)
	case older:
		m.end(x, fmt.Errorf("%w: %v, which may answer an older command", apdu.ErrLostStep, err))
		m.abandon(x)
	default:
		m.end(x, err)
		m.step.done(false)
	}
}

// end ends x with err; input tells the one who waits.
func (m *Modem) end(x *exchange, err error) {
	if err != nil {
		x.err = err
	}
	x.ended = true
	m.current = nil
}

func isCallResult(err error) bool {
	if err == nil {
		return false // the most frequent case, which need not allocate
	}
	var r resultWord
	return errors.As(err, &r) && r.call
}

func hasPrefixFold(s, prefix string) bool {
	_, ok := cutPrefixFold(s, prefix)
	return ok
}
