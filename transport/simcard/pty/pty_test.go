//go:build linux || darwin

package pty_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard/pty"
)

func serve(t *testing.T, opts ...simcard.ModemOption) (*pty.PTY, *simcard.Card) {
	t.Helper()
	card, err := simcard.New()
	if err != nil {
		t.Fatal(err)
	}
	p, err := pty.Open(simcard.NewModem(card, opts...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p, card
}

func open(t *testing.T, p *pty.PTY) *os.File {
	t.Helper()
	f, err := os.OpenFile(p.Path(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ask writes a command line and reads what comes until want is there.
func ask(t *testing.T, f *os.File, command, want string) {
	t.Helper()
	if _, err := io.WriteString(f, command); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	if _, err := io.ReadFull(f, got); err != nil || string(got) != want {
		t.Fatalf("%q: %q, %v", command, got, err)
	}
}

func TestRoundTrip(t *testing.T) {
	p, card := serve(t)
	f := open(t, p)
	defer f.Close()
	ask(t, f, "AT\r", "AT\r\r\nOK\r\n") // one echo, the modem's; CR and LF untouched
	ask(t, f, "ATE0\r", "ATE0\r\r\nOK\r\n")
	ask(t, f, "AT+CSIM=10,\"0070000001\"\r", "\r\n+CSIM: 6,\"019000\"\r\n\r\nOK\r\n")
	if open := card.OpenChannels(); len(open) != 1 {
		t.Error(open)
	}
}

func TestClientsComeAndGo(t *testing.T) {
	p, _ := serve(t, simcard.NoEcho())
	for range 3 {
		f := open(t, p)
		ask(t, f, "AT\r", "\r\nOK\r\n")
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// loop gives back what is written to it.
type loop struct {
	*io.PipeReader
	*io.PipeWriter
}

func (l loop) Close() error { return errors.Join(l.PipeReader.Close(), l.PipeWriter.Close()) }

func TestEveryOctetPasses(t *testing.T) {
	r, w := io.Pipe()
	p, err := pty.Open(loop{r, w})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	f := open(t, p)
	defer f.Close()
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	if _, err := f.Write(all); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(all))
	if _, err := io.ReadFull(f, got); err != nil || !bytes.Equal(got, all) {
		t.Errorf("% X, %v", got, err)
	}
}

func TestUnsolicitedLinesReachAWaitingClient(t *testing.T) {
	card, err := simcard.New()
	if err != nil {
		t.Fatal(err)
	}
	modem := simcard.NewModem(card)
	p, err := pty.Open(modem)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	f := open(t, p)
	defer f.Close()
	heard := make(chan string)
	go func() {
		line, _ := bufio.NewReader(f).ReadString('\n')
		heard <- line
	}()
	modem.Send("RDY\r\n")
	if got := <-heard; got != "RDY\r\n" {
		t.Errorf("%q", got)
	}
}

// Close ends the modem and the terminal, also while a client has it open and
// reads nothing.
func TestCloseEndsAll(t *testing.T) {
	card, err := simcard.New()
	if err != nil {
		t.Fatal(err)
	}
	modem := simcard.NewModem(card)
	p, err := pty.Open(modem)
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, p)
	defer f.Close()
	flood := make(chan struct{})
	go func() {
		defer close(flood)
		for range 100 {
			modem.Send(strings.Repeat("x", 4096))
		}
	}()
	buf := make([]byte, 1)
	if _, err := f.Read(buf); err != nil { // the flood has arrived
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	<-flood
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := modem.Write([]byte("AT\r")); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
	if _, err := f.Write([]byte("AT\r")); err == nil {
		t.Error("the terminal is still there")
	}
}
