// Package serialport opens the serial port of a modem, on top of
// go.bug.st/serial, so that it behaves as an io.ReadWriteCloser should:
//
//   - Read waits until there is data, however long that takes;
//   - Close ends a Read and a Write that wait, even in a driver that does not
//     let go;
//   - nobody else has the port, and who tries to take it is refused;
//   - an error tells what to do about it, and who is in the way.
//
// Two programs on one port each read a part of every answer. On Linux the
// other one is ModemManager more often than not, which tries every port that
// appears. A port that is open is locked in two ways (flock and TIOCEXCL),
// and Open on Linux looks whether a program has it that did neither:
//
//	/dev/ttyUSB2: process 812, "ModemManager", holds the port; systemctl stop …
//
// What cannot be prevented is a program of root's that opens the port later;
// [Port.Alone] tells.
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
	// Shared opens a port that another program has, and lets others open it
	// afterwards. They must take turns by some means of their own. A port that
	// another program locked with TIOCEXCL can be shared by root only; on
	// Windows none can.
	Shared bool
}

// Open opens the port at path, such as /dev/ttyUSB2 or COM3: 8 data bits, no
// parity, one stop bit, no flow control. DTR and RTS are what the system sets.
//
// When another program has the port open, or this one, the error is a
// [*BusyError], and the port is left as it is, but for DTR and RTS, which to
// open a port raises. Only Linux tells who it is, and that there is a program
// that did not lock the port; for that its process must be in sight: root sees
// all those of its container, others their own. A process that serves a
// pseudo-terminal's far end does not count.
//
// Test the error for fs.ErrNotExist, fs.ErrPermission, [ErrBusy] and
// [ErrNotSerial].
func Open(path string, config *Config) (*Port, error) {
	var c Config
	if config != nil {
		c = *config
	}
	mode := &serial.Mode{BaudRate: DefaultBaud, DataBits: 8}
	if c.Baud != 0 {
		mode.BaudRate = c.Baud
	}
	if mode.BaudRate < 0 {
		return nil, fmt.Errorf("serialport: %s: a speed of %d baud", path, mode.BaudRate)
	}
	device, err := openDevice(path, mode, c.Shared)
	if err != nil {
		return nil, openError(path, mode.BaudRate, err)
	}
	if err := device.SetReadTimeout(pollInterval); err != nil {
		return nil, errors.Join(openError(path, mode.BaudRate, err), device.Close())
	}
	return newPort(path, device), nil
}

// Alone returns nil, or a [*BusyError] when another program is known to have
// the port open now. It asks the system, not the modem, and takes some
// milliseconds. Call it when the modem answers garbage, or not at all: a
// program of root's, as ModemManager is, may open a port that is locked. Only
// Linux tells; elsewhere it is always nil.
func (p *Port) Alone() error { return alone(p.path) }
