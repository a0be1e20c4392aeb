package simcard_test

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestWhatModemsDoWithLongAnswers(t *testing.T) {
	const fcp = "621C8202412183022F01A503C001408A01058B032F060280020002880108"
	const selectAnswered = "AT+CSIM=16,\"00A40004022F0100\"\r"
	for _, d := range []dialogue{
		with(simcard.HandsOver61xx, selectAnswered, ok(`+CSIM: 4,"611E"`), "AT+CSIM=10,\"00C000001E\"\r", ok(`+CSIM: 64,"`+fcp+`9000"`)),
		with(simcard.HandsOver6Cxx, "AT+CSIM=10,\"0070000000\"\r", ok(`+CSIM: 4,"6C01"`), selectAnswered, ok(`+CSIM: 64,"`+fcp+`9000"`)),
	} {
		d.run(t, simcard.T0)
	}
}

func TestLongAnswerEndless(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, simcard.Files(simcard.EF(0x2F01, letters(300))))
		h := quiet(t, card, simcard.LongAnswerEndless)
		h.expect(
			selectFile, ok(`+CSIM: 4,"9000"`),
			readFile, ok(`+CSIM: 4,"6100"`),
			"AT+CSIM=10,\"00C0000000\"\r", ok(`+CSIM: 4,"6100"`),
			"AT+CSIM=10,\"00C0000010\"\r", ok(`+CSIM: 4,"6100"`),
			"AT+CSIM=10,\"00B0000002\"\r", ok(`+CSIM: 8,"00019000"`),
			"AT+CSIM=10,\"00C0000000\"\r", ok(`+CSIM: 4,"6985"`), // nothing waits any more
			"AT+CSIM=10,\"00B00000FF\"\r", ok(`+CSIM: 4,"6100"`), // 257 octets
		)
		if got := h.say("AT+CSIM=10,\"00B00000FE\"\r"); len(got) != len(ok(`+CSIM: 512,""`))+512 {
			t.Errorf("%q", got)
		}
	})
}

func TestSelectsOwnFile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, simcard.Files(simcard.EF(0x2F01, []byte("mf")))), simcard.SelectsOwnFile)
		h.expect(
			selectFile, ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=10,\"00B0000002\"\r", ok(`+CSIM: 8,"98889000"`), // of EF(ICCID)
			openChannel, ok(`+CSIM: 6,"019000"`),
			"AT+CSIM=14,\"01A4000C022F01\"\r", ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=10,\"01B0000000\"\r", ok(fileContent), // on a channel of our own
		)
	})
}

func TestReplaysSelects(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small(simcard.Files(simcard.EF(apdu.FIDICCID, []byte("own"))))...)
		h := quiet(t, card, simcard.ReplaysSelects)
		h.expect(
			"AT+CSIM=14,\"00A4000C027F10\"\r", ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=14,\"00A4000C026F3A\"\r", ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=10,\"00B0000002\"\r", ok(`+CSIM: 8,"30319000"`),
			"AT+CSIM=14,\"00A4000C02FFFE\"\r", ok(`+CSIM: 4,"6A82"`), // which does not count
			"AT+CSIM=10,\"00B0000002\"\r", ok(`+CSIM: 8,"30319000"`),
		)
		if got := send(t, card, "00B0000000"); got != "6F776E9000" {
			t.Errorf("the modem's own file: %s", got)
		}
		h.expect(
			openChannel, failed("+CME ERROR: 3"),
			"AT+CSIM=10,\"00C0000002\"\r", failed("+CME ERROR: 3"),
			openSession, failed("+CME ERROR: 3"),
			"AT+CSIM=10,\"01B0000000\"\r", ok(`+CSIM: 4,"6881"`), // on another channel
			"AT+CRSM=176,12033,0,0,2\r", ok(`+CRSM: 144,0,"6D66"`),
			"AT\r", done,
		)
	})
}

func TestReplaysTwentySelects(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small()...)
		h := quiet(t, card, simcard.ReplaysSelects)
		for range 20 {
			h.expect(selectFile, ok(`+CSIM: 4,"9000"`))
		}
		before := card.Commands(apdu.INSSelect)
		h.expect(
			selectFile, failed("+CME ERROR: 3"),
			readFile, ok(fileContent))
		if n := card.Commands(apdu.INSSelect) - before; n != 20+2 { // and 3F00, 2FE2 of the modem's own
			t.Errorf("%d SELECTs", n)
		}
		h.expect(
			"AT+CSIM=14,\"00A4080C022F01\"\r", ok(`+CSIM: 4,"9000"`), // from the MF: the list begins anew
			selectFile, ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=20,\"00A4040C05A000000001\"\r", ok(`+CSIM: 4,"9000"`),
			readFile, ok(`+CSIM: 4,"6986"`),
			"AT+CFUN=0\r", done, "AT+CFUN=1\r", done,
			"AT+CSIM=14,\"00A4000C026F11\"\r", ok(`+CSIM: 4,"6A82"`), // the application is not selected any more
		)
	})
}
