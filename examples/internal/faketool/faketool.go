//go:build unix

// Package faketool stands for a command line tool in the examples' tests. The
// test binary itself is found in PATH under the tool's name; run so, it asks
// the test what to print:
//
//	example ──argv──▶ "mmcli" ──socket──▶ test, with the simulated card
package faketool

import (
	"encoding/gob"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// socket is the environment variable with the socket's path, set for the tool.
const socket = "FAKETOOL_SOCKET"

// Reply is what the tool prints, and its exit status.
type Reply struct {
	Stdout, Stderr string
	Status         int
}

// Main goes into TestMain: in the tool's place it plays the tool.
func Main(m *testing.M) {
	path := os.Getenv(socket)
	if path == "" {
		os.Exit(m.Run())
	}
	var reply Reply
	conn, err := net.Dial("unix", path)
	if err == nil {
		err = gob.NewEncoder(conn).Encode(os.Args[1:])
	}
	if err == nil {
		err = gob.NewDecoder(conn).Decode(&reply)
	}
	if err != nil {
		reply = Reply{Stderr: err.Error(), Status: 99}
	}
	os.Stdout.WriteString(reply.Stdout)
	os.Stderr.WriteString(reply.Stderr)
	os.Exit(reply.Status)
}

// Install makes name a tool that does what play says, one run after another,
// until the test ends; play must return by then. It runs beside the test: what
// it uses the test must not change meanwhile.
func Install(t *testing.T, name string, play func(args []string) Reply) {
	t.Helper()
	dir, err := os.MkdirTemp("", "tool") // a socket's path must be short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(dir, name)))
	listener, err := net.Listen("unix", filepath.Join(dir, "socket"))
	require.NoError(t, err)
	t.Setenv("PATH", dir)
	t.Setenv(socket, listener.Addr().String())
	t.Setenv("GORACE", "atexit_sleep_ms=0")

	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			var args []string
			if err := gob.NewDecoder(conn).Decode(&args); err == nil {
				_ = gob.NewEncoder(conn).Encode(play(args)) // the tool may have been killed
			}
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-ended
	})
}
