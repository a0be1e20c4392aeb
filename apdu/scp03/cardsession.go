package scp03

import (
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// CardSession is the card's end of a secure channel, for simulated cards. Its
// errors are the status words to answer by; a bad MAC, or a command without
// one, ends it. It is for one goroutine at a time.
type CardSession struct {
	sealing
	card  Card
	proof []byte // the host cryptogram that is awaited
	open  bool   // the host is authenticated
	buf   []byte
}

// CardChallenge is what a card puts into a session of its own.
type CardChallenge struct {
	Challenge []byte // 8 or 16 bytes
	Sequence  []byte // the counter of three bytes, with ParameterPseudo only
}

// NewCardSession carries INITIALIZE UPDATE out: it returns the answer's data,
// and a session that waits for [CardSession.Authenticate]. host is the host
// challenge, the command's data. Keys are neither kept nor wiped. The error is
// [apdu.ErrWrongLength], when a challenge or sequence is not as long as
// card.Parameter says, or [ErrKeys].
func NewCardSession(card Card, keys Keys, host []byte, own CardChallenge) (*CardSession, []byte, error) {
	size, sequence := 8, 0
	if card.Parameter&ParameterS16 != 0 {
		size = 16
	}
	if card.Parameter&ParameterPseudo != 0 {
		sequence = 3
	}
	if len(host) != size || len(own.Challenge) != size || len(own.Sequence) != sequence {
		return nil, nil, fmt.Errorf("scp03: challenges of %d and %d bytes, sequence of %d, i = %02X: %w",
			len(host), len(own.Challenge), len(own.Sequence), card.Parameter, apdu.ErrWrongLength)
	}
	sealed, err := seal(keys, host, own.Challenge)
	if err != nil {
		return nil, nil, fmt.Errorf("scp03: %w", err)
	}
	s := &CardSession{sealing: *sealed, card: card}
	s.proof = s.cryptogram(constHostCryptogram, host, own.Challenge)
	data := append(card.Diversification[:], card.KeyVersion, scp, card.Parameter)
	data = append(data, own.Challenge...)
	data = append(data, s.cryptogram(constCardCryptogram, host, own.Challenge)...)
	return s, append(data, own.Sequence...), nil
}

// Authenticate carries EXTERNAL AUTHENTICATE out. The error is the [apdu.SW]
// to answer: 6A86 for a level that card.Parameter does not offer, 6700, 6982
// for a wrong MAC, 6300 for a wrong host cryptogram. The session has ended
// then.
func (s *CardSession) Authenticate(c apdu.Command) error {
	level := Level(c.P1)
	switch {
	case s.proof == nil:
		return apdu.SWConditions
	case c.INS != insExternalAuthenticate || !secured(c.CLA):
		return s.refuse(apdu.SWSecurity)
	case !level.OfferedBy(s.card.Parameter) || c.P2 != 0:
		return s.refuse(apdu.SWWrongP1P2)
	case len(c.Data) != 2*s.macLen:
		return s.refuse(apdu.SWWrongLength)
	}
	cryptogram, mac := c.Data[:s.macLen], c.Data[s.macLen:]
	if s.chainCommand(c, cryptogram); !equal(s.chain[:s.macLen], mac) {
		return s.refuse(apdu.SWSecurity)
	}
	if !equal(cryptogram, s.proof) {
		return s.refuse(swNotAuthenticated)
	}
	s.open, s.level, s.proof = true, level, nil
	return nil
}

// swNotAuthenticated: authentication of host cryptogram failed (Amendment D,
// 7.1.2.6).
const swNotAuthenticated apdu.SW = 0x6300

// refuse ends the session and is the status word to answer.
func (s *CardSession) refuse(sw apdu.SW) error {
	s.End()
	return sw
}

// Open reports that the host is authenticated and the session has not ended.
func (s *CardSession) Open() bool { return s.open }

// End ends the session and wipes its keys.
func (s *CardSession) End() {
	if s.open || s.proof != nil {
		s.open, s.proof = false, nil
		s.wipe()
		clear(s.buf)
	}
}

// Wrapped reports a command of secure messaging, by its class.
func Wrapped(c apdu.Command) bool { return secured(c.CLA) }

// Unwrap returns the command that a wrapped one carries, on the same channel.
// Its Data is valid until the next call. The error is the [apdu.SW] to answer.
func (s *CardSession) Unwrap(c apdu.Command) (apdu.Command, error) {
	n := len(c.Data) - s.macLen
	switch {
	case !s.open:
		return apdu.Command{}, apdu.SWSecurity
	case !secured(c.CLA), c.Extended, n < 0:
		return apdu.Command{}, s.refuse(apdu.SWSecurity)
	}
	data, mac := c.Data[:n], c.Data[n:]
	if s.chainCommand(c, data); !equal(s.chain[:s.macLen], mac) {
		return apdu.Command{}, s.refuse(apdu.SWSecurity)
	}
	s.counter++
	s.buf = append(s.buf[:0], data...)
	if n > 0 && s.level.encryptsCommands() {
		plain, ok := s.decrypt(s.buf[:0], data, toCard)
		if !ok {
			return apdu.Command{}, s.refuse(apdu.SWWrongData)
		}
		s.buf = plain
	}
	c.CLA, c.Data = unsecured(c.CLA), s.buf
	return c, nil
}

// Wrap returns the wrapped form of the answer to the last command. Data are
// the caller's. An error status word goes alone.
func (s *CardSession) Wrap(r apdu.Response) apdu.Response {
	switch {
	case !s.open || !s.level.macsAnswers():
		return r
	case !protected(r.SW):
		return apdu.Response{SW: r.SW}
	}
	data := append(make([]byte, 0, len(r.Data)+2*blockSize), r.Data...)
	if len(data) > 0 && s.level.encryptsAnswers() {
		data = s.encrypt(data, toHost)
	}
	return apdu.Response{Data: append(data, s.answerMAC(data, r.SW)...), SW: r.SW}
}

// Miscount makes the card lose step with the host: it counts a command that did
// not come, as a card does that counts differently.
func (s *CardSession) Miscount() { s.counter++ }

// String tells nothing but what it is.
func (s CardSession) String() string { return "SCP03 session of a card at level " + s.level.String() }

// Format writes String for every verb.
func (s CardSession) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }
