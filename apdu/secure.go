package apdu

import (
	"context"
	"errors"
	"fmt"
)

// SecureMessaging protects the commands of a [Channel] and undoes what
// protects their answers, see [Channel.Secure]. Package scp03 has one.
//
// Of every error but that of a command which it cannot carry, an
// implementation must have ended the session before it returns it, and it
// must refuse all that comes later.
type SecureMessaging interface {
	// Wrap returns the command to send in place of c, in the class for
	// channel 0. Its Data is valid until the next call of a method.
	Wrap(c Command) (Command, error)
	// Unwrap returns what the whole answer to the last wrapped command says:
	// the pieces that GET RESPONSE brings have been joined.
	Unwrap(r Response) (Response, error)
	// Unsent takes the last wrapped command back: the card never saw it.
	Unsent()
	// End ends the session: no command can be wrapped any more. The first
	// call's reason counts.
	End(reason error)
	// Limits are the data bytes that a command can carry, and those that one
	// can ask for.
	Limits() (nc, ne int)
}

// ErrNoSecureChannel tells that a card offers no secure channel, or not the one
// that is wanted.
var ErrNoSecureChannel = errors.New("the card does not offer this secure channel")

var errReplaced = errors.New("the channel got another")

// Secure makes every further command of the channel go through sm: those that
// callers send with [Channel.Transmit] and those of all other methods, but for
// GET RESPONSE, and MANAGE CHANNEL, which goes to the basic channel. A session
// that the channel had before is ended.
//
// A session that has ended stays where it is, so that nothing goes out in the
// clear unnoticed; Secure(nil) leaves the channel without any.
//
// An exchange of which the outcome is not known ends the session, and so does
// Close. A command that the modem refused (see [ErrRefused]) does not. What an
// answer says of its own length no longer shows where a file ends: over T=0
// the card does not hear how much is wanted. Nor does a status word, which has
// no MAC: the FCP must have told the size of a file that is read to its end. As
// 6Cxx cannot be followed, the length of a file and of a record is looked up in
// the FCP.
func (ch *Channel) Secure(sm SecureMessaging) {
	if ch.secure != nil {
		ch.secure.End(errReplaced)
	}
	ch.secure = sm
}

// Secured reports that commands go through secure messaging, ended or not.
func (ch *Channel) Secured() bool { return ch.secure != nil }

// maxNc is the number of data bytes that a short command can carry.
func (ch *Channel) maxNc() int {
	if ch.secure == nil {
		return MaxShortNc
	}
	nc, _ := ch.secure.Limits()
	return nc
}

// maxNe is the number of bytes that a short command can ask for.
func (ch *Channel) maxNe() int {
	if ch.secure == nil {
		return MaxShortNe
	}
	_, ne := ch.secure.Limits()
	return ne
}

// transmitSecured is Transmit through secure messaging. Nothing is repeated: a
// wrapped command is good for once.
func (ch *Channel) transmitSecured(ctx context.Context, c Command) (Response, error) {
	if err := ctx.Err(); err != nil {
		return Response{}, err
	}
	wrapped, err := ch.secure.Wrap(c)
	if err != nil {
		return Response{}, err
	}
	resp, err := ch.once(ctx, wrapped)
	if errors.Is(err, ErrRefused) {
		ch.secure.Unsent()
		return Response{}, err
	}
	if err == nil {
		resp, err = ch.fetchAll(ctx, wrapped, resp)
	}
	if err != nil {
		ch.secure.End(fmt.Errorf("an answer was lost: %w", err))
		return Response{}, err
	}
	return ch.secure.Unwrap(resp)
}
