package simcard

import (
	"context"
	"fmt"
	"strings"
)

// The ways to the card that a modem has or lacks, and how sessions look.
const (
	// NoCSIM has no AT+CSIM: ERROR.
	NoCSIM Quirk = iota + TextErrors + 1

	// NoCCHO has no AT+CCHO, AT+CGLA and AT+CCHC: ERROR.
	NoCCHO

	// NoCRSM refuses AT+CRSM: +CME ERROR: 3 (Quectel EG916Q).
	NoCRSM

	// NoCCHC has no AT+CCHC: +CME ERROR: Parameters error (Sierra EM9191).
	// MANAGE CHANNEL over AT+CSIM closes the channel, if there is one.
	NoCCHC

	// TestFormsFail answers ERROR to AT+CSIM=?, AT+CCHO=?, AT+CGLA=?,
	// AT+CCHC=? and AT+CRSM=? (Fibocom FG132, Quectel EM05-G).
	TestFormsFail

	// TestFormsHang does not answer those at all (Fibocom FM350).
	TestFormsHang

	// BareSession answers AT+CCHO with the session alone, 21, and AT+CCHC with
	// a line +CCHC (Fibocom FM350-GL, EigenComm EC618).
	BareSession

	// SessionHandle has a handle of 16 hex digits for a session,
	// 00000000038aa344, and no AT+CGLA=? (Sierra MC7455, EM7590).
	SessionHandle

	// CGLAFailsAtTimes answers ERROR to every third AT+CGLA, which the card
	// does not see (Quectel EC20F, EG25).
	CGLAFailsAtTimes
)

// named matches commands of these names, =? and ? included.
func named(names ...string) func(command string) bool {
	return func(command string) bool {
		for _, n := range names {
			if rest, ok := strings.CutPrefix(command, n); ok && (rest == "" || rest[0] == '=' || rest[0] == '?') {
				return true
			}
		}
		return false
	}
}

// isTestForm matches =? of the card's commands.
func isTestForm(command string) bool {
	name, ok := strings.CutSuffix(command, "=?")
	return ok && isForCard(name+"=")
}

func bareSession(m *Modem) {
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		reply := next(ctx, command)
		switch {
		case isNamed(command, "+CCHO"):
			for i, line := range reply.Lines {
				reply.Lines[i] = strings.TrimPrefix(line, "+CCHO: ")
			}
		case isNamed(command, "+CCHC") && reply.Result == "":
			reply.Lines = append(reply.Lines, "+CCHC")
		}
		return reply
	})
}

func sessionHandle(m *Modem) {
	const first = 0x038AA32F
	m.sessionID = func(n int) string { return fmt.Sprintf("%016x", first+n) }
	refuses(Failed, func(command string) bool { return command == "+CGLA=?" })(m)
}

func cglaFailsAtTimes(m *Modem) {
	n := 0
	refuses(Failed, func(command string) bool {
		if isNamed(command, "+CGLA") {
			n++
			return n%3 == 0
		}
		return false
	})(m)
}
