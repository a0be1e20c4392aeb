package csim_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func TestLinesThatTellOfTheCard(t *testing.T) {
	own := []csim.CardURC{{"+MINE: 1", csim.CardGone}, {"^SIMST: 0", 0}, {"", csim.CardGone}}
	for line, want := range map[string]csim.CardEvent{
		"+QUSIM: 0": csim.CardPresent, "+qusim:0": csim.CardPresent, "+QUSIM: 1": csim.CardPresent, "+QUSIM: 10": 0,
		"+QSIMSTAT: 1,0": csim.CardGone, "+QSIMSTAT: 1, 1": csim.CardPresent, "+QSIMSTAT: 1": 0,
		"+CPIN: NOT READY": csim.CardGone, "+CPIN: NOT INSERTED": csim.CardGone, "+CPIN: READY": csim.CardPresent,
		"+SIMCARD: NOT AVAILABLE": csim.CardGone, "#QSS: 0": csim.CardGone, "#QSS: 1": csim.CardPresent,
		"+UUSIMSTAT: 6": csim.CardPresent, "+UUSIMSTAT: 9": csim.CardReset, "%XSIM: 0": csim.CardGone, "%XSIM: 0,1": csim.CardPresent, "%XSIM: 0,9": csim.CardGone, "RDY": csim.CardReset, "RDYX": 0, "^SYSSTART": csim.CardReset,
		"^SCKS: 0": csim.CardGone, "^SSTN: 1": csim.CardReset, "^SSTN: 19": 0, "#STN: 1,2": csim.CardReset,
		`+CUSATP: "D009810301010482028182"`: csim.CardReset, `+CUSATP: "D009810301210482028182"`: 0, `+CUSATP: "D0"`: 0, `+CUSATP: "D009810301010782028182"`: 0,
		`+CUSATP: "D08185` + `8103010101` + strings.Repeat("00", 0x80) + `"`: csim.CardReset,
		`+CUSATP: "zz"`: 0, `+CUSATP: 1`: 0, `+OTHER: "D009810301010482028182"`: 0,
		"+MINE: 1": csim.CardGone, "^SIMST: 0": 0, "^SIMST: 255": csim.CardGone, "+CREG: 1": 0,
	} {
		var got []csim.CardEvent
		config := &csim.Config{CardURCs: own, OnCard: func(e csim.CardEvent) { got = append(got, e) }}
		play(t, config, setUp, func(t *testing.T, w *wire, m *csim.Modem) {
			require.NoError(t, m.Init(t.Context()))
			w.send("\r\n" + line + "\r\n")
			synctest.Wait()
			if want == 0 {
				require.Empty(t, got, line)
			} else {
				require.Equal(t, []csim.CardEvent{want}, got, line)
			}
		})
	}
	for e, name := range []string{"none", "present", "gone", "reset"} {
		require.Equal(t, name, csim.CardEvent(e).String())
	}
}

const (
	gone    = "\r\n+QSIMSTAT: 1,0\r\n"
	present = "\r\n+QSIMSTAT: 1,1\r\n"
	refresh = "\r\n+UUSIMSTAT: 9\r\n"
)

func TestCommandUnderWayEndsWhenTheCardGoesOrIsReset(t *testing.T) {
	for urc, want := range map[string]error{gone: apdu.ErrNoCard, refresh: apdu.ErrCardReset, "RDY\r": apdu.ErrCardReset} {
		play(t, nil, then(setUp, on(readLine, time.Second, urc)), func(t *testing.T, _ *wire, m *csim.Modem) {
			require.NoError(t, m.Init(t.Context()))
			start := time.Now()
			_, err := m.Command(t.Context(), readLine)
			require.ErrorIs(t, err, want)
			require.Equal(t, time.Second, time.Since(start), "at once")
		})
	}
}

