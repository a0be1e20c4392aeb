package apdu

import (
	"context"
	"errors"
)

// CardTransport carries one command to a card and brings back its answer.
//
// Transmit takes a command APDU and returns the response APDU: data, then the
// two bytes SW1 SW2. A status word that tells of an error is data at this
// level: err is for what kept the exchange from taking place. The answer is
// the caller's: a transport keeps no reference to it, nor to capdu, which is
// overwritten when Transmit has returned.
//
// Transmit honours the context's deadline and cancellation. A transport that
// can no longer tell which command an answer belongs to must find out before
// it sends the next one, or refuse it with [ErrLostStep].
//
// A transport need not be safe for concurrent use: a [Channel] calls it from
// one goroutine at a time.
type CardTransport interface {
	Transmit(ctx context.Context, capdu []byte) (rapdu []byte, err error)
}

// TransportFunc makes a CardTransport of a function.
type TransportFunc func(ctx context.Context, capdu []byte) ([]byte, error)

// Transmit calls f.
func (f TransportFunc) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	return f(ctx, capdu)
}

// LateAnswerer is an optional interface of a CardTransport whose peer may
// answer after the caller gave up, as a modem does. LateAnswer waits, within
// ctx, until the transport is in step again and returns the answer that the
// last, abandoned command got in the meantime; ok is false when there was
// none. [OpenChannel] uses it to close a logical channel whose number came
// too late.
type LateAnswerer interface {
	LateAnswer(ctx context.Context) (rapdu []byte, ok bool)
}

// Errors of a CardTransport that a caller may want to tell apart, to be
// tested for with errors.Is. Transports wrap them; a status word is never
// among them (see [SW]).
var (
	// ErrNoCard: there is no card, or it was taken out.
	ErrNoCard = errors.New("no card")
	// ErrCardPIN: the SIM asks for its PIN (CHV1) before it can be used.
	ErrCardPIN = errors.New("the SIM asks for its PIN: send it once, with AT+CPIN, or switch it off")
	// ErrCardLocked: the SIM is blocked and asks for its PUK.
	ErrCardLocked = errors.New("the SIM is locked and asks for its PUK: AT+CPIN takes it with a new PIN, and ten wrong ones end the SIM")
	// ErrCardBusy: the card or modem is busy; the same command may work later.
	ErrCardBusy = errors.New("the card is busy")
	// ErrCardFault: the modem reports that the card does not work.
	ErrCardFault = errors.New("the card does not answer the modem")
	// ErrRefused: the modem refused to pass the command on; the card never saw it.
	ErrRefused = errors.New("the modem refused the command")
	// ErrLostStep: commands and answers are out of step, and the transport
	// could not bring them together again. Nothing it returned is in doubt.
	ErrLostStep = errors.New("lost step with the modem")
)
