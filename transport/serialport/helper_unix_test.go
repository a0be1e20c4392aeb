//go:build unix

package serialport

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// helperRole is set for the test binary when it is to play another program.
const helperRole = "SERIALPORT_TEST_ROLE"

func TestMain(m *testing.M) {
	if role := os.Getenv(helperRole); role != "" {
		play(role, os.Args[1])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// play does what another program does with the port at path, says how that
// went in one line, and holds on until its input ends.
func play(role, path string) {
	var port io.Closer
	var err error
	switch role {
	case "lock": // as we do
		port, err = Open(path, nil)
	case "plain": // as cat does
		port, err = os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	case "exclusive": // as ModemManager does
		var f *os.File
		if f, err = os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0); err == nil {
			port, err = exclusiveFile{f}, unix.IoctlSetInt(int(f.Fd()), unix.TIOCEXCL, 0)
		}
	case "none":
	}
	var busy *BusyError
	switch {
	case errors.As(err, &busy):
		fmt.Println("busy", busy.PID)
	case err != nil:
		fmt.Println(err)
	default:
		fmt.Println("open")
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	if port != nil && err == nil {
		_ = port.Close()
	}
}

// exclusiveFile lets others in when it is closed. A UART would do that by
// itself; a pseudo-terminal remembers TIOCEXCL until its far end is closed.
type exclusiveFile struct{ *os.File }

func (f exclusiveFile) Close() error {
	return errors.Join(unix.IoctlSetInt(int(f.Fd()), unix.TIOCNXCL, 0), f.File.Close())
}

// other is another program.
type other struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	said  string
}

func startOther(t *testing.T, role, path string) *other {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	o := &other{cmd: exec.Command(self, path)}
	o.cmd.Env = append(os.Environ(), helperRole+"="+role, "GORACE=atexit_sleep_ms=0")
	o.cmd.Stderr = os.Stderr
	o.stdin, err = o.cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := o.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, o.cmd.Start())
	t.Cleanup(o.kill)
	o.said, err = bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	return o
}

// end lets the program close the port and end.
func (o *other) end(t *testing.T) {
	t.Helper()
	require.NoError(t, o.stdin.Close())
	require.NoError(t, o.cmd.Wait())
}

// kill ends the program as a crash would. It does nothing when it has ended.
func (o *other) kill() {
	_ = o.cmd.Process.Kill()
	_ = o.cmd.Wait()
}

func (o *other) pid() int { return o.cmd.Process.Pid }
