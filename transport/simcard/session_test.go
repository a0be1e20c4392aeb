package simcard_test

import (
	"context"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// ok is a line of information and OK; done is OK alone.
func ok(line string) string     { return "\r\n" + line + "\r\n\r\nOK\r\n" }
func failed(word string) string { return "\r\n" + word + "\r\n" }

const done = "\r\nOK\r\n"

// Commands on the card of small, and what it answers.
const (
	openChannel  = "AT+CSIM=10,\"0070000001\"\r"
	selectFile   = "AT+CSIM=14,\"00A4000C022F01\"\r"
	readFile     = "AT+CSIM=10,\"00B0000000\"\r"
	fileContent  = `+CSIM: 8,"6D669000"`
	openSession  = "AT+CCHO=\"A000000001\"\r"
	selectInside = "AT+CGLA=21,14,\"00A4000C026F11\"\r"
	readInside   = "AT+CGLA=21,10,\"00B0000000\"\r"
)

// quiet is a host of a modem that does not echo and tells numbers.
func quiet(t *testing.T, card apdu.CardTransport, opts ...simcard.ModemOption) *host {
	h := newHost(t, card, append(opts, simcard.NoEcho())...)
	h.expect("AT+CMEE=1\r", done)
	return h
}

func TestSession(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small()...)
		h := quiet(t, card)
		h.expect(
			"AT+CCHO=?;+CGLA=?;+CCHC=?;+CRSM=?;+CSIM=?\r", done,
			openSession, ok("+CCHO: 21"),
			selectInside, ok(`+CGLA: 4,"9000"`),
			readInside, ok(`+CGLA: 10,"6F6E659000"`),
			"AT+CGLA=21,10,00B0000001\r", ok(`+CGLA: 6,"6F9000"`), // without quotes
			"AT+CCHO=a00000000102\r", ok("+CCHO: 22"),
			"AT+CGLA=22,14,\"03A4000C026F12\"\r", ok(`+CGLA: 4,"9000"`), // the modem puts the channel in
			"AT+CGLA=22,10,\"00B0000000\"\r", ok(`+CGLA: 10,"74776F9000"`),
			readInside, ok(`+CGLA: 10,"6F6E659000"`),
		)
		if got := card.OpenChannels(); len(got) != 2 {
			t.Errorf("open: %v", got)
		}
		h.expect(
			"AT+CCHC=21\r", done,
			"AT+CCHC=21\r", failed("+CME ERROR: 50"),
			readInside, failed("+CME ERROR: 50"),
			openSession, ok("+CCHO: 23"), // no id is used twice
			"AT+CCHC=\"22\"\r", done,
			"AT+CCHC=23\r", done,
		)
		if got := card.OpenChannels(); got != nil {
			t.Errorf("open: %v", got)
		}
	})
}

func TestSessionRefusesWhatIsNotWellFormed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small()...)
		h := quiet(t, card)
		h.expect(openSession, ok("+CCHO: 21"))
		before := card.Total()
		for _, command := range []string{
			`+CCHO=`, `+CCHO=""`, `+CCHO="A0000"`, `+CCHO="XX"`, `+CCHO="` + strings.Repeat("A0", 17) + `"`,
			`+CCHC=`, `+CCHC=1`, `+CCHC=0021`,
			`+CGLA=21`, `+CGLA=21,10`, `+CGLA=1,10,"00B0000000"`, `+CGLA=21,12,"00B0000000"`, `+CGLA=21,6,"00B000"`,
			`+CGLA=21,9,"00B000000"`, `+CGLA=21,11,"00B0000000"`, `+CGLA=,10,"00B0000000"`,
		} {
			h.expect("AT"+command+"\r", failed("+CME ERROR: 50"))
		}
		if n := card.Total(); n != before {
			t.Errorf("%d commands reached the card", n-before)
		}
	})
}

func TestSessionThatCannotBeOpened(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small(simcard.Channels(1))...)
		h := quiet(t, card)
		h.expect("AT+CCHO=\"A0000000FF\"\r", failed("+CME ERROR: 22"))
		if got := card.OpenChannels(); got != nil {
			t.Errorf("open: %v", got)
		}
		h.expect(
			openSession, ok("+CCHO: 21"),
			openSession, failed("+CME ERROR: 100"), // no channel is left
		)
		card.Remove()
		h.expect(
			openSession, failed("+CME ERROR: 10"),
			readInside, failed("+CME ERROR: 10"),
			"AT+CCHC=21\r", failed("+CME ERROR: 10"),
		)
	})
	bubble(t, func(t *testing.T) { // the card goes between MANAGE CHANNEL and SELECT
		card := newCard(t, small()...)
		card.Before(func(n int, _ apdu.Command) {
			if n == 2 {
				card.Remove()
			}
		})
		quiet(t, card).expect(openSession, failed("+CME ERROR: 10"))
	})
	for _, rapdu := range [][]byte{{0x90, 0x00}, {0x14, 0x90, 0x00}, {1, 2, 0x90, 0x00}} { // no number, or none that there is
		bubble(t, func(t *testing.T) {
			card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return rapdu, nil })
			quiet(t, card).expect(openSession, failed("+CME ERROR: 100"))
		})
	}
}

// A session ends with the card's reset.
func TestSessionAndCFUN(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, small()...))
		h.expect(
			openSession, ok("+CCHO: 21"),
			"AT+CFUN=0\r", done,
			openSession, failed("+CME ERROR: 13"),
			"AT+CFUN=1\r", done,
			readInside, failed("+CME ERROR: 50"),
			openSession, ok("+CCHO: 22"),
		)
	})
}

// The modem runs GET RESPONSE for AT+CCHO even if it does not for the host,
// and hands AT+CGLA's over.
func TestSessionOverT0(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small(simcard.T0, simcard.Channels(19))...)
		h := quiet(t, card, simcard.HandsOver61())
		for range 3 {
			h.expect(openChannel, ok(`+CSIM: `+[]string{`6,"019000"`, `6,"029000"`, `6,"039000"`}[len(card.OpenChannels())]))
		}
		h.expect(
			openSession, ok("+CCHO: 21"), // on channel 4, class 40
			selectInside, ok(`+CGLA: 4,"9000"`),
			"AT+CGLA=21,10,\"80F2000C00\"\r", ok(`+CGLA: 4,"9000"`),
			"AT+CGLA=21,16,\"00A40004026F1100\"\r", ok(`+CGLA: 4,"611E"`),
			"AT+CGLA=21,10,\"00C000001E\"\r", ok(`+CGLA: 64,"621C8202412183026F11A503C001408A01058B036F060280020003880100`+`9000"`),
			"AT+CCHC=21\r", done,
		)
	})
}
