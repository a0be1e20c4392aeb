package scp03

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Level is a security level, P1 of EXTERNAL AUTHENTICATE: what protects the
// commands and answers of a session.
//
//	        commands            answers
//	Level01 MAC
//	Level03 MAC, encrypted
//	Level11 MAC                 MAC
//	Level13 MAC, encrypted      MAC
//	Level33 MAC, encrypted      MAC, encrypted      the one of Appendix H
//
// At Level01 and Level03 an answer can be altered unnoticed; at all but Level33
// it can be read.
type Level byte

// The levels of Amendment D.
const (
	Level01 Level = 0x01
	Level03 Level = 0x03
	Level11 Level = 0x11
	Level13 Level = 0x13
	Level33 Level = 0x33
)

// Bits of a level.
const (
	levelCENC = 0b0000_0010
	levelRMAC = 0b0001_0000
	levelRENC = 0b0010_0000
)

// Bits of i, the "i" parameter of SCP03, in [Card].Parameter.
const (
	ParameterS16    byte = 0b0000_0001 // challenges, cryptograms and MACs of 16 bytes, not 8
	ParameterPseudo byte = 0b0001_0000 // the card challenge is pseudo-random
	ParameterRMAC   byte = 0b0010_0000 // R-MAC is offered
	ParameterRENC   byte = 0b0100_0000 // R-ENCRYPTION is offered, beside R-MAC
)

// Valid reports whether l is one of the five.
func (l Level) Valid() bool {
	switch l {
	case Level01, Level03, Level11, Level13, Level33:
		return true
	}
	return false
}

func (l Level) encryptsCommands() bool { return l&levelCENC != 0 }
func (l Level) macsAnswers() bool      { return l&levelRMAC != 0 }
func (l Level) encryptsAnswers() bool  { return l&levelRENC != 0 }

// OfferedBy reports whether a card of that i parameter can be at the level.
func (l Level) OfferedBy(parameter byte) bool {
	var need byte
	if l.macsAnswers() {
		need |= ParameterRMAC
	}
	if l.encryptsAnswers() {
		need |= ParameterRENC
	}
	return l.Valid() && parameter&need == need
}

// String is the level in hex: "33".
func (l Level) String() string { return fmt.Sprintf("%02X", byte(l)) }

// limits are the data bytes of a short command and of its answer beside a MAC
// of macLen bytes and the padding of what is encrypted.
//
//	       S8         S16
//	01     247  256   239  256
//	03     239  256   223  256
//	11     247  248   239  240
//	13     239  248   223  240
//	33     239  239   223  239
func (l Level) limits(macLen int) (nc, ne int) {
	nc, ne = apdu.MaxShortNc-macLen, apdu.MaxShortNe
	if l.encryptsCommands() {
		nc = nc&^(blockSize-1) - 1
	}
	if l.macsAnswers() {
		ne -= macLen
	}
	if l.encryptsAnswers() {
		ne = ne&^(blockSize-1) - 1
	}
	return nc, ne
}
