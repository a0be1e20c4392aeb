package csim_test

import (
	"context"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// A READ BINARY of 256 bytes over a modem that takes no time.
func BenchmarkTransmit(b *testing.B) {
	w := newWire()
	go func() {
		answer := "\r\n+CSIM: 516,\"" + strings.Repeat("A5", 256) + "9000\"\r\n\r\nOK\r\n"
		for line, ok := w.next(); ok; line, ok = w.next() {
			switch line {
			case "AT+CMEE?":
				w.send("+CMEE: 1\r\nOK\r\n")
			case readLine:
				w.send(answer)
			default:
				w.send("OK\r\n")
			}
		}
	}()
	m := csim.NewModem(w, nil)
	defer m.Close()
	card := csim.New(m)
	ctx, capdu := context.Background(), unhex(b, read)
	if err := m.Init(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := card.Transmit(ctx, capdu); err != nil {
			b.Fatal(err)
		}
	}
}
