package simcard

import (
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// secured carries out a command of secure messaging: EXTERNAL AUTHENTICATE, or
// one of a session.
func (r *request) secured() answer {
	r.class, _ = parseClass(r.cmd.CLA)
	r.ch = r.channels[r.class.channel]
	switch {
	case r.ch == nil:
		return bare(apdu.SWNoSuchChannel)
	case !r.secure.offeredBy(r.ch.app):
		return bare(apdu.SWNoSecureMessaging)
	case r.ch.session.isOpen():
		return r.throughSession(r.ch.session)
	case r.cmd.INS == insExternalAuthenticate && r.class.proprietary:
		return r.settled(r.externalAuthenticate())
	}
	return bare(apdu.SWSecurity)
}

// throughSession unwraps the command, carries it out as the plain one on its
// channel, and wraps the answer:
//
//	r ──Unwrap──▶ plain ──carryOut──▶ a ──Wrap──▶ wrapped ──T0──▶ 61xx
func (r *request) throughSession(s *secureSession) answer {
	c := r.secure
	c.arrived++
	n := c.arrived
	if c.strikes(ChannelCloses, n) {
		return r.loseChannel()
	}
	if c.strikes(CounterLost, n) {
		s.Miscount()
	}
	plain, err := s.Unwrap(r.cmd)
	if err != nil {
		r.ch.endSession()
		return bare(statusOf(err))
	}
	c.unwrapped[plain.INS]++
	if r.behaviour.has(T0) {
		plain.Ne = 0
	}
	inner := &request{Card: r.Card, cmd: plain, atEnd: r.atEnd, inside: s}
	a := inner.carryOut()
	if len(a.data) > s.room {
		a = bare(apdu.SWWrongLength)
	}
	resp := s.Wrap(apdu.Response{Data: a.data, SW: a.sw})
	wrapped := answer{data: slices.Clone(resp.Data), sw: resp.SW} // a fault must not reach the file
	sent := c.spoil(n, a, wrapped)
	c.last = wrapped
	if r.behaviour.has(T0) {
		return r.keep(sent, 0)
	}
	return sent
}

// loseChannel closes the logical channel; the basic one loses its session.
func (r *request) loseChannel() answer {
	r.ch.endSession()
	if r.class.channel == 0 {
		return bare(apdu.SWSecurity)
	}
	r.channels[r.class.channel] = nil
	return bare(apdu.SWNoSuchChannel)
}

// passesInTheClear reports a command that may come unwrapped while a session is
// open: those that are not the application's own.
func (r *request) passesInTheClear() bool {
	switch r.cmd.INS {
	case apdu.INSGetResponse, apdu.INSManageChannel, insInitializeUpdate:
		return true
	case apdu.INSSelect:
		return r.cmd.P1 == apdu.SelectByAID && !r.class.is2G
	}
	return false
}

// Authenticated is how many times a host was authenticated by EXTERNAL
// AUTHENTICATE.
func (c *Card) Authenticated() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.secure == nil {
		return 0
	}
	return c.secure.authenticated
}

// SecureChannels lists the logical channels, the basic one included, on which
// a secure channel is open, in ascending order.
func (c *Card) SecureChannels() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	var open []int
	for n, ch := range c.channels {
		if ch != nil && ch.session.isOpen() {
			open = append(open, n)
		}
	}
	return open
}

// WrappedCommands is the number of commands with the instruction byte ins that
// came through a secure channel, with a right C-MAC; [Card.Commands] counts
// them too.
func (c *Card) WrappedCommands(ins byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.secure == nil {
		return 0
	}
	return c.secure.unwrapped[ins]
}
