//go:build unix

package serialport

import (
	"errors"
	"os"
	"syscall"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"
)

// unixDevice is the library's port, but for Write: that of the library stays
// in the kernel for ever when the far end does not take the bytes, even after
// Close. A file that the runtime polls does not.
type unixDevice struct {
	serial.Port
	file  *os.File
	claim *claim
}

// openDevice claims the port before the library sets its speed, and opens the
// file before the library makes the port exclusive.
func openDevice(path string, mode *serial.Mode, shared bool) (device, error) {
	claim, err := claimPort(path, shared)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, errors.Join(err, claim.release())
	}
	port, err := openLibrary(path, mode, claim)
	if err != nil {
		return nil, errors.Join(err, file.Close(), claim.release())
	}
	claim.exclude()
	return unixDevice{Port: port, file: file, claim: claim}, nil
}

// openLibrary keeps the library's port from child processes, which would
// have it open for as long as they live. The library does not, and tells its
// descriptor to nobody; but one of 1024 or more it cannot read (see
// readDevice). No child can start in between.
func openLibrary(path string, mode *serial.Mode, claim *claim) (serial.Port, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	port, err := serial.Open(path, mode)
	for fd := range 1024 {
		if claim.isOf(fd) {
			unix.CloseOnExec(fd)
		}
	}
	return port, err
}

func (d unixDevice) Write(b []byte) (int, error) { return d.file.Write(b) }

// abortWrite ends a Write, now and later.
func (d unixDevice) abortWrite() { _ = d.file.Close() }

// Close lets others in when nothing of the port is open any more.
func (d unixDevice) Close() error {
	_ = d.file.Close()
	return errors.Join(d.Port.Close(), d.claim.release())
}
