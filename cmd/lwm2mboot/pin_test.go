//go:build linux || darwin

package main

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

func TestErrorsOfPINsAreToldInTheToolsWords(t *testing.T) {
	for err, want := range map[error][2]string{
		simboot.ErrPINNeeded:  {"3 tries left: a PIN is needed\n", "--pin-file"},
		simboot.ErrPINRefused: {"3 tries left: the card refused this PIN\n", "costs a try"},
		simboot.ErrPINTries:   {"3 tries left: too few tries left to send a PIN\n", "AT+CPIN"},
		simboot.ErrPINBlocked: {"3 tries left: the PIN is blocked\n", "PUK"},
	} {
		var errOut bytes.Buffer
		a := &app{stderr: &errOut}
		status := a.finish(t.Context(), fmt.Errorf("simboot: %w", &simboot.PINError{Reference: apdu.RefPIN1, Tries: 3, Err: err}))
		require.Equal(t, statusKey, status)
		require.Contains(t, errOut.String(), "lwm2mboot: simboot: PIN1 (01), "+want[0])
		require.Contains(t, errOut.String(), want[1])
		require.NotContains(t, errOut.String(), "Config")
	}
}

func TestAPINThatIsRefusedIsToldAsOftenAsItIsSent(t *testing.T) {
	t.Parallel()
	port, _, _ := simulated(t, "-c", "testdata/seed.yaml", "--pin-file", file(t, "pin", "2718"))
	wrong := []string{"card", "read", "--port", port, "--pin-file", file(t, "pin", "3141")}
	for _, want := range []string{"2 tries left: the card refused this PIN", "1 try left: the card refused this PIN", "1 try left: too few tries left"} {
		r := tool(t, wrong...)
		require.Equal(t, statusKey, r.status)
		require.Contains(t, r.stderr, want)
		require.NotContains(t, r.stderr, "again")
		require.NotContains(t, r.stderr, "Config")
	}
	r := tool(t, "card", "read", "--port", port)
	require.Equal(t, statusKey, r.status)
	require.Contains(t, r.stderr, "a PIN is needed\nlwm2mboot: give the PIN by --pin-file")
}

func TestFilesOfKeysHaveOneKeyEach(t *testing.T) {
	t.Parallel()
	two, none := file(t, "two", "1234\n5678\n"), file(t, "none", " \n")
	for _, args := range [][]string{
		{"simulate", "--pin-file", none}, {"simulate", "--adm-file", none}, {"simulate", "--pin-file", two},
		{"card", "write", "--port", "x", "-c", "testdata/seed.yaml", "--yes", "--adm-file", two},
		{"card", "write", "--port", "x", "-c", "testdata/seed.yaml", "--yes", "--adm-file", none},
		{"card", "write", "--port", "x", "-c", "testdata/seed.yaml", "--yes", "--pin-file", two},
	} {
		r := tool(t, args...)
		require.Contains(t, []int{statusFault, statusUsage}, r.status, "%v", args)
		require.Empty(t, r.stdout)
		require.NotContains(t, r.stderr, "5678")
	}
	port, _, _ := simulated(t, "-c", "testdata/seed.yaml", "--pin-file", file(t, "pin", "2718"))
	r := tool(t, "card", "read", "--port", port, "--pin-file", none)
	require.NotZero(t, r.status)
	require.Contains(t, r.stderr, none)
}

func TestThePlanTellsThatAPINIsNeededToReadBack(t *testing.T) {
	t.Parallel()
	key := file(t, "adm", adm)
	port, _, _ := simulated(t, "--pin-file", file(t, "pin", "2718"), "--adm-file", key)
	write := []string{"card", "write", "--port", port, "-c", "testdata/seed.yaml", "--adm-file", key}
	r := tool(t, append(write, "--dry-run")...)
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stderr, "reads back   nothing: reading asks for PIN1 (01), see --pin-file")
	r = tool(t, append(write, "--yes")...)
	require.Equal(t, statusKey, r.status)
	require.Contains(t, r.stderr, "lwm2mboot: give the PIN that reading asks for by --pin-file FILE")
	r = tool(t, append(write, "--yes", "--pin-file", file(t, "pin", "2718"))...)
	require.Zero(t, r.status, r.stderr)
	require.NotContains(t, r.stderr, "reads back")
}
