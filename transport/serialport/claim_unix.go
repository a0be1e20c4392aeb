//go:build unix

package serialport

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// claim keeps others away from a port. There are two ways, and each leaves a
// gap that the other closes:
//
//	flock     is asked for by the well-behaved only, but stops root too
//	TIOCEXCL  stops everybody but root
//
// Neither shows a program that came before and did neither; see holder. There
// is no lock file (/var/lock/LCK..ttyUSB2): ModemManager and the kernel do not
// look at it, to write one takes a right that the port does not, and it
// outlives its program. Both of ours end with the process; but a
// pseudo-terminal keeps TIOCEXCL for as long as its far end is open.
type claim struct {
	// file is open for the lock alone. To open it raises DTR and RTS, as to
	// open the port does; the speed and all else stays as it is. A child
	// process does not inherit it, and thus not the lock.
	file      *os.File
	shared    bool
	exclusive bool // TIOCEXCL is ours to undo
}

// claimPort takes the port at path for this process, or tells who has it; when
// it is shared it is only looked at. Nothing of it is changed for whoever has
// it.
func claimPort(path string, shared bool) (*claim, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if errors.Is(err, unix.EBUSY) { // TIOCEXCL
		return nil, busy(path)
	}
	if err != nil {
		return nil, err
	}
	c := &claim{file: file, shared: shared}
	if err := c.take(path); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return c, nil
}

func (c *claim) take(path string) error {
	fd := int(c.file.Fd())
	// Every terminal has a size. Other trouble with it the library will meet.
	if _, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ); errors.Is(err, unix.ENOTTY) {
		return ErrNotSerial
	}
	if c.shared {
		return nil
	}
	// Where a system has no flock for devices TIOCEXCL must do.
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		return busy(path)
	}
	return alone(path)
}

// exclude sets TIOCEXCL, and on a shared port undoes that of the library. It
// comes last: afterwards nobody but root can open the port, not even we.
func (c *claim) exclude() {
	c.exclusive = !c.shared
	_ = unix.IoctlSetInt(int(c.file.Fd()), exclusion(c.exclusive), 0)
}

// release undoes what was done. TIOCEXCL alone would stay until the port's
// last descriptor is closed, which need not be ours.
func (c *claim) release() error {
	if c.exclusive {
		_ = unix.IoctlSetInt(int(c.file.Fd()), exclusion(false), 0)
	}
	return c.file.Close()
}

// isOf tells whether a descriptor is one of the port.
func (c *claim) isOf(fd int) bool {
	var mine, other unix.Stat_t
	return unix.Fstat(int(c.file.Fd()), &mine) == nil && unix.Fstat(fd, &other) == nil &&
		other.Mode&unix.S_IFMT == unix.S_IFCHR && mine.Rdev == other.Rdev
}

func exclusion(on bool) uint {
	if on {
		return unix.TIOCEXCL
	}
	return unix.TIOCNXCL
}

// busy names who locked the port or else who has it open, when it is known
// that somebody does.
func busy(path string) error {
	pid := locker(path)
	if pid == 0 {
		pid = holder(path)
	}
	return &BusyError{Path: path, PID: pid, Program: program(pid)}
}

// alone returns a BusyError when another process is known to have the port
// open.
func alone(path string) error {
	if pid := holder(path); pid != 0 {
		return &BusyError{Path: path, PID: pid, Program: program(pid)}
	}
	return nil
}
