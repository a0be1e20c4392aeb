package pcsc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Card is the card in a reader: an apdu.CardTransport and an
// apdu.LateAnswerer. It is safe for concurrent use; commands take their turns.
//
// A card that is taken out and put in again, a reset by another program, a
// pcscd that was restarted: each is told once, as the error of a command, since
// the card's channels and PINs are not what they were. The next command
// connects again.
type Card struct {
	reader string // "": any
	cfg    Config
	turn   chan struct{} // holds one token while a call is under way

	link   *conn // nil: to be connected
	handle uint32
	t0     bool
	used   string // the reader that is connected
	sent   bool   // the last command was sent
	closed bool
}

// settle is how long it may take until a card that was taken out in the middle
// of a command is missed by pcscd, which looks every 0.4 s, and pace how often
// that is asked for.
const (
	settle = time.Second
	pace   = 50 * time.Millisecond
)

// closeGrace is how long Close waits for the card to be reset.
const closeGrace = 5 * time.Second

// New returns the card in the named reader; "" is the first reader with a card
// in it, chosen anew whenever a connection is made. It does no I/O: the first
// command connects.
func New(reader string, cfg *Config) *Card {
	return &Card{reader: reader, cfg: cfg.orDefault(), turn: make(chan struct{}, 1)}
}

// Connect is New, and connects. Test the error for apdu.ErrNoCard,
// apdu.ErrCardBusy, ErrNoReader, ErrNoService, errors.ErrUnsupported and the
// context's; a Code is in the chain where pcscd gave one.
func Connect(ctx context.Context, reader string, cfg *Config) (*Card, error) {
	c := New(reader, cfg)
	err := c.do(ctx, "connect", c.connect)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Transmit sends a command APDU to the card and returns its answer. Test errors
// as those of Connect, and for ErrReset, apdu.ErrCardFault, apdu.ErrMalformed
// and ErrClosed.
//
// A card cannot be told to stop. When ctx ends before the answer has come, the
// next call waits for it first, as long as its own context lets it.
func (c *Card) Transmit(ctx context.Context, capdu []byte) (rapdu []byte, err error) {
	command, err := apdu.ParseCommand(capdu)
	if err != nil {
		return nil, fmt.Errorf("pcsc: %w", err)
	}
	err = c.do(ctx, "transmit", func(ctx context.Context) error {
		c.sent = false
		if err := c.connect(ctx); err != nil {
			return err
		}
		protocol, tpdu := uint32(protocolT1), capdu
		if c.t0 {
			protocol, tpdu = protocolT0, forT0(command, capdu)
		}
		c.sent = true
		rapdu, err = c.answer(ctx, func(ctx context.Context) ([]byte, error) {
			return c.link.transmit(ctx, c.handle, protocol, tpdu)
		})
		return err
	})
	return rapdu, err
}

// LateAnswer returns the answer that the last command, given up before it was
// answered, got in the meantime. See apdu.LateAnswerer.
func (c *Card) LateAnswer(ctx context.Context) (rapdu []byte, ok bool) {
	_ = c.do(ctx, "late answer", func(ctx context.Context) (err error) {
		if c.link == nil || c.link.owed == nil {
			return apdu.ErrLostStep
		}
		rapdu, err = c.answer(ctx, c.link.receive)
		ok = err == nil && c.sent
		return err
	})
	return rapdu, ok
}

// Reset resets the card: its logical channels are closed, its PINs are to be
// verified again.
func (c *Card) Reset(ctx context.Context) error {
	return c.do(ctx, "reset", func(ctx context.Context) error {
		if err := c.connect(ctx); err != nil {
			return err
		}
		if err := c.disconnect(ctx, resetCard); err != nil {
			return err
		}
		return c.connect(ctx)
	})
}

// ATR is the card's answer to reset (ISO/IEC 7816-3 8.2), of the card that is
// in the reader now; apdu.ErrNoCard when there is none.
func (c *Card) ATR(ctx context.Context) (atr []byte, err error) {
	err = c.do(ctx, "ATR", func(ctx context.Context) error {
		if err := c.connect(ctx); err != nil {
			return err
		}
		found, err := readers(ctx, c.cfg.Socket)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(found, func(r Reader) bool { return r.Name == c.used })
		if i < 0 || found[i].ATR == nil {
			return apdu.ErrNoCard
		}
		atr = found[i].ATR
		return nil
	})
	return atr, err
}

// Close gives the card back, after a reset unless it is Shared. It does not
// wait for the answer to a command that was given up: pcscd resets the card
// when that has come. A second Close does nothing.
func (c *Card) Close() error {
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	c.closed = true
	if c.link == nil {
		return nil
	}
	if c.link.owed != nil {
		return c.drop()
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	if err := c.disconnect(ctx, c.cfg.disposition()); err != nil {
		return fmt.Errorf("pcsc: close: %w", err)
	}
	return nil
}