func TestRestartEndsACommandThatIsNotTheCards(t *testing.T) {
	play(t, nil, then(setUp, on("AT+CPIN?", "RDY\r")), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), "AT+CPIN?")
		require.ErrorIs(t, err, apdu.ErrLostStep)
	})
}

func TestOpeningAChannelGoesOnWhenTheModemSaysThatTheCardIsGone(t *testing.T) {
	play(t, nil, then(setUp, on(openLine, gone, openAnswer+ok), reading), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.NoError(t, err)
		wantRead(t, csim.New(m))
	})
}

// What was begun before is over until something begins anew.
func TestSessionIsOverAfterAnEvent(t *testing.T) {
	const closeLine, crsm, answered = `AT+CSIM=8,"00708001"`, "AT+CRSM=176,12258,0,0,10", "+CSIM: 4,\"9000\"\r"
	begin := map[string]string{
		openLine: openAnswer, `AT+CSIM=24,"00A4040C07A0000000871002"`: answered, `AT+CSIM=16,"00A408040000"`: answered,
		`AT+CSIM=14,"A0A40000023F00"`: answered, `AT+CCHO="A0000000871002"`: "+CCHO: 1\r",
	}
	for line, answer := range begin {
		play(t, nil, then(setUp, reading, on(line, answer+ok), reading), func(t *testing.T, w *wire, m *csim.Modem) {
			_, err := m.Command(t.Context(), readLine)
			require.NoError(t, err)
			w.send(refresh)
			synctest.Wait()
			for _, old := range []string{readLine, closeLine, `AT+CSIM=14,"01A4040C023F00"`, `AT+CSIM=14,"00A40000026F07"`, `AT+CGLA=1,10,"00B0000000"`, `AT+CSIM=2,"00"`, "AT+CCHC=1"} {
				_, err = m.Command(t.Context(), old)
				require.ErrorIs(t, err, apdu.ErrCardReset, old)
			}
			_, err = m.Command(t.Context(), line)
			require.NoError(t, err)
			_, err = m.Command(t.Context(), readLine)
			require.NoError(t, err)
		})
	}
	play(t, nil, then(setUp, reading, on(closeLine, answered+ok), on(crsm, "+CRSM: 144,0\r"+ok), reading), func(t *testing.T, w *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), readLine)
		require.NoError(t, err)
		w.send(gone)
		synctest.Wait()
		_, err = m.Command(t.Context(), readLine)
		require.ErrorIs(t, err, apdu.ErrNoCard)
		_, err = m.Command(t.Context(), closeLine)
		require.NoError(t, err, "it does no harm")
		w.send(present)
		synctest.Wait()
		_, err = m.Command(t.Context(), closeLine)
		require.ErrorIs(t, err, apdu.ErrCardReset)
		_, err = m.Command(t.Context(), crsm)
		require.ErrorIs(t, err, apdu.ErrCardReset, "once")
		_, err = m.Command(t.Context(), crsm)
		require.NoError(t, err)
		_, err = m.Command(t.Context(), readLine)
		require.NoError(t, err)
	})
}

func TestEventBeforeAnythingWasBegunEndsNothing(t *testing.T) {
	play(t, nil, then(setUp, reading), func(t *testing.T, w *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		w.send(gone + present + refresh)
		synctest.Wait()
		wantRead(t, csim.New(m))
	})
}

func TestUserIsToldOnceAndOfErrorsToo(t *testing.T) {
	var got []csim.CardEvent
	config := &csim.Config{OnCard: func(e csim.CardEvent) { got = append(got, e) }}
	play(t, config, then(setUp, on(openLine, "+CME ERROR: 10\r")), func(t *testing.T, w *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.ErrorIs(t, err, apdu.ErrNoCard)
		w.send(gone + gone + present + present + refresh + refresh + present)
		synctest.Wait()
		require.Equal(t, []csim.CardEvent{csim.CardGone, csim.CardPresent, csim.CardReset, csim.CardReset, csim.CardPresent}, got)
	})
}
