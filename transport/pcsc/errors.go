package pcsc

import (
	"errors"
	"fmt"
	"os"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Errors to be tested for with errors.Is, besides those of package apdu:
// apdu.ErrNoCard (none in the reader, or taken out), apdu.ErrCardBusy (in use
// by another program), apdu.ErrCardFault (it does not answer, or wrongly).
var (
	// ErrNoService: pcscd is not there, or not for us.
	ErrNoService = errors.New("pcscd cannot be reached: install and start it (package pcscd; systemctl start pcscd.socket), or see that this user may use it")
	// ErrNoReader: there is no such reader.
	ErrNoReader = errors.New("no such reader: is it plugged in, and its driver (package libccid) installed?")
	// ErrReset: another program reset the card. Its logical channels are
	// closed and its PINs are no longer verified. The next command goes to
	// the card as it is after the reset.
	ErrReset = fmt.Errorf("%w by another program", apdu.ErrCardReset)
	// ErrProtocol: what answers is no pcscd that this package knows.
	ErrProtocol = errors.New("not the protocol of pcscd 4:3 or later")
	// ErrClosed: Card.Close was called.
	ErrClosed = fmt.Errorf("the card: %w", os.ErrClosed)
)

// Code is a return value of PC/SC's resource manager: an error that matches
// those above and those of package apdu with errors.Is. 0 is a success and
// never an error.
type Code uint32

// Return values of PC/SC that pcsc-lite gives.
const (
	CodeInternal          Code = 0x80100001
	CodeCancelled         Code = 0x80100002
	CodeInvalidHandle     Code = 0x80100003
	CodeInvalidParameter  Code = 0x80100004
	CodeNoMemory          Code = 0x80100006
	CodeInsufficient      Code = 0x80100008
	CodeUnknownReader     Code = 0x80100009
	CodeTimeout           Code = 0x8010000A
	CodeSharingViolation  Code = 0x8010000B
	CodeNoCard            Code = 0x8010000C
	CodeProtocolMismatch  Code = 0x8010000F
	CodeNotReady          Code = 0x80100010
	CodeInvalidValue      Code = 0x80100011
	CodeCommError         Code = 0x80100013
	CodeNotTransacted     Code = 0x80100016
	CodeReaderUnavailable Code = 0x80100017
	CodeNoService         Code = 0x8010001D
	CodeServiceStopped    Code = 0x8010001E
	CodeNoReaders         Code = 0x8010002E
	CodeServerTooBusy     Code = 0x80100031
	CodeUnsupportedCard   Code = 0x80100065
	CodeUnresponsiveCard  Code = 0x80100066
	CodeUnpoweredCard     Code = 0x80100067
	CodeResetCard         Code = 0x80100068
	CodeRemovedCard       Code = 0x80100069
	CodeSecurityViolation Code = 0x8010006A
)

// codes tells what each means, what it is and, where that helps, what to do.
var codes = map[Code]struct {
	text string
	is   error
}{
	CodeInternal:          {"internal error of pcscd", nil},
	CodeCancelled:         {"cancelled", nil},
	CodeInvalidHandle:     {"invalid handle", nil},
	CodeInvalidParameter:  {"invalid parameter", nil},
	CodeNoMemory:          {"pcscd has no memory or handle left", nil},
	CodeInsufficient:      {"answer too long", nil},
	CodeUnknownReader:     {"unknown reader", ErrNoReader},
	CodeTimeout:           {"timeout of the reader", nil},
	CodeSharingViolation:  {"in use by another program: close it (gpg's scdaemon and browsers hold cards), or share the card on both sides", apdu.ErrCardBusy},
	CodeNoCard:            {"no card in the reader", apdu.ErrNoCard},
	CodeProtocolMismatch:  {"the card speaks neither T=0 nor T=1, or another program chose a protocol", nil},
	CodeNotReady:          {"the reader is not ready", apdu.ErrCardBusy},
	CodeInvalidValue:      {"invalid value", nil},
	CodeCommError:         {"communication with the card failed", apdu.ErrCardFault},
	CodeNotTransacted:     {"the exchange with the card failed", apdu.ErrCardFault},
	CodeReaderUnavailable: {"the reader is gone", ErrNoReader},
	CodeNoService:         {"no service", ErrNoService},
	CodeServiceStopped:    {"service stopped, or of another version", ErrNoService},
	CodeNoReaders:         {"no reader", ErrNoReader},
	CodeServerTooBusy:     {"pcscd is too busy", apdu.ErrCardBusy},
	CodeUnsupportedCard:   {"the reader cannot work with this card", apdu.ErrCardFault},
	CodeUnresponsiveCard:  {"the card does not answer to a reset: is it the right way round?", apdu.ErrCardFault},
	CodeUnpoweredCard:     {"the card has no power", apdu.ErrCardFault},
	CodeResetCard:         {"the card was reset", ErrReset},
	CodeRemovedCard:       {"the card was taken out", apdu.ErrNoCard},
	CodeSecurityViolation: {"access denied: polkit or the socket's owner does not let this user in", ErrNoService},
}

// Error is the number in hex, the meaning, and what may help.
func (c Code) Error() string {
	if known, ok := codes[c]; ok {
		return fmt.Sprintf("PC/SC %08X: %s", uint32(c), known.text)
	}
	return fmt.Sprintf("PC/SC %08X", uint32(c))
}

// Is makes errors.Is match what the code stands for.
func (c Code) Is(target error) bool {
	known := codes[c]
	return known.is != nil && errors.Is(known.is, target)
}

// err is nil for a success.
func (c Code) err() error {
	if c == 0 {
		return nil
	}
	return c
}
