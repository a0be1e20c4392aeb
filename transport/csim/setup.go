package csim

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// maxSetUps is how often a modem may restart while it is made ready.
const maxSetUps = 3

// maxTries is how often a line of the set-up is sent that is not answered in
// time. A slow modem would otherwise never be done with it.
const maxTries = 2

// setting is what the modem was like before it was set up, and how far that
// went.
type setting struct {
	done  int // lines of the set-up that are done
	tries int // of the next one

	errors  string // what +CMEE was before, if not empty
	numeric bool   // AT+CMEE=1 was sent
	echo    bool   // it echoed before ATE0 was answered
	quiet   bool   // ATE0 was sent
	raised  bool   // AT+CFUN=4 was sent to it with AT+CFUN=0
}

// ready wakes the modem, brings it in step and sets it up, each if it must be.
func (m *Modem) ready(ctx context.Context) error {
	if err := m.wake(ctx); err != nil {
		return err
	}
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
				m.mu.Lock()
				m.isSetUp = false
				m.mu.Unlock()
				return err
			}
		default:
			return nil
		}
	}
	return fmt.Errorf("%w: it restarts again and again", apdu.ErrLostStep)
}

// askFunction asks whether the part of the modem that reads the SIM is on.
const askFunction = "AT+CFUN?"

// setUpLines are what the modem is set up with: no echo, which costs time on a
// slow line; errors as numbers; what the user wants.
func (m *Modem) setUpLines() []string {
	lines := []string{"ATE0", "AT+CMEE=1"}
	if m.config.RaiseCFUN {
		lines = append(lines, askFunction)
	}
	return append(lines, m.config.Setup...)
}

// setUp sends the lines of the set-up, from where it stopped. That the modem
// refuses one does not matter, see [Modem.Init].
func (m *Modem) setUp(ctx context.Context) error {
	lines := m.setUpLines()
	for {
		n := m.nextSetUp(lines)
		if n == len(lines) {
			return nil
		}
		if !fit(lines[n]) {
			return errors.New("Config.Setup: a command line is printable ASCII, two characters or more")
		}
		if err := m.setUpLine(ctx, lines[n]); err != nil {
			return err
		}
		if !m.wasSetUp() {
			return nil // it restarted meanwhile
		}
	}
}

// nextSetUp is the line that is due. One with a PIN is sent once.
func (m *Modem) nextSetUp(lines []string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.set.done == len(lines) {
		return m.set.done
	}
	m.set.tries++
	if m.set.tries > maxTries || m.set.tries > 1 && holdsPIN(lines[m.set.done]) {
		m.set.done, m.set.tries = m.set.done+1, 1
	}
	return m.set.done
}

// wasSetUp notes that a line was answered, unless the modem restarted.
func (m *Modem) wasSetUp() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.isSetUp || m.step.lost {
		return false
	}
	m.set.done, m.set.tries = m.set.done+1, 0
	return true
}

func (m *Modem) setUpLine(ctx context.Context, line string) error {
	x := newExchange(line)
	x.isSetup = true
	m.mu.Lock()
	m.set.quiet = m.set.quiet || line == "ATE0"
	m.set.numeric = m.set.numeric || line == "AT+CMEE=1"
	m.mu.Unlock()
	if err := m.exchange(ctx, x); err != nil && !x.ended {
		return fmt.Errorf("%s: %w", commandTitle(line), err)
	}
	if line == askFunction && x.err == nil && functionOf(x.lines) == 0 {
		m.mu.Lock()
		m.set.raised = true
		m.mu.Unlock()
		return m.setUpLine(ctx, "AT+CFUN=4")
	}
	return nil
}

// functionOf reads the answer to AT+CFUN? (TS 27.007 8.2): 0 is the state
// without the SIM, 4 that with the SIM and without the radio. -1: unknown.
func functionOf(lines []string) int {
	for _, line := range lines {
		if rest, ok := cutPrefixFold(line, "+CFUN:"); ok {
			if n, err := strconv.ParseUint(strings.TrimSpace(rest), 10, 8); err == nil {
				return int(n)
			}
		}
	}
	return -1
}
