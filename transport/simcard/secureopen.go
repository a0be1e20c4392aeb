package simcard

import (
	"errors"
	"io"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// Instructions that open a secure channel (GlobalPlatform Card Specification,
// Amendment D, 7.1).
const (
	insInitializeUpdate     = 0x50
	insExternalAuthenticate = 0x82
)

// swHostRefused: authentication of the host cryptogram failed.
const swHostRefused apdu.SW = 0x6300

// secureSession is a secure channel on a logical one, open or to be opened by
// EXTERNAL AUTHENTICATE.
type secureSession struct {
	*scp03.CardSession
	keys  *keySet
	app   *node       // that it is with
	level scp03.Level // once it is open
	room  int         // octets in an answer, beside what protects them
}

// isOpen reports that the host is authenticated; s may be nil.
func (s *secureSession) isOpen() bool { return s != nil && s.Open() }

// endSession ends the channel's session; there may be none, nor a channel.
func (ch *channel) endSession() {
	if ch != nil && ch.session != nil {
		ch.session.End()
		ch.session = nil
	}
}

// endStrays ends sessions whose application is no longer the one of their
// channel.
func (c *Card) endStrays() {
	for _, ch := range c.channels {
		if ch != nil && ch.session != nil && ch.session.app != ch.app {
			ch.endSession()
		}
	}
}

// lookup is the function of that name, with what a secure channel needs.
func (r *request) lookup(ins byte) (instruction, bool) {
	switch {
	case r.secure == nil:
	case ins == insInitializeUpdate:
		return instruction{proprietary: true, run: (*request).initializeUpdate}, true
	case ins == insExternalAuthenticate:
		return instruction{proprietary: true, run: (*request).authenticateInTheClear}, true
	}
	return lookup(ins)
}

// initializeUpdate is INITIALIZE UPDATE (Amendment D, 7.1.1).
func (r *request) initializeUpdate() answer {
	switch {
	case r.inside != nil:
		return bare(apdu.SWConditions)
	case !r.secure.offeredBy(r.ch.app):
		return bare(apdu.SWWrongINS)
	}
	r.ch.endSession()
	set := r.secure.keySet(r.cmd.P1)
	switch {
	case r.cmd.P2 != 0:
		return bare(apdu.SWWrongP1P2)
	case set == nil:
		return bare(apdu.SWReferenceNotFound)
	}
	own, sw := r.secure.challenge(set, r.ch.app.AID)
	if sw != apdu.SWOK {
		return bare(sw)
	}
	card := scp03.Card{
		Diversification: [10]byte(r.secure.diversification),
		KeyVersion:      set.Version,
		Parameter:       r.secure.parameter,
	}
	session, data, err := scp03.NewCardSession(card, set.Keys, r.cmd.Data, own)
	if err != nil { // the host challenge: the rest is our own
		return bare(apdu.SWWrongLength)
	}
	r.ch.session = &secureSession{CardSession: session, keys: set, app: r.ch.app}
	return r.fetched(r.secure.spoilInitialize(data, len(own.Challenge)))
}

// challenge is the card's own; sw is 9000 or why there is none.
func (c *secureChannel) challenge(set *keySet, aid apdu.AID) (own scp03.CardChallenge, sw apdu.SW) {
	own.Challenge = make([]byte, c.macLen())
	if c.parameter&scp03.ParameterPseudo == 0 {
		if _, err := io.ReadFull(c.random, own.Challenge); err != nil {
			return own, apdu.SWNoDiagnosis
		}
		return own, apdu.SWOK
	}
	n := set.sequence
	if n > maxSequence {
		return own, apdu.SWConditions
	}
	own.Sequence = []byte{byte(n >> 16), byte(n >> 8), byte(n)}
	own.Challenge, _ = scp03.PseudoRandomChallenge(set.Keys, own.Sequence, aid, len(own.Challenge)) // the option has tried these keys
	return own, apdu.SWOK
}

// macLen is the length of challenges, cryptograms and MACs.
func (c *secureChannel) macLen() int {
	if c.parameter&scp03.ParameterS16 != 0 {
		return 16
	}
	return 8
}

// externalAuthenticate is EXTERNAL AUTHENTICATE (Amendment D, 7.1.2), as it
// must come: with a C-MAC, behind INITIALIZE UPDATE.
func (r *request) externalAuthenticate() answer {
	s := r.ch.session
	if s == nil {
		return bare(apdu.SWConditions)
	}
	r.secure.tried++
	if r.secure.strikes(RefusesHost, r.secure.tried) {
		r.ch.endSession()
		return bare(swHostRefused)
	}
	if err := s.Authenticate(r.cmd); err != nil {
		r.ch.endSession()
		return bare(statusOf(err))
	}
	s.level = scp03.Level(r.cmd.P1)
	s.room = r.secure.room(s.level)
	s.keys.sequence++
	r.secure.authenticated++
	return bare(apdu.SWOK)
}

// authenticateInTheClear is EXTERNAL AUTHENTICATE without a C-MAC, or inside a
// session.
func (r *request) authenticateInTheClear() answer {
	switch {
	case r.inside != nil:
		return bare(apdu.SWConditions)
	case !r.secure.offeredBy(r.ch.app):
		return bare(apdu.SWWrongINS)
	}
	r.ch.endSession()
	return bare(apdu.SWSecurity)
}

// room is how many octets an answer can hold when it is wrapped: there are 256
// with the MAC, and with padding to whole blocks.
func (c *secureChannel) room(level scp03.Level) int {
	const rMAC, rENC = scp03.Level11 &^ scp03.Level01, scp03.Level33 &^ scp03.Level13
	const block = 16
	n := apdu.MaxShortNe
	if level&rMAC != 0 {
		n -= c.macLen()
	}
	if level&rENC != 0 {
		n = n/block*block - 1
	}
	return n
}

// statusOf is the status word that an error of package scp03 stands for.
func statusOf(err error) apdu.SW {
	sw := apdu.SWSecurity
	errors.As(err, &sw)
	return sw
}
