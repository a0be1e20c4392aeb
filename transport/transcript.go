package transport

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// Transcript is what went over a CardTransport, step by step: what [Record]
// wrote, what [Replay] plays. It has a text form, for people and tools:
//
//	lwm2mboot transcript 1                                the first line
//	# To the end of the line: a comment.
//	> 00 70 00 00 01                                      a command
//	< 01 90 00                                            its answer: data, SW
//	@ 66ms                                                how long it took; optional
//	> 01 20 00 01 08 ** ** ** ** ** ** ** **              ** is a byte not told
//	< 90 00
//	> 01 B0 00 00 12
//	< 00 02 00 7A 00 00 00 00 5E 08 01 5B C8 00 22 63 \   \: it goes on
//	  6F 61 90 00
//	> 00 70 00 00 01
//	! deadline                                            no answer came, but an error
//	~ 02 90 00                                            the answer came late: LateAnswer
//
// The words behind ! are no-card, pin, puk, busy, fault, refused, lost-step,
// malformed and reset for the errors of package apdu, canceled and deadline for
// those of a context, closed for os.ErrClosed, and error for any other. There
// may be several.
//
// Every line ends in LF; what stands behind the last one is what a crash left
// of a write, and is ignored, as is an answer that would go on. The last
// command of a transcript may be without an answer. Hex is read in either
// case, with blanks anywhere.
//
// A PIN that a command of its own carries (apdu.CarriesPIN) is never in a
// Transcript, but the contents of files are: it holds keys unless it is [Transcript.Redacted]. Package fmt shows the
// number of steps alone. The zero value has none.
type Transcript struct {
	steps []step
}

// Limits of a transcript that is read.
const (
	// MaxTranscript is the longest text, in bytes: room for a hundred sessions
	// that read 32 KB each.
	MaxTranscript = 16 << 20
	// MaxTranscriptSteps is the number of steps.
	MaxTranscriptSteps = 1 << 16
	// MaxTranscriptLine is the longest line, in bytes. A short answer fits,
	// even when its lines were joined.
	MaxTranscriptLine = 4096
)

// ErrTranscript tells of a text that is no transcript, or is too large.
var ErrTranscript = errors.New("not a transcript")

// step is a command and what came of it: an answer, or an error, or, at the
// end of a transcript that was cut, neither.
type step struct {
	late    bool    // no command was sent: the answer to an older one came
	command pattern // none if late
	answer  []byte  // nil: none
	failed  failure
	took    time.Duration // 0: not told
}

// open tells that what came of the command is not known.
func (s *step) open() bool { return s.answer == nil && s.failed == 0 }

// Len is the number of steps: commands, and answers that came late.
func (t *Transcript) Len() int { return len(t.steps) }

// String tells the number of steps.
func (t *Transcript) String() string { return fmt.Sprintf("transcript of %d steps", len(t.steps)) }

// Format writes String for every verb.
func (t *Transcript) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// WriteTo writes the text form. [ParseTranscript] of it gives the same
// transcript; comments are not kept.
func (t *Transcript) WriteTo(w io.Writer) (n int64, err error) {
	m, err := io.WriteString(w, versionLine+"\n")
	n = int64(m)
	var line []byte
	for i := 0; i < len(t.steps) && err == nil; i++ {
		line = appendCommand(line[:0], &t.steps[i])
		line = appendOutcome(line, &t.steps[i])
		m, err = w.Write(line)
		n += int64(m)
	}
	return n, err
}
