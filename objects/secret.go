package objects

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
)

// Secret is key material. Every verb of fmt prints [redacted], and encoders
// that ask a value for its text get an error, so that a key does not reach a
// log or a file by accident. [Secret.Bytes] is the one way out.
//
// A Secret never changes and may be copied. Compare with [Secret.Equal]; ==
// does not compile. The zero value is no key at all, as against one of no
// octets.
//
// It is no slice, for fmt prints some slices without asking their methods: in
// unexported fields, and behind a pointer when the verb does not suit it. Of
// a pointer it shows the address.
type Secret struct {
	_      [0]func() // not comparable: octets is a pointer
	octets *string
}

// ErrSecret: a [Secret] was asked to marshal itself.
var ErrSecret = errors.New("objects: a secret does not marshal itself")

const redacted = "[redacted]"

// NewSecret returns a Secret with a copy of octets; nil gives the zero Secret.
func NewSecret(octets []byte) Secret {
	if octets == nil {
		return Secret{}
	}
	s := string(octets)
	return Secret{octets: &s}
}

// Bytes is a copy of the octets, for the caller to use and to wipe; nil for
// the zero Secret.
func (s Secret) Bytes() []byte {
	if s.octets == nil {
		return nil
	}
	return append([]byte{}, *s.octets...)
}

// IsZero reports whether there is no key at all.
func (s Secret) IsZero() bool { return s.octets == nil }

// Len is the number of octets.
func (s Secret) Len() int {
	if s.octets == nil {
		return 0
	}
	return len(*s.octets)
}

// Equal compares the octets, in a time that depends on their number alone. No
// key is equal to one of no octets.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare(s.Bytes(), other.Bytes()) == 1
}

// String is "[redacted]".
func (s Secret) String() string { return redacted }

// Format prints "[redacted]" for every verb.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// MarshalText fails with [ErrSecret].
func (s Secret) MarshalText() ([]byte, error) { return nil, ErrSecret }

// MarshalJSON fails with [ErrSecret].
func (s Secret) MarshalJSON() ([]byte, error) { return nil, ErrSecret }

// MarshalBinary fails with [ErrSecret]; encoding/gob asks for it.
func (s Secret) MarshalBinary() ([]byte, error) { return nil, ErrSecret }
