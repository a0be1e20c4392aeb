package pcsc

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// daemon is a pcscd with one reader, as far as this package asks for one.
type daemon struct {
	socket string
	ctx    context.Context // ends with the daemon

	mu       sync.Mutex
	minor    uint32
	major    uint32
	readers  []byte // the answer to cmdReaders, without the unused entries
	card     apdu.CardTransport
	protocol uint32
	refuse   map[uint32][]Code                     // by command, to be returned once each
	tamper   func(command uint32, b []byte) []byte // what goes out; nil: hang up
	holder   *net.UnixConn                         // who has the card
	alone    bool                                  // for itself
	done     []string                              // what was done to the card
	commands [][]byte                              // what the card was sent
	dials    int
	listener net.Listener
	serving  sync.WaitGroup // connections that are open
	letGo    chan struct{}  // gets a token when a connection ended that had the card
	handles  uint32
	cut      int // set by tamper: where the answer, and the connection, ends
}

const testReader = "Reader 00 00"

var testATR = []byte{0x3B, 0x83, 0x81, 0x01, 0x80, 0x71, 0xC0, 0x32}

// entry is a reader as pcscd tells of it.
func entry(name string, state, sharing uint32, atr []byte, atrLength uint32) []byte {
	b := make([]byte, readerSize)
	copy(b, name)
	for i, n := range map[int]uint32{nameSize: 7, nameSize + 4: state, nameSize + 8: sharing, readerSize - 8: atrLength, readerSize - 4: protocolT1} {
		order.PutUint32(b[i:], n)
	}
	copy(b[nameSize+12:], atr)
	return b
}

const present, absent = statePresent | 0x10, 0x0002

func startDaemon(t *testing.T, card apdu.CardTransport) *daemon {
	t.Helper()
	dir, err := os.MkdirTemp("", "pcscd") // t.TempDir may be too long for a socket
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	d := &daemon{
		socket: filepath.Join(dir, "comm"), ctx: ctx, card: card, major: versionMajor, minor: versionMinor, protocol: protocolT1,
		readers: entry(testReader, present, 0, testATR, uint32(len(testATR))), refuse: map[uint32][]Code{}, letGo: make(chan struct{}, 64),
	}
	d.listen(t)
	t.Cleanup(func() {
		_ = d.listener.Close()
		cancel()
		d.allClosed(t)
		require.NoError(t, os.RemoveAll(dir))
	})
	return d
}

func (d *daemon) listen(t *testing.T) {
	t.Helper()
	var err error
	d.listener, err = net.Listen("unix", d.socket)
	require.NoError(t, err)
	go func(l net.Listener) {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			d.set(func() { d.dials++ })
			d.serving.Go(func() { d.serve(nc.(*net.UnixConn)) })
		}
	}(d.listener)
}

// allClosed fails when a connection was left open: its reader never ends then.
func (d *daemon) allClosed(t *testing.T) {
	t.Helper()
	closed := make(chan struct{})
	go func() {
		d.serving.Wait()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("a connection to pcscd was left open")
	}
}

func (d *daemon) set(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

func (d *daemon) log(t *testing.T) string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.done, " ")
}

// hangUp ends the connection that has the card, as a restart of pcscd does.
func (d *daemon) hangUp() {
	d.mu.Lock()
	defer d.mu.Unlock()
	_ = d.holder.Close()
	d.holder = nil
}

func (d *daemon) config() *Config { return &Config{Socket: d.socket} }

func (d *daemon) serve(nc *net.UnixConn) {
	defer nc.Close()
	defer d.set(func() {
		if d.holder == nc {
			d.holder = nil
			d.done = append(d.done, "let go")
			d.letGo <- struct{}{}
		}
	})
	for {
		var head [8]byte
		if _, err := io.ReadFull(nc, head[:]); err != nil {
			return
		}
		body := make([]byte, order.Uint32(head[:]))
		if _, err := io.ReadFull(nc, body); err != nil {
			return
		}
		command := order.Uint32(head[4:])
		answer := d.answer(nc, command, body)
		d.mu.Lock()
		d.cut = math.MaxInt
		if d.tamper != nil {
			answer = d.tamper(command, answer)
		}
		cut := d.cut
		d.mu.Unlock()
		if answer == nil {
			return
		}
		if _, err := nc.Write(answer[:min(cut, len(answer))]); err != nil || cut < len(answer) {
			return
		}
	}
}

// put sets the n-th number from the end, counted from 1, which is rv.
func put(b []byte, n int, v uint32) []byte {
	order.PutUint32(b[len(b)-4*n:], v)
	return b
}

func (d *daemon) answer(nc *net.UnixConn, command uint32, b []byte) []byte {
	if command == cmdTransmit {
		return d.transmit(nc, b)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if codes := d.refuse[command]; len(codes) > 0 {
		d.refuse[command] = codes[1:]
		return put(b, 1, uint32(codes[0]))
	}
	switch command {
	case cmdVersion:
		if order.Uint32(b) != d.major || order.Uint32(b[4:]) != d.minor {
			put(b, 1, uint32(CodeServiceStopped))
		}
		return put(put(b, 3, d.major), 2, d.minor)
	case cmdEstablish:
		return put(b, 2, 0xC0FFEE)
	case cmdReaders:
		return append(d.readers[:len(d.readers):len(d.readers)], make([]byte, readerSize*readerCount-len(d.readers))...)
	case cmdConnect:
		share := word(b, 5)
		if d.holder != nil && (share == shareExclusive || d.alone) {
			return put(b, 1, uint32(CodeSharingViolation))
		}
		d.holder, d.alone = nc, share == shareExclusive
		d.handles++
		return put(put(b, 3, d.handles), 2, d.protocol)
	case cmdDisconnect:
		d.holder = nil
		d.done = append(d.done, map[uint32]string{leaveCard: "leave", resetCard: "reset"}[word(b, 2)])
	}
	return b
}

func (d *daemon) transmit(nc *net.UnixConn, b []byte) []byte {
	capdu := make([]byte, order.Uint32(b[12:]))
	if _, err := io.ReadFull(nc, capdu); err != nil {
		return nil
	}
	d.mu.Lock()
	d.commands = append(d.commands, capdu)
	card, codes, held := d.card, d.refuse[cmdTransmit], d.handles == order.Uint32(b) && d.holder == nc
	if len(codes) > 0 {
		d.refuse[cmdTransmit] = codes[1:]
	}
	d.mu.Unlock()
	switch {
	case !held:
		return put(b, 1, uint32(CodeInvalidHandle))
	case order.Uint32(b[4:]) != d.protocol:
		return put(b, 1, uint32(CodeProtocolMismatch))
	case len(codes) > 0:
		return put(b, 1, uint32(codes[0]))
	}
	rapdu, err := card.Transmit(d.ctx, capdu)
	switch {
	case errors.Is(err, apdu.ErrNoCard):
		return put(b, 1, uint32(CodeRemovedCard))
	case err != nil:
		return nil
	}
	return append(put(b, 2, uint32(len(rapdu))), rapdu...)
}
