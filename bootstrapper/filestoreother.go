//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package bootstrapper

import (
	"errors"
	"fmt"
)

// openDisk fails: without flock two processes could write one file, and
// elsewhere a directory cannot be synced.
func openDisk(path string) (disk, error) {
	return nil, fmt.Errorf("%s: %w on this system", path, errors.ErrUnsupported)
}
