package serialport

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// newPTY returns the path of a pseudo-terminal whose far end is here. This
// process does not have the near end open.
func newPTY(t *testing.T) string {
	t.Helper()
	far, tty, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { _ = far.Close() })
	require.NoError(t, tty.Close())
	return tty.Name()
}

// requireBusy opens the port and expects to hear who has it.
func requireBusy(t *testing.T, path string, pid int) {
	t.Helper()
	port, err := Open(path, nil)
	require.Nil(t, port)
	require.ErrorIs(t, err, ErrBusy)
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	name, err := os.ReadFile("/proc/self/comm") // the other program is this one, too
	require.NoError(t, err)
	require.Equal(t, BusyError{Path: path, PID: pid, Program: string(name[:len(name)-1])}, *busy)
}

func requireOpens(t *testing.T, path string, config *Config) *Port {
	t.Helper()
	port, err := Open(path, config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = port.Close() })
	return port
}

func TestOpenTellsWhoHoldsThePort(t *testing.T) {
	for _, role := range []string{"lock", "plain", "exclusive"} {
		t.Run(role, func(t *testing.T) {
			path := newPTY(t)
			holder := startOther(t, role, path)
			require.Equal(t, "open\n", holder.said)
			requireBusy(t, path, holder.pid())
			requireBusy(t, path, holder.pid()) // the first try took nothing from the holder
			holder.end(t)
			requireOpens(t, path, nil)
		})
	}
}

func TestOpenPortIsRefusedToOthersUntilClose(t *testing.T) {
	path := newPTY(t)
	port := requireOpens(t, path, nil)
	requireBusy(t, path, os.Getpid())
	refused := startOther(t, "lock", path)
	require.Equal(t, fmt.Sprintln("busy", os.Getpid()), refused.said)
	require.NoError(t, port.Close())
	requireOpens(t, path, nil)
}

// Also one of root's can be refused, but by the flock alone.
func TestOpenPortIsRefusedToTheUnprivileged(t *testing.T) {
	path := newPTY(t)
	holder := startOther(t, "lock", path)
	unprivileged(t, func() {
		_, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
		require.ErrorIs(t, err, unix.EBUSY)
		requireBusy(t, path, holder.pid())
	})
	holder.end(t)
	unprivileged(t, func() { requireOpens(t, path, nil) })
}

func TestOpenTellsThatThereIsAHolderWhoeverItIs(t *testing.T) {
	path := newPTY(t)
	startOther(t, "exclusive", path)
	unprivileged(t, func() {
		_, err := Open(path, nil)
		require.ErrorIs(t, err, ErrBusy)
	})
}

func TestHolderWithoutALockIsNamedToo(t *testing.T) {
	path := newPTY(t)
	holder := startOther(t, "exclusive", path)
	var named *BusyError
	require.ErrorAs(t, busy(path), &named)
	require.Equal(t, holder.pid(), named.PID)
}

// unprivileged runs f as a program that TIOCEXCL stops.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var caps [2]unix.CapUserData
		if err := unix.Capget(&header, &caps[0]); err != nil {
			t.Error(err)
			return
		}
		caps[0].Effective &^= 1 << unix.CAP_SYS_ADMIN
		if err := unix.Capset(&header, &caps[0]); err != nil {
			t.Error(err)
			return
		}
		f()
	}()
	<-done
}

func TestPortIsFreeAfterItsHolderWasKilled(t *testing.T) {
	far, tty, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { _ = far.Close() })
	holder := startOther(t, "lock", tty.Name()) // though we have it open: we serve it
	require.Equal(t, "open\n", holder.said)
	holder.kill()
	// As exclusiveFile does. A UART is not open any more at this point.
	require.NoError(t, unix.IoctlSetInt(int(tty.Fd()), unix.TIOCNXCL, 0))
	requireOpens(t, tty.Name(), nil)
	require.NoError(t, tty.Close())
}

