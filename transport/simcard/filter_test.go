package simcard_test

import (
	"slices"
	"testing"
	"time"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// AT+CFUN? is answered by these chunks: "AT+CFUN?\r", "\r\n+CFUN: 1\r\n" and
// "\r\nOK\r\n", 9, 12 and 6 octets.
const (
	cfunEcho  = "AT+CFUN?\r"
	cfunLine  = "\r\n+CFUN: 1\r\n"
	cfunFinal = "\r\nOK\r\n"
)

func TestFilters(t *testing.T) {
	tests := []struct {
		name    string
		filters []simcard.Filter
		want    string
	}{
		{"none", nil, cfunEcho + cfunLine + cfunFinal},
		{"Nth, not this one", []simcard.Filter{simcard.Nth(2, simcard.Drop(simcard.Line))}, cfunEcho + cfunLine + cfunFinal},
		{"Nth", []simcard.Filter{simcard.Nth(1, simcard.Drop(simcard.Line))}, cfunEcho + cfunFinal},
		{"On, another command", []simcard.Filter{simcard.On("AT+CSIM", simcard.Drop(simcard.Line)), simcard.On("AT+CFUN?x", simcard.Drop(simcard.Line))}, cfunEcho + cfunLine + cfunFinal},
		{"On", []simcard.Filter{simcard.On("at+cf", simcard.Drop(simcard.Line))}, cfunEcho + cfunFinal},
		{"On, the whole line", []simcard.Filter{simcard.On("AT+CFUN?", simcard.Drop(simcard.Line))}, cfunEcho + cfunFinal},
		{"Drop the answer", []simcard.Filter{simcard.Drop(simcard.Line, simcard.Final)}, cfunEcho},
		{"Drop the end", []simcard.Filter{simcard.Drop(simcard.Final)}, cfunEcho + cfunLine},
		{"Drop nothing", []simcard.Filter{simcard.Drop()}, cfunEcho + cfunLine + cfunFinal},
		{"Double", []simcard.Filter{simcard.Double(simcard.Line, simcard.Echo)}, cfunEcho + cfunEcho + cfunLine + cfunLine + cfunFinal},
		{"Inject at the beginning", []simcard.Filter{simcard.Inject(0, "<>")}, "<>" + cfunEcho + cfunLine + cfunFinal},
		{"Inject in the echo", []simcard.Filter{simcard.Inject(2, "<>")}, "AT<>+CFUN?\r" + cfunLine + cfunFinal},
		{"Inject between echo and line", []simcard.Filter{simcard.Inject(9, "<>")}, cfunEcho + "<>" + cfunLine + cfunFinal},
		{"Inject in the line", []simcard.Filter{simcard.Inject(12, "<>")}, cfunEcho + "\r\n+<>CFUN: 1\r\n" + cfunFinal},
		{"Inject counted from the end", []simcard.Filter{simcard.Inject(-4, "<>")}, cfunEcho + cfunLine + "\r\n<>OK\r\n"},
		{"Inject at the end", []simcard.Filter{simcard.Inject(27, "<>")}, cfunEcho + cfunLine + cfunFinal + "<>"},
		{"Inject beyond the end", []simcard.Filter{simcard.Inject(99, "<>")}, cfunEcho + cfunLine + cfunFinal + "<>"},
		{"Inject before the beginning", []simcard.Filter{simcard.Inject(-99, "<>")}, "<>" + cfunEcho + cfunLine + cfunFinal},
		{"Truncate", []simcard.Filter{simcard.Truncate(11)}, cfunEcho + "\r\n"},
		{"Truncate from the end", []simcard.Filter{simcard.Truncate(-2)}, cfunEcho + cfunLine + "\r\nOK"},
		{"Truncate nothing", []simcard.Filter{simcard.Truncate(27)}, cfunEcho + cfunLine + cfunFinal},
		{"Truncate all", []simcard.Filter{simcard.Truncate(0)}, ""},
		{"in their order", []simcard.Filter{simcard.Inject(0, "<>"), simcard.Drop(simcard.Unsolicited), simcard.Inject(0, "!")}, "!" + cfunEcho + cfunLine + cfunFinal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var opts []simcard.ModemOption
				for _, f := range tt.filters {
					opts = append(opts, simcard.Filtered(f))
				}
				newHost(t, newCard(t), opts...).expect(cfunEcho, tt.want)
				newHost(t, newCard(t), simcard.Filtered(tt.filters...)).expect(cfunEcho, tt.want)
			})
		})
	}
}

