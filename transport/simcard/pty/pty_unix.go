//go:build linux || darwin

package pty

import (
	"errors"
	"fmt"
	"os"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// open returns the two ends of a new pseudo-terminal in raw mode.
func open() (master, slave *os.File, err error) {
	blocking, slave, err := pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open: %w", err)
	}
	master, err = pollable(blocking)
	if err == nil {
		err = makeRaw(int(slave.Fd()))
	}
	if err != nil {
		closing := slave.Close()
		if master != nil {
			closing = errors.Join(closing, master.Close())
		}
		return nil, nil, errors.Join(err, closing)
	}
	return master, slave, nil
}

// pollable returns a second descriptor of f whose Close ends a Read that
// waits, and closes f: package pty has made that one a blocking file.
func pollable(f *os.File) (*os.File, error) {
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("duplicate the master: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(fmt.Errorf("master: %w", err), unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// makeRaw sets what cfmakeraw(3) sets.
func makeRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, readTermios)
	if err != nil {
		return fmt.Errorf("read the terminal's settings: %w", err)
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag &^= unix.CSIZE | unix.PARENB
	t.Cflag |= unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, writeTermios, t); err != nil {
		return fmt.Errorf("make the terminal raw: %w", err)
	}
	return nil
}
