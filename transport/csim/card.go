package csim

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Card is an apdu.CardTransport, and an apdu.LateAnswerer, over a [Commander].
// It is for one goroutine at a time.
type Card struct {
	modem Commander

	lost  bool // the answer to a command may still come
	sent  bool // the last command may have been sent
	maxNe int  // data bytes that it could bring
}

// New returns the card behind a modem. It does no I/O. A modem has one Card at
// a time: two would take each other's late answers.
func New(modem Commander) *Card { return &Card{modem: modem} }

// Transmit sends a command APDU with AT+CSIM and returns the card's answer.
//
// Test errors with errors.Is for those of package apdu: ErrNoCard, ErrCardPIN,
// ErrCardLocked, ErrCardFault, ErrCardBusy and ErrRefused, which the modem told
// of (ErrRefused: the card never saw the command); ErrMalformed for a command
// or an answer that is none; ErrLostStep for an answer that may not be to this
// command. After ErrMalformed and ErrLostStep, as after a context that ended,
// the card may have carried the command out.
//
// When ctx has no deadline, that of the Commander holds: once for the command,
// and once more for getting in step before it if the last one went wrong.
//
// A number without meaning, such as +CME ERROR: 0 from a Quectel EG95 whose
// SELECT failed, is a [CMEError] that matches none of these.
func (c *Card) Transmit(ctx context.Context, capdu []byte) (rapdu []byte, err error) {
	command, err := apdu.ParseCommand(capdu)
	if err != nil {
		return nil, fmt.Errorf("csim: %w", err)
	}
	c.sent = false
	if c.lost {
		if _, err := c.resync(ctx); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("csim: %w", err)
	}
	c.sent, c.maxNe = true, maxData(command)
	lines, err := c.modem.Command(ctx, commandLine(capdu))
	if err != nil {
		c.lost = !isResult(err)
		return nil, err
	}
	rapdu, err = c.answer(lines)
	c.lost = err != nil && !isResult(err)
	return rapdu, err
}

// LateAnswer returns the answer that the last command, which had ended without
// one, got in the meantime. Over a Commander that is no [Resyncer] there never
// is one. See apdu.LateAnswerer.
func (c *Card) LateAnswer(ctx context.Context) (rapdu []byte, ok bool) {
	if !c.lost {
		return nil, false
	}
	late, err := c.resync(ctx)
	if err != nil || !c.sent {
		return nil, false
	}
	rapdu, err = c.answer(late)
	return rapdu, err == nil
}

// resync brings commands and answers in step, or fails.
func (c *Card) resync(ctx context.Context) (late []string, err error) {
	if r, ok := c.modem.(Resyncer); ok {
		late, err = r.Resync(ctx)
	} else if _, err = c.modem.Command(ctx, "AT"); err != nil {
		err = fmt.Errorf("csim: %w: AT: %w", apdu.ErrLostStep, err)
	}
	c.lost = err != nil
	return late, err
}

func (c *Card) answer(lines []string) (rapdu []byte, err error) {
	rapdu, err = pickAnswer(lines)
	if err != nil {
		return nil, fmt.Errorf("csim: %w", err)
	}
	if n := len(rapdu) - 2; n > c.maxNe {
		return nil, fmt.Errorf("csim: %w: an answer of %d bytes of data to a command that can bring %d", apdu.ErrLostStep, n, c.maxNe)
	}
	return rapdu, nil
}

// maxData is how many bytes of data a command can bring. Without Le it may
// still bring as much as a short command can: modems that send GET RESPONSE
// themselves hand over what it brought.
func maxData(c apdu.Command) int {
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
