package serialport

import (
	"errors"
	"fmt"
	"io/fs"

	"go.bug.st/serial"
)

// Errors of [Open], besides fs.ErrNotExist and fs.ErrPermission.
var (
	// ErrBusy: another program holds the port. On Linux that is ModemManager
	// more often than not; a udev rule with ID_MM_PORT_IGNORE keeps it away.
	ErrBusy = errors.New("another program holds the port, perhaps ModemManager")
	// ErrNotSerial: the path is that of something else, or of a UART that the
	// kernel names but the board does not have.
	ErrNotSerial = errors.New("not a serial port")
)

// openError says what to do about err.
func openError(path string, baud int, err error) error {
	var pe *serial.PortError
	code := serial.PortErrorCode(-1)
	if errors.As(err, &pe) {
		code = pe.Code()
	}
	switch {
	case code == serial.PortNotFound, errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("serialport: %s: no such port; is the modem plugged in, and its driver loaded? %w", path, fs.ErrNotExist)
	case code == serial.PermissionDenied, errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("serialport: %s: add the user to the group that owns the port (dialout, uucp): %w", path, fs.ErrPermission)
	case code == serial.PortBusy:
		return fmt.Errorf("serialport: %s: %w", path, ErrBusy)
	case code == serial.InvalidSerialPort:
		return fmt.Errorf("serialport: %s: %w: %w", path, ErrNotSerial, err)
	case code == serial.InvalidSpeed:
		return fmt.Errorf("serialport: %s: it does not do %d baud: %w", path, baud, err)
	}
	return fmt.Errorf("serialport: %s: %w", path, err)
}
