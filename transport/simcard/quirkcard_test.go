package simcard_test

import (
	"context"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestCardPulled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small()...)
		h := quiet(t, card, simcard.CardPulled)
		h.expect(openChannel, ok(`+CSIM: 6,"019000"`), selectFile, ok(`+CSIM: 4,"9000"`), readFile, ok(fileContent), readFile, ok(fileContent),
			"AT+CPIN?\r", ok("+CPIN: READY"),
			readFile, "\r\n+QSIMSTAT: 1,0\r\n\r\n+CPIN: NOT READY\r\n"+failed("+CME ERROR: 10"))
		if got := card.OpenChannels(); got != nil {
			t.Errorf("open: %v", got)
		}
		h.wait(1000)
		h.expect(readFile, failed("+CME ERROR: 10"), openSession, failed("+CME ERROR: 10"), "AT+CPIN?\r", failed("+CME ERROR: 10"), "AT\r", done)
	})
}

func TestCardBlinks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, small()...), simcard.CardBlinks)
		fourth(h)
		h.expect(readFile, "\r\n+QSIMSTAT: 1,0\r\n\r\n+CPIN: NOT READY\r\n"+failed("+CME ERROR: 10"), openChannel, failed("+CME ERROR: 10"))
		if got := h.wait(2.999); got != "" {
			t.Errorf("%q", got)
		}
		h.expect(readFile, failed("+CME ERROR: 10"))
		if got := h.wait(0.001); got != "\r\n+QSIMSTAT: 1,1\r\n\r\n+CPIN: READY\r\n" {
			t.Errorf("%q", got)
		}
		h.expect(readFile, ok(`+CSIM: 4,"6986"`), openSession, ok("+CCHO: 21"))
	})
}

func TestCardResets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small(simcard.PIN(simcard.PIN1, "1234", 3))...)
		h := quiet(t, card, simcard.CardResets)
		h.expect(openChannel, ok(`+CSIM: 6,"019000"`), "AT+CPIN=1234\r", done,
			openSession, ok("+CCHO: 21"), selectInside, ok(`+CGLA: 4,"9000"`), readInside, ok(`+CGLA: 10,"6F6E659000"`),
			"AT+CSIM=10,\"81F2000000\"\r", ok(`+CSIM: 4,"6881"`),
			readInside, failed("+CME ERROR: 50"), "AT+CPIN?\r", ok("+CPIN: SIM PIN"), openChannel, ok(`+CSIM: 6,"019000"`))
	})
}

func TestRefusesUntilReset(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, small()...), simcard.RefusesUntilReset)
		fourth(h)
		h.expect(readFile, ok(`+CSIM: 4,"6985"`), openChannel, ok(`+CSIM: 4,"6985"`), openSession, failed("+CME ERROR: 100"),
			"AT+CRSM=176,12033,0,0,2\r", ok(`+CRSM: 105,133`),
			"AT+CFUN=4\r", done, readFile, ok(`+CSIM: 4,"6985"`), // no reset
			"AT+CFUN=0\r", done, "AT+CFUN=1\r", done,
			selectFile, ok(`+CSIM: 4,"9000"`), readFile, ok(fileContent))
	})
}

func TestFakeRemoval(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, small()...), simcard.FakeRemoval)
		h.expect("AT+CPIN?\r", ok("+CPIN: READY"),
			"AT+CSIM=1\r", "\r\n#QSS: 0\r\n"+done, selectFile, ok(`+CSIM: 4,"9000"`))
		if got := h.wait(3); got != "\r\n#QSS: 1\r\n" {
			t.Errorf("%q", got)
		}
		h.expect(readFile, ok(fileContent), "AT+CSIM=0\r", done, "AT+CSIM=2\r", failed("+CME ERROR: 50"))
	})
}

func TestReboots(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small()...)
		h := quiet(t, card, simcard.Reboots)
		h.expect(openChannel, ok(`+CSIM: 6,"019000"`))
		h.say("AT+CSIM=1\r" + openSession + "AT+CFUN=4\r" + selectFile)
		h.expect(readFile, "", "AT\r", "", selectFile, "")
		if got := card.OpenChannels(); got != nil {
			t.Errorf("open: %v", got)
		}
		if got := h.wait(4.999); got != "" {
			t.Errorf("%q", got)
		}
		h.expect("AT\r", "")
		if got := h.wait(0.001); got != "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n" {
			t.Errorf("%q", got)
		}
		h.expect("AT+CMEE?;+CFUN?\r", "AT+CMEE?;+CFUN?\r\r\n+CMEE: 0\r\n\r\n+CFUN: 1\r\n"+done,
			readInside, readInside+failed("ERROR"),
			readFile, readFile+ok(`+CSIM: 4,"6986"`))
	})
}

// A card that cannot be reset, a reader of somebody else's, is left as it is.
func TestRebootWithACardThatCannotBeReset(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return []byte{0x90, 0x00}, nil })
		h := quiet(t, card, simcard.Reboots)
		fourth(h)
		h.expect(readFile, "")
		h.wait(5)
		h.expect(readFile, readFile+ok(`+CSIM: 4,"9000"`))
	})
}

// Close ends what is still to be said.
func TestCloseBeforeTheModemIsBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t), simcard.NotReadyAtFirst, simcard.Reboots)
		fourth(h)
		h.expect(readFile, "")
		h.modem.Close() // goroutines left would be the bubble's deadlock
	})
}
