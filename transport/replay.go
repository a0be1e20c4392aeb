package transport

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Errors of a [Replayer], for errors.Is.
var (
	// ErrUnexpected: the command is not the one that was recorded.
	ErrUnexpected = errors.New("not the command that was recorded")
	// ErrStepsLeft: the session was over before the transcript.
	ErrStepsLeft = errors.New("steps of the transcript are left over")
)

// Replay returns a card that plays its part of a transcript again: it takes
// the commands that were recorded, in their order, and answers what was
// answered then, or fails with an error that errors.Is takes for the same. It
// neither waits nor needs a card. The transcript is not changed, and may be
// replayed by several at a time.
func Replay(t *Transcript) *Replayer { return &Replayer{t: t} }

// Replayer is what [Replay] returns: an apdu.CardTransport and an
// apdu.LateAnswerer, for one goroutine at a time.
type Replayer struct {
	t    *Transcript
	next int   // of its steps
	err  error // the first command that was not the one recorded
}

// Transmit implements CardTransport. A command that was not recorded next is
// [ErrUnexpected], and so is every command after it; the error tells the
// headers of both and no data. A recorded command that got neither answer nor
// error, since the recording ends with it, is io.ErrUnexpectedEOF. With a
// context that has ended nothing is played unless the recorded command failed
// for that reason.
func (r *Replayer) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	if err := ctx.Err(); err != nil && !r.failsWith(err) {
		return nil, fmt.Errorf("transport: replay: %w", err)
	}
	if r.next == len(r.t.steps) || !r.t.steps[r.next].takes(capdu) {
		r.err = fmt.Errorf("transport: replay: step %d of %d: %s: %w", r.next+1, len(r.t.steps), r.difference(capdu), ErrUnexpected)
		return nil, r.err
	}
	s := &r.t.steps[r.next]
	r.next++
	switch {
	case s.failed != 0:
		return nil, &replayedError{step: r.next, failed: s.failed}
	case s.answer == nil:
		return nil, fmt.Errorf("transport: replay: step %d: the transcript has no answer: %w", r.next, io.ErrUnexpectedEOF)
	}
	return append([]byte(nil), s.answer...), nil
}

// LateAnswer implements apdu.LateAnswerer: the answer that came late, if that
// is what was recorded next.
func (r *Replayer) LateAnswer(context.Context) ([]byte, bool) {
	if r.err != nil || r.next == len(r.t.steps) || !r.t.steps[r.next].late {
		return nil, false
	}
	r.next++
	return append([]byte(nil), r.t.steps[r.next-1].answer...), true
}

// Close ends the session. Its error is that of the first unexpected command,
// which the program under test may have kept to itself, or [ErrStepsLeft].
func (r *Replayer) Close() error {
	switch left := len(r.t.steps) - r.next; {
	case r.err != nil:
		return r.err
	case left > 0:
		return fmt.Errorf("transport: replay: step %d of %d: %s did not come: %w", r.next+1, len(r.t.steps), r.t.steps[r.next].head(), ErrStepsLeft)
	}
	return nil
}

// String tells how far the session is.
func (r *Replayer) String() string {
	return fmt.Sprintf("replay, %d of %d steps done", r.next, len(r.t.steps))
}

// Format writes String for every verb: the answers may be secret.
func (r *Replayer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }

// failsWith tells whether the next step failed with that error.
func (r *Replayer) failsWith(err error) bool {
	return r.next < len(r.t.steps) && r.t.steps[r.next].failed&failureOf(err) != 0
}

// difference tells what came, and what was to come.
func (r *Replayer) difference(capdu []byte) string {
	got := headOf(capdu)
	if r.next == len(r.t.steps) {
		return fmt.Sprintf("%s, behind the end", got)
	}
	want := r.t.steps[r.next].head()
	if got == want {
		return fmt.Sprintf("%s with other data", got)
	}
	return fmt.Sprintf("%s in place of %s", got, want)
}

func (s *step) takes(capdu []byte) bool { return !s.late && s.command.covers(capdu) }

// head names the step without its data.
func (s *step) head() string {
	if s.late {
		return "a late answer"
	}
	return headOf(s.command.bytes())
}

func headOf(capdu []byte) string {
	c, err := apdu.ParseCommand(capdu)
	if err != nil {
		return fmt.Sprintf("%d bytes that are no command", len(capdu))
	}
	return c.String()
}

// replayedError is an error of the recorded session.
type replayedError struct {
	step   int
	failed failure
}

func (e *replayedError) Error() string {
	text := fmt.Sprintf("transport: replay: step %d: ", e.step)
	for i, err := range e.failed.errs() {
		if i > 0 {
			text += ", "
		}
		text += err.Error()
	}
	return text
}

// Unwrap makes errors.Is hold as it did.
func (e *replayedError) Unwrap() []error { return e.failed.errs() }
