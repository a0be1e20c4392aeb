// Package serialport opens the serial port of a modem, on top of
// go.bug.st/serial, so that it behaves as an io.ReadWriteCloser should:
//
//   - Read waits until there is data, however long that takes;
//   - Close ends a Read and a Write that wait, even in a driver that does not
//     let go;
//   - an error tells what to do about it.
//
// Ports are not listed: on Linux the library opens each of them to find out,
// and sets it to 9600 baud, which disturbs whoever uses it.
package serialport

import (
	"errors"
	"fmt"
	"time"

	"go.bug.st/serial"
)

// DefaultBaud is the speed of most modems' UARTs. Ports over USB have none,
// and take any.
const DefaultBaud = 115200

// pollInterval is how often the library's Read returns without data, so that
// it is seen that the port was closed. It is set once: the library reads it
// without a lock.
const pollInterval = 100 * time.Millisecond

// Config tells how to open a port. The zero value, and a nil *Config, will do.
type Config struct {
	// Baud is the speed in bits a second; 0 stands for DefaultBaud. A wrong
	// one shows as garbage or silence.
	Baud int
}

// Open opens the port at path, such as /dev/ttyUSB2 or COM3: 8 data bits, no
// parity, one stop bit, no flow control. DTR and RTS are what the system sets.
//
// Test the error for fs.ErrNotExist, fs.ErrPermission, [ErrBusy] and
// [ErrNotSerial].
func Open(path string, config *Config) (*Port, error) {
	mode := &serial.Mode{BaudRate: DefaultBaud, DataBits: 8}
	if config != nil && config.Baud != 0 {
		mode.BaudRate = config.Baud
	}
	if mode.BaudRate < 0 {
		return nil, fmt.Errorf("serialport: %s: a speed of %d baud", path, mode.BaudRate)
	}
	device, err := openDevice(path, mode)
	if err != nil {
		return nil, openError(path, mode.BaudRate, err)
	}
	if err := device.SetReadTimeout(pollInterval); err != nil {
		return nil, errors.Join(openError(path, mode.BaudRate, err), device.Close())
	}
	return newPort(path, device), nil
}
