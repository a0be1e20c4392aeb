package serialport

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.bug.st/serial"
)

// double is a device whose methods a test writes.
type double struct {
	read    func([]byte) (int, error)
	write   func([]byte) (int, error)
	abort   func()
	onClose func() error
}

func (d *double) Read(b []byte) (int, error)         { return d.read(b) }
func (d *double) Write(b []byte) (int, error)        { return d.write(b) }
func (d *double) SetReadTimeout(time.Duration) error { return nil }
func (d *double) abortWrite()                        { d.abort() }
func (d *double) Close() error {
	if d.onClose != nil {
		return d.onClose()
	}
	return nil
}

// idle is a Read of the library that times out.
func idle([]byte) (int, error) {
	time.Sleep(pollInterval)
	return 0, nil
}

func TestReadWaitsThroughTheLibrarysTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		p := newPort("tty", &double{read: func(b []byte) (int, error) {
			if calls++; calls <= 1000 {
				return idle(b)
			}
			if calls == 1001 {
				return 0, syscall.EINTR
			}
			return copy(b, "RDY"), nil
		}})
		b := make([]byte, 8)
		start := time.Now()
		n, err := p.Read(b)
		require.NoError(t, err)
		require.Equal(t, "RDY", string(b[:n]))
		require.Equal(t, 1000*pollInterval, time.Since(start))
		n, err = p.Read(nil)
		require.NoError(t, err)
		require.Zero(t, n)
		require.NoError(t, p.Close())
		_, err = p.Read(b)
		require.ErrorIs(t, err, os.ErrClosed)
	})
}

func TestReadReturnsDataBeforeTheErrorThatCameWithIt(t *testing.T) {
	cause := errors.New("framing")
	p := newPort("tty", &double{read: func(b []byte) (int, error) { return copy(b, "O"), cause }})
	b := make([]byte, 8)
	n, err := p.Read(b)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = p.Read(b)
	require.ErrorIs(t, err, cause)
	require.NoError(t, p.Close())
}

func TestCloseDoesNotWaitForAReadThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		letGo := make(chan struct{})
		d := &double{read: func([]byte) (int, error) { <-letGo; return 0, io.EOF }}
		d.onClose = func() error { <-letGo; return nil } // as the library's does
		p := newPort("tty", d)
		read := make(chan error, 1)
		go func() {
			_, err := p.Read(make([]byte, 1))
			read <- err
		}()
		synctest.Wait()
		start := time.Now()
		require.Error(t, p.Close())
		require.Equal(t, 2*closeGrace, time.Since(start))
		require.ErrorIs(t, <-read, os.ErrClosed)
		require.Error(t, p.Close(), "as the first time")
		close(letGo)
	})
}

func TestCloseEndsAWriteThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		room := make(chan struct{})
		var inside sync.Mutex
		d := &double{read: idle, abort: func() { close(room) }}
		d.write = func(b []byte) (int, error) {
			inside.Lock()
			defer inside.Unlock()
			<-room
			return len(b), nil
		}
		d.onClose = func() error {
			if !inside.TryLock() {
				t.Error("closed while a write is in the device")
			}
			return nil
		}
		p := newPort("tty", d)
		first, second := make(chan error, 1), make(chan error, 1)
		go func() {
			_, err := p.Write(make([]byte, 300))
			first <- err
		}()
		synctest.Wait()
		go func() {
			_, err := p.Write([]byte("AT\r"))
			second <- err
		}()
		synctest.Wait()
		start := time.Now()
		require.NoError(t, p.Close())
		require.LessOrEqual(t, time.Since(start), pollInterval)
		require.ErrorIs(t, <-first, os.ErrClosed)
		require.ErrorIs(t, <-second, os.ErrClosed)
	})
}

func TestCloseDoesNotWaitForAWriteThatHangsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		letGo := make(chan struct{})
		d := &double{read: idle, abort: func() {}}
		d.write = func([]byte) (int, error) { <-letGo; return 0, syscall.EINTR }
		p := newPort("tty", d)
		write := make(chan error, 1)
		go func() {
			_, err := p.Write([]byte("AT\r"))
			write <- err
		}()
		synctest.Wait()
		start := time.Now()
		require.NoError(t, p.Close())
		require.Equal(t, closeGrace, time.Since(start))
		require.ErrorIs(t, <-write, os.ErrClosed)
		close(letGo)
	})
}

func TestCloseWaitsForTheReadBeforeItClosesTheDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside sync.Mutex
		d := &double{read: func(b []byte) (int, error) {
			inside.Lock()
			defer inside.Unlock()
			return idle(b)
		}}
		d.onClose = func() error {
			if !inside.TryLock() {
				t.Error("closed while a read is in the device")
			}
			return errors.New("tcflush")
		}
		p := newPort("tty", d)
		synctest.Wait()
		require.ErrorContains(t, p.Close(), "tcflush")
	})
}

func TestCloseDropsDataThatNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPort("tty", &double{read: func(b []byte) (int, error) { return copy(b, "x"), nil }})
		synctest.Wait() // the chunk waits for a Read
		require.NoError(t, p.Close())
	})
}

func TestWriteGoesOnAfterAPartAndAnInterrupt(t *testing.T) {
	var got []byte
	calls := 0
	p := newPort("tty", &double{read: func([]byte) (int, error) { return 0, io.EOF }, write: func(b []byte) (int, error) {
		if calls++; calls == 1 {
			return 0, syscall.EINTR
		}
		n := min(len(b), 100)
		got = append(got, b[:n]...)
		return n, nil
	}})
	want := make([]byte, 513)
	for i := range want {
		want[i] = byte(i)
	}
	n, err := p.Write(want)
	require.NoError(t, err)
	require.Equal(t, len(want), n)
	require.Equal(t, want, got)
	require.NoError(t, p.Close())
}

func TestWriteTellsHowMuchWentOutBeforeAnError(t *testing.T) {
	cause := errors.New("unplugged")
	for _, tt := range []struct {
		name string
		err  error // of the second write, which takes nothing
		want error
	}{
		{"error", cause, cause},
		{"nothing taken", nil, io.ErrShortWrite},
	} {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			p := newPort("tty", &double{read: func([]byte) (int, error) { return 0, io.EOF }, write: func(b []byte) (int, error) {
				if calls++; calls == 1 {
					return 3, nil
				}
				return 0, tt.err
			}})
			n, err := p.Write([]byte("AT+CSIM"))
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, 3, n)
			require.NoError(t, p.Close())
		})
	}
}

func TestOpenErrorsCanBeToldApart(t *testing.T) {
	other := errors.New("other")
	for _, tt := range []struct {
		name      string
		err, want error
	}{
		{"busy", &serial.PortError{}, ErrBusy}, // code 0 is PortBusy
		{"busy, says the system", &os.PathError{Op: "open", Path: "x", Err: syscall.EBUSY}, ErrBusy},
		{"busy, and by whom", &BusyError{Path: "/dev/ttyUSB2", PID: 812}, ErrBusy},
		{"no such file", syscall.ENOENT, fs.ErrNotExist},
		{"no permission", syscall.EACCES, fs.ErrPermission},
		{"other", other, other},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := openError("/dev/ttyUSB2", 9600, tt.err)
			require.ErrorIs(t, err, tt.want)
			require.ErrorContains(t, err, "serialport: /dev/ttyUSB2: ")
		})
	}
}
