package simcard

import (
	"context"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// What happens to the card, or to the modem, in the middle.
const (
	// CardPulled has no card any more, from the fifth of the card's commands
	// on: it says +QSIMSTAT: 1,0 and +CPIN: NOT READY, and answers +CME ERROR:
	// 10 (Quectel, with the wrong polarity of the switch too).
	CardPulled Quirk = iota + Sleeps + 1

	// CardBlinks does so for 3 seconds, then says +CPIN: READY: what a REFRESH
	// looks like (Quectel EC25).
	CardBlinks

	// CardResets resets the card ahead of the fifth command, without a word:
	// logical channels are closed (REFRESH with UICC reset).
	CardResets

	// RefusesUntilReset has a card that answers 6985 to everything from the
	// fifth command on, until AT+CFUN=0 and AT+CFUN=1 or 4 have reset it.
	RefusesUntilReset

	// FakeRemoval says #QSS: 0 with the first of the card's commands, and
	// #QSS: 1 three seconds later: nothing has happened. AT+CSIM=1 and
	// AT+CSIM=0 lock and unlock the card (Telit).
	FakeRemoval

	// Reboots starts the modem again at the fifth of the card's commands: no
	// answer to it; nothing is heard for 5 seconds; then RDY, and echo and
	// settings are those of the start (all makes).
	Reboots
)

const blinkTime = 3 * time.Second

// cardGoes takes the card away from the middle on, for d, or for ever if d is
// 0.
func cardGoes(d time.Duration) func(m *Modem) {
	return func(m *Modem) {
		gone := false
		var back time.Time
		absent := func() bool { return gone && (d == 0 || time.Now().Before(back)) }
		refuses(CME(CMENoSIM), func(command string) bool { return absent() && isForCardOrCPIN(command) })(m)
		inTheMiddle(func(m *Modem, carryOut func() Reply) Reply {
			gone, back = true, time.Now().Add(d)
			m.resetCard()
			m.Send("\r\n+QSIMSTAT: 1,0\r\n\r\n+CPIN: NOT READY\r\n")
			if d > 0 {
				m.later(d, "\r\n+QSIMSTAT: 1,1\r\n\r\n+CPIN: READY\r\n")
			}
			return carryOut()
		})(m)
	}
}

func cardResets(m *Modem, carryOut func() Reply) Reply {
	m.resetCard()
	return carryOut()
}

func refusesUntilReset(m *Modem) {
	refusing := false
	next := m.transmit
	m.transmit = func(ctx context.Context, capdu []byte) ([]byte, error) {
		if refusing {
			return apdu.Response{SW: apdu.SWConditions}.AppendTo(nil), nil
		}
		return next(ctx, capdu)
	}
	m.onCard = append(m.onCard, func() { refusing = false })
	inTheMiddle(func(_ *Modem, carryOut func() Reply) Reply {
		refusing = true
		return carryOut()
	})(m)
}

func fakeRemoval(m *Modem) {
	said := false
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		if isForCard(command) && !said {
			said = true
			m.Send("\r\n#QSS: 0\r\n")
			m.later(blinkTime, "\r\n#QSS: 1\r\n")
		}
		if command == "+CSIM=0" || command == "+CSIM=1" {
			return Reply{}
		}
		return next(ctx, command)
	})
}

func reboots(m *Modem, _ func() Reply) Reply {
	m.reboot()
	return Reply{Result: Silence}
}

// bootTime is how long a modem that starts again hears nothing.
const bootTime = 5 * time.Second

// reboot starts the modem again. It is called by the goroutine that serves the
// lines.
func (m *Modem) reboot() {
	m.deaf.Store(time.Now().Add(bootTime).UnixNano())
	m.echo, m.cmee, m.cfun = true, cmeeOff, cfunFull
	m.resetCard()
	m.later(bootTime, "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n")
}
