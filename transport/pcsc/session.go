package pcsc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// do takes the turn, runs f and tells where its error is from.
func (c *Card) do(ctx context.Context, what string, f func(ctx context.Context) error) error {
	ctx, cancel := c.cfg.limit(ctx)
	defer cancel()
	err := ctx.Err()
	if err == nil {
		select {
		case c.turn <- struct{}{}:
			defer func() { <-c.turn }()
			if err = ErrClosed; !c.closed {
				err = f(ctx)
			}
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	switch {
	case err == nil:
		return nil
	case c.reader == "":
		return fmt.Errorf("pcsc: %s: %w", what, err)
	}
	return fmt.Errorf("pcsc: reader %q: %s: %w", c.reader, what, err)
}

// connect makes sure that there is a connection with the card, in step.
func (c *Card) connect(ctx context.Context) error {
	if c.link != nil && c.link.owed != nil {
		if _, err := c.answer(ctx, c.link.receive); err != nil {
			return err
		}
	}
	if c.link != nil {
		return nil
	}
	found, err := readers(ctx, c.cfg.Socket)
	if err != nil {
		return err
	}
	name, err := choose(found, c.reader)
	if err != nil {
		return err
	}
	link, err := dial(ctx, c.cfg.Socket)
	if err != nil {
		return err
	}
	c.used = name
	if err := c.open(ctx, link); err != nil {
		return errors.Join(c.whether(ctx, err), link.Close())
	}
	return nil
}

// open connects link with the card in the reader.
func (c *Card) open(ctx context.Context, link *conn) error {
	b, err := link.ask(ctx, request(cmdEstablish, []uint32{scopeSystem, 0, 0}, ""), shortSize)
	if err != nil {
		return err
	}
	share := uint32(shareExclusive)
	if c.cfg.Shared {
		share = shareShared
	}
	b, err = link.ask(ctx, request(cmdConnect, []uint32{word(b, 2)}, c.used, share, protocolAny, 0, 0, 0), connectSize)
	if err != nil {
		return err
	}
	c.link, c.handle, c.t0 = link, word(b, 3), word(b, 2) == protocolT0
	return nil
}

// disconnect gives the card back, and drops the connection.
func (c *Card) disconnect(ctx context.Context, disposition uint32) error {
	_, err := c.link.ask(ctx, request(cmdDisconnect, []uint32{c.handle, disposition, 0}, ""), shortSize)
	return errors.Join(err, c.drop())
}

// drop closes the connection: pcscd lets go of the card by itself.
func (c *Card) drop() error {
	link := c.link
	c.link = nil
	return link.Close()
}

// answer judges what an exchange brought. After an error that leaves the
// card's state in doubt the connection is given up.
func (c *Card) answer(ctx context.Context, exchange func(context.Context) ([]byte, error)) ([]byte, error) {
	rapdu, err := exchange(ctx)
	if err == nil && len(rapdu) < 2 {
		err = fmt.Errorf("%w: %w: an answer of %d bytes", apdu.ErrCardFault, apdu.ErrMalformed, len(rapdu))
	}
	switch {
	case err == nil:
		return rapdu, nil
	case c.link.owed != nil: // it was given up
		return nil, err
	}
	err = c.whether(ctx, err)
	disposition := c.cfg.disposition()
	if errors.Is(err, apdu.ErrNoCard) || errors.Is(err, apdu.ErrCardReset) {
		disposition = leaveCard // nothing of ours is on it; and pcscd tries for long to reset a card that is gone
	}
	// A handle that is still held would keep the card from ourselves.
	_ = c.disconnect(ctx, disposition)
	return nil, err
}

// whether turns the error of a card that does not answer into that of one that
// is gone, if it is, which pcscd may take a moment to see.
func (c *Card) whether(ctx context.Context, err error) error {
	if !errors.Is(err, apdu.ErrCardFault) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		found, listErr := readers(ctx, c.cfg.Socket)
		if listErr != nil {
			return err
		}
		if !slices.ContainsFunc(found, func(r Reader) bool { return r.Name == c.used && r.Card }) {
			return fmt.Errorf("%w (%w)", CodeRemovedCard, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}
