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

func TestNewModemDoesNothingUntilItIsUsed(t *testing.T) {
	play(t, nil, nil, func(t *testing.T, _ *wire, m *csim.Modem) {
		synctest.Wait()
		require.Zero(t, m.Stats())
	})
}

func TestModemIsSetUpOnce(t *testing.T) {
	scenes := then(setUp, on("AT+ECSIMSLEEP=0", "\r\nERROR\r\n"), on(openLine, "\r\n+CSIM: 6,\"019000\"\r\n"+ok))
	play(t, &csim.Config{Setup: []string{"AT+ECSIMSLEEP=0"}}, scenes, func(t *testing.T, _ *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		require.NoError(t, m.Init(t.Context()))
		lines, err := m.Command(t.Context(), openLine)
		require.NoError(t, err)
		require.Equal(t, []string{`+CSIM: 6,"019000"`}, lines)
		sent, received := 0, 0
		for _, s := range scenes {
			sent += len(s.want) + 1
			for _, do := range s.do {
				received += len(do.(string))
			}
		}
		require.Equal(t, csim.Stats{RoundTrips: 1, SetUp: 4, Sent: sent, Received: received}, m.Stats())
	})
}

func TestModemIsSetUpAgainAfterARestart(t *testing.T) {
	play(t, nil, then(setUp, on("AT+CPIN?", ok), probed(), setUp[1], setUp[2], on("AT+CPIN?", ok)), func(t *testing.T, w *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), "AT+CPIN?")
		require.NoError(t, err)
		w.send("\r\nRDY\r\n")
		synctest.Wait()
		_, err = m.Command(t.Context(), "AT+CPIN?")
		require.NoError(t, err)
	})
}

func TestModemThatRestartsForEverIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		m := csim.NewModem(w, nil)
		go func() {
			for line, ok := w.next(); ok; line, ok = w.next() {
				if line == "AT+CMEE?" {
					w.send("+CMEE: 0\r")
				} else {
					w.send("RDY\r")
				}
				w.send("OK\r")
			}
		}()
		require.ErrorIs(t, m.Init(t.Context()), apdu.ErrLostStep)
		require.LessOrEqual(t, m.Stats().SetUp, 1+2*6, "and soon")
		require.NoError(t, m.Close())
	})
}

func TestModemThatDoesNotKnowTheProbesIsSetUp(t *testing.T) {
	play(t, nil, then(ignorant, on(openLine, "+CME ERROR: 10\r"), on(readLine, no)), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.ErrorIs(t, err, apdu.ErrNoCard)
		_, err = m.Command(t.Context(), readLine)
		require.ErrorIs(t, err, apdu.ErrRefused)
	})
}

func TestSetupLineThatIsNoneIsAnError(t *testing.T) {
	play(t, &csim.Config{Setup: []string{"AT\r"}}, setUp, func(t *testing.T, _ *wire, m *csim.Modem) {
		require.ErrorContains(t, m.Init(t.Context()), "Config.Setup")
	})
}

func TestSetUpThatIsNotAnsweredBeginsAgain(t *testing.T) {
	play(t, &csim.Config{Timeout: time.Second}, []scene{setUp[0], on("ATE0"), probed(), setUp[1], setUp[2]}, func(t *testing.T, _ *wire, m *csim.Modem) {
		require.ErrorIs(t, m.Init(t.Context()), context.DeadlineExceeded)
		require.NoError(t, m.Init(t.Context()))
	})
}

func TestCommandLineHasNoControlCharacters(t *testing.T) {
	play(t, nil, nil, func(t *testing.T, _ *wire, m *csim.Modem) {
		for _, line := range []string{"", "A", "AT\r", "AT\nAT", "AT\x1a", "AT\x00", "AT\xff", "ATü"} {
			_, err := m.Command(t.Context(), line)
			require.Error(t, err, "%q", line)
		}
	})
}

func TestLinesOfOtherCommandsHaveTheirPrefix(t *testing.T) {
	var urcs []string
	config := &csim.Config{OnURC: func(line string) { urcs = append(urcs, line) }}
	play(t, config, then(setUp,
		on("AT+CPIN?", "\r\n+CREG: 1\r\n\r\n+cpin: READY\r\n9000\r\n"+ok),
		on("AT%CSUS?", "%CSUS: 0\r"+ok),
		on("at+csim=?", "+CSIM: (8-522)\r"+ok),
		on("ATI", "Quectel\r\nEG25\r\n"+ok),
		on("AT+CMEE?", "+CMEE: 1\r\n"+ok),
	), func(t *testing.T, w *wire, m *csim.Modem) {
		for _, tt := range []struct {
			line string
			want []string
		}{
			{"AT+CPIN?", []string{"+cpin: READY"}},
			{"AT%CSUS?", []string{"%CSUS: 0"}},
			{"at+csim=?", []string{"+CSIM: (8-522)"}},
			{"ATI", nil},
			{"AT+CMEE?", []string{"+CMEE: 1"}},
		} {
			got, err := m.Command(t.Context(), tt.line)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		}
		w.send("\r\n+QIND: \"csq\",20,99\r\n")
		synctest.Wait()
		require.Equal(t, []string{"+CREG: 1", "Quectel", "EG25", `+QIND: "csq",20,99`}, urcs)
	})
}

