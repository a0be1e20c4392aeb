package transporttest

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// card is the suite's own. It answers each command with ownAnswer unless a
// check scripts it.
type card struct {
	mu      sync.Mutex
	seen    [][]byte // copies of what arrived
	script  func(c apdu.Command) apdu.Response
	absent  bool
	gate    chan struct{} // while not nil, answers wait until it is closed
	holding chan struct{} // told that a command waits; one for each gate
}

// Transmit implements apdu.CardTransport.
func (c *card) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	capdu = bytes.Clone(capdu)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("card: %w", err)
	}
	c.mu.Lock()
	c.seen = append(c.seen, capdu)
	gate, holding, absent, script := c.gate, c.holding, c.absent, c.script
	c.mu.Unlock()
	if absent {
		return nil, fmt.Errorf("card: %w", apdu.ErrNoCard)
	}
	cmd, err := apdu.ParseCommand(capdu)
	if err != nil {
		return []byte{0x67, 0x00}, nil
	}
	if gate != nil {
		select {
		case holding <- struct{}{}:
		default:
		}
		select {
		case <-gate:
		case <-ctx.Done():
			return nil, fmt.Errorf("card: %w", ctx.Err())
		}
	}
	if script != nil {
		return script(cmd).AppendTo(nil), nil
	}
	return ownAnswer(capdu), nil
}

// ownAnswer is the answer to a command that no other gets: eight bytes made of
// its header, if that many are wanted, and 9000.
func ownAnswer(capdu []byte) []byte {
	cmd, err := apdu.ParseCommand(capdu)
	r := apdu.Response{SW: apdu.SWOK}
	if err == nil && cmd.Ne >= 8 {
		r.Data = []byte{cmd.CLA, cmd.INS, cmd.P1, cmd.P2, ^cmd.P1, ^cmd.P2, byte(len(cmd.Data)), byte(cmd.Ne)}
	}
	return r.AppendTo(nil)
}

// hold keeps the card from answering until release. The channel tells when a
// command waits.
func (c *card) hold() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gate == nil {
		c.gate = make(chan struct{})
		c.holding = make(chan struct{}, 1)
	}
	return c.holding
}

// release lets the card answer. It may be called again.
func (c *card) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gate != nil {
		close(c.gate)
		c.gate = nil
	}
}

func (c *card) answers(script func(c apdu.Command) apdu.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.script = script
}

func (c *card) present(is bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.absent = !is
}

// arrived returns what arrived since the last call.
func (c *card) arrived() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.seen
	c.seen = nil
	return seen
}

// read is READ BINARY of eight bytes at an offset that tells it from others.
func read(n int) []byte {
	return []byte{0x00, apdu.INSReadBinary, byte(n >> 8), byte(n), 0x08}
}
