package pcsc

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestVersionIsTheDaemons(t *testing.T) {
	for _, tt := range []struct {
		major, minor uint32
		want         error
	}{
		{4, 3, nil}, {4, 4, nil}, {4, 5, nil}, {4, 9, nil},
		{4, 2, ErrProtocol}, {3, 4, ErrProtocol}, {5, 0, ErrProtocol},
	} {
		d := startDaemon(t, fixed(ok))
		d.major, d.minor = tt.major, tt.minor
		_, err := Readers(t.Context(), d.config())
		require.ErrorIs(t, err, tt.want, "version %d:%d", tt.major, tt.minor)
	}
}

func TestDaemonThatRefusesItsOwnVersionIsNoService(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	d.refuse[cmdVersion] = []Code{CodeServiceStopped, CodeServiceStopped}
	_, err := Readers(t.Context(), d.config())
	require.ErrorIs(t, err, ErrNoService)
}

func TestDaemonThatAsksPolkitIsNoService(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	d.refuse[cmdEstablish] = []Code{CodeSecurityViolation}
	_, err := Connect(t.Context(), "", d.config())
	require.ErrorIs(t, err, ErrNoService)
}

// Whatever is cut off, and wherever, is an error, and no answer.
func TestCutAnswerIsNoService(t *testing.T) {
	for name, command := range map[string]uint32{
		"version": cmdVersion, "readers": cmdReaders, "establish": cmdEstablish, "connect": cmdConnect, "transmit": cmdTransmit,
	} {
		for _, keep := range []int{0, 1, 11, -1} {
			d := startDaemon(t, fixed(ok))
			d.tamper = func(c uint32, b []byte) []byte {
				switch {
				case c != command:
					return b
				case keep < 0:
					d.cut = len(b) - 1
				default:
					d.cut = keep
				}
				return b
			}
			card := New("", d.config())
			_, err := card.Transmit(t.Context(), selectMF)
			require.ErrorIs(t, err, ErrNoService, "%s, %d", name, keep)
			d.set(func() { d.tamper = nil })
			wantOK(t, card)
			require.NoError(t, card.Close())
		}
	}
}

func TestLengthOfAnAnswerIsNotBelieved(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := mustConnect(t, d, d.config())
	d.set(func() {
		d.tamper = func(c uint32, b []byte) []byte {
			if c == cmdTransmit {
				order.PutUint32(b[transmitSize-8:], 0xFFFFFFFF)
				b = append(b, make([]byte, maxAnswer)...)
			}
			return b
		}
	})
	_, err := card.Transmit(t.Context(), selectMF)
	require.ErrorIs(t, err, ErrProtocol)
	<-d.letGo // pcscd sees a moment later that the connection is closed
	d.set(func() { d.tamper = nil })
	wantOK(t, card)
}

func TestLongestAnswerComesWhole(t *testing.T) {
	long := make([]byte, maxAnswer)
	for i := range long {
		long[i] = byte(i >> 8)
	}
	d := startDaemon(t, fixed(long))
	card := mustConnect(t, d, d.config())
	rapdu, err := card.Transmit(t.Context(), []byte{0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x00})
	require.NoError(t, err)
	require.Equal(t, long, rapdu)
}

func TestMalformedCommandIsNotSent(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := mustConnect(t, d, d.config())
	_, err := card.Transmit(t.Context(), selectMF[:6])
	require.ErrorIs(t, err, apdu.ErrMalformed)
	d.set(func() { require.Empty(t, d.commands) })
}

func TestContextEndsAConnectThatHangs(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	hang := make(chan struct{})
	defer close(hang)
	d.tamper = func(c uint32, b []byte) []byte {
		if c == cmdConnect {
			d.mu.Unlock()
			<-hang
			d.mu.Lock()
		}
		return b
	}
	ctx, cancel := context.WithTimeout(t.Context(), pace)
	defer cancel()
	_, err := Connect(ctx, "", d.config())
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestContextThatHasEndedDialsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := startDaemon(t, fixed(ok))
	_, err := dial(ctx, d.socket)
	require.ErrorIs(t, err, context.Canceled)
	_, err = Connect(ctx, "", d.config())
	require.ErrorIs(t, err, context.Canceled)
	d.set(func() { require.Zero(t, d.dials) })
}

func TestWaitingForATurnHonoursTheContext(t *testing.T) {
	sim, arrived, let := gate()
	d := startDaemon(t, sim)
	card := mustConnect(t, d, d.config())
	first := make(chan error, 1)
	go func() {
		_, err := card.Transmit(context.Background(), selectMF)
		first <- err
	}()
	<-arrived
	ctx, cancel := context.WithTimeout(t.Context(), pace)
	defer cancel()
	_, err := card.Transmit(ctx, selectMF)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	close(let)
	require.NoError(t, <-first)
}

func TestCloseOfAConnectionTwiceIsNoError(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	c := &conn{Conn: failing{here}}
	require.NoError(t, c.Close())
	require.NoError(t, c.Close())
	require.ErrorIs(t, c.send(t.Context(), []byte{1}), ErrNoService)
}

// failing is a connection that tells that it is closed.
type failing struct{ net.Conn }

func (f failing) Close() error { return errors.Join(f.Conn.Close(), net.ErrClosed) }
