package transport

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Record returns a transport that hands each command to card, and writes the
// command and what came of it to w, in the text form of a [Transcript]:
//
//	card ──▶ Record ──▶ file, mode 0600 ──▶ Redact ──▶ report ──▶ Replay
//
// The transcript holds what the card's files hold, keys and all, and what a
// program writes to them: make its file with [CreateTranscript], and hand on
// what [Redact] makes of it. What may be a PIN is written as ** in the data of
// VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER and those that switch
// verification on and off. The cryptograms of a secure channel (INITIALIZE
// UPDATE, EXTERNAL AUTHENTICATE) are written as they are: they tell no key by
// themselves, but with a key anybody can read what followed. A session beyond
// the limits of a transcript is written whole; [ParseTranscript] refuses it.
func Record(card CardTransport, w io.Writer) *Recorder {
	return &Recorder{card: card, w: w}
}

// Recorder is what [Record] returns: an apdu.CardTransport and an
// apdu.LateAnswerer, for one goroutine at a time.
//
// The line of a command is written before the command is sent, and that of
// the answer before Transmit returns, each by one Write, and flushed if w has
// a method Flush. So a program that ends in the middle leaves a transcript to
// the command under way.
type Recorder struct {
	// Times says that the time which each command took is written, too.
	Times bool

	card  CardTransport
	w     io.Writer
	begun bool
	line  []byte // a buffer
	err   error
}

// Err is the first error of the writer. Nothing is written after it, and the
// session with the card goes on as if there were no Recorder: look at Err when
// the session is over. The transcript is good up to the last whole line.
func (r *Recorder) Err() error { return r.err }

// Format writes the name of the type for every verb: what was written may be
// secret.
func (r *Recorder) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "transport.Recorder") }

// Transmit implements CardTransport. Its error is the card's alone.
func (r *Recorder) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	s := step{command: commandPattern(capdu)}
	r.write(appendCommand(r.line[:0], &s))
	start := time.Now()
	rapdu, err := r.card.Transmit(ctx, capdu)
	s.took = r.since(start)
	if s.failed = failureOf(err); s.failed == 0 {
		s.answer = rapdu
		if rapdu == nil {
			s.answer = []byte{}
		}
	}
	r.write(appendOutcome(r.line[:0], &s))
	return rapdu, err
}

// Way implements apdu.WayTeller: it is the card's.
func (r *Recorder) Way() string { return wayOf(r.card) }

// LateAnswer implements apdu.LateAnswerer. There never is a late answer when
// the card is no LateAnswerer.
func (r *Recorder) LateAnswer(ctx context.Context) ([]byte, bool) {
	late, ok := r.card.(apdu.LateAnswerer)
	if !ok {
		return nil, false
	}
	start := time.Now()
	rapdu, ok := late.LateAnswer(ctx)
	if ok {
		r.write(appendOutcome(r.line[:0], &step{late: true, answer: rapdu, took: r.since(start)}))
	}
	return rapdu, ok
}

func (r *Recorder) since(start time.Time) time.Duration {
	if !r.Times {
		return 0
	}
	return time.Since(start)
}

// write writes lines, behind the version's if they are the first.
func (r *Recorder) write(lines []byte) {
	r.line = lines
	if r.err != nil {
		return
	}
	var err error
	if !r.begun {
		r.begun = true
		_, err = io.WriteString(r.w, versionLine+"\n")
	}
	if err == nil {
		_, err = r.w.Write(lines)
	}
	if f, ok := r.w.(interface{ Flush() error }); ok && err == nil {
		err = f.Flush()
	}
	if err != nil {
		r.err = fmt.Errorf("transport: record: %w", err)
	}
}

// CreateTranscript creates a file for [Record] that its owner alone can read.
// It does not overwrite: errors.Is(err, fs.ErrExist).
func CreateTranscript(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}
