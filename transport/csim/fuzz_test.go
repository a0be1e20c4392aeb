package csim_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// Whatever a modem sends, a command ends in time, its answer was sent, and
// what is handed to OnURC are lines that were sent.
func FuzzModem(f *testing.F) {
	f.Add([]byte("\r\n+CMEE: 1\r\n\r\nOK\r\n"), []byte("\r\n+CSIM: 6,\"019000\"\r\n\r\nOK\r\n"))
	f.Add([]byte("ERROR\r"), []byte("AT+CSIM=10,\"0070000001\"\r\r\n+QIND: \"csq\"\r\n019000\r\nOK\r\n"))
	f.Add([]byte("RDY\r\nAT+CMEE?\r+CMEE: 0\rOK\rOK\r"), []byte("+CME ERROR: 13\r\nOK\r\n+CSIM: 4,\"90"))
	f.Add([]byte("+CMEE: 1\r"), []byte("OK\r\n+CSIM: 6,\"019000\"\r\n+CSIM: 6,\"029000\"\r\nOK\r\n"))
	f.Fuzz(func(t *testing.T, toProbe, toCSIM []byte) {
		synctest.Test(t, func(t *testing.T) {
			w := newWire()
			var mu sync.Mutex
			var sent []byte // in the order in which it was sent, NULs taken out
			send := func(b []byte) {
				mu.Lock()
				sent = append(sent, bytes.ReplaceAll(b, []byte{0}, nil)...)
				mu.Unlock()
				w.send(string(b))
			}
			wasSent := func(s string) bool {
				mu.Lock()
				defer mu.Unlock()
				return bytes.Contains(bytes.ToUpper(sent), []byte(strings.ToUpper(s)))
			}
			m := csim.NewModem(w, &csim.Config{OnURC: func(line string) {
				if line == "" || !wasSent(line) || strings.Contains(strings.ToUpper(line), "+CSIM") {
					t.Errorf("handed to OnURC: %q", line)
				}
			}})
			go func() {
				for line, ok := w.next(); ok; line, ok = w.next() {
					if line == openLine {
						send(toCSIM)
					} else {
						send(toProbe)
					}
				}
			}()
			card := csim.New(m)
			for range 3 {
				start := time.Now()
				rapdu, err := card.Transmit(t.Context(), unhex(t, open))
				require.LessOrEqual(t, time.Since(start), 2*csim.DefaultTimeout)
				if err == nil {
					require.True(t, wasSent(fmt.Sprintf("%X", rapdu)))
					continue
				}
				require.Nil(t, rapdu)
				require.False(t, strings.ContainsAny(err.Error(), "\r\n\x00"))
			}
			require.NoError(t, m.Close())
		})
	})
}
