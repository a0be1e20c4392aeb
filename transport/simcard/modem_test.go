package simcard_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// host is the other end of the serial line, inside a synctest bubble.
type host struct {
	t     *testing.T
	modem *simcard.Modem
	start time.Time
	mu    sync.Mutex
	heard strings.Builder
	times []string // what came when, as "1s OK"
}

func newHost(t *testing.T, card apdu.CardTransport, opts ...simcard.ModemOption) *host {
	h := &host{t: t, modem: simcard.NewModem(card, opts...), start: time.Now()}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := h.modem.Read(buf)
			if err != nil {
				return
			}
			h.mu.Lock()
			h.heard.Write(buf[:n])
			h.times = append(h.times, fmt.Sprintf("%v %s", time.Since(h.start), strings.TrimSpace(string(buf[:n]))))
			h.mu.Unlock()
		}
	}()
	t.Cleanup(func() { h.modem.Close(); synctest.Wait() })
	return h
}

// say writes and returns all that is heard until the modem has nothing more
// to say or waits for a timer.
func (h *host) say(octets string) string {
	h.t.Helper()
	if n, err := h.modem.Write([]byte(octets)); n != len(octets) || err != nil {
		h.t.Fatalf("Write: %d of %d, %v", n, len(octets), err)
	}
	return h.listen()
}

func (h *host) listen() string {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	heard := h.heard.String()
	h.heard.Reset()
	return heard
}

// expect compares a transcript: pairs of what is said and what is heard.
func (h *host) expect(pairs ...string) {
	h.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := h.say(pairs[i]); got != pairs[i+1] {
			h.t.Errorf("said %q\nheard %q\nwant  %q", pairs[i], got, pairs[i+1])
		}
	}
}

func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

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

