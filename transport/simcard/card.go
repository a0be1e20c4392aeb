package simcard

import (
	"context"
	"fmt"
	"sync"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Card is a simulated UICC. It is an [apdu.CardTransport]; [NewModem] puts a
// modem in front of it. All methods are safe for concurrent use: commands take
// their turns, as on a card.
type Card struct {
	mu sync.Mutex

	// What New made of the options; constant from then on.
	behaviour set[Behaviour]
	limit     int // highest channel number
	noChannel apdu.SW
	refuse    func(cmd apdu.Command, efSelected bool) apdu.SW
	pins      []*pin
	mf        *node
	secure    *secureChannel // nil: not offered

	absent   bool
	channels [maxChannel + 1]*channel // nil: closed
	pending  *pendingAnswer           // what GET RESPONSE would bring
	atEnd    bool                     // the last command was a READ BINARY answered 6C00

	total    int
	counts   [256]int
	before   []func(n int, cmd apdu.Command)
	observer []func(cmd apdu.Command, sw apdu.SW)
}

// New makes a card; without options it is a SIM in a device, its logical
// channels closed, with nothing for LwM2M on it. The errors are [ErrBadFile]
// and [ErrBadOption].
func New(opts ...Option) (*Card, error) {
	s := setup{channels: DefaultChannels, iccid: DefaultICCID, secure: newSecureChannel()}
	for _, o := range opts {
		if err := o.apply(&s); err != nil {
			return nil, fmt.Errorf("simcard: %w", err)
		}
	}
	mf, err := s.tree()
	if err == nil {
		err = s.disable()
	}
	if err != nil {
		return nil, fmt.Errorf("simcard: %w", err)
	}
	c := &Card{
		behaviour: s.behaviour,
		limit:     s.channels,
		noChannel: s.noChannel,
		refuse:    s.refuse,
		pins:      s.pins,
		mf:        mf,
		secure:    s.secure.offered(s.iccid),
	}
	if c.noChannel == 0 {
		c.noChannel = apdu.SWNotSupported
		if c.limit == 0 {
			c.noChannel = apdu.SWNoSuchChannel
		}
	}
	c.reset()
	return c, nil
}

// tree makes the files.
func (s *setup) tree() (*node, error) {
	if err := s.behaviour.clash(behaviourClashes); err != nil {
		return nil, err
	}
	if err := s.layout.clash(layoutClashes); err != nil {
		return nil, err
	}
	var files []File
	if !s.blank {
		files = append(files, s.usimFiles()...)
	}
	if s.hasBootstrap {
		app, err := s.application()
		if err != nil {
			return nil, err
		}
		files = append(files, app)
	}
	mf := &node{File: File{Kind: apdu.StructureDF, FID: apdu.FIDMF}}
	for _, f := range append(files, s.files...) {
		if err := mf.put(f, 0); err != nil {
			return nil, err
		}
	}
	if err := makeDir(mf, s.layout); err != nil {
		return nil, err
	}
	s.setConditions(mf)
	return mf, makeRules(mf)
}

// setConditions does what ReadCondition and UpdateCondition ask for, below n.
func (s *setup) setConditions(n *node) {
	for _, c := range n.children {
		if !c.isDF() {
			c.read, c.update = s.conditions[c.FID], s.updates[c.FID]
		}
		s.setConditions(c)
	}
}

// Transmit carries out one command APDU of the short form. The error is
// [apdu.ErrNoCard] while the card is removed, or that of ctx; the answer is
// the caller's.
func (c *Card) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("simcard: %w", err)
	}
	cmd, malformed := parse(capdu)
	c.mu.Lock()
	c.total++
	n, hooks := c.total, c.before
	c.mu.Unlock()
	for _, hook := range hooks { // not locked: they change the card
		hook(n, shown(cmd))
	}

	c.mu.Lock()
	if c.absent {
		c.mu.Unlock()
		return nil, fmt.Errorf("simcard: %w", apdu.ErrNoCard)
	}
	c.counts[cmd.INS]++
	a := answer{sw: apdu.SWWrongLength}
	if !malformed {
		a = c.execute(cmd)
	}
	rapdu := apdu.Response{Data: a.data, SW: a.sw}.AppendTo(nil)
	observers := c.observer
	c.mu.Unlock()
	for _, observe := range observers {
		observe(shown(cmd), a.sw)
	}
	return rapdu, nil
}

// parse reads a command. One whose body is malformed keeps its header; a
// header that is not whole is filled with zeros.
func parse(capdu []byte) (cmd apdu.Command, malformed bool) {
	cmd, err := apdu.ParseCommand(capdu)
	if err == nil && !cmd.Extended {
		return cmd, false
	}
	var head [4]byte
	copy(head[:], capdu)
	return apdu.Command{CLA: head[0], INS: head[1], P1: head[2], P2: head[3]}, true
}

// Reset is what a reset of the card does: logical channels are closed, secure
// channels end, PINs are no longer verified, the MF is current.
func (c *Card) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reset()
}

func (c *Card) reset() {
	for _, ch := range c.channels {
		ch.endSession()
	}
	c.channels = [maxChannel + 1]*channel{}
	c.channels[0] = &channel{position: &position{df: c.mf}}
	c.pending, c.atEnd = nil, false
	for _, p := range c.pins {
		p.verified = false
	}
}

// Remove takes the card out: Transmit fails with [apdu.ErrNoCard].
func (c *Card) Remove() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.absent = true
}

// Insert puts the card in again, which resets it. Wrong tries of a PIN stay
// counted.
func (c *Card) Insert() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.absent = false
	c.reset()
}

// Present reports whether the card is in.
func (c *Card) Present() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.absent
}
