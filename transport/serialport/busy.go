package serialport

import (
	"errors"
	"fmt"
	"os"
)

// ErrBusy: somebody else has the port. Such an error is a [*BusyError].
var ErrBusy = errors.New("another program holds the port")

// modemManager is the name of the daemon that holds modems' ports on most
// Linux systems.
const modemManager = "ModemManager"

// BusyError tells who has a port, when that can be known: on Linux, for a
// program that locked it as [Open] does, and for others that Open can see.
// Otherwise PID is 0. errors.Is(err, [ErrBusy]) holds.
type BusyError struct {
	Path    string // as it was given to Open
	PID     int    // the process that has the port; it may be this one
	Program string // its name, which Linux cuts after 15 bytes; or ""
}

// Error says who it is and what to do, in one line.
func (e *BusyError) Error() string {
	return "serialport: " + e.Path + ": " + e.who() + "; " + e.advice()
}

// Is makes a BusyError an [ErrBusy].
func (e *BusyError) Is(target error) bool { return target == ErrBusy }

func (e *BusyError) who() string {
	switch {
	case e.PID == 0:
		return ErrBusy.Error() + ", perhaps " + modemManager
	case e.PID == os.Getpid():
		return "this program has the port open already"
	}
	return fmt.Sprintf("process %d, %q, holds the port", e.PID, e.Program)
}

func (e *BusyError) advice() string {
	switch {
	case e.PID == os.Getpid():
		return "close it first"
	case e.PID == 0, e.Program == modemManager:
		return "systemctl stop ModemManager, keep it away by a udev rule with ENV{ID_MM_PORT_IGNORE}=\"1\", or take another port of the modem"
	}
	return "stop it, or take another port of the modem"
}
