package pcsc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// conn is a connection to pcscd. It is for one goroutine at a time; after an
// error other than a Code it is closed, unless an answer is owed.
type conn struct {
	net.Conn

	// owed is the answer to a command that was given up, as far as it came;
	// nil when there is none to come.
	owed []byte
}

// Close may be called again.
func (c *conn) Close() error {
	if err := c.Conn.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// dial connects and agrees on a version.
//
// A pcscd before 2.4.1 refuses every version but its own, and tells that; the
// messages that this package uses are the same in all of them.
func dial(ctx context.Context, socket string) (*conn, error) {
	if socket == "" {
		return nil, unsupported(runtime.GOOS)
	}
	nc, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", ErrNoService, err)
	}
	c := &conn{Conn: nc}
	minor := uint32(versionMinor)
	for range 2 {
		var b []byte
		if b, err = c.call(ctx, request(cmdVersion, []uint32{versionMajor, minor, 0}, ""), shortSize); err != nil {
			return nil, err
		}
		if err = Code(word(b, 1)).err(); err == nil {
			return c, nil
		}
		major := word(b, 3)
		minor = word(b, 2)
		if major != versionMajor || minor < oldestMinor {
			err = fmt.Errorf("%w: it has version %d:%d", ErrProtocol, major, minor)
			break
		}
	}
	return nil, errors.Join(err, c.Close())
}

// call sends a request and returns its answer, of size bytes. When ctx ends
// before it comes, the connection is closed.
func (c *conn) call(ctx context.Context, message []byte, size int) ([]byte, error) {
	if err := c.send(ctx, message); err != nil {
		return nil, err
	}
	var b []byte
	err := c.read(ctx, &b, func([]byte) int { return size })
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return b, nil
}

// ask is call for an answer that ends in rv.
func (c *conn) ask(ctx context.Context, message []byte, size int) ([]byte, error) {
	b, err := c.call(ctx, message, size)
	if err == nil {
		err = Code(word(b, 1)).err()
	}
	return b, err
}

// transmit sends a command to the card and returns its answer. When ctx ends
// before it comes, it stays owed.
func (c *conn) transmit(ctx context.Context, card, protocol uint32, capdu []byte) ([]byte, error) {
	message := request(cmdTransmit, []uint32{card, protocol, 8, uint32(len(capdu)), protocolAny, 8, maxAnswer, 0}, "")
	if err := c.send(ctx, append(message, capdu...)); err != nil {
		return nil, err
	}
	c.owed = make([]byte, 0, transmitSize+apdu.MaxShortNe+2)
	return c.receive(ctx)
}

// receive waits for the answer that is owed.
func (c *conn) receive(ctx context.Context) ([]byte, error) {
	err := c.read(ctx, &c.owed, func(b []byte) int {
		if len(b) < transmitSize || Code(word(b[:transmitSize], 1)) != 0 {
			return transmitSize
		}
		return transmitSize + int(min(word(b[:transmitSize], 2), maxAnswer+1))
	})
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	b := c.owed
	c.owed = nil
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	head, answer := b[:transmitSize], b[transmitSize:]
	if err := Code(word(head, 1)).err(); err != nil {
		return nil, err
	}
	if len(answer) > maxAnswer {
		return nil, errors.Join(fmt.Errorf("%w: an answer longer than %d bytes", ErrProtocol, maxAnswer), c.Close())
	}
	return answer, nil
}

func (c *conn) send(ctx context.Context, message []byte) error {
	defer c.until(ctx)()
	if _, err := c.Write(message); err != nil {
		return errors.Join(broken(ctx, err), c.Close())
	}
	return nil
}

// read reads into b until it has as many bytes as need says of what is there.
func (c *conn) read(ctx context.Context, b *[]byte, need func([]byte) int) error {
	defer c.until(ctx)()
	var chunk [1024]byte
	for {
		missing := need(*b) - len(*b)
		if missing <= 0 {
			return nil
		}
		n, err := c.Read(chunk[:min(missing, len(chunk))])
		*b = append(*b, chunk[:n]...)
		if err != nil && n < missing {
			return broken(ctx, err)
		}
	}
}

// until lets the connection's calls end with ctx; the function that it returns
// undoes that.
func (c *conn) until(ctx context.Context) func() {
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = c.SetDeadline(time.Unix(1, 0))
		close(ended)
	})
	return func() {
		if !stop() {
			<-ended
			_ = c.SetDeadline(time.Time{})
		}
	}
}

func broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: connection lost: %w", ErrNoService, err)
}
