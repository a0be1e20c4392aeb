//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package bootstrapper_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// x.lock and x.tmp are files of the store x, which removes the latter.
func TestNameOfAnotherStoresFileIsRefused(t *testing.T) {
	for _, name := range []string{"x.lock", "x.tmp", ".tmp"} {
		_, err := bootstrapper.OpenFileStore(filepath.Join(t.TempDir(), name))
		require.ErrorIs(t, err, fs.ErrInvalid, name)
	}
}
