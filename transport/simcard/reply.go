package simcard

import (
	"context"
	"strconv"
	"strings"
)

// Handler answers one AT command: "+CSIM=14,\"00A40004023F00\"", "E0", "" for
// AT alone. The name is in upper case, AT and the semicolons between commands
// are left out. ctx ends when the modem is closed. Handlers run one at a time.
//
// A wrapper for [Around] that adds a command of a maker's own:
//
//	func(next simcard.Handler) simcard.Handler {
//		return func(ctx context.Context, command string) simcard.Reply {
//			if command == "+QCCID" {
//				return simcard.Reply{Lines: []string{"+QCCID: " + iccid}}
//			}
//			return next(ctx, command)
//		}
//	}
type Handler func(ctx context.Context, command string) Reply

// Reply is the answer to a command: lines of information, then the final
// result. The zero value is OK.
type Reply struct {
	Lines  []string
	Result Result
}

// Result is a final result code; the zero value is OK. Another text, such as
// "+CME ERROR: Parameters error", is said as it stands.
type Result string

// Final result codes; see [CME] too.
const (
	OK      Result = "OK"
	Failed  Result = "ERROR"
	Silence Result = "\x00" // the modem says no final result at all
)

// Numbers of errors (3GPP TS 27.007 9.2), for [CME].
const (
	CMEPhoneFailure    = 0
	CMENotAllowed      = 3
	CMENotSupported    = 4
	CMENoSIM           = 10
	CMESIMPIN          = 11
	CMESIMPUK          = 12
	CMESIMFailure      = 13
	CMESIMBusy         = 14
	CMEWrongPassword   = 16
	CMENotFound        = 22
	CMEIncorrectParams = 50
	CMEUnknown         = 100
)

const cmePrefix = "+CME ERROR: "

// What AT+CMEE sets.
const (
	cmeeOff = iota
	cmeeNumbers
	cmeeTexts
)

var cmeTexts = map[int]string{
	CMEPhoneFailure:    "phone failure",
	CMENotAllowed:      "operation not allowed",
	CMENotSupported:    "operation not supported",
	CMENoSIM:           "SIM not inserted",
	CMESIMPIN:          "SIM PIN required",
	CMESIMPUK:          "SIM PUK required",
	CMESIMFailure:      "SIM failure",
	CMESIMBusy:         "SIM busy",
	CMEWrongPassword:   "incorrect password",
	CMENotFound:        "not found",
	CMEIncorrectParams: "Incorrect parameters",
	CMEUnknown:         "unknown",
}

// CME is the error with the given number. The modem says ERROR, the number or
// its text, as AT+CMEE has it.
func CME(number int) Result { return Result(cmePrefix + strconv.Itoa(number)) }

// text is what the modem says for a result.
func (m *Modem) text(r Result) string {
	if r == "" {
		return string(OK)
	}
	digits, isCME := strings.CutPrefix(string(r), cmePrefix)
	number, err := strconv.Atoi(digits)
	if !isCME || err != nil {
		return string(r)
	}
	switch {
	case m.alwaysText && cmeTexts[number] != "":
		return cmePrefix + cmeTexts[number]
	case m.cmee == cmeeOff:
		return string(Failed)
	case m.cmee == cmeeTexts && cmeTexts[number] != "":
		return cmePrefix + cmeTexts[number]
	}
	return string(r)
}