func TestEchoIsDroppedInAnyPieces(t *testing.T) {
	const command = `AT+CSIM=26,"002000010831323334FFFFFFFF"`
	answer := "\r\n+CSIM: 4,\"9000\"\r\n" + ok
	var echoes []string
	for i := range command {
		echoes = append(echoes, command[:i]+"\r\n+QIND: \"csq\",20,99\r\n"+command[i:]+"\r")
	}
	echoes = append(echoes, command+"\r"+command+"\r", command[:20]+"\r"+command[20:30]+"\r"+command[30:]+"\r")
	for _, head := range []int{1, 3, 20} { // the first characters are lost
		echoes = append(echoes, command[head:]+"\r")
	}
	for _, echo := range echoes {
		var urcs []string
		config := &csim.Config{OnURC: func(line string) { urcs = append(urcs, line) }}
		play(t, config, then(setUp, on(command, echo, answer)), func(t *testing.T, _ *wire, m *csim.Modem) {
			lines, err := m.Command(t.Context(), command)
			require.NoError(t, err, "%q", echo)
			require.Equal(t, []string{`+CSIM: 4,"9000"`}, lines, "%q", echo)
			for _, urc := range urcs {
				require.Equal(t, `+QIND: "csq",20,99`, urc)
			}
		})
	}
}

func TestModemErrorsAreToldApart(t *testing.T) {
	for line, want := range map[string]error{
		"+CME ERROR: 10": apdu.ErrNoCard, "+CME ERROR: 11": apdu.ErrCardPIN, "+CME ERROR: 12": apdu.ErrCardLocked,
		"+CME ERROR: 13": apdu.ErrCardFault, "+CME ERROR: SIM busy": apdu.ErrCardBusy, "ERROR": apdu.ErrRefused,
		"+CMS ERROR: 310": apdu.ErrNoCard, "+CME ERROR: 0": csim.CMEError{Text: "phone failure"},
	} {
		for _, tail := range []string{"", ok, line + "\r\n"} { // error + OK is an error; so are two
			play(t, &csim.Config{Busy: -1}, then(setUp, on(openLine, "\r\n"+line+"\r\n"+tail), on(readLine, "9000\r\nOK\r\n")), func(t *testing.T, _ *wire, m *csim.Modem) {
				_, err := m.Command(t.Context(), openLine)
				require.ErrorIs(t, err, want)
				start := time.Now()
				_, err = m.Command(t.Context(), readLine)
				require.NoError(t, err)
				require.Equal(t, csim.QuietTime, time.Since(start), "a copy of the error may come")
				require.Zero(t, m.Stats().Lost)
			})
		}
	}
}

func TestCopyOfAnErrorIsNotTheNextCommandsError(t *testing.T) {
	const no = "\r\n+CME ERROR: 10\r\n"
	play(t, nil, then(setUp, on(openLine, no, 250*time.Millisecond, no), on(readLine, "9000\r\nOK\r\n")), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.ErrorIs(t, err, apdu.ErrNoCard)
		_, err = m.Command(t.Context(), readLine)
		require.NoError(t, err)
	})
}

func TestCopyOfAnErrorThatStallsIsNotTheNextCommandsError(t *testing.T) {
	play(t, nil, then(setUp,
		on(openLine, "ERROR\r", 10*time.Millisecond, "ERR", 700*time.Millisecond, "OR\r"),
		on(readLine, "\r\n9000\r\nOK\r\n")), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.ErrorIs(t, err, apdu.ErrRefused)
		_, err = m.Command(t.Context(), readLine)
		require.NoError(t, err)
	})
}

func TestCopyOfAnOKIsNotTheNextCommandsOK(t *testing.T) {
	play(t, nil, then(setUp, on(openLine, "019000\r"+ok, 250*time.Millisecond, ok), on("AT+CFUN=4", "ERROR\r")), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.NoError(t, err)
		_, err = m.Command(t.Context(), "AT+CFUN=4")
		require.ErrorIs(t, err, apdu.ErrRefused)
	})
}

func TestErrorAfterAnErrorIsTheCommandsOwn(t *testing.T) {
	play(t, nil, then(setUp, on(openLine, "ERROR\r"), on(openLine, "ERROR\r"), on(readLine, "+CME ERROR: 10\r")), func(t *testing.T, _ *wire, m *csim.Modem) {
		for range 2 {
			_, err := m.Command(t.Context(), openLine)
			require.ErrorIs(t, err, apdu.ErrRefused)
		}
		_, err := m.Command(t.Context(), readLine)
		require.ErrorIs(t, err, apdu.ErrNoCard)
	})
}

func TestAnswerOfTooManyLinesIsAnError(t *testing.T) {
	const most = 512
	for lines, ok := range map[int]bool{most: true, most + 1: false} {
		answer := strings.Repeat("+CLAC: AT\r", lines) + "OK\r"
		play(t, nil, then(setUp, on("AT+CLAC", answer), on("AT+CPIN?", "+CPIN: READY\rOK\r")), func(t *testing.T, _ *wire, m *csim.Modem) {
			got, err := m.Command(t.Context(), "AT+CLAC")
			if ok {
				require.NoError(t, err)
				require.Len(t, got, lines)
			} else {
				require.Error(t, err)
				require.Nil(t, got)
			}
			_, err = m.Command(t.Context(), "AT+CPIN?")
			require.NoError(t, err)
		})
	}
}

func TestEchoBehindHalfALineIsNotHandedOut(t *testing.T) {
	const pin = `AT+CPIN="1234"`
	var urcs []string
	config := &csim.Config{OnURC: func(line string) { urcs = append(urcs, line) }}
	play(t, config, then(setUp, on(pin, "RD"+pin+"\r", ok), on(openLine, "RD"+openLine[:20]+"\r"+openLine[20:]+"\r019000\r"+ok)), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), pin)
		require.NoError(t, err)
		_, err = m.Command(t.Context(), openLine)
		require.NoError(t, err)
		require.Empty(t, urcs)
	})
}

// lazy is a stream whose Read gives up after a while, as that of many serial
// libraries does, and does not tell that it was closed.
