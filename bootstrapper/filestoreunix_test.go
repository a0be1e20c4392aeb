//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package bootstrapper

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileOfAnotherOwnerIsExposed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, private(path, info, os.Geteuid()))
	require.ErrorIs(t, private(path, info, os.Geteuid()+1), ErrExposed)
}

func TestARelativePathInADirectoryThatIsGoneIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	require.NoError(t, os.Mkdir(dir, 0o700))
	t.Chdir(dir)
	require.NoError(t, os.Remove(dir))
	_, err := OpenFileStore("state")
	require.Error(t, err)
}
