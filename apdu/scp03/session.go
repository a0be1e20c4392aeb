package scp03

import (
	"errors"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Session is the host's end of a secure channel, as [Open] makes it. It is an
// [apdu.SecureMessaging]: its channel calls the methods, nobody else need.
// Wrap and Unwrap take turns. It is for one goroutine at a time, as the channel
// is.
type Session struct {
	sealing
	card Card
	app  apdu.AID // the one that the session is with

	over   error           // why no command can be wrapped
	due    bool            // an answer is awaited
	before [blockSize]byte // the chaining value before the last command
	buf    [apdu.MaxShortNc + blockSize]byte
}

var _ apdu.SecureMessaging = (*Session)(nil)

// Card is what the card told of itself.
func (s *Session) Card() Card { return s.card }

// Level is what protects the session.
func (s *Session) Level() Level { return s.level }

// Limits are the data bytes of a command, and of an answer: 239 and 239 at
// level 33, 223 and 239 in S16 mode.
func (s *Session) Limits() (nc, ne int) { return s.level.limits(s.macLen) }

// Err is nil while the session lasts; then it is an [ErrSessionOver] with the
// reason.
func (s *Session) Err() error { return s.over }

// Close ends the session and wipes its keys; the card is not told. The channel
// refuses commands from then on: [apdu.Channel.Secure] with nil makes it plain
// again.
func (s *Session) Close() { s.End(errClosed) }

// End ends the session and wipes its keys, as Close does, for a reason that
// later errors tell. The second call does nothing.
func (s *Session) End(reason error) {
	if s.over != nil {
		return
	}
	s.over = fmt.Errorf("scp03: %w: %w", ErrSessionOver, reason)
	s.due = false
	s.wipe()
	clear(s.buf[:])
}

// fail ends the session, and is the error of what ended it.
func (s *Session) fail(reason error) error {
	s.End(reason)
	return fmt.Errorf("scp03: %w", reason)
}

// Wrap returns the wrapped form of c, whose class is 00 or 80. Le stays as it
// is. A SELECT by AID of another application ends the session: it can be
// neither wrapped nor sent in the clear unnoticed. A command that cannot be
// wrapped (of extended length, of too much data, of another class, GET
// RESPONSE, MANAGE CHANNEL) is an error that leaves the session as it was.
func (s *Session) Wrap(c apdu.Command) (apdu.Command, error) {
	if s.over != nil {
		return apdu.Command{}, s.over
	}
	if selectsApp(c) && (apdu.AID(c.Data) != s.app || c.P2&0b11 != 0) {
		s.End(errOtherApp)
		return apdu.Command{}, s.over
	}
	nc, _ := s.Limits()
	switch {
	case c.Extended, c.CLA&^claProprietary != 0, c.INS == apdu.INSGetResponse, c.INS == apdu.INSManageChannel:
		return apdu.Command{}, fmt.Errorf("scp03: %v cannot be wrapped", c)
	case len(c.Data) > nc:
		return apdu.Command{}, fmt.Errorf("scp03: %v: %d bytes of data, at most %d fit: %w", c, len(c.Data), nc, apdu.ErrWrongLength)
	}
	s.due, s.before = true, s.chain
	s.counter++
	data := append(s.buf[:0], c.Data...)
	if len(data) > 0 && s.level.encryptsCommands() {
		data = s.encrypt(data, toCard)
	}
	s.chainCommand(c, data)
	c.CLA |= claSecure
	c.Data = append(data, s.chain[:s.macLen]...)
	return c, nil
}

// Unsent takes the last wrapped command back, when the card never saw it.
func (s *Session) Unsent() {
	if s.due {
		s.due, s.chain = false, s.before
		s.counter--
		clear(s.buf[:])
	}
}

// Reasons for the end of a session that an answer gives, beside ErrMAC.
var (
	errNotAsked = errors.New("an answer without a command")
	errPieces   = errors.New("GET RESPONSE has not fetched all of an answer")
	errWrongLe  = errors.New("whether the card counted the command is not known")
)

// Unwrap returns what the answer to the last wrapped command says; its data
// are the caller's own, unless answers are not protected at all. Every error
// ends the session. [ErrMAC]: the answer is not what the card sent.
//
// A status word that tells of an error has no MAC. It comes through as it is,
// without data, and the session goes on; but for 6Cxx where commands are
// counted, since cards differ on whether they count that one, and a wrong
// count would make other data of the next answer.
func (s *Session) Unwrap(r apdu.Response) (apdu.Response, error) {
	if s.over != nil {
		return apdu.Response{}, s.over
	}
	if !s.due {
		return apdu.Response{}, s.fail(fmt.Errorf("%w: %w", errNotAsked, ErrMAC))
	}
	s.due = false
	clear(s.buf[:]) // it may hold a PIN
	switch {
	case r.SW.MoreData():
		return apdu.Response{}, s.fail(fmt.Errorf("%w: %w", errPieces, apdu.ErrMalformed))
	case r.SW.WrongLe() && s.level.encryptsCommands():
		return apdu.Response{}, s.fail(fmt.Errorf("%w: %w", errWrongLe, r.SW))
	case !s.level.macsAnswers():
		return r, nil
	case !protected(r.SW) && len(r.Data) == 0:
		return apdu.Response{SW: r.SW}, nil
	}
	n := len(r.Data) - s.macLen
	if n < 0 || !equal(s.answerMAC(r.Data[:n], r.SW), r.Data[n:]) {
		return apdu.Response{}, s.fail(ErrMAC)
	}
	if n == 0 || !s.level.encryptsAnswers() {
		return apdu.Response{Data: append([]byte(nil), r.Data[:n]...), SW: r.SW}, nil
	}
	plain, ok := s.decrypt(make([]byte, 0, n), r.Data[:n], toHost)
	if !ok {
		return apdu.Response{}, s.fail(fmt.Errorf("padding: %w", ErrMAC))
	}
	return apdu.Response{Data: plain, SW: r.SW}, nil
}

// String tells the level, never a key.
func (s Session) String() string { return "SCP03 session at level " + s.level.String() }

// Format writes String for every verb.
func (s Session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }
