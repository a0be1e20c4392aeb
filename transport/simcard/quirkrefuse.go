package simcard

import (
	"bytes"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// What modems refuse of a command that is in order.
const (
	// UpperCaseOnly refuses hex digits in lower case: ERROR (Sierra EM7565,
	// Foxconn T99W696).
	UpperCaseOnly Quirk = iota + EchoStays + 1

	// QuotesRequired refuses AT+CCHO, AT+CGLA and AT+CRSM without quotes
	// around the hex digits: ERROR (Quectel). AT+CSIM asks for them anyway.
	QuotesRequired

	// FiveOctetsAtLeast refuses a command of a header alone: ERROR (Quectel
	// EC25, "00708001").
	FiveOctetsAtLeast

	// LengthFrom10 takes lengths from 10 to 522 only: +CME ERROR: 3 (Wavecom
	// Q26 and what is built on it: MOXA OnCell, Maestro, Westermo).
	LengthFrom10

	// RefusesInstructions refuses GET RESPONSE, VERIFY, UPDATE RECORD and
	// others, which it sends itself: +CME ERROR: 3 (as above).
	RefusesInstructions

	// RefusesLeInCase4 refuses Le behind data: +CME ERROR: 3 (as above).
	RefusesLeInCase4

	// RefusesPKCS15 keeps the PKCS#15 application to itself: SELECT by its AID
	// and AT+CCHO are refused, +CME ERROR: 4. The application is reached by
	// its path (Sony and other radio interface layers).
	RefusesPKCS15

	// RefusesThenOK refuses all of the card's commands in a form of its own:
	// +CME Error:PACM(AP),UNREGISTED and OK (Samsung handsets).
	RefusesThenOK

	// TextErrors tells errors as texts whatever AT+CMEE says (Sierra EM9191,
	// u-blox, Samsung).
	TextErrors
)

// inLowerCase tells whether hex digits are in lower case.
func inLowerCase(command string) bool {
	return isForCard(command) && strings.ContainsAny(hexField(command), "abcdef")
}

// unquoted tells whether hex digits are not between quotes.
func unquoted(command string) bool {
	if !isNamed(command, "+CCHO", "+CGLA", "+CRSM") {
		return false
	}
	fields := strings.Split(command[strings.IndexByte(command, '=')+1:], ",")
	first := len(fields) - 1 // the field of AT+CCHO, AT+CGLA
	if isNamed(command, "+CRSM") {
		first = 5
	}
	for i, f := range fields {
		if i >= first && f != "" && !strings.HasPrefix(f, `"`) {
			return true
		}
	}
	return false
}

func isHeaderAlone(capdu []byte) bool { return len(capdu) == 4 }

// refusedInstructions are those of the vendor's manual.
var refusedInstructions = []byte{
	apdu.INSGetResponse, apdu.INSVerify, 0x24, 0x26, 0x28, 0x2C, // CHANGE, DISABLE, ENABLE, UNBLOCK PIN
	0x88,                                             // AUTHENTICATE
	apdu.INSUpdateBinary, apdu.INSUpdateRecord, 0x32, // INCREASE
	0x04, 0x44, 0xFA, // DEACTIVATE, ACTIVATE FILE, SLEEP
}

func isRefusedInstruction(capdu []byte) bool {
	return bytes.IndexByte(refusedInstructions, capdu[1]) >= 0
}

func hasLeBehindData(capdu []byte) bool {
	return len(capdu) > 5 && len(capdu) == 5+int(capdu[4])+1
}

// namesPKCS15 tells whether a command selects the PKCS#15 application, or what
// its name goes on to.
func namesPKCS15(command string) bool {
	if isNamed(command, "+CCHO") {
		aid, ok := parseHex(hexField(command))
		return ok && bytes.HasPrefix(aid, []byte(apdu.AIDPKCS15))
	}
	capdu, ok := capduOf(command)
	return ok && len(capdu) > 5 && isSelectAID(capdu) && bytes.HasPrefix(capdu[5:], []byte(apdu.AIDPKCS15))
}

// refusesThenOK says its error as if it were information.
func refusesThenOK(m *Modem) {
	m.aroundCard(func(func() Reply) Reply {
		return Reply{Lines: []string{"+CME Error:PACM(AP),UNREGISTED"}}
	})
}
