package simcard_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestModemTranscript(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newHost(t, newCard(t, small()...)).expect(
			"AT\r", "AT\r\r\nOK\r\n",
			"ATI\r\n", "ATI\r\r\nlwm2mboot\r\n\r\nsimulated modem\r\n\r\nOK\r\n",
			"AT+CSIM=14,\"00A4000C022F01\"\r", "AT+CSIM=14,\"00A4000C022F01\"\r\r\n+CSIM: 4,\"9000\"\r\n\r\nOK\r\n",
			"ATE0\r", "ATE0\r\r\nOK\r\n",
			"at+csim=10,\"00b0000000\"\r", "\r\n+CSIM: 8,\"6D669000\"\r\n\r\nOK\r\n",
			"AT+CSIM=?\r", "\r\nOK\r\n",
			"AT+CSIM?\r", "\r\nERROR\r\n",
			"AT+NONE\r", "\r\nERROR\r\n",
			"ATX4\r", "\r\nERROR\r\n",
			"AT+CFUN?\r", "\r\n+CFUN: 1\r\n\r\nOK\r\n",
			"AT+CPIN?\r", "\r\n+CPIN: READY\r\n\r\nOK\r\n",
			"ATE1\r", "\r\nOK\r\n",
			"AT\r", "AT\r\r\nOK\r\n",
		)
	})
}

func TestModemReadsLinesAsV250Says(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newHost(t, newCard(t), simcard.NoEcho()).expect(
			"A", "", "T", "", "\n", "", "\r", "\r\nOK\r\n",
			"\r\r\n", "", // no AT, no answer
			"noise\r", "",
			"\x00\x00noiseAT\r", "\r\nOK\r\n",
			"\x80\xFFAt\r", "\r\nOK\r\n", // no UTF-8
			"AT\rAT\r", "\r\nOK\r\n\r\nOK\r\n",
			"at&fe0q0v1&c1\r", "\r\nOK\r\n",
			"ATE0I\r", "\r\nlwm2mboot\r\n\r\nsimulated modem\r\n\r\nOK\r\n",
			"ATE0+CMEE=1;+CMEE?;E0\r", "\r\n+CMEE: 1\r\n\r\nOK\r\n",
			"AT+CMEE=0; +cmee?\r", "\r\n+CMEE: 0\r\n\r\nOK\r\n",
			"AT+CMEE?;+NONE;+CMEE?\r", "\r\n+CMEE: 0\r\n\r\nERROR\r\n", // stops at the first that fails
			"AT ;;\r", "\r\nOK\r\n",
			"AT&\r", "\r\nERROR\r\n",
			"ATE19\r", "\r\nERROR\r\n", // E19, not E1
			"at\r", "\r\nOK\r\n",
			"atze0\r", "\r\nOK\r\n",
			"ATV0\r", "\r\nERROR\r\n",
			"AT+CPIN=\"1;2\"\r", "\r\nERROR\r\n", // a semicolon between quotes
			"AT"+strings.Repeat("E", 2000)+"\r", "\r\nERROR\r\n", // a line that is too long
			"AT"+strings.Repeat("E", 1022)+"\r", "\r\nOK\r\n",
			"ATE1\r", "\r\nOK\r\n",
			"noise\r", "noise\r",
			"noiseAT\r", "noiseAT\r\r\nOK\r\n",
			"ATZ+CMEE?\r", "ATZ+CMEE?\r\r\n+CMEE: 0\r\n\r\nOK\r\n",
		)
	})
}

