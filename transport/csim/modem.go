package csim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// ErrGone tells that the byte stream to the modem ended or failed. The Modem
// is of no use after it: open the port again.
var ErrGone = errors.New("the modem is gone")

// Modem is a [Commander] over a byte stream, for use by several goroutines:
// their commands take turns. It takes lines from the modem in any shape, tells
// the answer to the command under way from echoes and unsolicited lines, and
// keeps in step.
//
// # Keeping in step
//
// A command can end without its final result code: its context ended, or
// something came that is no answer to it. Its answer may still come, minutes
// later, and must not be taken for the next command's. So the next command
// waits, within its own context, until a probe shows that no old answer can
// come any more. A new Modem begins like that: another program may have left
// the port just now. An APDU is never sent twice.
//
// That an answer is never given to another command rests on two things about
// the modem, which may otherwise delay, drop and cut what it likes, and send
// unsolicited lines anywhere:
//
//   - it carries out commands, and answers, in the order in which they came,
//     each at most once;
//   - the copy of a line, if it sends lines twice, follows the line at once,
//     and within [QuietTime].
//
// A modem that knows neither AT+CMEE? nor AT+CMEE=? is brought in step by
// counting result codes. That is as safe for AT+CSIM (an error that may be an
// older command's becomes ErrLostStep of package apdu), but the OK that ends a
// command without information lines may be an older command's, and of another
// program no more than two commands may be left on the port.
//
// A modem that takes up to 4 s for each and every answer is brought in step
// within DefaultTimeout; a slower one, by several commands.
//
// # Start and end
//
// The set-up turns the echo off (ATE0) and errors to numbers (AT+CMEE=1), and
// Close puts both back. A port that was idle is woken with AT, see
// [Config.Idle]. When the modem says that it restarted (RDY), it is out of step
// and is set up anew before the next command.
//
// # Which lines are a command's
//
// Those of AT+CSIM, AT+CGLA and AT+CRSM begin with the command's name, as in
// "+CSIM:", or are hex digits alone; that of AT+CCHO may be a number alone.
// Those of another command have its name before a colon; for lines without
// (AT+CGMI) this type is of no use, they are taken for unsolicited ones.
type Modem struct {
	rw       io.ReadWriteCloser
	config   Config
	turn     chan struct{} // holds a token while a command is under way
	over     chan struct{} // closed when no more commands are taken
	dead     chan struct{} // closed when the stream ended
	halt     chan struct{} // over, or dead for the last commands; held with turn
	heard    chan struct{} // gets a token when an answer came
	start    sync.Once     // of the reader
	close    sync.Once
	closeErr error

	writing bool       // a write has not ended; held with turn
	wrote   chan error // how it ended

	mu      sync.Mutex // guards what is below
	err     error      // why dead is closed
	closing bool       // over is closed
	parting bool       // Close puts back what the set-up changed
	calling bool       // a callback is under way
	lines   splitter
	lineAt  time.Time // when the line under way began
	current *exchange
	gaveUp  *exchange // the last command if it was abandoned
	step    step
	isSetUp bool
	set     setting
	failed  bool      // the last command ended with an error
	used    time.Time // the last time that bytes went either way
	card    CardEvent // the last one
	broken  error     // what was begun with the card ended so
	begun   bool      // something was begun with the card
	events  []CardEvent
	stats   Stats
}

// NewModem returns a Modem on rw, which it owns from now on. It does no I/O:
// the modem is set up before its first command, or by [Modem.Init].
//
// Close of rw must end a Read that waits; the goroutine that reads lives until
// then. A Write that blocks costs a goroutine, too.
func NewModem(rw io.ReadWriteCloser, config *Config) *Modem {
	m := &Modem{
		rw:     rw,
		config: config.orDefaults(),
		turn:   make(chan struct{}, 1),
		wrote:  make(chan error, 1),
		over:   make(chan struct{}),
		dead:   make(chan struct{}),
		heard:  make(chan struct{}, 1),
	}
	m.halt = m.over
	m.lines.max = m.config.MaxLine
	m.step = begun()
	return m
}

// Command sends a command line and returns its information lines. It wakes the
// modem, brings it in step and sets it up first where need be, and repeats a
// command that the SIM is too busy for. The context bounds all of that
// together; see [Config.Timeout].
//
// Test the error for what [ParseResult] gives, for ErrLostStep, ErrNoCard and
// ErrCardReset of package apdu, for [ErrGone], os.ErrClosed and the context's
// errors. ErrNoCard that no result code told of, and ErrCardReset: see
// [Config.OnCard].
func (m *Modem) Command(ctx context.Context, line string) ([]string, error) {
	if !fit(line) {
		return nil, errors.New("csim: a command line is printable ASCII, two characters or more")
	}
	var lines []string
	err := m.inTurn(ctx, func(ctx context.Context) error {
		m.forgo()
		if err := m.ready(ctx); err != nil {
			return err
		}
		x, err := m.patiently(ctx, line)
		if err != nil {
			return fmt.Errorf("%s: %w", commandTitle(line), err)
		}
		lines = x.lines
		return nil
	})
	return lines, err
}

// fit tells whether a command line has no terminator within, nor another
// control character: Ctrl-Z and ESC end and abort lines.
func fit(line string) bool {
	return len(line) >= len("AT") && !strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' })
}

// Init brings the modem in step and sets it up, unless that has been done.
// What the modem answers to the set-up does not matter: with echo, and with
// plain errors, things work as well.
func (m *Modem) Init(ctx context.Context) error { return m.inTurn(ctx, m.ready) }

// Resync makes sure that commands and answers are in step, whatever m itself
// thinks of it; see [Resyncer].
func (m *Modem) Resync(ctx context.Context) (late []string, err error) {
	err = m.inTurn(ctx, func(ctx context.Context) error {
		m.mu.Lock()
		m.lose()
		m.mu.Unlock()
		if err := m.resync(ctx); err != nil {
			return err
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.gaveUp != nil && !m.gaveUp.forgone && !m.gaveUp.isSetup {
			late = m.gaveUp.lines
		}
		m.gaveUp = nil
		return nil
	})
	return late, err
}

// forgo tells that nobody wants the late answer to the last command any more:
// even if the next one is not sent in the end, it must not be given as late to
// that.
func (m *Modem) forgo() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gaveUp != nil {
		m.gaveUp.forgone = true
	}
}

// inTurn runs f, in its turn and within the time for a command.
func (m *Modem) inTurn(ctx context.Context, f func(context.Context) error) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, m.config.Timeout)
		defer cancel()
	}
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-m.over:
		return fmt.Errorf("csim: %w", m.reason())
	case <-ctx.Done():
		return fmt.Errorf("csim: another command is under way: %w", ctx.Err())
	}
	if err := m.alive(ctx); err != nil {
		return fmt.Errorf("csim: %w", err)
	}
	m.start.Do(func() { go m.read() })
	if err := f(ctx); err != nil {
		return fmt.Errorf("csim: %w", err)
	}
	return nil
}

// Stats is what m did so far.
func (m *Modem) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stats
}
