package simcard

import (
	"context"
	"io"
	"strconv"
	"sync/atomic"
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
// ATI, ATZ and the like, AT+CMEE, AT+CFUN, AT+CPIN, and of 3GPP TS 27.007 the
// three ways to the card:
//
//	AT+CSIM                     any command APDU            8.17
//	AT+CCHO, AT+CGLA, AT+CCHC   a session with an           8.45, 8.43, 8.46
//	                            application on a channel
//	AT+CRSM                     one file by its path        8.18
//
// Modems in the field differ: each [Quirk] is an option that makes it one of
// them. [Around] adds commands or changes these, [Filtered] changes what goes
// out and when. Waiting is done on channels and timers only, so that a modem
// lives in a bubble of testing/synctest.
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

	sessions    []session // that AT+CCHO opened
	lastSession int
	lastSW      apdu.SW // of the host's last command; 0: none

	// What quirks change; constant once the modem runs.
	transmit   apdu.TransportFunc // to the card
	shape      answerShape
	sessionID  func(n int) string
	alwaysText bool                    // errors, whatever AT+CMEE says
	onCard     []func()                // called when the card starts, by the goroutine that serves
	hears      []func(p []byte) []byte // what becomes of the host's octets; called by Write
	says       []func(p []byte) []byte // likewise of the modem's; called by Read

	started time.Time
	deaf    atomic.Int64 // the host is not heard until then, in nanoseconds

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

// NewModem starts a modem in front of card, a [*Card] or anything that carries
// commands to one. It runs until Close.
func NewModem(card apdu.CardTransport, opts ...ModemOption) *Modem {
	m := &Modem{
		card:      card,
		echo:      true,
		cfun:      cfunFull,
		shape:     answerShape{colon: ": ", quote: `"`},
		sessionID: strconv.Itoa,
		started:   time.Now(),
		lines:     make(chan hostLine, queuedLines),
		out:       make(chan []byte, queuedChunks),
		reading:   make(chan []byte, 1),
		writing:   make(chan lineAssembler, 1),
	}
	m.handler = m.command
	m.transmit = card.Transmit
	m.ctx, m.close = context.WithCancel(context.Background())
	m.reading <- nil
	m.writing <- lineAssembler{}
	for _, o := range opts {
		o.setUp(m)
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
	for len(left) == 0 {
		select {
		case left = <-m.out:
		case <-m.ctx.Done():
			return 0, io.EOF
		}
		for _, say := range m.says {
			left = say(left)
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
	written := len(p)
	for _, hear := range m.hears {
		p = hear(p)
	}
	if time.Now().UnixNano() < m.deaf.Load() {
		p = nil
	}
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
	return written, nil
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
	m.cardStarts()
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

// later says octets out of turn, after d.
func (m *Modem) later(d time.Duration, octets string) {
	go func() {
		if m.pause(d) {
			m.Send(octets)
		}
	}()
}
