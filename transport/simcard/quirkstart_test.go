package simcard_test

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestModemsWhoseSIMIsNotThere(t *testing.T) {
	for _, d := range []dialogue{
		with(simcard.NoProfile,
			openChannel, failed("+CME ERROR: 13"), openSession, failed("+CME ERROR: 13"), "AT+CRSM=242\r", failed("+CME ERROR: 13"),
			"AT+CPIN?\r", failed("+CME ERROR: 13"), "AT+CPIN=\"1234\"\r", failed("+CME ERROR: 13"), "AT+CFUN?\r", ok("+CFUN: 1")),
		with(simcard.StartsAtCFUN0,
			"AT+CFUN?\r", ok("+CFUN: 0"), openChannel, failed("+CME ERROR: 13"), openSession, failed("+CME ERROR: 13"),
			"AT+CRSM=242\r", failed("+CME ERROR: 13"), "AT+CPIN?\r", failed("+CME ERROR: 13"),
			"AT+CFUN=4\r", done, openChannel, ok(`+CSIM: 6,"019000"`), "AT+CRSM=176,12033,0,0,2\r", ok(`+CRSM: 144,0,"6D66"`)),
		with(simcard.NeedsECSIMSLEEP,
			openChannel, failed("+CME ERROR: 3"), openSession, failed("+CME ERROR: 3"), "AT+CPIN?\r", ok("+CPIN: READY"),
			"AT+ECSIMSLEEP=1\r", failed("ERROR"), "at+ecsimsleep=0\r", done, openChannel, ok(`+CSIM: 6,"019000"`)),
	} {
		d.run(t)
	}
}

func TestBusyAtFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t, small()...), simcard.BusyAtFirst, simcard.NoEcho())
		const busy = "\r\n+CME ERROR: SIM busy\r\n"
		h.expect("AT\r", done, "AT&C1\r", busy, "AT+CMEE=1\r", busy, openChannel, busy, "AT+CPIN?\r", busy)
		h.wait(7.999)
		h.expect(openChannel, busy)
		h.wait(0.001)
		h.expect("AT&C1\r", done, openChannel, ok(`+CSIM: 6,"019000"`))
	})
}

func TestNotReadyAtFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, small()...), simcard.NotReadyAtFirst)
		h.expect("AT+CPIN?\r", ok("+CPIN: NOT READY"), openChannel, failed("+CME ERROR: 14"), "AT+CPIN=1234\r", failed("+CME ERROR: 14"),
			"AT+CFUN?\r", ok("+CFUN: 1"))
		if got := h.wait(5.999); got != "" {
			t.Errorf("%q", got)
		}
		h.expect(openChannel, failed("+CME ERROR: 14"))
		if got := h.wait(0.001); got != "\r\n+CPIN: READY\r\n" {
			t.Errorf("%q", got)
		}
		h.expect(openChannel, ok(`+CSIM: 6,"019000"`), "AT+CPIN?\r", ok("+CPIN: READY"))
	})
}
