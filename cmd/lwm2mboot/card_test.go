//go:build linux || darwin

package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/pcsc"
)

const adm = "12345678"

func TestABlankCardIsWrittenAndReadBack(t *testing.T) {
	t.Parallel()
	key := file(t, "adm", adm+"\n")
	port, _, _ := simulated(t, "--adm-file", key)
	require.Equal(t, statusNoData, tool(t, "card", "read", "--port", port).status)

	r := tool(t, "card", "write", "--port", port, "-c", "testdata/seed.yaml", "--adm-file", key, "--dry-run")
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stderr, "will hold    126 octets, 2 objects")
	require.Equal(t, statusNoData, tool(t, "card", "read", "--port", port).status)

	r = tool(t, "card", "write", "--port", port, "-c", "testdata/seed.yaml", "--adm-file", key, "--yes")
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stderr, "written and read back: 126 octets, 2 objects")
	require.NotContains(t, r.stderr, adm)
	require.Empty(t, r.stdout)

	out := filepath.Join(t.TempDir(), "card.bin")
	require.Zero(t, tool(t, "card", "read", "--port", port, "-o", out).status)
	require.Equal(t, seed(t), contents(t, out))
	require.Equal(t, statusFault, tool(t, "card", "read", "--port", port, "-o", out).status, "it is there")

	r = tool(t, "card", "write", "--port", port, "--file", out, "--adm-file", key, "--yes")
	require.Zero(t, r.status)
	require.Contains(t, r.stderr, "nothing was written")
}

func TestTheKeyMayComeFromTheEnvironmentOrAPipe(t *testing.T) {
	port, _, _ := simulated(t, "--adm-file", file(t, "adm", adm))
	r := feed(t, "3132333435363738\n", "card", "write", "--port", port, "-c", "testdata/seed.yaml", "--adm-file", "-", "--yes")
	require.Zero(t, r.status, r.stderr)
	t.Setenv(admEnv, adm)
	port, _, _ = simulated(t, "--adm-file", file(t, "adm", adm))
	require.Zero(t, tool(t, "card", "write", "--port", port, "-c", "testdata/seed.yaml", "--yes").status)
	t.Setenv(admEnv, "not-a-key")
	r = tool(t, "card", "write", "--port", port, "-c", "testdata/seed.yaml", "--yes")
	require.Equal(t, statusFault, r.status)
	require.NotContains(t, r.stderr, "not-a-key")
}

func TestAWrongKeyIsSentOnce(t *testing.T) {
	t.Parallel()
	port, trace, _ := simulated(t, "--adm-file", file(t, "adm", adm), "--trace")
	write := []string{"card", "write", "--port", port, "-c", "testdata/seed.yaml", "--yes"}
	wrong := append(write, "--adm-file", file(t, "wrong", "87654321"))
	r := tool(t, wrong...)
	require.Equal(t, statusKey, r.status)
	require.Contains(t, r.stderr, "2 tries left")
	require.NotContains(t, r.stderr, "87654321")
	require.Equal(t, 1, strings.Count(trace.String(), "63C2"), "the others asked for the tries: %s", trace)
	require.Equal(t, statusKey, tool(t, wrong...).status)
	r = tool(t, wrong...)
	require.Equal(t, statusKey, r.status)
	require.Contains(t, r.stderr, "--last-try")

	r = tool(t, write...)
	require.Equal(t, statusKey, r.status)
	require.Contains(t, r.stderr, "--adm-file")
	r = tool(t, append(write, "--adm-file", file(t, "adm", adm), "--last-try")...)
	require.Zero(t, r.status, r.stderr)
}

func TestNothingIsWrittenUnasked(t *testing.T) {
	t.Parallel()
	port, trace, _ := simulated(t, "--adm-file", file(t, "adm", adm), "--trace")
	for _, more := range [][]string{{"-c", "testdata/seed.yaml"}, {"-c", "-"}, {"--file", "-"}} {
		r := tool(t, append([]string{"card", "write", "--port", port, "--adm-file", file(t, "adm", adm)}, more...)...)
		require.Equal(t, statusUsage, r.status)
		require.Contains(t, r.stderr, "--yes")
	}
	require.Empty(t, trace.String(), "the card was not even asked")
}

