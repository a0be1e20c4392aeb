package transport

import (
	"context"
	"fmt"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Exchange is what [Trace] tells of one command and its answer. It holds no
// byte of their data, which may be a PIN or a key.
type Exchange struct {
	// Command has its Data taken out. It is the zero Command when the bytes
	// sent were none.
	Command apdu.Command

	Sent     int // length of the command APDU
	Received int // length of the response APDU, 0 when none came

	SW   apdu.SW       // 0 when none came
	Late bool          // the answer is that of LateAnswer
	Took time.Duration // from the call to its return
	Err  error         // what kept the exchange from taking place
}

// String is one line for a log:
//
//	SELECT 00 A4 04 04 Ne=256, 18 bytes: 29 bytes, SW 9000: done (66ms)
func (e Exchange) String() string {
	what := fmt.Sprintf("%v, %d bytes", e.Command, e.Sent)
	if e.Late {
		what = "late answer"
	}
	took := e.Took.Round(time.Microsecond)
	switch {
	case e.Err != nil:
		return fmt.Sprintf("%s: %v (%v)", what, e.Err, took)
	case e.Received < 2:
		return fmt.Sprintf("%s: %d bytes, no SW (%v)", what, e.Received, took)
	}
	return fmt.Sprintf("%s: %d bytes, %v (%v)", what, e.Received, e.SW, took)
}

// Trace returns a transport that hands each command to card and tells report
// of it afterwards, before it returns: header, lengths, status word and
// duration, and never data. It is an apdu.LateAnswerer if card is one.
func Trace(card CardTransport, report func(Exchange)) CardTransport {
	t := tracer{card: card, report: report}
	if late, ok := card.(apdu.LateAnswerer); ok {
		return lateTracer{tracer: t, late: late}
	}
	return t
}

type tracer struct {
	card   CardTransport
	report func(Exchange)
}

// Transmit implements CardTransport.
func (t tracer) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	start := time.Now()
	rapdu, err := t.card.Transmit(ctx, capdu)
	e := Exchange{Sent: len(capdu), Took: time.Since(start), Err: err}
	if c, err := apdu.ParseCommand(capdu); err == nil {
		c.Data = nil
		e.Command = c
	}
	e.answered(rapdu)
	t.report(e)
	return rapdu, err
}

// Way implements apdu.WayTeller: it is the card's.
func (t tracer) Way() string { return wayOf(t.card) }

func (e *Exchange) answered(rapdu []byte) {
	e.Received = len(rapdu)
	if r, err := apdu.ParseResponse(rapdu); err == nil {
		e.SW = r.SW
	}
}

type lateTracer struct {
	tracer
	late apdu.LateAnswerer
}

// LateAnswer implements apdu.LateAnswerer.
func (t lateTracer) LateAnswer(ctx context.Context) ([]byte, bool) {
	start := time.Now()
	rapdu, ok := t.late.LateAnswer(ctx)
	if ok {
		e := Exchange{Late: true, Took: time.Since(start)}
		e.answered(rapdu)
		t.report(e)
	}
	return rapdu, ok
}
