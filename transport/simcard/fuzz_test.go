package simcard_test

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// fuzzCard is a card with up to three behaviours, a layout and a number of
// channels, chosen by an octet each; those that do not go together are left
// out.
func fuzzCard(t *testing.T, choice uint64) (card *simcard.Card, channels int) {
	channels = int(choice>>56) % 20
	opts := small(simcard.BootstrapFile([]byte("content")), simcard.PIN(simcard.PIN1, "1234", 3), simcard.Channels(channels))
	card = newCard(t, opts...)
	for i := range 4 {
		var o simcard.Option = simcard.Behaviour(choice >> (8 * i))
		if i == 3 {
			o = simcard.Layout(choice >> (8 * i))
		}
		if c, err := simcard.New(append(opts, o)...); err == nil {
			card, opts = c, append(opts, o)
		}
	}
	return card, channels
}

// FuzzCard sends commands, each behind an octet that tells its length.
// Whatever they are, answers have 2 to 258 octets, channels are in bounds, and
// a reset makes the card answer as at first.
func FuzzCard(f *testing.F) {
	for _, script := range []string{
		"0500700000 01", "07 00A4000402 2F01", "0800A40004022F0100 05 00C0000000",
		"05 00B0810000", "05 00B2013C00", "05 0070000001 07 01A4000C023F00 04 01708000",
		"0D 0020000108 31323334FFFFFFFF", "0800B10000 03540100 00", "07 A0A40000 02 3F00", "06 00D6810001 41",
	} {
		f.Add(uint64(0x03000000FFFFFFFF), unhex(f, script))
		f.Add(uint64(0x03000000FFFFFF00), unhex(f, script))
	}
	f.Fuzz(func(t *testing.T, choice uint64, script []byte) {
		card, channels := fuzzCard(t, choice)
		first := send(t, card, "80F2000000")
		card.Reset()
		for len(script) > 0 {
			n := min(int(script[0]), len(script)-1)
			command := script[1 : 1+n]
			script = script[1+n:]
			before := bytes.Clone(command)
			rapdu, err := card.Transmit(t.Context(), command)
			if err != nil || len(rapdu) < 2 || len(rapdu) > 2+apdu.MaxShortNe {
				t.Fatalf("%X: %d octets, %v", command, len(rapdu), err)
			}
			if !bytes.Equal(command, before) {
				t.Fatalf("%X was changed", before)
			}
			if cmd, err := apdu.ParseCommand(command); err == nil && cmd.Ne > 0 && len(rapdu)-2 > cmd.Ne {
				t.Fatalf("%X: %d octets for an Ne of %d", command, len(rapdu)-2, cmd.Ne)
			}
			open := card.OpenChannels()
			if len(open) > channels || len(open) > 0 && (open[0] < 1 || open[len(open)-1] > channels) {
				t.Fatalf("%X: open %v of %d", command, open, channels)
			}
			if left, _ := card.TriesLeft(simcard.PIN1); left < 0 || left > 3 {
				t.Fatalf("%d tries left", left)
			}
		}
		card.Reset()
		if again := send(t, card, "80F2000000"); again != first || len(card.OpenChannels()) != 0 {
			t.Fatalf("after a reset %s, at first %s, open %v", again, first, card.OpenChannels())
		}
	})
}

// FuzzModem writes octets to a modem. Whatever they are, it still answers, and
// what it says in hex is of the length that it tells.
func FuzzModem(f *testing.F) {
	for _, s := range []string{
		"AT\r", "ATE0I\r", "AT+CSIM=14,\"00A40004023F00\"\r", "AT+CMEE=2;+CPIN?\r", "AT+CSIM=8,\"00700000\"",
		"AT+CFUN=0\r", "AT+CPIN=\"1234\"\r", "noise\x00AT&F\r\n", "AT;;+CMEE?\r", "AT+CSIM=522,\"" + strings.Repeat("0", 522) + "\"\r",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, octets string) {
		m := simcard.NewModem(newCard(t, simcard.T0))
		defer m.Close()
		go func() { _, _ = io.WriteString(m, octets+"\r\rATE0\rAT+CMEE=?;I\r") }() // ends at Close at the latest
		var heard []byte
		buf := make([]byte, 512)
		for !bytes.HasSuffix(heard, []byte("\r\n+CMEE: (0-2)\r\n\r\nlwm2mboot\r\n\r\nsimulated modem\r\n\r\nOK\r\n")) {
			n, err := m.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			heard = append(heard, buf[:n]...)
		}
		for line := range strings.SplitSeq(string(heard), "\r\n") {
			text, ok := strings.CutPrefix(line, "+CSIM: ")
			if !ok || !strings.HasSuffix(text, "\"") {
				continue
			}
			length, text, _ := strings.Cut(strings.TrimSuffix(text, "\""), ",\"")
			if rapdu, err := hex.DecodeString(text); err != nil || len(rapdu) < 2 || length != itoa(len(text)) {
				t.Fatalf("%q", line)
			}
		}
	})
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
