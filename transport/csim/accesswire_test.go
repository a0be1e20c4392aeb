package csim_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func TestSessionCostsNoTimeBesidesItsClosing(t *testing.T) {
	var urcs []string
	config := &csim.Config{OnURC: func(line string) { urcs = append(urcs, line) }}
	play(t, config, then(setUp,
		on(ccho, "\r\n+CREG: 1\r\n\r\n1\r\n"+ok),
		on(`AT+CGLA=1,10,"00B0000001"`, "\r\n+CGLA: 1,6,\"AA9000\"\r\n"+ok),
		on("AT+CCHC=1", "\r\n+CCHC\r\n"+ok),
		on("AT+CRSM=178,12032,1,4,1", "\r\n+CRSM: 144,0,\"AB\"\r\n"+ok),
	), func(t *testing.T, _ *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		a := csim.NewAccess(m, only(csim.WayCGLA))
		start := time.Now()
		send(t, a, open, "019000")
		send(t, a, "01"+selectApp, "9000")
		send(t, a, "01B0000001", "AA9000")
		require.Zero(t, time.Since(start))
		send(t, a, "00708001", "9000")
		require.Equal(t, csim.QuietTime, time.Since(start), "AT+CCHC has no line to be known by")
		send(t, a, open, "019000")
		send(t, a, "01A4080C022F00", "9000")
		send(t, a, "01B2010401", "AB9000")
		require.Equal(t, "+CREG: 1", urcs[0])
	})
}

func TestSessionThatAModemOpensTooLateIsClosed(t *testing.T) {
	play(t, &csim.Config{Timeout: short}, then(setUp,
		on(ccho, late, "\r\n7\r\n"+ok), probed(), on("AT+CCHC=7", ok)), func(t *testing.T, _ *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		a := csim.NewAccess(m, only(csim.WayCGLA))
		ch, err := apdu.OpenChannel(t.Context(), a)
		require.NoError(t, err)
		_, err = ch.SelectApp(t.Context(), apdu.AIDPKCS15)
		require.Error(t, err)
		require.NoError(t, ch.Close(t.Context()))
	})
}

// An unsolicited line anywhere in an answer is no wrong answer, and no byte of
// it is handed out.
func TestURCAnywhereInAnAnswerOfAnyKind(t *testing.T) {
	want := unhex(t, "1122334455669000")
	for _, form := range []string{`+CGLA: 16,"%X"`, `+CGLA: 1,16,"%X"`, "+CGLA: 16,%X", "%X"} {
		answer := fmt.Sprintf("\r\n"+form+"\r\n\r\nOK\r\n", want)
		right := 0
		for i := range len(answer) + 1 {
			synctest.Test(t, func(t *testing.T) {
				w := newWire()
				m := csim.NewModem(w, &csim.Config{OnURC: func(line string) {
					require.NotContains(t, line, "22", "a byte of the answer")
				}})
				var modem sync.WaitGroup
				modem.Go(func() {
					for line, ok := w.next(); ok; line, ok = w.next() {
						switch {
						case line == "AT+CMEE?":
							w.send("+CMEE: 1\rOK\r")
						case strings.HasPrefix(line, "AT+CCHO"):
							w.send("1\rOK\r")
						case strings.HasPrefix(line, "AT+CGLA"):
							w.send(answer[:i])
							w.send("\r\n+QIND: \"csq\",20,99\r\n")
							time.Sleep(time.Millisecond)
							w.send(answer[i:])
						default:
							w.send("OK\r")
						}
					}
				})
				a := csim.NewAccess(m, only(csim.WayCGLA))
				send(t, a, open, "019000")
				send(t, a, "01"+selectApp, "9000")
				rapdu, err := a.Transmit(t.Context(), unhex(t, "01B0000000"))
				if err == nil {
					require.Equal(t, want, rapdu, "at %d", i)
					right++
				}
				require.NoError(t, m.Close())
				modem.Wait()
			})
		}
		require.GreaterOrEqual(t, right, 3, "between lines it does no harm")
	}
}
