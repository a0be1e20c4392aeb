package personal

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// ErrKey tells of a text that is no key of a card.
var ErrKey = errors.New("not a key: 4 to 8 digits, or 16 hex digits, alone on one line")

// keyLength is that of a PIN or key in VERIFY (ETSI TS 102 221 11.1.9).
const keyLength = 8

// ParseKey reads a PIN, or a key of the issuer, in one of the two forms in
// which they are handed out, on one line; blanks are passed over:
//
//	12345678            4 to 8 digits    31 32 33 34 35 36 37 38, filled with FF
//	3132333435363738    16 hex digits    the eight octets as they are
//
// The error is [ErrKey] and shows nothing of the text.
func ParseKey(text string) (objects.Secret, error) {
	if strings.ContainsAny(strings.TrimSpace(text), "\r\n") { // two keys, of which one would be made
		return objects.Secret{}, fmt.Errorf("personal: %w", ErrKey)
	}
	text = strings.Join(strings.Fields(text), "")
	if octets, ok := apdu.PadPIN(text); ok {
		return objects.NewSecret(octets), nil
	}
	octets, err := hex.DecodeString(text)
	if err != nil || len(octets) != keyLength {
		return objects.Secret{}, fmt.Errorf("personal: %w", ErrKey)
	}
	return objects.NewSecret(octets), nil
}

// Why a key was not used, or did not help; a [*KeyError] has the details.
var (
	// ErrWrongKey: the card refused the key. It was sent once.
	ErrWrongKey = errors.New("the card refused the key, which costs a try: do not send another before you are sure of it")
	// ErrTries: too few tries are left, or the card does not tell them.
	ErrTries = errors.New("too few tries are left, and the last one blocks the key for good: make sure of the key, then force its use")
	// ErrBlocked: the key is blocked.
	ErrBlocked = errors.New("the key is blocked: nothing but the issuer's means can unblock it")
	// ErrNoKey: the file asks for a key that was not given.
	ErrNoKey = errors.New("the file asks for a key that was not given")
	// ErrUnknownKey: the card has no key of that reference.
	ErrUnknownKey = errors.New("the card has no such key: name another reference")
)

// TriesUnknown stands for a number of tries that a card does not tell.
const TriesUnknown = -1

// KeyError tells why a PIN or key was not used, or did not help.
type KeyError struct {
	Reference apdu.KeyReference
	Tries     int // left; [TriesUnknown]
	Err       error
}

// Error is one line, without an octet of the key.
func (e *KeyError) Error() string {
	return fmt.Sprintf("%v: %v", KeyState{e.Reference, e.Tries}, e.Err)
}

// Unwrap returns Err.
func (e *KeyError) Unwrap() error { return e.Err }

// KeyState is a PIN or key and the tries that it has left.
type KeyState struct {
	Reference apdu.KeyReference
	Tries     int // [TriesUnknown]
}

// String is "ADM1 (0A), 3 tries left".
func (k KeyState) String() string {
	switch k.Tries {
	case TriesUnknown:
		return fmt.Sprintf("%v, tries left unknown", k.Reference)
	case 1:
		return fmt.Sprintf("%v, 1 try left", k.Reference)
	}
	return fmt.Sprintf("%v, %d tries left", k.Reference, k.Tries)
}
