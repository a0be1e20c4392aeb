package csim_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

const busy = "\r\n+CME ERROR: 14\r\n"

func TestBusySIMIsAskedAgain(t *testing.T) {
	for _, no := range []string{busy, "+CME ERROR: SIM busy\r", "+CMS ERROR: 314\r", "+CME ERROR: (u)sim BUSY\r", busy + ok} {
		play(t, nil, then(setUp, on(readLine, no), on(readLine, no), on(readLine, no), reading), func(t *testing.T, _ *wire, m *csim.Modem) {
			require.NoError(t, m.Init(t.Context()))
			start := time.Now()
			wantRead(t, csim.New(m))
			require.Equal(t, (300+500+1000)*time.Millisecond, time.Since(start), "the first time silence is longer")
			require.Zero(t, m.Stats().Lost)
		})
	}
}

func TestBusySIMIsGivenUpWithItsErrorInTime(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config csim.Config
		limit  time.Duration // of the context
		tries  int
		want   time.Duration
	}{
		{"default", csim.Config{Timeout: time.Minute}, 0, 8, 9800 * time.Millisecond},
		{"default of all", csim.Config{}, 0, 8, 9800 * time.Millisecond},
		{"short", csim.Config{Busy: time.Second}, 0, 3, 800 * time.Millisecond},
		{"never", csim.Config{Busy: -1}, 0, 1, 0},
		{"context", csim.Config{}, 2 * time.Second, 4, 1800 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scenes := setUp
			for range tt.tries {
				scenes = then(scenes, on(readLine, busy))
			}
			play(t, &tt.config, scenes, func(t *testing.T, _ *wire, m *csim.Modem) {
				require.NoError(t, m.Init(t.Context()))
				ctx := t.Context()
				if tt.limit > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.limit)
					defer cancel()
				}
				start := time.Now()
				_, err := csim.New(m).Transmit(ctx, unhex(t, read))
				require.ErrorIs(t, err, apdu.ErrCardBusy)
				require.InDelta(t, tt.want.Seconds(), time.Since(start).Seconds(), 0.06)
			})
		})
	}
}

func TestPauseForABusySIMEndsWithTheContext(t *testing.T) {
	play(t, nil, then(setUp, on(readLine, busy)), func(t *testing.T, _ *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		start := time.Now()
		_, err := csim.New(m).Transmit(ctx, unhex(t, read))
		require.ErrorIs(t, err, apdu.ErrCardBusy)
		require.Equal(t, 100*time.Millisecond, time.Since(start))
	})
}

// A PIN has few tries, and a modem that is wrong about what it did takes them.
func TestCommandWithAPINIsNeverSentTwice(t *testing.T) {
	for _, line := range []string{
		`AT+CSIM=26,"0020000108313233` + `34FFFFFFFF"`, `AT+CSIM=10,"002C000100"`, `at+csim=10,"0024000100"`,
		`AT+CSIM=10,"0126000100"`, `AT+CSIM=10,"0028000100"`, `AT+CGLA=1,10,"0020000100"`, `AT+CSIM=10,"002c000100"`,
		`AT+CPIN="1234"`, `AT+CLCK="SC",1,"1234"`, `AT+CPWD="SC","1234","0000"`,
	} {
		play(t, nil, then(setUp, on(line, busy)), func(t *testing.T, _ *wire, m *csim.Modem) {
			_, err := m.Command(t.Context(), line)
			require.ErrorIs(t, err, apdu.ErrCardBusy)
			require.NotContains(t, err.Error(), "1234")
		})
	}
}

func TestModemThatRestartsWhileItIsBusyEndsTheCommand(t *testing.T) {
	play(t, nil, then(setUp, on(readLine, busy+"\r\nRDY\r\n"), probed(), setUp[1], setUp[2]), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := csim.New(m).Transmit(t.Context(), unhex(t, read))
		require.ErrorIs(t, err, apdu.ErrCardReset)
	})
}

func TestModemThatIsSilentAfterItWasBusyIsOutOfStep(t *testing.T) {
	play(t, nil, then(setUp, on(readLine, busy+"\r\nRDY\r\n"), on("AT+CMEE?"), on("AT+CMEE=?"), on("AT+CMEE=?")), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := csim.New(m).Transmit(t.Context(), unhex(t, read))
		require.ErrorIs(t, err, apdu.ErrLostStep)
	})
}

func TestIdlePortIsWoken(t *testing.T) {
	for _, tt := range []struct {
		idle time.Duration // Config.Idle
		rest time.Duration
		deaf int // lines lost then
		want string
	}{
		{0, csim.DefaultIdle - 1, 0, readLine},
		{0, csim.DefaultIdle, 0, "AT " + readLine},
		{0, time.Hour, 1, "AT+CMEE? " + readLine},
		{0, time.Hour, 2, "AT+CMEE=? " + readLine},
		{time.Second, time.Second, 0, "AT " + readLine},
		{time.Minute, 59 * time.Second, 0, readLine},
		{-1, time.Hour, 0, readLine},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWire()
			m := csim.NewModem(w, &csim.Config{Idle: tt.idle})
			var got []string
			deaf := new(int)
			go func() {
				for line, ok := w.next(); ok; line, ok = w.next() {
					if *deaf > 0 {
						*deaf--
						continue
					}
					got = append(got, line)
					switch line {
					case "AT+CMEE?":
						w.send("+CMEE: 1\r")
					case "AT+CMEE=?":
						w.send("+CMEE: (0-2)\r")
					case readLine:
						w.send(readAnswer)
					}
					w.send("OK\r")
				}
			}()
			require.NoError(t, m.Init(t.Context()))
			time.Sleep(tt.rest)
			got, *deaf = nil, tt.deaf
			wantRead(t, csim.New(m))
			require.Equal(t, tt.want, strings.Join(got, " "))
			require.NoError(t, m.Close())
		})
	}
}