func TestChildProcessDoesNotInheritThePort(t *testing.T) {
	path := newPTY(t)
	port := requireOpens(t, path, nil)
	child := startOther(t, "none", path)
	require.NoError(t, port.Close())
	requireOpens(t, path, nil)
	child.end(t)
}

func TestSharedPortIsOpenToAll(t *testing.T) {
	path := newPTY(t)
	plain := startOther(t, "plain", path)
	shared := &Config{Shared: true}
	first := requireOpens(t, path, shared)
	requireOpens(t, path, shared)
	require.False(t, isExclusive(t, path))
	require.Equal(t, "open\n", startOther(t, "plain", path).said)
	require.NoError(t, first.Close())
	plain.end(t)
}

// isExclusive tells whether TIOCEXCL is set.
func isExclusive(t *testing.T, path string) bool {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		require.ErrorIs(t, err, unix.EBUSY)
		return true
	}
	defer f.Close()
	on, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGEXCL)
	require.NoError(t, err)
	return on != 0
}

func TestTIOCEXCLIsSetFromOpenToClose(t *testing.T) {
	path := newPTY(t)
	require.False(t, isExclusive(t, path))
	port := requireOpens(t, path, nil)
	require.True(t, isExclusive(t, path))
	require.NoError(t, port.Close())
	require.False(t, isExclusive(t, path))
}

func TestClaimThatIsGivenUpLeavesTheTIOCEXCLOfAnother(t *testing.T) {
	path := newPTY(t)
	mine, err := claimPort(path, false)
	require.NoError(t, err)
	other, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	require.NoError(t, unix.IoctlSetInt(int(other.Fd()), unix.TIOCEXCL, 0))
	require.NoError(t, mine.release())
	require.True(t, isExclusive(t, path))
	require.NoError(t, other.Close())
}

func TestFailedOpenLeavesNothingBehind(t *testing.T) {
	path := newPTY(t)
	holder := startOther(t, "exclusive", path)
	_, err := Open(path, nil)
	require.Error(t, err)
	require.True(t, isExclusive(t, path), "the holder's TIOCEXCL was undone")
	holder.end(t)
	requireOpens(t, path, nil)
}

// Open needs five descriptors; with fewer it fails and closes what it has.
func TestOpenWithoutDescriptorsLeavesThePortFree(t *testing.T) {
	path := newPTY(t)
	require.NoError(t, requireOpens(t, path, nil).Close()) // the runtime has its own by now
	var old unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &old))
	before := free(t)
	for _, fd := range before {
		limit := old
		limit.Cur = uint64(fd)
		require.NoError(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &limit))
		port, err := Open(path, nil)
		require.NoError(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &old))
		require.Error(t, err)
		require.Nil(t, port)
		require.NotErrorIs(t, err, ErrBusy)
		require.False(t, isExclusive(t, path))
		require.Equal(t, before, free(t))
	}
	requireOpens(t, path, nil)
}

// free tells the next five descriptors that the system will hand out.
func free(t *testing.T) (fds [5]uintptr) {
	t.Helper()
	var files [len(fds)]*os.File
	for i := range files {
		f, err := os.Open(os.DevNull)
		require.NoError(t, err)
		files[i], fds[i] = f, f.Fd()
	}
	for _, f := range files {
		require.NoError(t, f.Close())
	}
	return fds
}

// ModemManager, which is root's, opens a port that is locked.
func TestAloneTellsWhoCameLater(t *testing.T) {
	path := newPTY(t)
	port := requireOpens(t, path, &Config{Shared: true})
	require.NoError(t, port.Alone())
	later := startOther(t, "plain", path)
	var busy *BusyError
	require.ErrorAs(t, port.Alone(), &busy)
	require.Equal(t, later.pid(), busy.PID)
	require.Equal(t, path, busy.Path)
	later.end(t)
	require.NoError(t, port.Alone())
}