func TestCMEEChangesErrors(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t)
		h := newHost(t, card, simcard.NoEcho())
		card.Remove()
		const command = "AT+CSIM=10,\"00B0000000\"\r"
		h.expect(
			command, "\r\nERROR\r\n",
			"AT+CMEE=1\r", "\r\nOK\r\n",
			command, "\r\n+CME ERROR: 10\r\n",
			"AT+CPIN?\r", "\r\n+CME ERROR: 10\r\n",
			"AT+CSIM=10\r", "\r\n+CME ERROR: 50\r\n",
			"AT+NONE=1234\r", "\r\nERROR\r\n", // no command, no number
			"AT+NONE?\r", "\r\nERROR\r\n",
			"AT+CPIN\r", "\r\nERROR\r\n",
			"AT+CFUN\r", "\r\nERROR\r\n",
			"AT+CMEE=2\r", "\r\nOK\r\n",
			command, "\r\n+CME ERROR: SIM not inserted\r\n",
			"AT+CMEE=3\r", "\r\n+CME ERROR: Incorrect parameters\r\n",
			"AT+CMEE=?\r", "\r\n+CMEE: (0-2)\r\n\r\nOK\r\n",
			"AT+CMEE?\r", "\r\n+CMEE: 2\r\n\r\nOK\r\n",
			"AT&F\r", "\r\nOK\r\n",
			"ATE0\r", "ATE0\r\r\nOK\r\n",
			command, "\r\nERROR\r\n",
		)
		card.Insert()
		h.expect(command, "\r\n+CSIM: 4,\"6986\"\r\n\r\nOK\r\n")
	})
}

func TestCSIMRefusesWhatIsNotWellFormed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t)
		h := newHost(t, card, simcard.NoEcho())
		h.say("AT+CMEE=1\r")
		for _, argument := range []string{
			``, `14`, `14,`, `14,"`, `14,""`, `"00A4000C023F00"`,
			`14,00A4000C023F00`,    // no quotes
			`14,"00A4000C023F00`,   // one quote
			`14,00A4000C023F00"`,   //
			`14,"00A4000C023F00'`,  // two of a kind
			`14,'00A4000C023F00"`,  //
			`12,"00A4000C023F00"`,  // length too small
			`16,"00A4000C023F00"`,  // too large
			`7,"00A4000C023F00"`,   // in bytes
			`13,"00A4000C023F0"`,   // odd
			`14,"00A4000C023F0G"`,  // not hex
			`6,"00A400"`,           // shorter than a header
			`-14,"00A4000C023F00"`, //
			`99999,"00A4000C023F00"`,
			`524,"` + strings.Repeat("00", 262) + `"`,
		} {
			h.expect("AT+CSIM="+argument+"\r", "\r\n+CME ERROR: 50\r\n")
		}
		if n := card.Total(); n != 0 {
			t.Errorf("%d commands reached the card", n)
		}
		h.expect(
			`AT+CSIM= 8 , "00700000"`+"\r", "\r\n+CSIM: 6,\"019000\"\r\n\r\nOK\r\n",
			`AT+CSIM=522,"`+strings.Repeat("00", 261)+"\"\r", "\r\n+CSIM: 4,\"6700\"\r\n\r\nOK\r\n",
		)
	})
}

func TestModemSaysWhatIsWrongWithTheCard(t *testing.T) {
	for want, err := range map[string]error{
		"SIM not inserted":      fmt.Errorf("reader: %w", apdu.ErrNoCard),
		"SIM PIN required":      apdu.ErrCardPIN,
		"SIM PUK required":      apdu.ErrCardLocked,
		"SIM busy":              apdu.ErrCardBusy,
		"SIM failure":           errors.New("anything else"),
		"operation not allowed": apdu.ErrRefused,
	} {
		bubble(t, func(t *testing.T) {
			card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return nil, err })
			newHost(t, card, simcard.NoEcho()).expect(
				"AT+CMEE=2\r", "\r\nOK\r\n",
				"AT+CSIM=10,\"00B0000000\"\r", "\r\n+CME ERROR: "+want+"\r\n",
				"AT+CPIN=1234\r", "\r\n+CME ERROR: "+want+"\r\n",
			)
		})
	}
	bubble(t, func(t *testing.T) { // an answer without a status word
		card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return []byte{0x90}, nil })
		newHost(t, card, simcard.NoEcho()).expect(
			"AT+CSIM=10,\"00B0000000\"\r", "\r\nERROR\r\n",
			"AT+CPIN?\r", "\r\n+CPIN: READY\r\n\r\nOK\r\n")
	})
}