func TestFilterIsToldOfTheExchange(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var seen []simcard.Exchange
		h := newHost(t, newCard(t), simcard.Filtered(func(x simcard.Exchange, out []simcard.Chunk) []simcard.Chunk {
			seen = append(seen, x)
			if len(out) != 2 || out[0].Kind != simcard.Echo || out[1].Kind != simcard.Final {
				t.Errorf("%v", out)
			}
			return out
		}))
		h.say("AT\r")
		h.say("noise\r") // is no command
		h.say("..ate1\r")
		if want := []simcard.Exchange{{N: 1, Line: "AT"}, {N: 2, Line: "ate1"}}; !slices.Equal(seen, want) {
			t.Errorf("%+v", seen)
		}
	})
}

func TestDelayHoldsBackTheAnswerNotTheEcho(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.Filtered(simcard.Nth(2, simcard.Delay(3*time.Second))))
		h.expect(
			"AT\r", "AT\r\r\nOK\r\n",
			cfunEcho, cfunEcho,
			"ATI\r", "") // the modem is busy
		time.Sleep(2999 * time.Millisecond)
		if got := h.listen(); got != "" {
			t.Errorf("%q", got)
		}
		time.Sleep(time.Millisecond)
		if got, want := h.listen(), cfunLine+cfunFinal+"ATI\r\r\nlwm2mboot\r\n\r\nsimulated modem\r\n\r\nOK\r\n"; got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	})
}

// An answer without chunks is not waited for.
func TestDelayOfNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newHost(t, newCard(t), simcard.Filtered(simcard.Drop(simcard.Line, simcard.Final), simcard.Delay(time.Hour))).expect(
			"AT\r", "AT\r",
			"AT\r", "AT\r")
	})
}

func TestPieces(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.NoEcho(), simcard.Filtered(
			simcard.On("AT+CFUN", simcard.Delay(time.Second)),
			simcard.Pieces(5, 100*time.Millisecond)))
		h.say(cfunEcho)
		time.Sleep(2 * time.Second)
		h.listen()
		want := []string{"1s +CF", "1.1s UN: 1", "1.2s ", "1.2s OK", "1.3s "}
		if !slices.Equal(h.times, want) {
			t.Errorf("%q", h.times)
		}
	})
}

// A chunk that parts without rest is no reason for one more pause.
func TestPiecesWithoutRest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.NoEcho(), simcard.Filtered(simcard.Pieces(6, time.Second)))
		h.say(cfunEcho)
		time.Sleep(time.Minute)
		h.listen()
		if want := []string{"0s +CFU", "1s N: 1", "1s OK"}; !slices.Equal(h.times, want) {
			t.Errorf("%q", h.times)
		}
	})
}

func TestPiecesOfNoSizeAreOfOneOctet(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.NoEcho(), simcard.Filtered(simcard.Pieces(0, 0)))
		h.expect("AT\r", "\r\nOK\r\n")
		if len(h.times) != 6 {
			t.Errorf("%q", h.times)
		}
	})
}

// The time that a chunk waits is kept once when it is cut.
func TestInjectKeepsTheDelay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.NoEcho(), simcard.Filtered(simcard.Delay(time.Second), simcard.Inject(2, "<>")))
		h.expect("AT\r", "")
		time.Sleep(time.Second)
		if got := h.listen(); got != "\r\n<>OK\r\n" {
			t.Errorf("%q", got)
		}
	})
}

// What is put between two chunks does not wait for the second.
func TestInjectBeforeADelayedChunk(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.Filtered(simcard.Delay(time.Second), simcard.Inject(3, "<>")))
		h.expect("AT\r", "AT\r<>")
		time.Sleep(time.Second)
		if got := h.listen(); got != "\r\nOK\r\n" {
			t.Errorf("%q", got)
		}
	})
}

// A filter of the caller's own: a late answer that a restart of the modem
// cuts off.
func TestFilterOfOnesOwn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		restart := func(x simcard.Exchange, out []simcard.Chunk) []simcard.Chunk {
			return append(out[:1], simcard.Chunk{Kind: simcard.Unsolicited, After: time.Minute, Bytes: []byte("\r\nRDY\r\n")})
		}
		h := newHost(t, newCard(t), simcard.Filtered(simcard.Nth(1, restart)))
		h.expect("AT\r", "AT\r")
		time.Sleep(time.Minute)
		if got := h.listen(); got != "\r\nRDY\r\n" {
			t.Errorf("%q", got)
		}
		h.expect("AT\r", "AT\r\r\nOK\r\n")
	})
}
