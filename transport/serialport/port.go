package serialport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"go.bug.st/serial"
)

// closeGrace is how long each of the two steps of Close waits for a driver that
// does not let go.
const closeGrace = 1 * time.Second

// device is the library's port, with a way to end a Write that waits.
type device interface {
	io.ReadWriteCloser
	SetReadTimeout(time.Duration) error
	abortWrite()
}

// Port is an open serial port, an io.ReadWriteCloser for use by several
// goroutines.
//
// The library's Read gives up after some time, its Write waits for ever and
// its Close waits for Read. So two goroutines work in its place, and Read and
// Write wait for them or for Close.
type Port struct {
	path    string
	device  device
	closing chan struct{} // closed when Close begins
	close   sync.Once
	closed  error // what Close returns

	chunks    chan []byte
	readEnded chan struct{}
	readErr   error // why, once readEnded is closed

	reading sync.Mutex // guards rest
	rest    []byte     // of a chunk that did not fit

	writing chan struct{} // holds a token while the device writes
}

func newPort(path string, device device) *Port {
	p := &Port{
		path:      path,
		device:    device,
		closing:   make(chan struct{}),
		chunks:    make(chan []byte),
		readEnded: make(chan struct{}),
		writing:   make(chan struct{}, 1),
	}
	go p.pump()
	return p
}

// Read waits until there is data. It returns io.EOF when the device is gone,
// and an error that wraps os.ErrClosed after Close.
func (p *Port) Read(b []byte) (n int, err error) {
	if len(b) == 0 {
		return 0, nil
	}
	p.reading.Lock()
	defer p.reading.Unlock()
	if p.isClosed() {
		return 0, p.closedError()
	}
	if len(p.rest) == 0 {
		select {
		case p.rest = <-p.chunks:
		case <-p.closing:
			return 0, p.closedError()
		case <-p.readEnded:
			return 0, p.readErr
		}
	}
	n = copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// pump reads from the device until it fails or the port is closed.
func (p *Port) pump() {
	defer close(p.readEnded)
	buf := make([]byte, 4096)
	for !p.isClosed() {
		n, err := p.readDevice(buf)
		if n > 0 {
			select {
			case p.chunks <- bytes.Clone(buf[:n]):
			case <-p.closing:
			}
		}
		if err != nil {
			p.readErr = err
			return
		}
	}
	p.readErr = p.closedError()
}

// readDevice is the library's Read, which panics when the port has a file
// descriptor of 1024 or more, and says that the port was closed when the
// device is gone.
func (p *Port) readDevice(buf []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = 0, fmt.Errorf("serialport: %s: read: are too many files open? %v", p.path, r)
		}
	}()
	n, err = p.device.Read(buf)
	var pe *serial.PortError
	switch {
	case errors.As(err, &pe) && pe.Code() == serial.PortClosed:
		return n, io.EOF
	case errors.Is(err, syscall.EINTR):
		return n, nil
	case err != nil:
		return n, fmt.Errorf("serialport: %s: read: %w", p.path, err)
	}
	return n, nil
}

// Write returns when the system has taken b, or when the port is closed; how
// much of b went out is not known then, and n is 0.
func (p *Port) Write(b []byte) (n int, err error) {
	select {
	case p.writing <- struct{}{}:
	case <-p.closing:
		return 0, p.closedError()
	}
	type result struct {
		n   int
		err error
	}
	ended := make(chan result, 1)
	go func(b []byte) {
		n, err := p.writeDevice(b)
		<-p.writing // before Write returns: Close aborts a write under way
		ended <- result{n, err}
	}(bytes.Clone(b)) // the caller may use b again after Close
	select {
	case r := <-ended:
		return r.n, r.err
	case <-p.closing:
		return 0, p.closedError()
	}
}

func (p *Port) writeDevice(b []byte) (written int, err error) {
	for written < len(b) {
		if p.isClosed() {
			return written, p.closedError()
		}
		n, err := p.device.Write(b[written:])
		written += n
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return written, fmt.Errorf("serialport: %s: write: %w", p.path, err)
		case n == 0:
			return written, fmt.Errorf("serialport: %s: write: %w", p.path, io.ErrShortWrite)
		}
	}
	return written, nil
}

// Close closes the port. It ends a Read and a Write at once; what the driver
// has not sent by then may be lost. It returns when the driver let go, or
// after two seconds with an error; all calls return what the first one did.
func (p *Port) Close() error {
	p.close.Do(func() {
		close(p.closing)
		p.closed = p.release()
	})
	return p.closed
}

// release closes the device when nobody is in it any more: the system may
// give its descriptor to another file at once, and a late Read or Write would
// be that file's.
func (p *Port) release() error {
	limit, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	select {
	case p.writing <- struct{}{}: // and is never taken back
	default:
		p.device.abortWrite()
		select {
		case p.writing <- struct{}{}:
		case <-limit.Done():
		}
	}
	select {
	case <-p.readEnded:
	case <-limit.Done():
	}
	ended := make(chan error, 1)
	go func() { ended <- p.device.Close() }() // the library's waits for its Read
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("serialport: %s: close: %w", p.path, err)
		}
		return nil
	case <-time.After(closeGrace):
		return fmt.Errorf("serialport: %s: close: the driver does not let go", p.path)
	}
}

func (p *Port) isClosed() bool {
	select {
	case <-p.closing:
		return true
	default:
		return false
	}
}

func (p *Port) closedError() error {
	return fmt.Errorf("serialport: %s: %w", p.path, os.ErrClosed)
}
