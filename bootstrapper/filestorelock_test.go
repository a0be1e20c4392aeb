//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package bootstrapper_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

func TestASecondOpenerInTheProcessIsLockedOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	f := openFile(t, path)
	_, err := bootstrapper.OpenFileStore(path)
	require.ErrorIs(t, err, bootstrapper.ErrLocked)
	_, err = bootstrapper.OpenFileStore(path)
	require.ErrorIs(t, err, bootstrapper.ErrLocked, "the refusal did not unlock it")
	openFile(t, path+"2")
	require.NoError(t, f.Close())
	openFile(t, path)
}

func TestASecondOpenerTouchesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	openFile(t, path)
	keep(t, path+".tmp", []byte("the first one's, at work"), 0o600)
	_, err := bootstrapper.OpenFileStore(path)
	require.ErrorIs(t, err, bootstrapper.ErrLocked)
	_, err = os.Stat(path + ".tmp")
	require.NoError(t, err)
}

// The test binary runs this test once more as another process, with the path in
// the environment.
const lockedPath = "LWM2MBOOT_TEST_FILESTORE"

func TestAnotherProcessIsLockedOut(t *testing.T) {
	if path := os.Getenv(lockedPath); path != "" {
		otherProcess(path)
	}
	path := filepath.Join(t.TempDir(), "state")
	other := func() (said string, wait func()) {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAnotherProcessIsLockedOut$")
		cmd.Env = append(os.Environ(), lockedPath+"="+path)
		in, err := cmd.StdinPipe()
		require.NoError(t, err)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		said, err = bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		return said, func() {
			require.NoError(t, in.Close())
			require.NoError(t, cmd.Wait())
		}
	}

	f := openFile(t, path)
	said, wait := other()
	require.Equal(t, "locked\n", said)
	wait()
	require.NoError(t, f.Close())

	said, wait = other()
	require.Equal(t, "open\n", said)
	_, err := bootstrapper.OpenFileStore(path)
	require.ErrorIs(t, err, bootstrapper.ErrLocked)
	wait() // the process ends without Close
	openFile(t, path)
}

// otherProcess opens the store, says what came of it, and ends when nobody
// listens any more.
func otherProcess(path string) {
	_, err := bootstrapper.OpenFileStore(path)
	switch {
	case err == nil:
		fmt.Println("open")
	case errors.Is(err, bootstrapper.ErrLocked):
		fmt.Println("locked")
	default:
		fmt.Println(err)
	}
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
	os.Exit(0)
}
