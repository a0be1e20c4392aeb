package simcard

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Shapes of answers: what several makes say where 3GPP TS 27.007 has
// `+CSIM: 4,"9000"`.
const (
	// LowerCaseAnswers has hex digits in lower case: +CSIM: 4,"6a82".
	LowerCaseAnswers Quirk = iota

	// NoBlankAnswers has no blank behind the colon: +CSIM:4,"9000".
	NoBlankAnswers

	// BlankAnswers has too many blanks: +CSIM:  4, "9000".
	BlankAnswers

	// UnquotedAnswers has no quotes: +CSIM: 4,9000 and +CGLA: 4,9000.
	UnquotedAnswers

	// BareAnswers has hex digits alone: 9000.
	BareAnswers

	// ZerosBeforeSW has octets of zero ahead of a status word that is an error
	// and comes alone: one ahead of 6A81 and 6881, with which MANAGE CHANNEL is
	// refused, +CSIM: 6,"006A81"; two ahead of others, +CSIM: 8,"000063C1".
	ZerosBeforeSW

	// LengthTooLarge tells a length that is too large for an answer without
	// data: +CSIM: 10,"6A82" and +CGLA: 16,"9000".
	LengthTooLarge

	// SessionInAnswers has the session ahead of the length: +CGLA: 21,4,"9000".
	SessionInAnswers

	// CRAlone ends and begins lines with CR and no LF.
	CRAlone

	// LeadingNULs says NULs ahead of each answer, as UARTs that wake up do.
	LeadingNULs

	// EchoStays echoes after ATE0 as before, though it answers OK (SIMCom
	// A7672).
	EchoStays
)

// answerShape is how the modem says an answer of the card's.
type answerShape struct {
	colon        string // and the blanks around it
	afterComma   string // blanks
	quote        string
	bare         bool
	lower        bool
	zeros        bool
	tooLarge     bool
	session      bool
	crsmUnquoted bool
	crsmEmpty    bool // a third field when there are no data
}

// line is the answer to AT+CSIM or, with the id of its session, AT+CGLA.
func (s answerShape) line(name, session string, resp apdu.Response) string {
	rapdu := resp.AppendTo(nil)
	if s.zeros && len(resp.Data) == 0 && resp.SW.Err() != nil {
		zeros := 2
		if resp.SW == apdu.SWNotSupported || resp.SW == apdu.SWNoSuchChannel {
			zeros = 1
		}
		rapdu = append(make([]byte, zeros), rapdu...)
	}
	text := s.hex(rapdu)
	if s.bare {
		return text
	}
	n := len(text)
	if s.tooLarge && n == 4 {
		if n = 10; session != "" {
			n = 16
		}
	}
	head := name + s.colon
	if s.session && session != "" {
		head += session + ","
	}
	return head + strconv.Itoa(n) + "," + s.afterComma + s.quote + text + s.quote
}

// crsm is the answer to AT+CRSM.
func (s answerShape) crsm(resp apdu.Response) string {
	line := fmt.Sprintf("+CRSM%s%d,%d", s.colon, resp.SW.SW1(), resp.SW.SW2())
	if len(resp.Data) == 0 && !s.crsmEmpty {
		return line
	}
	quote := s.quote
	if s.crsmUnquoted {
		quote = ""
	}
	return line + "," + s.afterComma + quote + s.hex(resp.Data) + quote
}

func (s answerShape) hex(b []byte) string {
	if s.lower {
		return strings.ToLower(hexOf(b))
	}
	return hexOf(b)
}

// shaped changes how answers look.
func shaped(change func(s *answerShape)) func(m *Modem) {
	return func(m *Modem) { change(&m.shape) }
}

// crAlone takes the LF out of lines.
func crAlone(_ Exchange, out []Chunk) []Chunk {
	for i := range out {
		out[i].Bytes = bytes.ReplaceAll(out[i].Bytes, []byte("\r\n"), []byte("\r"))
	}
	return out
}

func echoStays(m *Modem) {
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		defer func() { m.echo = true }()
		return next(ctx, command)
	})
}
