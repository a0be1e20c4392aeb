package simboot

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// DefaultMinTries keeps the last try of a PIN for a person.
const DefaultMinTries = 2

// PINPolicy says what to do when the card asks for a PIN before a file is read
// (G.2.4). The zero value tells which one it asks for, and fails.
//
// A PIN is sent once: a reference is tried once in a call, and a PIN that a
// card refused is remembered in Memory, as a salted digest with the card's
// ICCID, and never sent to that card again, until [ForgetPINs]. It is noted
// before it is sent, so that a device that loses power in the middle, or reboots
// in a loop, does not use up the tries. How many are left is asked first, which
// costs none. The last [bootstrapper.MaxPINMarks] are remembered.
type PINPolicy struct {
	// Ask is called for the digits, 4 to 8 of them, in a new slice: it is
	// cleared after use. None: the PIN is not known. nil: no PIN is known.
	Ask func(ctx context.Context, r PINRequest) (digits []byte, err error)

	// Reference is the PIN to verify; 0: the one that the card's access rules
	// name.
	Reference apdu.KeyReference

	// MinTries is the least number of tries left with which a PIN is sent; 0
	// for [DefaultMinTries]. With 1 the last try is used, which blocks the PIN
	// if it fails, and a PIN is sent to a card that does not tell the tries.
	MinTries int

	// Memory remembers the PINs. nil: the store that [Bootstrap] and [Check]
	// are given; [Read] and [Open] have none, and need it with Ask.
	Memory bootstrapper.Store
}

// PINRequest is what is known of the PIN that a card asks for.
type PINRequest struct {
	Reference apdu.KeyReference
	Tries     int       // left; [TriesUnknown]
	ICCID     string    // of the card; "" when it cannot be read
	File      apdu.Path // to be read
}

// TriesUnknown stands for a number of tries that the card does not tell.
const TriesUnknown = -1

// String is "PIN1 (01) of card 8988211000000000001, 3 tries left".
func (r PINRequest) String() string {
	card := ""
	if r.ICCID != "" {
		card = " of card " + r.ICCID
	}
	return fmt.Sprintf("%v%s, %s", r.Reference, card, triesLeft(r.Tries))
}

// Why a PIN was not verified, for errors.Is; a [*PINError] has the details.
var (
	// ErrPINNeeded: the card asks for a PIN, and none is known.
	ErrPINNeeded = errors.New("a PIN is needed: answer Config.PIN.Ask, or have the issuer lift the condition")
	// ErrPINRefused: the card refused the PIN, now or earlier, or nothing else
	// can be told from the tries left. See [ForgetPINs].
	ErrPINRefused = errors.New("this PIN was refused and is not sent to this card again: set the right one, or forget the PINs if it is")
	// ErrPINTries: too few tries are left.
	ErrPINTries = errors.New("too few tries left to send a PIN: verify it in another device, or lower Config.PIN.MinTries")
	// ErrPINBlocked: the PIN is blocked.
	ErrPINBlocked = errors.New("the PIN is blocked: unblock it with the PUK")
)

// errPINNotEnough: what the card named is verified.
var errPINNotEnough = errors.New("verified, and the file asks for more: the issuer must lift the condition")

// PINError tells that a PIN kept a file from being read. It is
// [apdu.ErrSecurity], and one of ErrPINNeeded, ErrPINRefused, ErrPINTries and
// ErrPINBlocked.
type PINError struct {
	Reference apdu.KeyReference // 0: the card does not tell which
	Tries     int               // left; [TriesUnknown]
	Err       error
}

// Error is one line, without a digit of the PIN.
func (e *PINError) Error() string {
	if e.Reference == 0 {
		return fmt.Sprintf("the card does not tell which PIN: %v", e.Err)
	}
	return fmt.Sprintf("%v, %s: %v", e.Reference, triesLeft(e.Tries), e.Err)
}

// Unwrap returns Err and [apdu.ErrSecurity].
func (e *PINError) Unwrap() []error { return []error{e.Err, apdu.ErrSecurity} }

// or is the one of two errors that tells more; the first, if they tell the same.
func (e *PINError) or(other *PINError) *PINError {
	if other.weight() > e.weight() {
		return other
	}
	return e
}

// weight orders errors of several PINs, any of which would do, by what they
// tell: that one was tried, that one could not be, that one is not known.
func (e *PINError) weight() int {
	switch {
	case errors.Is(e.Err, ErrPINRefused):
		return 4
	case errors.Is(e.Err, ErrPINBlocked), errors.Is(e.Err, ErrPINTries):
		return 3
	case e.Reference.PIN():
		return 2
	case e.Reference != 0:
		return 1
	}
	return 0
}

func triesLeft(n int) string {
	switch n {
	case TriesUnknown:
		return "tries left unknown"
	case 1:
		return "1 try left"
	}
	return fmt.Sprintf("%d tries left", n)
}
