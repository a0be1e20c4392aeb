package simcard_test

import (
	"fmt"
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

// wait lets seconds pass and returns what was heard in them.
func (h *host) wait(seconds float64) string {
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	return h.listen()
}
