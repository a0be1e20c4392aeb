package scp03

import (
	"errors"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Errors to be tested for with errors.Is. A refusal of the card has its
// [apdu.SW] in the chain.
var (
	// ErrNotOffered: the application has no secure channel (INITIALIZE UPDATE
	// is refused), or not SCP03, or not of the level or mode wanted.
	ErrNotOffered = apdu.ErrNoSecureChannel
	// ErrKeys: the keys are of lengths, or of a version, that cannot be right.
	ErrKeys = errors.New("the keys do not fit")
	// ErrNotAuthenticated: the card could not prove that it knows the keys.
	// Wrong keys, the wrong card and an altered cryptogram look the same.
	ErrNotAuthenticated = errors.New("the card is not authenticated: wrong keys, or an altered cryptogram")
	// ErrHostRefused: the card did not take EXTERNAL AUTHENTICATE. Cards count
	// such failures; do not try for ever.
	ErrHostRefused = errors.New("the card refuses the host")
	// ErrMAC: an answer is not what the card sent. Nothing of it is used, and
	// the session has ended.
	ErrMAC = errors.New("the MAC of an answer is wrong")
	// ErrSessionOver: the session has ended; the reason stands behind it. Its
	// channel sends nothing more until it gets another, see
	// [apdu.Channel.Secure].
	ErrSessionOver = errors.New("the secure channel has ended")
)

// Reasons for the end of a session that are nobody's fault.
var (
	errClosed   = errors.New("closed")
	errOtherApp = errors.New("SELECT of another application")
)
