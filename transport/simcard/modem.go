package simcard

import (
	"context"
	"io"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Modem is a simulated AT modem with a card in it. It is the modem's end of
// the serial line: what is written to it are the host's octets, what is read
// from it are the modem's.
//
//	host ──Write──▶ lines ──▶ command ──AT+CSIM──▶ card
//	     ◀──Read─── chunks ◀── filters ◀── echo, lines, final result
//
// It answers one command line after the other, in order. It knows AT, ATE,
// ATI, ATZ and the like, AT+CMEE, AT+CFUN, AT+CPIN and AT+CSIM (3GPP TS
// 27.007); [Around] adds commands or changes these, [Filtered] changes what
// goes out and when. Waiting is done on channels and timers only, so that a
// modem lives in a bubble of testing/synctest.
//
// Read, Write, Send and Close may be called from several goroutines.
type Modem struct {
	card    apdu.CardTransport
	handler Handler
	filters []Filter
	raw61   bool
	raw6C   bool

	// Settings, of the goroutine that serves the lines.
	echo   bool
	cmee   int
	cfun   int
	served int // command lines so far

	ctx     context.Context // ends at Close
	close   context.CancelFunc
	lines   chan hostLine
	out     chan []byte
	reading chan []byte        // holds the octets of a chunk that Read left; taken while one reads
	writing chan lineAssembler // likewise of the line that Write began
}

var _ io.ReadWriteCloser = (*Modem)(nil)

// Octets and lines that wait in the modem before it makes its peer wait.
const (
	queuedLines  = 16
	queuedChunks = 64
)

// ModemOption sets up a modem in [NewModem].
type ModemOption func(m *Modem)

// NoEcho starts the modem as if ATE0 had been sent.
func NoEcho() ModemOption { return func(m *Modem) { m.echo = false } }

// HandsOver61 makes the modem hand over 61xx and 9Fxx as they come; the host
// has to send GET RESPONSE. Otherwise the modem does, and joins the answers.
func HandsOver61() ModemOption { return func(m *Modem) { m.raw61 = true } }

// HandsOver6C makes the modem hand over 6Cxx as it comes, as those of Nordic
// do; otherwise it repeats the command with the right Le.
func HandsOver6C() ModemOption { return func(m *Modem) { m.raw6C = true } }

// Around puts wrap around what answers the commands: the outermost is the one
// that was given last. See [Handler].
func Around(wrap func(next Handler) Handler) ModemOption {
	return func(m *Modem) { m.handler = wrap(m.handler) }
}

// Filtered passes all that the modem says through filters, in their order,
// behind those given before.
func Filtered(filters ...Filter) ModemOption {
	return func(m *Modem) { m.filters = append(m.filters, filters...) }
}

// NewModem starts a modem in front of card, a [*Card] or anything that carries
// commands to one. It runs until Close.
func NewModem(card apdu.CardTransport, opts ...ModemOption) *Modem {
	m := &Modem{
		card:    card,
		echo:    true,
		cfun:    cfunFull,
		lines:   make(chan hostLine, queuedLines),
		out:     make(chan []byte, queuedChunks),
		reading: make(chan []byte, 1),
		writing: make(chan lineAssembler, 1),
	}
	m.handler = m.command
	m.ctx, m.close = context.WithCancel(context.Background())
	m.reading <- nil
	m.writing <- lineAssembler{}
	for _, o := range opts {
		o(m)
	}
	go m.run()
	return m
}

// Close ends the modem and every Read and Write. It does not wait for a
// command that is with the card. It returns nil.
func (m *Modem) Close() error {
	m.close()
	return nil
}

// Read returns what the modem says, and waits for it; after Close it returns
// io.EOF. One call returns octets of one [Chunk] at most.
func (m *Modem) Read(p []byte) (int, error) {
	switch {
	case m.ctx.Err() != nil:
		return 0, io.EOF
	case len(p) == 0:
		return 0, nil
	}
	var left []byte
	select {
	case left = <-m.reading:
	case <-m.ctx.Done():
		return 0, io.EOF
	}
	var n int
	defer func() { m.reading <- left[n:] }()
	if len(left) == 0 {
		select {
		case left = <-m.out:
		case <-m.ctx.Done():
			return 0, io.EOF
		}
	}
	n = copy(p, left)
	return n, nil
}

// Write takes what the host says. It waits only while the modem has
// unanswered lines to the limit of its memory; after Close it fails with
// io.ErrClosedPipe.
func (m *Modem) Write(p []byte) (int, error) {
	if m.ctx.Err() != nil {
		return 0, io.ErrClosedPipe
	}
	var line lineAssembler
	select {
	case line = <-m.writing:
	case <-m.ctx.Done():
		return 0, io.ErrClosedPipe
	}
	defer func() { m.writing <- line }()
	for i, c := range p {
		whole, ok := line.add(c)
		if !ok {
			continue
		}
		select {
		case m.lines <- whole:
		case <-m.ctx.Done():
			return i, io.ErrClosedPipe
		}
	}
	return len(p), nil
}

// Send makes the modem say octets out of turn, an unsolicited result code:
// Send("\r\n+CREG: 1\r\n"). They may fall between the chunks of an answer.
// After Close nothing happens.
func (m *Modem) Send(octets string) { m.say([]byte(octets)) }

// say reports whether the octets went out.
func (m *Modem) say(octets []byte) bool {
	select {
	case m.out <- octets:
		return true
	case <-m.ctx.Done():
		return false
	}
}

// run serves the lines until Close.
func (m *Modem) run() {
	for {
		select {
		case line := <-m.lines:
			m.serve(line)
		case <-m.ctx.Done():
			return
		}
	}
}

// pause waits, and reports whether the modem still runs.
func (m *Modem) pause(d time.Duration) bool {
	if d <= 0 {
		return m.ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-m.ctx.Done():
		return false
	}
}
