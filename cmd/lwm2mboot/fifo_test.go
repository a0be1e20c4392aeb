//go:build linux || darwin

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// fifo is a named pipe that nobody writes to.
func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	t.Cleanup(func() { // whoever waits to open it goes on
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		require.NoError(t, err)
		f.Close()
	})
	return path
}

var readers = [][]string{{"generate", "-c"}, {"decode"}, {"batch", "-t"}, {"batch", "-t", "testdata/template.yaml"}, {"simulate", "--adm-file"}}

func TestAnInterruptEndsTheOpeningOfAFile(t *testing.T) {
	for _, args := range readers {
		var errOut bytes.Buffer
		require.Equal(t, statusInterrupted, run(canceled(t), append(args[:len(args):len(args)], fifo(t)), nil, new(bytes.Buffer), &errOut), args)
		require.Contains(t, errOut.String(), "lwm2mboot: interrupted\n")
	}
}

func TestAnInterruptEndsTheReadingOfAFile(t *testing.T) {
	for _, args := range readers {
		path := fifo(t)
		ctx, cancel := context.WithCancel(t.Context())
		var errOut bytes.Buffer
		status := make(chan int)
		go func() {
			status <- run(ctx, append(args[:len(args):len(args)], path), nil, new(bytes.Buffer), &errOut)
		}()
		w, err := os.OpenFile(path, os.O_WRONLY, 0) // waits for it to be opened
		require.NoError(t, err)
		cancel()
		require.Equal(t, statusInterrupted, <-status, args)
		require.NoError(t, w.Close())
	}
}

func TestAFileThatComesThroughAPipeIsRead(t *testing.T) {
	path := fifo(t)
	go func() {
		if w, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			w.Write(seed(t))
			w.Close()
		}
	}()
	require.Equal(t, tool(t, "decode", file(t, "seed.bin", string(seed(t)))), tool(t, "decode", path))
}
