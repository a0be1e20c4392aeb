// Package pty puts a simulated modem on a pseudo-terminal, for programs that
// open a serial device by its path:
//
//	program ──open(Path)──▶ /dev/pts/7 ══ terminal pair ══ PTY ◀──▶ simcard.Modem
//
// It works on Linux and Darwin; elsewhere Open fails with
// [errors.ErrUnsupported].
package pty

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// PTY serves a modem, or any byte stream, on a pseudo-terminal. It is safe for
// concurrent use.
type PTY struct {
	peer   io.ReadWriteCloser
	master *os.File
	slave  *os.File // kept open, so that a client's close is no hang-up
	path   string

	pumps sync.WaitGroup
	once  sync.Once
	err   error
}

// Open serves rw on a new pseudo-terminal until Close. The terminal is in raw
// mode: it echoes nothing, translates no CR or LF, and hands on each octet as
// it comes. Clients may open and close it one after the other; what one left
// unread the next one reads. Open owns rw when it succeeds.
//
// errors.Is(err, [errors.ErrUnsupported]): the system has no pseudo-terminals
// that this package knows.
func Open(rw io.ReadWriteCloser) (*PTY, error) {
	master, slave, err := open()
	if err != nil {
		return nil, fmt.Errorf("pty: %w", err)
	}
	p := &PTY{peer: rw, master: master, slave: slave, path: slave.Name()}
	p.pumps.Go(func() { pump(p.peer, p.master) })
	p.pumps.Go(func() { pump(p.master, p.peer) })
	return p, nil
}

// pump copies until one side ends, for whatever reason: that is how it is told
// to stop.
func pump(to io.Writer, from io.Reader) { _, _ = io.Copy(to, from) }

// Path is the device to be opened, such as /dev/pts/7.
func (p *PTY) Path() string { return p.path }

// Close closes the pseudo-terminal and what is served on it, and waits until
// nothing runs any more. A second call does nothing and returns the same.
func (p *PTY) Close() error {
	p.once.Do(func() {
		p.err = errors.Join(p.peer.Close(), p.master.Close(), p.slave.Close())
		p.pumps.Wait()
	})
	return p.err
}
