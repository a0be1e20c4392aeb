package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"go.bug.st/serial"
)

// ErrNotSerial is an error of [Open]: the path is that of something else, or
// of a UART that the kernel names but the board does not have.
var ErrNotSerial = errors.New("not a serial port")

// openError says what to do about err.
func openError(path string, baud int, err error) error {
	var pe *serial.PortError
	code := serial.PortErrorCode(-1)
	if errors.As(err, &pe) {
		code = pe.Code()
	}
	switch {
	case errors.Is(err, ErrBusy):
		return err
	case code == serial.PortBusy, errors.Is(err, syscall.EBUSY):
		return &BusyError{Path: path}
	case code == serial.PortNotFound, errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("serialport: %s: no such port; is the modem plugged in, and its driver loaded? %w", path, fs.ErrNotExist)
	case code == serial.PermissionDenied, errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("serialport: %s: add the user to the group that owns the port (dialout, uucp): %w", path, fs.ErrPermission)
	case code == serial.InvalidSerialPort:
		return fmt.Errorf("serialport: %s: %w: %w", path, ErrNotSerial, err)
	case code == serial.InvalidSpeed:
		return fmt.Errorf("serialport: %s: it does not do %d baud: %w", path, baud, err)
	}
	return fmt.Errorf("serialport: %s: %w", path, err)
}
