package simulate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// ErrLink: a name that is taken by something else than a link of ours.
var ErrLink = errors.New("there is something of that name already")

// Link makes name a symbolic link to the terminal at path. A link into /dev that leads
// nowhere, or to path already, was left behind by a simulation that was killed,
// and is replaced; anything else is left alone, and [ErrLink].
func Link(path, name string) error {
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.Symlink(path, name)
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink == 0:
		return fmt.Errorf("%s: %w", name, ErrLink)
	}
	target, err := os.Readlink(name)
	if err != nil {
		return err
	}
	if _, err := os.Stat(name); target != path && (!strings.HasPrefix(target, "/dev/") || !errors.Is(err, fs.ErrNotExist)) {
		return fmt.Errorf("%s: %w", name, ErrLink)
	}
	if err := os.Remove(name); err != nil {
		return err
	}
	return os.Symlink(path, name)
}

// Unlink removes the link if it still leads to path.
func Unlink(path, name string) error {
	target, err := os.Readlink(name)
	if err != nil || target != path {
		return nil // somebody else's by now
	}
	return os.Remove(name)
}
