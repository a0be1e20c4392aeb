//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package bootstrapper

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFileStoreIsUnsupportedHere(t *testing.T) {
	_, err := OpenFileStore("state")
	require.ErrorIs(t, err, errors.ErrUnsupported)
}
