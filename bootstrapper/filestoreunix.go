//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package bootstrapper

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// osDisk is a directory of the operating system.
type osDisk struct {
	path     string   // absolute: the process may change its directory
	dir      *os.File // held open, so that a sync cannot fail for want of a descriptor
	lockFile *os.File // nil: not locked
}

func openDisk(path string) (disk, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dir, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	return &osDisk{path: path, dir: dir}, nil
}

func (d *osDisk) in(name string) string { return filepath.Join(d.path, name) }

func (d *osDisk) check(name string) error {
	f, _, err := d.open(name)
	if err != nil {
		return err
	}
	return f.Close()
}

// open opens a file to read and looks at what has been opened, not at what the
// name may stand for a moment later.
func (d *osDisk) open(name string) (*os.File, fs.FileInfo, error) {
	path := d.in(name)
	// O_NONBLOCK is for a FIFO, which would stand still.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		// What O_NOFOLLOW returns for a link differs from system to system.
		if info, e := os.Lstat(path); e == nil && !info.Mode().IsRegular() {
			err = irregular(path, info.Mode())
		}
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = private(path, info, os.Geteuid())
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// private is nil for a regular file that its owner alone can get at, and that
// is the user.
func private(path string, info fs.FileInfo, user int) error {
	if !info.Mode().IsRegular() {
		return irregular(path, info.Mode())
	}
	if perm := info.Mode().Perm(); perm&0o077 != 0 {
		return fmt.Errorf("%s has mode %04o: %w", path, perm, ErrExposed)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != user {
		return fmt.Errorf("%s is owned by user %d, not %d: %w", path, st.Uid, user, ErrExposed)
	}
	return nil
}

func irregular(path string, mode fs.FileMode) error {
	what := "not a regular file"
	if mode&fs.ModeSymlink != 0 {
		what = "a symbolic link, not the file"
	}
	return fmt.Errorf("%s is %s: %w", path, what, fs.ErrInvalid)
}

func (d *osDisk) read(name string, max int) ([]byte, error) {
	f, info, err := d.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > int64(max) {
		return nil, fmt.Errorf("%s: %d octets, not %d at most: %w", d.in(name), info.Size(), max, ErrCorrupt)
	}
	b := make([]byte, info.Size())
	if _, err := io.ReadFull(f, b); err != nil {
		return b, fmt.Errorf("%s: %w", d.in(name), err)
	}
	return b, nil
}

func (d *osDisk) lock(name string) error {
	path := d.in(name)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	// flock is of the open file, so that it keeps out this process, too, and
	// ends with the process however that ends.
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = ErrLocked
		}
		return fmt.Errorf("%s: %w", path, err)
	}
	d.lockFile = f
	return nil
}

func (d *osDisk) create(name string) (diskFile, error) {
	f, err := os.OpenFile(d.in(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d *osDisk) rename(from, to string) error { return os.Rename(d.in(from), d.in(to)) }

func (d *osDisk) remove(name string) error { return os.Remove(d.in(name)) }

func (d *osDisk) sync() error { return d.dir.Sync() }

func (d *osDisk) close() error {
	err := d.dir.Close()
	if d.lockFile != nil {
		if e := d.lockFile.Close(); err == nil {
			err = e
		}
	}
	return err
}
