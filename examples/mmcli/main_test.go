//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/examples/internal/faketool"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestMain(m *testing.M) { faketool.Main(m) }

// manager plays ModemManager, with a modem and a card.
type manager struct {
	card  *simcard.Card
	modem *csim.Modem
	runs  int
}

func install(t *testing.T) *manager {
	t.Helper()
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	file, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	card, err := simcard.New(simcard.BootstrapFile(file))
	require.NoError(t, err)
	m := &manager{card: card, modem: csim.NewModem(simcard.NewModem(card), nil)}
	t.Cleanup(func() { _ = m.modem.Close() })
	faketool.Install(t, "mmcli", func(args []string) faketool.Reply { return m.run(t, args) })
	return m
}

func (m *manager) run(t *testing.T, args []string) faketool.Reply {
	m.runs++
	if len(args) != 3 || args[0] != "--modem=0" || !strings.HasPrefix(args[1], "--timeout=") {
		return fail("error: couldn't find modem")
	}
	line, ok := strings.CutPrefix(args[2], "--command=")
	if !ok {
		return fail("error: no actions specified")
	}
	lines, err := m.modem.Command(context.WithoutCancel(t.Context()), line)
	var cme csim.CMEError
	switch {
	case errors.As(err, &cme):
		return fail("error: command failed: 'GDBus.Error:org.freedesktop.ModemManager1.Error.MobileEquipment.Name: " + cme.Text + "'")
	case err != nil:
		return fail("error: command failed: 'GDBus.Error:org.freedesktop.ModemManager1.Error.MobileEquipment.Unknown: Unknown error'")
	}
	return faketool.Reply{Stdout: "response: '" + strings.Join(lines, "\r\n") + "'\n"}
}

func fail(stderr string) faketool.Reply { return faketool.Reply{Stderr: stderr + "\n", Status: 1} }

func TestBootstrapsThroughModemManager(t *testing.T) {
	m := install(t)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), mmcli{"0"}, &out))
	require.Contains(t, out.String(), "coaps://eu.iot.avsystem.cloud:5684")
	require.NotContains(t, out.String(), hex.EncodeToString([]byte("example-psk")))
	require.Empty(t, m.card.OpenChannels())
	require.Equal(t, m.card.Total(), m.runs, "one run for each command to the card")
}

func TestResultCodesAreThoseOfTheModem(t *testing.T) {
	m := install(t)
	m.card.Remove()
	require.ErrorIs(t, run(t.Context(), mmcli{"0"}, new(bytes.Buffer)), apdu.ErrNoCard)
}

func TestLinesPassUnchanged(t *testing.T) {
	line := "AT+CSIM=4,\"$(x)'%s\""
	for _, tt := range []struct {
		name, stdout string
		want         []string // nil: an error
	}{
		{"no line", "response: ''\n", []string{}},
		{"a line", "response: '+CSIM: 4,\"9000\"'\n", []string{`+CSIM: 4,"9000"`}},
		{"two, with a quote", "response: '+CSIM: 4,\r\n\"it's\"'\n", []string{"+CSIM: 4,", `"it's"`}},
		{"nothing", "", nil},
		{"no quotes", "response:", nil},
		{"one quote", "response: '", nil},
		{"no quote at the end", "response: '+CSIM: 4,\"9000\"", nil},
		{"something before it", "x\nresponse: '+CSIM: 4,\"9000\"'\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			faketool.Install(t, "mmcli", func(args []string) faketool.Reply {
				got = args
				return faketool.Reply{Stdout: tt.stdout}
			})
			lines, err := mmcli{"any"}.Command(t.Context(), line)
			require.Equal(t, []string{"--modem=any", "--timeout=30", "--command=" + line}, got)
			require.Equal(t, tt.want, lines)
			require.Equal(t, tt.want == nil, err != nil)
		})
	}
}

func TestTimeoutIsThatOfTheContext(t *testing.T) {
	var got string
	faketool.Install(t, "mmcli", func(args []string) faketool.Reply {
		got = args[1]
		return faketool.Reply{Stdout: "response: ''\n"}
	})
	ctx, cancel := context.WithTimeout(t.Context(), defaultLimit*3)
	defer cancel()
	_, err := mmcli{"0"}.Command(ctx, "AT")
	require.NoError(t, err)
	require.Equal(t, "--timeout=89", got)
}

func TestTheContextsEndEndsTheCommand(t *testing.T) {
	asked, end := make(chan struct{}), make(chan struct{})
	faketool.Install(t, "mmcli", func([]string) faketool.Reply {
		close(asked)
		<-end
		return faketool.Reply{}
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	_, err := mmcli{"0"}.Command(ctx, "AT")
	close(end)
	require.ErrorIs(t, err, context.Canceled)
}

func TestErrorsTellWhatToDo(t *testing.T) {
	const gdbus = "error: command failed: 'GDBus.Error:org.freedesktop.ModemManager1.Error.Core."
	pin := `AT+CSIM=26,"002C00010831323334FFFFFFFF"`
	for _, tt := range []struct{ said, advice string }{
		{gdbus + "Unauthorized: Unauthorized: Operation only allowed in debug mode'", "--debug"},
		{gdbus + "Unauthorized: Not authorized'", "polkit"},
		{"error: couldn't find modem", "mmcli -L"},
		{"error: couldn't find the ModemManager process in the bus", "systemctl start"},
		{"error: \x1B[2J\tnew", `\x1b`},
	} {
		t.Run(tt.advice, func(t *testing.T) {
			faketool.Install(t, "mmcli", func([]string) faketool.Reply { return fail(tt.said) })
			_, err := mmcli{"0"}.Command(t.Context(), pin)
			require.ErrorContains(t, err, tt.advice)
			require.NotContains(t, err.Error(), "31323334")
			require.NotContains(t, err.Error(), "\n")
		})
	}
	t.Setenv("PATH", t.TempDir())
	_, err := mmcli{"0"}.Command(t.Context(), pin)
	require.ErrorContains(t, err, "installed")
	require.NotContains(t, err.Error(), "31323334")
}
