package csim_test

import (
	"context"
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

func TestLateLinesOfAnotherCommandAreThoseWithItsPrefix(t *testing.T) {
	play(t, &csim.Config{Timeout: short}, then(setUp, on("AT+CPIN?", late, "+CPIN: READY\r+CREG: 1\r1234\rOK\r"), probed(), probed()), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), "AT+CPIN?")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		lines, err := m.Resync(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"+CPIN: READY"}, lines)
		lines, err = m.Resync(t.Context())
		require.NoError(t, err)
		require.Empty(t, lines)
	})
}

func TestAnswerThatCannotBeReadPutsTheModemOutOfStep(t *testing.T) {
	for _, answer := range []string{"+CSIM: 6,\"0190\r", "0190\r00\r", openAnswer + openAnswer, "0102039000\r"} {
		play(t, nil, then(setUp, on(openLine, answer+ok), probed(), reading), func(t *testing.T, _ *wire, m *csim.Modem) {
			card := csim.New(m)
			_, err := card.Transmit(t.Context(), unhex(t, open))
			require.Error(t, err)
			wantRead(t, card)
		})
	}
}

func TestLateAnswerOfAModemIsTheLastCommands(t *testing.T) {
	for _, tt := range []struct {
		name   string
		scenes []scene
		want   string
	}{
		{"late", []scene{on(openLine, late+time.Second, openAnswer+ok), probed(), second()}, "019000"},
		{"answer in time, result late", []scene{on(openLine, openAnswer, late, ok), probed()}, "019000"},
		{"answer in time, no result", []scene{on(openLine, openAnswer), probed()}, "019000"},
		{"behind its echo in pieces", []scene{on(openLine, late, openLine[:12]+"\rRING\r"+openLine[12:20]+"\rRING\r"+openLine[20:]+"\r"+openAnswer+ok), probed()}, "019000"},
		{"cut by a URC", []scene{on(openLine, late, "+CSIM: 6,\"01\rRING\r9000\"\r"+ok), probed()}, ""},
		{"twice", []scene{on(openLine, late, openAnswer+openAnswer+ok), probed()}, ""},
		{"never", []scene{on(openLine), probed()}, ""},
		{"error", []scene{on(openLine, late, "ERROR\r"), probed()}, ""},
		{"modem silent", []scene{on(openLine), on("AT+CMEE?"), on("AT+CMEE=?"), on("AT+CMEE=?")}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, nil, then(setUp, tt.scenes...), func(t *testing.T, _ *wire, m *csim.Modem) {
				require.NoError(t, m.Init(t.Context()))
				card := csim.New(m)
				abandoned(t, card)
				rapdu, ok := card.LateAnswer(t.Context())
				require.Equal(t, tt.want != "", ok)
				require.Equal(t, tt.want, strings.ToUpper(fmt.Sprintf("%x", rapdu)))
			})
		})
	}
}

func TestOpenChannelClosesTheChannelWhoseNumberCameLate(t *testing.T) {
	play(t, nil, then(setUp,
		on(openLine, late, "\r\n+CSIM: 6,\"039000\"\r\n"+ok), probed(),
		on(`AT+CSIM=8,"00708003"`, "\r\n+CSIM: 4,\"9000\"\r\n"+ok)), func(t *testing.T, _ *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		ctx, cancel := context.WithTimeout(t.Context(), short)
		defer cancel()
		_, err := apdu.OpenChannel(ctx, csim.New(m))
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestLateAnswerIsLostWhenAnotherCommandWasWanted(t *testing.T) {
	play(t, nil, then(setUp, on(openLine, 6*time.Second+time.Millisecond, openAnswer+ok), probed(), second()), func(t *testing.T, _ *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		abandoned(t, csim.New(m))
		ctx, cancel := context.WithTimeout(t.Context(), short)
		_, err := m.Command(ctx, "AT+CPIN?")
		cancel()
		require.ErrorIs(t, err, apdu.ErrLostStep)
		time.Sleep(4 * time.Second)
		late, err := m.Resync(t.Context())
		require.NoError(t, err)
		require.Empty(t, late)
	})
}

func TestUnsolicitedLinesDoNotKeepAModemFromBeingInStep(t *testing.T) {
	play(t, nil, then(setUp, reading), func(t *testing.T, w *wire, m *csim.Modem) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for ctx.Err() == nil {
				w.send("$GPGGA,1") // a line in two pieces
				time.Sleep(10 * time.Millisecond)
				w.send("23519*47\r\n")
				time.Sleep(90 * time.Millisecond)
			}
		}()
		wantRead(t, csim.New(m))
		cancel()
		time.Sleep(time.Second)
	})
}

func TestURCAnywhereInAnAnswerIsNoWrongAnswer(t *testing.T) {
	want := unhex(t, "1122334455669000")
	for _, form := range []string{"\r\n+CSIM: 16,\"%X\"\r\n\r\nOK\r\n", "+CSIM: 16,%X\r\nOK\r\n", "%X\r\nOK\r\n"} {
		answer := fmt.Sprintf(form, want)
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
						switch line {
						case "AT+CMEE?":
							w.send("+CMEE: 1\rOK\r")
						case readLine:
							w.send(answer[:i])
							w.send("\r\n+QIND: \"csq\",20,99\r\n")
							time.Sleep(time.Millisecond)
							w.send(answer[i:])
						default:
							w.send("OK\r")
						}
					}
				})
				rapdu, err := csim.New(m).Transmit(t.Context(), unhex(t, read))
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
