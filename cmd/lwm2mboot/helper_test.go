package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// key is the secret of the seed.
const key = "3x@mpl3P5K53cr3tK3y"

// TestMain lets the test binary be the tool, for tests that need a process.
func TestMain(m *testing.M) {
	if os.Getenv("LWM2MBOOT_TEST_AS_TOOL") != "" {
		main()
	}
	os.Exit(m.Run())
}

// seed is the known good file of 126 octets.
func seed(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	return b
}

// result is what a run of the tool left.
type result struct {
	status         int
	stdout, stderr string
}

// tool runs the program. No run may print the key of the seed, in any form.
func tool(t testing.TB, args ...string) result {
	t.Helper()
	return feed(t, "", args...)
}

// feed is tool with a standard input.
func feed(t testing.TB, stdin string, args ...string) result {
	t.Helper()
	r := reveal(t, strings.NewReader(stdin), args...)
	require.False(t, showsKey(r.stdout+r.stderr), "%v shows the key", args)
	return r
}

// reveal is feed for a run that is to print the key.
func reveal(t testing.TB, stdin io.Reader, args ...string) result {
	t.Helper()
	var out, errOut bytes.Buffer
	status := run(t.Context(), args, stdin, &out, &errOut)
	return result{status, out.String(), errOut.String()}
}

// showsKey looks for the key as text, in hex and in base64.
func showsKey(text string) bool {
	digits := strings.ToUpper(strings.NewReplacer(" ", "", "\n", "").Replace(text))
	return strings.Contains(text, key) ||
		strings.Contains(digits, strings.ToUpper(hex.EncodeToString([]byte(key)))) ||
		strings.Contains(text, base64.RawStdEncoding.EncodeToString([]byte(key))) ||
		strings.Contains(text, base64.RawURLEncoding.EncodeToString([]byte(key)))
}

// file writes a file of the test's.
func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// contents reads one.
func contents(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

func requireMode(t testing.TB, path string, mode os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, mode, info.Mode().Perm())
}

// canceled is a context that has ended, as after Ctrl-C.
func canceled(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