func TestCPIN(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, simcard.PIN(simcard.PIN1, "1234", 2))
		h := newHost(t, card, simcard.NoEcho())
		h.expect(
			"AT+CMEE=1\r", "\r\nOK\r\n",
			"AT+CPIN?\r", "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n",
			"AT+CPIN=\"12\"\r", "\r\n+CME ERROR: 50\r\n",
			"AT+CPIN=\"9999\"\r", "\r\n+CME ERROR: 16\r\n",
			"AT+CPIN=\"1234\"\r", "\r\nOK\r\n",
			"AT+CPIN?\r", "\r\n+CPIN: READY\r\n\r\nOK\r\n",
		)
		card.Reset()
		h.expect(
			"AT+CPIN=9999\r", "\r\n+CME ERROR: 16\r\n",
			"AT+CPIN=9999\r", "\r\n+CME ERROR: 16\r\n",
			"AT+CPIN=1234\r", "\r\n+CME ERROR: 12\r\n",
			"AT+CPIN?\r", "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n",
		)
		newHost(t, newCard(t), simcard.NoEcho()).expect(
			"AT+CMEE=1\r", "\r\nOK\r\n",
			"AT+CPIN=1234\r", "\r\n+CME ERROR: 3\r\n")
	})
}

func TestCFUN(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t)
		h := newHost(t, card, simcard.NoEcho())
		const open = "AT+CSIM=10,\"0070000001\"\r"
		h.expect(
			"AT+CMEE=1\r", "\r\nOK\r\n",
			"AT+CFUN=?\r", "\r\n+CFUN: (0,1,4)\r\n\r\nOK\r\n",
			open, "\r\n+CSIM: 6,\"019000\"\r\n\r\nOK\r\n",
			"AT+CFUN=4\r", "\r\nOK\r\n",
			open, "\r\n+CSIM: 6,\"029000\"\r\n\r\nOK\r\n", // the card stays on
			"AT+CFUN=0\r", "\r\nOK\r\n",
			open, "\r\n+CME ERROR: 13\r\n",
			"AT+CPIN?\r", "\r\n+CME ERROR: 13\r\n",
			"AT+CFUN?\r", "\r\n+CFUN: 0\r\n\r\nOK\r\n",
			"AT+CFUN=2\r", "\r\n+CME ERROR: 50\r\n",
			"AT+CFUN=1\r", "\r\nOK\r\n",
			open, "\r\n+CSIM: 6,\"019000\"\r\n\r\nOK\r\n", // it was reset
		)
	})
}

func TestAround(t *testing.T) {
	bubble(t, func(t *testing.T) {
		wrap := func(tag string) simcard.ModemOption {
			return simcard.Around(func(next simcard.Handler) simcard.Handler {
				return func(ctx context.Context, command string) simcard.Reply {
					switch command {
					case "+QUIET":
						return simcard.Reply{Result: simcard.Silence}
					case "+TEXT":
						return simcard.Reply{Result: "+CME ERROR: Parameters error"}
					case "+UNNAMED":
						return simcard.Reply{Result: simcard.CME(999)}
					}
					r := next(ctx, command)
					if command == "" {
						r.Lines = append(r.Lines, tag)
					}
					return r
				}
			})
		}
		newHost(t, newCard(t), simcard.NoEcho(), wrap("inner"), wrap("outer")).expect(
			"AT\r", "\r\ninner\r\n\r\nouter\r\n\r\nOK\r\n",
			"AT+QUIET\r", "",
			"AT+TEXT\r", "\r\n+CME ERROR: Parameters error\r\n",
			"AT+CMEE=2\r", "\r\nOK\r\n",
			"AT+UNNAMED\r", "\r\n+CME ERROR: 999\r\n",
			"AT+CMEE=0\r", "\r\nOK\r\n",
			"AT+TEXT\r", "\r\n+CME ERROR: Parameters error\r\n",
		)
	})
}