func TestTheTerminalIsAsked(t *testing.T) {
	t.Parallel()
	port, _, _ := simulated(t, "--adm-file", file(t, "adm", adm))
	args := []string{"card", "write", "--port", port, "-c", "testdata/seed.yaml", "--adm-file", file(t, "adm", adm)}
	ask := func(answer string) (int, string) {
		keyboard, tty, err := pty.Open()
		require.NoError(t, err)
		defer keyboard.Close()
		defer tty.Close()
		_, err = keyboard.WriteString(answer)
		require.NoError(t, err)
		var out, errOut bytes.Buffer
		return run(t.Context(), args, tty, &out, &errOut), errOut.String()
	}
	for _, no := range []string{"no\n", "\n", "y\n", "\x04"} {
		status, stderr := ask(no)
		require.Equal(t, statusFault, status)
		require.Contains(t, stderr, "sends key    ADM1 (0A), 3 tries left")
		require.Contains(t, stderr, "nothing was written")
	}
	status, stderr := ask("yes\n")
	require.Zero(t, status, stderr)
	require.Contains(t, stderr, "written and read back")
}

func TestTheDirectoriesAreWrittenOnRequest(t *testing.T) {
	t.Parallel()
	key := file(t, "adm", adm)
	port, _, _ := simulated(t, "--adm-file", key)
	write := []string{"card", "write", "--port", port, "-c", "testdata/seed.yaml", "--adm-file", key, "--yes", "--image", "--form", "opaquedo"}
	r := tool(t, write...)
	require.Equal(t, statusFault, r.status, "another DODF is there")
	require.Contains(t, r.stderr, "--replace")
	r = tool(t, append(write, "--replace")...)
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, tool(t, "card", "inspect", "--port", port).stdout, "opaqueDO")
	require.Zero(t, tool(t, "card", "read", "--port", port).status)
	require.Equal(t, statusUsage, tool(t, append(write, "--entry-oid", "7")...).status)
}

func TestThePINComesFromAFile(t *testing.T) {
	t.Parallel()
	port, _, _ := simulated(t, "-c", "testdata/seed.yaml", "--pin-file", file(t, "pin", "2718"), "--adm-file", file(t, "adm", adm))
	r := tool(t, "card", "read", "--port", port)
	require.Equal(t, statusKey, r.status)
	require.Contains(t, r.stderr, "--pin-file")
	r = tool(t, "card", "read", "--port", port, "--pin-file", file(t, "pin", "3141"))
	require.Equal(t, statusKey, r.status)
	require.NotContains(t, r.stderr, "3141")
	r = tool(t, "card", "write", "--port", port, "-c", "testdata/seed.json", "--pin-file", file(t, "pin", "x"), "--yes")
	require.Equal(t, statusFault, r.status)
	r = tool(t, "card", "write", "--port", port, "-c", "testdata/template.yaml", "--no-validate", "--yes",
		"--pin-file", file(t, "pin", "2718"), "--adm-file", file(t, "adm", adm))
	require.NotZero(t, r.status, "${key} is no hex")
	r = tool(t, "card", "read", "--port", port, "--pin-file", file(t, "pin", "2718\n"))
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stderr, "the card asks for PIN1 (01)")
}

func TestReadPrintsAsDecodeDoes(t *testing.T) {
	t.Parallel()
	bin := file(t, "seed.bin", string(seed(t)))
	port, _, _ := simulated(t, "--file", bin)
	for _, to := range []string{"table", "yaml", "senml"} {
		require.Equal(t, tool(t, "decode", bin, "--to", to).stdout, tool(t, "card", "read", "--port", port, "--to", to).stdout)
	}
	require.Equal(t, statusUsage, tool(t, "card", "read", "--port", port, "--to", "yaml", "-o", "x").status)

	bad := seed(t)
	bad[51] = 7
	port, _, _ = simulated(t, "--file", file(t, "bad.bin", string(bad)))
	r := tool(t, "card", "read", "--port", port)
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "-o FILE")
}

func TestInspectIsATreeOrJSONWithoutValues(t *testing.T) {
	t.Parallel()
	port, _, _ := simulated(t, "-c", "testdata/seed.yaml")
	r := tool(t, "card", "inspect", "--port", port)
	require.Zero(t, r.status)
	require.Contains(t, r.stdout, "EF(LwM2M_Bootstrap) 6432")
	require.NotContains(t, r.stdout, "avsystem")
	r = tool(t, "card", "inspect", "--port", port, "--json")
	require.Zero(t, r.status)
	require.True(t, json.Valid([]byte(r.stdout)))

	port, _, _ = simulated(t, "--quirk", "CardPulled")
	r = tool(t, "card", "inspect", "--port", port)
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "AT+CPIN?")
	require.NotEmpty(t, r.stdout, "what was found until then")
}

func TestPlacesOnTheCardCanBeNamed(t *testing.T) {
	t.Parallel()
	port, _, _ := simulated(t, "-c", "testdata/seed.yaml")
	for _, args := range [][]string{
		{"--file-id", "6432"}, {"--file-id", "3F007F506432"}, {"--oid", "2.23.43.9.1"}, {"--oid", "672b0901"},
		{"--aid", "A000000063504B43532D3135"}, {"--basic"}, {"--baud", "9600", "--timeout", "20s"},
	} {
		r := tool(t, append([]string{"card", "read", "--port", port}, args...)...)
		require.Zero(t, r.status, "%v: %s", args, r.stderr)
	}
	require.Equal(t, statusNoData, tool(t, "card", "read", "--port", port, "--oid", "1.2.3").status)
}

func TestWrongOptionsOfACardAreUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"read"}, {"read", "--port", "x", "--reader", "y"}, {"read", "--port", "x", "y"}, {"read", "--port", "x", "--oid", "7"},
		{"read", "--port", "x", "--file-id", "6"}, {"read", "--port", "x", "--aid", "A0"}, {"inspect", "--port", "x", "--aid", "A0"},
		{"write", "--port", "x"}, {"write", "--port", "x", "--yes"}, {"write", "--port", "x", "-c", "y", "--yes", "--adm-reference", "zz"},
		{"write", "--port", "x", "-c", "y", "--yes", "--aid", "0"}, {"write", "--port", "x", "-c", "y", "--chunk", "x"}, {"raed"}, {"nonsense"},
		{"write", "--port", "x", "-c", "y", "--yes", "--label", "mine"},
	} {
		r := tool(t, append([]string{"card"}, args...)...)
		require.Equal(t, statusUsage, r.status, "%v: %s", args, r.stderr)
	}
	require.Contains(t, tool(t, "card", "raed").stderr, "did you mean read?")
	require.Equal(t, statusUsage, tool(t, "card", "write", "--port", "x", "-c", "testdata/seed.yaml", "--yes", "--image", "--auth-id", "x").status)
}

func TestFaultsOfTheWayToACard(t *testing.T) {
	t.Setenv(pcsc.SocketEnv, filepath.Join(t.TempDir(), "none"))
	for _, args := range [][]string{
		{"read", "--port", "/dev/none"}, {"read", "--reader", "any"}, {"inspect", "--reader", "Some Reader"},
		{"write", "--port", "x", "-c", "none", "--yes"}, {"write", "--port", "x", "-c", "testdata/seed.yaml", "--yes", "--adm-file", "none"},
	} {
		r := tool(t, append([]string{"card"}, args...)...)
		require.Equal(t, statusFault, r.status, "%v", args)
		require.Equal(t, 1, strings.Count(r.stderr, "\n")-strings.Count(r.stderr, "\nlwm2mboot: "), "%v: a line each: %s", args, r.stderr)
	}
	port, _, _ := simulated(t, "--quirk", "AnswerLost")
	r := tool(t, "card", "read", "--port", port, "--timeout", "300ms")
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "--baud")
}
