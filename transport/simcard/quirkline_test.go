package simcard_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// fourth says four of the card's commands, so that the next is the fifth, and
// others, which do not count.
func fourth(h *host) {
	h.t.Helper()
	h.say("AT+CSIM=?\rAT+CMEE?\r" + selectFile)
	h.say("AT+CCHO=\"A0000000FF\"\rAT\r" + "AT+CGLA=9,10,\"00B0000000\"\r" + "AT+CRSM=1\r")
}

func TestFaultsAtTheFifthCommand(t *testing.T) {
	tests := []struct {
		quirk       simcard.Quirk
		want, later string // what is said to readFile at once; within a minute
	}{
		{simcard.UnsolicitedInside, "\r\n+CSIM: 8," + "\r\n+CREG: 1\r\n" + "\"6D669000\"\r\n" + done, ""},
		{simcard.HalfLine, "\r\n+CSIM: 8,", ""},
		{simcard.AnswerLost, "", ""},
		{simcard.AnswerLate, "", ok(fileContent)},
		{simcard.SecondProgram, ok(`+CSIM: 4,"63C3"`) + ok(fileContent), ""},
	}
	for _, tt := range tests {
		t.Run(tt.quirk.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				h := quiet(t, newCard(t, small()...), tt.quirk)
				fourth(h)
				h.expect("AT\r", done, readFile, tt.want)
				if got := h.wait(11.999); got != "" {
					t.Errorf("%q", got)
				}
				if got := h.wait(0.001); got != tt.later {
					t.Errorf("later %q, want %q", got, tt.later)
				}
				h.expect(readFile, ok(fileContent))
			})
		})
	}
}

// An answer without a line of information is cut in its middle, too.
func TestHalfLineOfAnError(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, small()...), simcard.HalfLine)
		fourth(h)
		h.expect("AT+CCHC=9\r", "\r\n+CME ER")
	})
}

func TestUnsolicitedBetween(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newHost(t, newCard(t, small()...), simcard.UnsolicitedBetween).expect(
			selectFile, "\r\n+QIND: \"csq\",20,99\r\n"+selectFile+"\r\n+CPIN: READY\r\n"+"\r\n+CSIM: 4,\"9000\"\r\n"+"\r\n^boot.rom,0x0,v1\r\n"+done,
			"ATI\r", "\r\n+QIND: \"csq\",20,99\r\nATI\r\r\n+CPIN: READY\r\n\r\nlwm2mboot\r\n\r\n^boot.rom,0x0,v1\r\n\r\nsimulated modem\r\n\r\n+QIND: \"csq\",20,99\r\n"+done)
	})
}

// The pause of a chunk is kept, ahead of the line that is put before it.
func TestUnsolicitedBetweenKeepsTheDelay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.Filtered(simcard.Delay(time.Second)), simcard.UnsolicitedBetween, simcard.NoEcho())
		h.expect("AT\r", "")
		if got := h.wait(1); got != "\r\n+QIND: \"csq\",20,99\r\n"+done {
			t.Errorf("%q", got)
		}
	})
}

func TestGarbage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newHost(t, newCard(t, small()...), simcard.Garbage).expect(
			selectFile, selectFile+"\xF0\x80~\x12x\xFF\r\n"+ok(`+CSIM: 4,"9000"`))
	})
}

func TestEmptyAnswerHangs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small()...)
		h := quiet(t, card, simcard.EmptyAnswerHangs)
		h.expect(selectFile, ok(`+CSIM: 4,"9000"`), "AT+CSIM=1\r", failed("+CME ERROR: 50"))
		card.Remove()
		h.expect(selectFile, "", openSession, "", "AT+CSIM=1\r", failed("+CME ERROR: 50"), "AT\r", done)
		card.Insert()
		h.expect(selectFile, ok(`+CSIM: 4,"9000"`))
	})
}

func TestSecondReader(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t, small()...), simcard.SecondReader, simcard.NoEcho())
		all := ok(`+CSIM: 4,"9000"`) + ok(`+CSIM: 8,"6D669000"`)
		var ours strings.Builder
		for i := range len(all) {
			if i/8%2 == 0 {
				ours.WriteByte(all[i])
			}
		}
		if got := h.say(selectFile) + h.say(readFile); got != ours.String() {
			t.Errorf("heard %q\nwant  %q", got, ours.String())
		}
	})
}

// A chunk of which nothing is left is no reason for a Read of nothing.
func TestReadBesideASecondReader(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := simcard.NewModem(newCard(t), simcard.SecondReader, simcard.NoEcho(), simcard.Filtered(simcard.Pieces(3, 0)))
		defer m.Close()
		if n, err := m.Write([]byte("AT\rAT\rAT\rAT\r")); n != 12 || err != nil {
			t.Fatal(n, err)
		}
		heard := 0
		for heard < 12 {
			n, err := m.Read(make([]byte, 64))
			if n == 0 || err != nil {
				t.Fatalf("Read: %d, %v", n, err)
			}
			heard += n
		}
	})
}

func TestSleeps(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.Sleeps, simcard.NoEcho())
		h.expect("AT\r", "") // asleep at the start
		h.wait(0.019)
		h.expect("AT\r", "")
		h.wait(0.001)
		h.expect("AT\r", done)
		h.wait(9.2)
		h.expect("AT\r", done)
		h.wait(9.201)
		h.expect("A", "") // is lost
		h.wait(0.02)
		h.expect("T\r", "", "AT\r", done)
	})
}

func TestSomeQuirksTogether(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small()...)
		h := newHost(t, card, simcard.Sleeps, simcard.NotReadyAtFirst, simcard.UnquotedAnswers, simcard.FakeRemoval)
		h.say("AT\r")
		h.wait(0.02)
		var heard []string
		for range 4 {
			heard = append(heard, h.say(selectFile))
			heard = append(heard, h.wait(3))
		}
		want := []string{
			"\r\n#QSS: 0\r\n" + selectFile + failed("ERROR"), "\r\n#QSS: 1\r\n",
			selectFile + failed("ERROR"), "\r\n+CPIN: READY\r\n",
			selectFile + ok("+CSIM: 4,9000"), "",
			selectFile + ok("+CSIM: 4,9000"), "",
		}
		if !slices.Equal(heard, want) {
			t.Errorf("heard %q\nwant  %q", heard, want)
		}
	})
}
