package csim_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// modemThat answers the set-up as a modem does, and any other line by more; what
// it sends is followed by OK unless more says that it is not.
func modemThat(w *wire, more func(line string) (ok bool)) {
	go func() {
		for line, open := w.next(); open; line, open = w.next() {
			if line == "AT+CMEE?" {
				w.send("+CMEE: 0\r")
			}
			if more(line) {
				w.send("OK\r")
			}
		}
	}()
}

func TestLateAnswerToTheSetupIsNotTheCallers(t *testing.T) {
	const setupLine = `AT+CSIM=14,"A0A40000023F00"`
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		m := csim.NewModem(w, &csim.Config{Setup: []string{setupLine}})
		defer m.Close()
		modemThat(w, func(line string) bool {
			if line == setupLine {
				time.Sleep(5 * time.Second)
				w.send("+CSIM: 8,\"DEAD9000\"\r")
			}
			return true
		})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		card := csim.New(m)
		_, err := card.Transmit(ctx, unhex(t, read))
		require.Error(t, err)
		_, ok := card.LateAnswer(t.Context())
		require.False(t, ok, "READ was never sent")
	})
}

func TestPINInTheSetupIsSentOnce(t *testing.T) {
	sent := 0
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		m := csim.NewModem(w, &csim.Config{Setup: []string{`AT+CPIN="1234"`}})
		modemThat(w, func(line string) bool {
			if line == `AT+CPIN="1234"` {
				sent++
				return false // no answer
			}
			return true
		})
		for range 4 {
			_ = m.Init(t.Context())
		}
		require.NoError(t, m.Close())
		time.Sleep(time.Minute)
	})
	require.Equal(t, 1, sent)
}

// Cinterion: the switch to another CFUN is followed by a line as of a restart.
func TestCFUNIsPutBackThoughTheModemRestarted(t *testing.T) {
	var lines []string
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		m := csim.NewModem(w, &csim.Config{RaiseCFUN: true})
		cfun := "0"
		modemThat(w, func(line string) bool {
			lines = append(lines, line)
			switch line {
			case "AT+CFUN?":
				w.send("+CFUN: " + cfun + "\r")
			case "AT+CFUN=4":
				cfun = "4"
			}
			return true
		})
		require.NoError(t, m.Init(t.Context()))
		w.send("\r\n^SYSSTART AIRPLANE MODE\r\n")
		synctest.Wait()
		require.NoError(t, m.Init(t.Context()))
		require.NoError(t, m.Close())
		time.Sleep(time.Minute)
	})
	require.Contains(t, lines, "AT+CFUN=0")
}

func TestModemThatRestartedIsSetUpAgain(t *testing.T) {
	for line, want := range map[string]int{"RDY": 2, "^SYSSTART": 2, "^SYSSTART AIRPLANE MODE": 2, "rdy": 2, "RDYX": 1} {
		setUps := 0
		synctest.Test(t, func(t *testing.T) {
			w := newWire()
			m := csim.NewModem(w, nil)
			modemThat(w, func(line string) bool {
				if strings.HasPrefix(line, "AT+CMEE=1") {
					setUps++
				}
				return true
			})
			require.NoError(t, m.Init(t.Context()))
			w.send("\r\n" + line + "\r\n")
			synctest.Wait()
			require.NoError(t, m.Init(t.Context()))
			require.NoError(t, m.Close())
		})
		require.Equal(t, want, setUps, line)
	}
}
