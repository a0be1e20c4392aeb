//go:build unix

package serialport_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
)

// openPTY returns a port and the far end of its wire.
func openPTY(t *testing.T) (port *serialport.Port, far *os.File) {
	t.Helper()
	far, tty, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { _ = far.Close() })
	port, err = serialport.Open(tty.Name(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = port.Close() })
	require.NoError(t, tty.Close())
	return port, far
}

func TestBytesPassUnchangedInBothDirections(t *testing.T) {
	port, far := openPTY(t)
	all := make([]byte, 256) // XON, Ctrl-C, NUL, CR and all others
	for i := range all {
		all[i] = byte(i)
	}
	got := make([]byte, len(all))

	n, err := port.Write(all)
	require.NoError(t, err)
	require.Equal(t, len(all), n)
	_, err = io.ReadFull(far, got)
	require.NoError(t, err)
	require.Equal(t, all, got)

	clear(got)
	_, err = far.Write(all)
	require.NoError(t, err)
	_, err = io.ReadFull(port, got)
	require.NoError(t, err)
	require.Equal(t, all, got)
}

func TestReadHandsOutAChunkPieceByPiece(t *testing.T) {
	port, far := openPTY(t)
	_, err := far.WriteString("AT+CSIM")
	require.NoError(t, err)
	got := make([]byte, 0, 7)
	for len(got) < 7 {
		var b [2]byte
		n, err := port.Read(b[:])
		require.NoError(t, err)
		require.NotZero(t, n)
		got = append(got, b[:n]...)
	}
	require.Equal(t, "AT+CSIM", string(got))
}

func TestCloseEndsARead(t *testing.T) {
	port, _ := openPTY(t)
	ended := make(chan error)
	go func() {
		_, err := port.Read(make([]byte, 1))
		ended <- err
	}()
	require.NoError(t, port.Close())
	require.ErrorIs(t, <-ended, os.ErrClosed)
}

func TestCloseEndsAWriteThatNobodyReads(t *testing.T) {
	port, far := openPTY(t)
	ended := make(chan error)
	go func() {
		_, err := port.Write(bytes.Repeat([]byte("AT\r"), 1<<20))
		ended <- err
	}()
	_, err := far.Read(make([]byte, 1)) // the write is under way
	require.NoError(t, err)
	require.NoError(t, port.Close())
	require.ErrorIs(t, <-ended, os.ErrClosed)
	stacks := make([]byte, 1<<16)
	stacks = stacks[:runtime.Stack(stacks, true)]
	require.NotContains(t, string(stacks), "writeDevice", "a write stays behind in the driver")
}

func TestCloseIsTheSameForAllWhoCallIt(t *testing.T) {
	port, _ := openPTY(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := port.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	_, err := port.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrClosed)
	_, err = port.Write([]byte("AT\r"))
	require.ErrorIs(t, err, os.ErrClosed)
}

func TestClosedPortLeavesNoDescriptorOpen(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // there is no /proc/self/fd to count
	}
	port, _ := openPTY(t)
	count := func() int {
		fds, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		return len(fds)
	}
	before := count()
	require.NoError(t, port.Close())
	require.Equal(t, before-5, count(), "the port twice, its lock and the library's pipe")
}

func TestReadTellsThatTheDeviceIsGone(t *testing.T) {
	port, far := openPTY(t)
	require.NoError(t, far.Close())
	_, err := port.Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, os.ErrClosed)
	_, again := port.Read(make([]byte, 1))
	require.Equal(t, err, again)
}

func TestPortOfAHighDescriptorIsAnErrorAndNoPanic(t *testing.T) {
	for range 1030 {
		f, err := os.Open(os.DevNull)
		require.NoError(t, err)
		t.Cleanup(func() { _ = f.Close() })
	}
	port, _ := openPTY(t)
	_, err := port.Read(make([]byte, 1))
	require.ErrorContains(t, err, "too many files open")
	require.NoError(t, port.Close())
}

func TestOpenTellsWhatIsWrong(t *testing.T) {
	regular := filepath.Join(t.TempDir(), "port")
	require.NoError(t, os.WriteFile(regular, nil, 0o600))
	far, tty, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { _ = errors.Join(far.Close(), tty.Close()) })
	for _, tt := range []struct {
		name, path string
		config     *serialport.Config
		want       error
	}{
		{"missing", filepath.Join(t.TempDir(), "ttyUSB9"), nil, fs.ErrNotExist},
		{"regular file", regular, nil, serialport.ErrNotSerial},
		{"directory", t.TempDir(), nil, serialport.ErrNotSerial},
		{"device of another kind", os.DevNull, nil, serialport.ErrNotSerial},
		{"negative speed", tty.Name(), &serialport.Config{Baud: -1}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			port, err := serialport.Open(tt.path, tt.config)
			require.Nil(t, port)
			require.ErrorContains(t, err, "serialport: "+tt.path)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
			}
		})
	}
}

func TestOpenTakesOtherSpeeds(t *testing.T) {
	far, tty, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { _ = errors.Join(far.Close(), tty.Close()) })
	for _, baud := range []int{9600, 921600} {
		port, err := serialport.Open(tty.Name(), &serialport.Config{Baud: baud})
		require.NoError(t, err)
		require.NoError(t, port.Close())
	}
}
