package csim_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// slow is a modem that takes the same time for each answer: after the answer
// before, or, pipelined, after the command. The card answers SELECT, with the
// FID in it, with that FID.
func slow(w *wire, delay time.Duration, pipelined bool) {
	type answer struct {
		at   time.Time
		text string
	}
	answers := make(chan answer, 1000)
	go func() {
		for a := range answers {
			time.Sleep(time.Until(a.at))
			w.send(a.text)
		}
	}()
	defer close(answers)
	for line, ok := w.next(); ok; line, ok = w.next() {
		text := "\r\nOK\r\n"
		switch {
		case line == "AT+CMEE?":
			text = "\r\n+CMEE: 1\r\n" + text
		case line == "AT+CMEE=?":
			text = "\r\n+CMEE: (0-2)\r\n" + text
		case strings.HasPrefix(line, "AT+CSIM="):
			text = fmt.Sprintf("\r\n+CSIM: 8,\"%s9000\"\r\n", line[len(line)-5:len(line)-1]) + text
		}
		if !pipelined {
			time.Sleep(delay)
			w.send(text)
			continue
		}
		answers <- answer{time.Now().Add(delay), text}
	}
}

func selectFID(fid uint16) []byte {
	return []byte{0x00, 0xA4, 0x00, 0x00, 0x02, byte(fid >> 8), byte(fid)}
}

// TestModemThatIsSlowForEachAnswerIsInStepInTime: with the time that there is
// by default, for any delay up to 4 s.
func TestModemThatIsSlowForEachAnswerIsInStepInTime(t *testing.T) {
	for _, pipelined := range []bool{false, true} {
		for delay := time.Duration(0); delay <= 4800*time.Millisecond; delay += 47 * time.Millisecond {
			synctest.Test(t, func(t *testing.T) {
				w := newWire()
				m := csim.NewModem(w, &csim.Config{Idle: -1})
				go slow(w, delay, pipelined)
				defer func() { require.NoError(t, m.Close()); time.Sleep(time.Minute) }()
				_, err := m.Resync(t.Context()) // a modem of which nothing is known
				require.NoError(t, err, delay)
				card := csim.New(m)
				answered := 0
				for i := range uint16(12) {
					ctx := t.Context()
					if i%2 == 1 { // given up, at some time
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, min(delay, 4*time.Second)*time.Duration(i)/8)
						defer cancel()
					}
					rapdu, err := card.Transmit(ctx, selectFID(i))
					if err == nil {
						require.Equal(t, []byte{0, byte(i), 0x90, 0}, rapdu)
						answered++
					} else if delay <= 4*time.Second && i > 2 { // the first ones set it up
						require.Equal(t, uint16(1), i%2, "%v: command %d: %v", delay, i, err)
						require.NotErrorIs(t, err, apdu.ErrMalformed)
					}
				}
				require.Greater(t, answered, 2, delay)
			})
		}
	}
}