func TestModemRunsGetResponse(t *testing.T) {
	const (
		file  = "AT+CSIM=16,\"00A40004022F0100\"\r"
		fcp   = "621C8202412183022F01A503C001408A01058B032F060280020002880108"
		short = "AT+CSIM=10,\"0070000000\"\r"
	)
	tests := []struct {
		name  string
		opts  []simcard.ModemOption
		card  []simcard.Option
		pairs []string
	}{
		{"joins 61xx", nil, nil, []string{file, `64,"` + fcp + `9000"`}},
		{"repeats with the Le of 6Cxx", nil, nil, []string{short, `6,"019000"`}},
		{"on the command's channel", nil, nil, []string{short, `6,"019000"`,
			"AT+CSIM=16,\"01A40004022F0100\"\r", `64,"` + fcp + `9000"`}},
		{"on a channel above 3, in the proprietary class too", nil, []simcard.Option{simcard.Channels(19)}, []string{
			"AT+CSIM=8,\"00700005\"\r", `4,"9000"`,
			"AT+CSIM=16,\"41A40004022F0100\"\r", `64,"` + fcp + `9000"`}},
		{"of class A0", nil, nil, []string{"AT+CSIM=14,\"A0A40000022F01\"\r", `34,"000000022F0104000` + `4FFFF010200009000"`}},
		{"hands over 61xx", []simcard.ModemOption{simcard.HandsOver61()}, nil, []string{
			file, `4,"611E"`,
			"AT+CSIM=10,\"00C000001E\"\r", `64,"` + fcp + `9000"`,
			short, `6,"019000"`}},
		{"hands over 6Cxx", []simcard.ModemOption{simcard.HandsOver6C()}, nil, []string{
			short, `4,"6C01"`,
			file, `64,"` + fcp + `9000"`}},
		{"gives up when nothing comes", nil, []simcard.Option{simcard.GetResponseEmpty}, []string{file, `4,"611E"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				card := newCard(t, small(append(tt.card, simcard.T0)...)...)
				h := newHost(t, card, append(tt.opts, simcard.NoEcho())...)
				for i := 0; i < len(tt.pairs); i += 2 {
					h.expect(tt.pairs[i], "\r\n+CSIM: "+tt.pairs[i+1]+"\r\n\r\nOK\r\n")
				}
			})
		})
	}
}

func TestModemBoundsGetResponse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := 0
		card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
			if n++; n == 1 {
				return []byte{0x61, 0x01}, nil
			}
			return []byte{0xAA, 0x61, 0x01}, nil
		})
		h := newHost(t, card, simcard.NoEcho())
		h.expect("AT+CSIM=14,\"00A40004023F00\"\r", "\r\n+CSIM: 132,\""+strings.Repeat("AA", 64)+"6101\"\r\n\r\nOK\r\n")
	})
}

func TestModemFailsWhenTheCardGoesInTheMiddle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small(simcard.T0)...)
		card.Before(func(n int, _ apdu.Command) {
			if n == 2 {
				card.Remove()
			}
		})
		newHost(t, card, simcard.NoEcho()).expect("AT+CMEE=1\r", "\r\nOK\r\n",
			"AT+CSIM=16,\"00A40004022F0100\"\r", "\r\n+CME ERROR: 10\r\n")
	})
}

func TestMalformedCommandIsNotRepeated(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var seen []string
		card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
			seen = append(seen, fmt.Sprintf("%X", capdu))
			return []byte{0x6C, 0x00}, nil
		})
		newHost(t, card, simcard.NoEcho()).expect(
			"AT+CSIM=14,\"00A4000C032F01\"\r", "\r\n+CSIM: 4,\"6C00\"\r\n\r\nOK\r\n",
			"AT+CSIM=10,\"00B0000005\"\r", "\r\n+CSIM: 4,\"6C00\"\r\n\r\nOK\r\n")
		if got := strings.Join(seen, " "); got != "00A4000C032F01 00B0000005 00B0000000" {
			t.Error(got)
		}
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

func TestSendIsHeardAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t))
		h.modem.Send("\r\nRDY\r\n")
		if got := h.listen(); got != "\r\nRDY\r\n" {
			t.Errorf("%q", got)
		}
	})
}

func TestReadReturnsPartsOfAChunk(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := simcard.NewModem(newCard(t), simcard.NoEcho())
		defer m.Close()
		m.Send("abc")
		m.Send("d")
		var got []string
		for _, size := range []int{2, 0, 2, 2} {
			buf := make([]byte, size)
			n, err := m.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(buf[:n]))
		}
		if s := strings.Join(got, "|"); s != "ab||c|d" {
			t.Error(s)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	bubble(t, func(t *testing.T) {
		stuck := apdu.TransportFunc(func(ctx context.Context, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		m := simcard.NewModem(stuck, simcard.Filtered(simcard.Delay(time.Hour)))
		ends := make(chan error, 4)
		for range 2 { // the second waits for the first
			go func() {
				_, err := io.Copy(io.Discard, m)
				ends <- err
			}()
			go func() {
				var err error
				for err == nil {
					_, err = m.Write([]byte("AT+CSIM=10,\"00B0000000\"\r"))
				}
				ends <- err
			}()
		}
		synctest.Wait()
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		var errs []error
		for range 4 {
			errs = append(errs, <-ends)
		}
		closed := 0
		for _, err := range errs {
			if errors.Is(err, io.ErrClosedPipe) {
				closed++
			} else if err != nil {
				t.Error(err)
			}
		}
		if closed != 2 {
			t.Error(errs)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		if n, err := m.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Error(n, err)
		}
		if n, err := m.Write([]byte("AT\r")); n != 0 || !errors.Is(err, io.ErrClosedPipe) {
			t.Error(n, err)
		}
		m.Send("late")
	})
}

// An answer that is held back never comes once the modem is closed.
func TestCloseEndsAPause(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.Filtered(simcard.Delay(time.Hour)))
		h.expect("AT\r", "AT\r")
		h.modem.Close()
		synctest.Wait()
		if d := time.Since(h.start); d != 0 {
			t.Errorf("it took %v", d)
		}
		time.Sleep(2 * time.Hour)
		if got := h.listen(); got != "" {
			t.Errorf("%q", got)
		}
	})
}

// A host that does not read makes the modem wait, and closing it ends that.
func TestModemWaitsForAHostThatDoesNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := simcard.NewModem(newCard(t))
		written := 0
		end := make(chan error)
		go func() {
			for {
				n, err := m.Write([]byte("AT\r"))
				written += n
				if err != nil {
					end <- err
					return
				}
			}
		}()
		synctest.Wait()
		lines := written / 3
		if lines < 16 || lines > 100 {
			t.Errorf("%d lines were taken", lines)
		}
		m.Close()
		if err := <-end; !errors.Is(err, io.ErrClosedPipe) {
			t.Error(err)
		}
	})
}
