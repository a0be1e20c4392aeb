//go:build unix

package serialport

import (
	"errors"
	"os"
	"syscall"

	"go.bug.st/serial"
)

// unixDevice is the library's port, but for Write: that of the library stays
// in the kernel for ever when the far end does not take the bytes, even after
// Close. A file that the runtime polls does not.
type unixDevice struct {
	serial.Port
	file *os.File
}

// openDevice opens the file first: afterwards the library has made the port
// exclusive.
func openDevice(path string, mode *serial.Mode) (device, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	port, err := serial.Open(path, mode)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return unixDevice{Port: port, file: file}, nil
}

func (d unixDevice) Write(b []byte) (int, error) { return d.file.Write(b) }

// abortWrite ends a Write, now and later.
func (d unixDevice) abortWrite() { _ = d.file.Close() }

func (d unixDevice) Close() error {
	_ = d.file.Close()
	return d.Port.Close()
}
