package csim

import (
	"context"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Card is an apdu.CardTransport, and an apdu.LateAnswerer, over a [Commander]:
// every command goes by AT+CSIM, as it is. [Access] knows other ways as well.
// It is for one goroutine at a time.
type Card struct{ link link }

// New returns the card behind a modem. It does no I/O. A modem has one Card, or
// [Access], at a time: two would take each other's late answers.
func New(modem Commander) *Card { return &Card{link{modem: modem}} }

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
		c.link.forget()
		return nil, fmt.Errorf("csim: %w", err)
	}
	return c.link.do(ctx, apduRequest(&csimAnswer, commandLine(capdu), command), false)
}

// Way is AT+CSIM; see apdu.WayTeller.
func (c *Card) Way() string { return WayCSIM.String() }

// LateAnswer returns the answer that the last command, which had ended without
// one, got in the meantime. Over a Commander that is no [Resyncer] there never
// is one. See apdu.LateAnswerer.
func (c *Card) LateAnswer(ctx context.Context) (rapdu []byte, ok bool) {
	return c.link.lateAnswer(ctx)
}
