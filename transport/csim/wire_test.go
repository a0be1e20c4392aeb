package csim_test

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// wire is a byte stream to a modem that a test plays. Of the lines that come
// in, the modem's side takes one after the other.
type wire struct {
	mu     sync.Mutex
	cond   *sync.Cond
	toUs   []byte
	lines  []string // from us, CR taken off
	end    error    // of Read, once toUs is empty
	closed bool
	stuck  chan struct{} // Write waits for it, if not nil
	broken error         // of Write
}

func newWire() *wire {
	w := new(wire)
	w.cond = sync.NewCond(&w.mu)
	return w
}

func (w *wire) Read(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.toUs) == 0 && w.end == nil && !w.closed {
		w.cond.Wait()
	}
	if w.closed {
		return 0, io.ErrClosedPipe
	}
	if len(w.toUs) == 0 {
		return 0, w.end
	}
	n := copy(b, w.toUs)
	w.toUs = w.toUs[n:]
	return n, nil
}

func (w *wire) Write(b []byte) (int, error) {
	if w.stuck != nil {
		<-w.stuck
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return 0, io.ErrClosedPipe
	}
	if w.broken != nil {
		return 0, w.broken
	}
	line, ok := strings.CutSuffix(string(b), "\r")
	if !ok || strings.ContainsAny(line, "\r\n") {
		panic(fmt.Sprintf("not one line: %q", b))
	}
	w.lines = append(w.lines, line)
	w.cond.Broadcast()
	return len(b), nil
}

func (w *wire) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.cond.Broadcast()
	return nil
}

// next is the modem's: it waits for a line.
func (w *wire) next() (line string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.lines) == 0 && !w.closed {
		w.cond.Wait()
	}
	if len(w.lines) == 0 {
		return "", false
	}
	line, w.lines = w.lines[0], w.lines[1:]
	return line, true
}

// send is the modem's.
func (w *wire) send(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.toUs = append(w.toUs, s...)
	w.cond.Broadcast()
}

// hangUp ends the stream with err.
func (w *wire) hangUp(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end = err
	w.cond.Broadcast()
}

// scene is one command line that the modem expects, and what it does then:
// strings are sent, durations are waited.
type scene struct {
	want string
	do   []any
}

func on(want string, do ...any) scene { return scene{want, do} }

const ok = "\r\nOK\r\n"

// setUp is what a Modem begins with.
var setUp = []scene{
	on("AT+CMEE?", "\r\n+CMEE: 0\r\n"+ok),
	on("ATE0", "ATE0\r"+ok),
	on("AT+CMEE=1", ok),
}

// second is what a Modem does when the first probe is not answered.
func second(do ...any) scene { return on("AT+CMEE=?", append(do, "\r\n+CMEE: (0-2)\r\n"+ok)...) }

// probed is what a Modem does after it lost step.
func probed(do ...any) scene { return on("AT+CMEE?", append(do, "\r\n+CMEE: 1\r\n"+ok)...) }

// play runs f in virtual time with a modem that expects exactly these lines,
// in this order.
func play(t *testing.T, config *csim.Config, scenes []scene, f func(t *testing.T, w *wire, m *csim.Modem)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		m := csim.NewModem(w, config)
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.perform(t, scenes)
		}()
		defer func() {
			if err := m.Close(); err != nil {
				t.Error(err)
			}
			<-done
		}()
		f(t, w, m)
		synctest.Wait()
	})
}

func (w *wire) perform(t *testing.T, scenes []scene) {
	for i, s := range scenes {
		line, ok := w.next()
		if !ok {
			t.Errorf("%d lines were not sent, the first is %q", len(scenes)-i, s.want)
			return
		}
		if line != s.want {
			t.Errorf("line %d is %q, want %q", i, line, s.want)
			return
		}
		for _, do := range s.do {
			switch do := do.(type) {
			case string:
				w.send(do)
			case time.Duration:
				time.Sleep(do)
			}
		}
	}
	putBack := map[string]bool{"AT+CMEE=0": true, "ATE1": true} // by Close, what setUp changed
	for line, ok := w.next(); ok; line, ok = w.next() {
		if !putBack[line] {
			t.Errorf("unexpected line %q", line)
			return
		}
		delete(putBack, line)
		w.send("\r\nOK\r\n")
	}
}

// then joins scenes.
func then(first []scene, rest ...scene) []scene {
	return append(first[:len(first):len(first)], rest...)
}
