//go:build !unix

package serialport

import "go.bug.st/serial"

// plainDevice is the library's port, whose Write can be ended.
type plainDevice struct{ serial.Port }

// openDevice opens a port, which Windows gives to one program at a time: it
// cannot be shared, and nobody else has it open.
func openDevice(path string, mode *serial.Mode, _ bool) (device, error) {
	port, err := serial.Open(path, mode)
	if err != nil {
		return nil, err
	}
	return plainDevice{port}, nil
}

// abortWrite ends a Write: on Windows the library purges with PURGE_TXABORT.
func (d plainDevice) abortWrite() { _ = d.ResetOutputBuffer() }

func alone(string) error { return nil }
