package csim

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// link carries command lines over a [Commander], one at a time, and knows
// whether the answer to the last one may still come.
type link struct {
	modem Commander
	lost  bool    // the answer to last may still come
	last  request // that was sent
	asked bool    // last was sent for the caller, who may ask for its late answer
}

// request is one command line.
type request struct {
	line string
	pick func(lines []string) (answer []byte, err error)

	// late, if not nil, takes the answer that came after the request was given
	// up: it opened something that nobody knows of.
	late func(answer []byte)
}

// forget tells that nobody asks for the answer to an earlier command any more.
func (l *link) forget() { l.asked = false }

// do carries one request. own tells that it is not what the caller asked for.
func (l *link) do(ctx context.Context, r request, own bool) (answer []byte, err error) {
	l.asked = false
	if err := l.settle(ctx); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("csim: %w", err)
	}
	l.last, l.asked = r, !own
	lines, err := l.modem.Command(ctx, r.line)
	if err != nil {
		l.lost = !isResult(err)
		return nil, err
	}
	if answer, err = r.pick(lines); err != nil {
		l.lost = !isResult(err)
		return nil, fmt.Errorf("csim: %w", err)
	}
	return answer, nil
}

// settle brings commands and answers in step, if they are not.
func (l *link) settle(ctx context.Context) error {
	if !l.lost {
		return nil
	}
	late, err := l.resync(ctx)
	if err != nil {
		return err
	}
	if l.last.late != nil {
		if answer, err := l.last.pick(late); err == nil {
			l.last.late(answer)
		}
	}
	return nil
}

// lateAnswer is the answer to the last request, if that had ended without one
// and was the caller's.
func (l *link) lateAnswer(ctx context.Context) (answer []byte, ok bool) {
	if !l.lost {
		return nil, false
	}
	if l.last.late != nil {
		_ = l.settle(ctx)
		return nil, false
	}
	late, err := l.resync(ctx)
	if err != nil || !l.asked {
		return nil, false
	}
	answer, err = l.last.pick(late)
	return answer, err == nil
}

// resync brings commands and answers in step, or fails.
func (l *link) resync(ctx context.Context) (late []string, err error) {
	if r, ok := l.modem.(Resyncer); ok {
		late, err = r.Resync(ctx)
	} else if _, err = l.modem.Command(ctx, "AT"); err != nil {
		err = fmt.Errorf("csim: %w: AT: %w", apdu.ErrLostStep, err)
	}
	l.lost = err != nil
	return late, err
}

// apduRequest is a request that carries a command to the card. What comes back
// has no more data than the command can bring.
func apduRequest(k *answerKind, line string, command apdu.Command) request {
	most := maxData(command)
	return request{line: line, pick: func(lines []string) ([]byte, error) {
		rapdu, err := k.pick(lines)
		if n := len(rapdu) - 2; err == nil && n > most {
			return nil, fmt.Errorf("%w: an answer of %d bytes of data to a command that can bring %d", apdu.ErrLostStep, n, most)
		}
		return rapdu, err
	}}
}

// maxData is how many bytes of data a command can bring. Without Le it may
// still bring as much as a short command can: modems that send GET RESPONSE
// themselves hand over what it brought. So may a command whose answer has a
// length of its own: behind 6Cxx some modems repeat it with that as Le. Of READ
// BINARY more than was asked for is another one's. What secure messaging wraps is
// longer than what was asked for, and its MAC tells whose it is.
func maxData(c apdu.Command) int {
	if secured(c.CLA) {
		return max(c.Ne, apdu.MaxShortNe)
	}
	switch c.INS {
	case apdu.INSSelect, apdu.INSReadRecord, apdu.INSStatus:
		return max(c.Ne, apdu.MaxShortNe)
	}
	if c.Ne > 0 {
		return c.Ne
	}
	return apdu.MaxShortNe
}

// isResult tells whether err stands for a final result code, so that no answer
// is to come.
func isResult(err error) bool {
	if errors.Is(err, apdu.ErrLostStep) {
		return false
	}
	var word resultWord
	var cme CMEError
	var cms CMSError
	return errors.As(err, &word) && !word.call || errors.As(err, &cme) || errors.As(err, &cms)
}

// secured tells the classes of secure messaging (ETSI TS 102 221 10.1.1).
//
//	x0xx ssnn   channels 0 to 3
//	x11x nnnn   channels 4 to 19
func secured(cla byte) bool {
	const further, furtherSM, firstSM = 0b0100_0000, 0b0010_0000, 0b0000_1100
	if cla&further != 0 {
		return cla&furtherSM != 0
	}
	return cla&firstSM != 0
}
