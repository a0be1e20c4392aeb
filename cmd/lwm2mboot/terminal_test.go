//go:build linux || darwin

package main

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// screen is a terminal, and what is written to it until it is closed.
func screen(t *testing.T) (tty *os.File, written func() string) {
	t.Helper()
	far, tty, err := pty.Open()
	require.NoError(t, err)
	var b bytes.Buffer
	read := make(chan struct{})
	go func() {
		io.Copy(&b, far) // ends with an error when the last writer is gone
		close(read)
	}()
	t.Cleanup(func() { far.Close() })
	return tty, func() string {
		tty.Close()
		<-read
		return b.String()
	}
}

func TestABinaryFileIsNotWrittenToATerminal(t *testing.T) {
	tty, written := screen(t)
	var errOut bytes.Buffer
	status := run(t.Context(), []string{"generate", "-c", "testdata/seed.yaml"}, nil, tty, &errOut)
	require.Equal(t, statusUsage, status)
	require.Contains(t, errOut.String(), "--hex")
	require.Empty(t, written())

	tty, written = screen(t)
	require.Zero(t, run(t.Context(), []string{"generate", "-c", "testdata/seed.yaml", "--hex"}, nil, tty, &errOut))
	require.True(t, showsKey(written()))
}

func TestBatchShowsItsProgressOnATerminal(t *testing.T) {
	tty, written := screen(t)
	dir := t.TempDir() + "/"
	status := run(t.Context(), []string{"batch", "-t", "testdata/template.yaml", "testdata/rows.csv", "-o", dir}, nil, new(bytes.Buffer), tty)
	require.Zero(t, status)
	text := written()
	require.Contains(t, text, "3 rows")
	require.Contains(t, text, "100%")

	tty, written = screen(t)
	rows, err := os.Open("testdata/rows.csv")
	require.NoError(t, err)
	defer rows.Close()
	require.Zero(t, run(t.Context(), []string{"batch", "-t", "testdata/template.yaml"}, rows, new(bytes.Buffer), tty))
	require.NotContains(t, written(), "100%", "how much will come is not known")

	tty, written = screen(t)
	require.Zero(t, run(t.Context(), []string{"batch", "-t", "testdata/template.yaml", "testdata/rows.csv"}, nil, tty, tty))
	require.NotContains(t, written(), "%", "lines and a bar do not mix")
}
