//go:build interop

package interop

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/pcsc"
)

// vpcd is the virtual reader: a driver in pcscd that waits for a card on a TCP
// port. The connection is the card, and goes with it.
//
//	length (2, big endian)  00 off, 01 on, 02 reset, 04 the ATR is asked for
//	length                  command APDU
//	◀ length                ATR, or response APDU
const (
	vpcdAddress = "127.0.0.1:35963"
	readerName  = "Virtual PCD 00 00"
)

// ATRs of ISO/IEC 7816-3: 3B, T0 (TD1 follows, 3 historical bytes), TD1 with
// the protocol, for T=1 TD2 with T=1 as well; then the historical bytes, of
// category 80: card capabilities; and, since T=1 is in it, the check byte.
var (
	atrT0 = []byte{0x3B, 0x03, 0x80, 0x71, 0xC0}
	atrT1 = []byte{0x3B, 0x83, 0x81, 0x01, 0x80, 0x71, 0xC0, 0x32}
)

// patience is how long pcscd may take to see what became of its reader.
const patience = 10 * time.Second

// inserted is a card in the reader.
type inserted struct {
	card apdu.CardTransport
	atr  []byte

	mu   sync.Mutex
	conn net.Conn
	done chan struct{}
}

// insert puts card into the reader until the test ends.
func insert(t *testing.T, card apdu.CardTransport, atr []byte) *inserted {
	t.Helper()
	in := &inserted{card: card, atr: atr}
	in.putIn(t)
	t.Cleanup(func() { in.takeOut(t) })
	return in
}

func (in *inserted) putIn(t *testing.T) {
	t.Helper()
	awaitReader(t, "no card", isEmpty)
	conn, err := net.Dial("tcp", vpcdAddress)
	require.NoError(t, err)
	done := make(chan struct{})
	in.mu.Lock()
	in.conn, in.done = conn, done
	in.mu.Unlock()
	go func() {
		defer close(done)
		in.serve(conn)
	}()
	awaitReader(t, "a card", hasCard)
}

func (in *inserted) takeOut(t *testing.T) {
	t.Helper()
	if !in.out() {
		// A reset under way when the card goes makes pcscd miss the next one.
		awaitReader(t, "a card that nobody uses", isIdle)
	}
	in.fallOut(t)
}

// fallOut is takeOut, whoever uses the card.
func (in *inserted) fallOut(t *testing.T) {
	t.Helper()
	in.mu.Lock()
	conn, done := in.conn, in.done
	in.mu.Unlock()
	_ = conn.Close()
	<-done
	awaitReader(t, "no card", isEmpty)
}

// out reports that the card's connection has ended.
func (in *inserted) out() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	select {
	case <-in.done:
		return true
	default:
		return false
	}
}

// serve is the card's side. It ends when the connection does, or when the card
// says that it is no longer there.
func (in *inserted) serve(conn net.Conn) {
	defer conn.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for {
		hurry(conn)
		message, err := receive(conn)
		if err != nil {
			return
		}
		var answer []byte
		switch {
		case len(message) != 1:
			if answer, err = in.card.Transmit(ctx, message); errors.Is(err, apdu.ErrNoCard) {
				return
			}
		case message[0] == 0x04:
			answer = in.atr
		default: // off, on, reset
			if card, ok := in.card.(interface{ Reset() }); ok {
				card.Reset()
			}
			continue
		}
		if err != nil || send(conn, answer) != nil {
			return
		}
	}
}

// hurry acknowledges at once: vpcd sends a length and then waits for that
// before it sends the rest, 40 ms else.
func hurry(conn net.Conn) {
	if raw, err := conn.(*net.TCPConn).SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
		})
	}
}

func receive(r io.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	b := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(r, b)
	return b, err
}

func send(w io.Writer, b []byte) error {
	_, err := w.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
	return err
}

func isEmpty(r pcsc.Reader) bool { return !r.Card }
func isIdle(r pcsc.Reader) bool  { return !r.InUse }
func hasCard(r pcsc.Reader) bool { return r.Card && r.ATR != nil }

// awaitReader waits until pcscd sees the reader as it should be.
func awaitReader(t *testing.T, what string, is func(pcsc.Reader) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		found, err := pcsc.Readers(ctx, nil)
		require.NoError(t, err)
		i := slices.IndexFunc(found, func(r pcsc.Reader) bool { return r.Name == readerName })
		require.GreaterOrEqual(t, i, 0, "pcscd has no virtual reader: %+v", found)
		if is(found[i]) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			require.Fail(t, "the reader does not come to its state", "wanted: %s; is: %+v", what, found[i])
		}
	}
}
