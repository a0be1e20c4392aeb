//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const scpENC, scpMAC = "000102030405060708090A0B0C0D0E0F", "101112131415161718191A1B1C1D1E1F"

func TestCardIsWrittenAndReadThroughTheSecureChannel(t *testing.T) {
	t.Parallel()
	keys := file(t, "scp.keys", "enc "+scpENC+"\nmac "+scpMAC+"\n")
	adm := file(t, "adm.key", "12345678")
	port, _, _ := simulated(t, "--scp03-keys", keys, "--adm-file", adm)

	r := tool(t, "card", "write", "--port", port, "-c", "testdata/seed.yaml", "--adm-file", adm, "--yes", "--scp03-keys", keys)
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stderr, "through      SCP03 level 33")
	out := filepath.Join(t.TempDir(), "card.bin")
	r = tool(t, "card", "read", "--port", port, "-o", out, "--scp03-keys", keys, "--trace")
	require.Zero(t, r.status, r.stderr)
	require.Equal(t, seed(t), contents(t, out))
	r = tool(t, "card", "inspect", "--port", port, "--scp03-keys", keys)
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stdout, "through SCP03 level 33")
	require.Contains(t, r.stdout, "secure messaging")

	r = tool(t, "card", "read", "--port", port)
	require.Equal(t, statusKey, r.status, "the card demands it")

	wrong := file(t, "wrong.keys", "enc "+scpMAC+"\nmac "+scpENC+"\n")
	r = tool(t, "card", "read", "--port", port, "--scp03-keys", wrong)
	require.Equal(t, statusKey, r.status)
	require.Contains(t, r.stderr, "are these the keys")
	require.False(t, strings.Contains(r.stderr, scpENC) || strings.Contains(r.stderr, scpMAC))
}

func TestKeyFileIsTheUsersAlone(t *testing.T) {
	t.Parallel()
	keys := file(t, "scp.keys", "enc "+scpENC+"\nmac "+scpMAC+"\n")
	require.NoError(t, os.Chmod(keys, 0o644))
	for _, args := range [][]string{{"card", "read", "--port", "nowhere"}, {"card", "write", "--port", "nowhere", "-c", "testdata/seed.yaml", "--yes"}, {"simulate"}} {
		r := tool(t, append(args, "--scp03-keys", keys)...)
		require.Equal(t, statusFault, r.status)
		require.Contains(t, r.stderr, "chmod 600")
	}
	bad := file(t, "bad.keys", "enc "+scpENC)
	r := tool(t, "card", "inspect", "--port", "nowhere", "--scp03-keys", bad)
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "enc and mac")
	require.NotContains(t, r.stderr, scpENC)
	require.Equal(t, statusFault, tool(t, "card", "inspect", "--port", "nowhere", "--scp03-keys", bad+"2").status)
}
