package simcard

import (
	"context"
	"time"
)

// Modems whose SIM cannot be spoken to: at all, at first, or until they are
// told to.
const (
	// NoProfile answers +CME ERROR: 13 to all of the card's commands and to
	// AT+CPIN?, as for a SIM without an active profile (nRF9160, nRF9151).
	NoProfile Quirk = iota + CRSMReboots + 1

	// BusyAtFirst answers +CME ERROR: SIM busy, in this form always, to
	// everything but AT for the first 8 seconds (u-blox SARA-R4).
	BusyAtFirst

	// NotReadyAtFirst answers +CPIN: NOT READY and +CME ERROR: 14 to the
	// card's commands for the first 6 seconds, then says +CPIN: READY.
	NotReadyAtFirst

	// StartsAtCFUN0 starts with the SIM switched off, as after AT+CFUN=0;
	// AT+CFUN=4 switches it on (several, as configured).
	StartsAtCFUN0

	// NeedsECSIMSLEEP answers +CME ERROR: 3 to the card's commands before
	// AT+ECSIMSLEEP=0 (EigenComm EC616, EC618 and modules made of them:
	// Quectel EC800, BC, Air780E).
	NeedsECSIMSLEEP
)

const (
	busyTime     = 8 * time.Second
	notReadyTime = 6 * time.Second
)

// age is the time since the modem's start.
func (m *Modem) age() time.Duration { return time.Since(m.started) }

func isForCardOrCPIN(command string) bool { return isForCard(command) || named("+CPIN")(command) }

func busyAtFirst(m *Modem) {
	refuses("+CME ERROR: SIM busy", func(command string) bool { return command != "" && m.age() < busyTime })(m)
}

func notReadyAtFirst(m *Modem) {
	m.later(notReadyTime, "\r\n+CPIN: READY\r\n")
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		switch {
		case m.age() >= notReadyTime:
		case command == "+CPIN?":
			return Reply{Lines: []string{"+CPIN: NOT READY"}}
		case isForCardOrCPIN(command):
			return Reply{Result: CME(CMESIMBusy)}
		}
		return next(ctx, command)
	})
}

func needsECSIMSLEEP(m *Modem) {
	awake := false
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		switch {
		case command == "+ECSIMSLEEP=0":
			awake = true
			return Reply{}
		case !awake && isForCard(command):
			return Reply{Result: CME(CMENotAllowed)}
		}
		return next(ctx, command)
	})
}
