package apdu

import (
	"context"
	"errors"
)

// CarriesPIN reports whether a command with the instruction byte ins may have a
// PIN for its data, and use up a try of it: VERIFY, CHANGE and RESET RETRY
// COUNTER, and those that switch verification off and on (ISO/IEC 7816-4:2013
// 11.5). The lowest bit tells of BER-TLV data.
func CarriesPIN(ins byte) bool {
	switch ins &^ 0b0000_0001 {
	case INSVerify, 0x24, 0x26, 0x28, 0x2C:
		return true
	}
	return false
}

// AskPIN asks for the state of a PIN by a VERIFY of nothing, which costs no
// try (ETSI TS 102 221 11.1.9). What the card says is data:
//
//	63Cx  x tries are left
//	9000  it is verified, or disabled: there is nothing to verify
//	6983  it is blocked
//	6A88  there is no such PIN
//	6300  it is not verified; the card does not tell the tries
//	6700  the card does not take the question
//
// 6300 is no success here, although [SW.Err] takes it for a warning. A modem,
// or card, that does not take a command of four bytes gets one of five.
func (ch *Channel) AskPIN(ctx context.Context, reference KeyReference) (SW, error) {
	command := Verify(byte(reference), nil)
	resp, err := ch.Transmit(ctx, command)
	if errors.Is(err, ErrRefused) || err == nil && resp.SW == SWWrongLength {
		command.Ne = MaxShortNe // its coding is Lc 00 as well
		resp, err = ch.Transmit(ctx, command)
	}
	return resp.SW, err
}
