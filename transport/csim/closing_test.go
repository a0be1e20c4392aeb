package csim_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// endToEnd runs f with a modem that expects exactly these lines, those at its
// end included.
func endToEnd(t *testing.T, config *csim.Config, scenes []scene, f func(t *testing.T, w *wire, m *csim.Modem)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		m := csim.NewModem(w, config)
		var got []string
		done := make(chan struct{})
		go func() {
			defer close(done)
			for line, ok := w.next(); ok; line, ok = w.next() {
				n := len(got)
				got = append(got, line)
				if n >= len(scenes) || line != scenes[n].want {
					return
				}
				for _, do := range scenes[n].do {
					w.send(do.(string))
				}
			}
		}()
		f(t, w, m)
		require.NoError(t, m.Close())
		<-done
		var want []string
		for _, s := range scenes {
			want = append(want, s.want)
		}
		require.Equal(t, want, got)
	})
}

func initialised(t *testing.T, _ *wire, m *csim.Modem) { require.NoError(t, m.Init(t.Context())) }

func TestClosePutsBackWhatTheSetUpChanged(t *testing.T) {
	found := func(cmee, echo string) []scene {
		return []scene{on("AT+CMEE?", echo+"\r\n+CMEE: "+cmee+"\r\n"+ok), on("ATE0", ok), on("AT+CMEE=1", ok)}
	}
	const echo = "AT+CMEE?\r"
	done := func(lines ...string) (s []scene) {
		for _, line := range lines {
			s = append(s, on(line, ok))
		}
		return s
	}
	for _, tt := range []struct {
		name   string
		config *csim.Config
		scenes []scene
	}{
		{"numbers, no echo", nil, found("1", "")},
		{"no errors, no echo", nil, then(found("0", ""), done("AT+CMEE=0")...)},
		{"text, echo", nil, then(found("2", echo), done("AT+CMEE=2", "ATE1")...)},
		{"numbers, echo in pieces", nil, then(found("1", "AT+C\r\n^URC\r\nMEE?\r"), done("ATE1")...)},
		{"refused", nil, then(found("2", echo), on("AT+CMEE=2", no), on("ATE1", no))},
		{"set before, not known", nil, then(ignorant, on("ATE1", ok))},
		{"teardown first", &csim.Config{Setup: []string{"AT+A=1"}, Teardown: []string{"AT+A=0"}},
			then(found("0", ""), done("AT+A=1", "AT+A=0", "AT+CMEE=0")...)},
		{"line of the teardown that is none", &csim.Config{Teardown: []string{"AT\r"}}, found("0", "")},
		{"SIM switched on", &csim.Config{RaiseCFUN: true},
			then(found("0", echo), on("AT+CFUN?", "+CFUN: 0\r", ok), on("AT+CFUN=4", ok), on("AT+CFUN=0", ok), on("AT+CMEE=0", ok), on("ATE1", ok))},
		{"SIM on without radio", &csim.Config{RaiseCFUN: true}, then(found("1", ""), on("AT+CFUN?", "+CFUN: 4\r", ok))},
		{"SIM on", &csim.Config{RaiseCFUN: true}, then(found("1", ""), on("AT+CFUN?", "+CFUN: 1\r", ok))},
		{"nonsense", &csim.Config{RaiseCFUN: true}, then(found("1", ""), on("AT+CFUN?", "+CFUN: -0\r", ok))},
		{"no such command", &csim.Config{RaiseCFUN: true}, then(found("1", ""), on("AT+CFUN?", no))},
	} {
		t.Run(tt.name, func(t *testing.T) { endToEnd(t, tt.config, tt.scenes, initialised) })
	}
}

func TestCloseChangesNothingThatWasNotSetUp(t *testing.T) {
	endToEnd(t, &csim.Config{Teardown: []string{"AT+A=0"}}, nil, func(*testing.T, *wire, *csim.Modem) {})
}

func TestWhatARestartedModemWasLikeIsAskedAnew(t *testing.T) {
	scenes := then(setUp, on("AT+CMEE?", "\r\n+CMEE: 2\r\n"+ok), on("ATE0", ok), on("AT+CMEE=1", ok), on("AT+CMEE=2", ok))
	endToEnd(t, nil, scenes, func(t *testing.T, w *wire, m *csim.Modem) {
		initialised(t, w, m)
		w.send("\r\nRDY\r\n")
		synctest.Wait()
		initialised(t, w, m)
	})
}

func TestCloseIsBoundedInTime(t *testing.T) {
	for name, spoil := range map[string]func(w *wire){
		"silent": func(*wire) {},
		"stuck":  func(w *wire) { w.stuck = make(chan struct{}) },
		"broken": func(w *wire) { w.broken = errors.New("unplugged") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire()
				m := csim.NewModem(w, nil)
				go func() {
					for _, s := range setUp {
						w.next()
						for _, do := range s.do {
							w.send(do.(string))
						}
					}
				}()
				require.NoError(t, m.Init(t.Context()))
				spoil(w)
				start := time.Now()
				require.NoError(t, m.Close())
				want := csim.CloseTime
				if w.broken != nil {
					want = 0
				}
				require.Equal(t, want, time.Since(start))
				if w.stuck != nil {
					close(w.stuck)
				}
			})
		})
	}
}

func TestNothingIsSentToAStreamThatFailed(t *testing.T) {
	endToEnd(t, nil, setUp, func(t *testing.T, w *wire, m *csim.Modem) {
		initialised(t, w, m)
		w.hangUp(errors.New("unplugged"))
		synctest.Wait()
	})
}

func TestCloseByACallbackSendsNothing(t *testing.T) {
	var m *csim.Modem
	config := &csim.Config{OnURC: func(string) { _ = m.Close() }}
	endToEnd(t, config, setUp, func(t *testing.T, w *wire, modem *csim.Modem) {
		m = modem
		initialised(t, w, m)
		w.send("RING\r")
		start := time.Now()
		synctest.Wait()
		require.NoError(t, m.Close())
		require.Zero(t, time.Since(start))
	})
}

func TestModemThatIsOutOfStepIsPutBackTheSame(t *testing.T) {
	scenes := then(setUp, on(openLine), on("AT+CMEE=0", ok), on("ATE1", ok))
	endToEnd(t, &csim.Config{Timeout: short}, scenes, func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.Error(t, err)
	})
}
