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

// A modem that wakes up loses the first characters of a line.
func TestPartOfAnEchoWithAPINIsNoURC(t *testing.T) {
	for _, echo := range []string{"+CPIN=1234", "CPIN=1234", "PIN=1234", "=1234"} {
		config := &csim.Config{OnURC: func(line string) { require.NotContains(t, line, "1234") }}
		play(t, config, then(setUp, on("AT+CPIN=1234", echo+"\r"+ok)), func(t *testing.T, _ *wire, m *csim.Modem) {
			_, err := m.Command(t.Context(), "AT+CPIN=1234")
			require.NoError(t, err)
		})
	}
}

func TestErrorOfAnyLineNamesTheCommandAlone(t *testing.T) {
	for _, line := range []string{"ATD**04*1234*5678*5678#;", `AT+CSIM :"1234"`, "AT+CMEE=1;+CPIN=1234", "AT+CPIN=1234"} {
		play(t, nil, then(setUp, on(line, "ERROR\r")), func(t *testing.T, _ *wire, m *csim.Modem) {
			_, err := m.Command(t.Context(), line)
			require.ErrorIs(t, err, apdu.ErrRefused)
			require.NotContains(t, err.Error(), "1234")
		})
	}
}

func TestLineWithAPINIsNotRepeatedForABusySIM(t *testing.T) {
	for _, pin := range []string{
		`AT+CPIN="1234"`, `AT+CPIN ="1234"`, `AT+CMEE=1;+CPIN="1234"`, `AT+CLCK="SC",0,"1234"`,
		`AT+CSIM=26,"00200001083132333435363738"`, `AT+CSIM=26,"00200001083132333435363738" `,
	} {
		sent := 0
		synctest.Test(t, func(t *testing.T) {
			w := newWire()
			m := csim.NewModem(w, nil)
			modemThat(w, func(line string) bool {
				if line == pin {
					sent++
					w.send(busy)
					return false
				}
				return true
			})
			_, err := m.Command(t.Context(), pin)
			require.ErrorIs(t, err, apdu.ErrCardBusy)
			require.NoError(t, m.Close())
			time.Sleep(time.Minute)
		})
		require.Equal(t, 1, sent, pin)
	}
}

func TestErrorTextOfTwoLinesInOneShowsNoBytes(t *testing.T) {
	for _, line := range []string{
		`+CME ERROR: 3+CSIM: 20,"3132333435369000"`, `+CME ERRORAT+CSIM=26,"0020000108313233343536"`, "+CMS ERROR: AT+CPIN=313233",
	} {
		_, err := csim.ParseResult(line)
		require.Error(t, err)
		require.False(t, strings.Contains(err.Error(), "313233"), line)
	}
}
