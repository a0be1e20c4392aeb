package scp03

import (
	"crypto/aes"
	"errors"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/internal/cmac"
)

// maxKey is the largest key, AES-256, in octets.
const maxKey = 32

// Key is an AES key of 16, 24 or 32 octets. Every verb of fmt prints
// [redacted], and encoders that ask a value for its text get an error, so that
// a key does not reach a log or a file by accident. There is no way out for
// the octets.
//
// A copy of a Key is the same key: Wipe wipes them all. [Key.Clone] makes
// another one. == does not compile. The zero value is no key.
type Key struct {
	// reach returns the octets themselves. It is a function because fmt, when a
	// verb does not suit, looks through pointers, and at unexported fields it
	// does not ask for Format.
	reach func() []byte
}

// newKey is a key of n octets 00, and the octets.
func newKey(n int) (Key, []byte) {
	octets := make([]byte, n)
	return Key{reach: func() []byte { return octets }}, octets
}

// ErrSecret: a [Key] was asked to marshal itself.
var ErrSecret = errors.New("scp03: a key does not marshal itself")

const redacted = "[redacted]"

// NewKey returns a Key with a copy of octets. The error is [ErrKeys].
func NewKey(octets []byte) (Key, error) {
	switch len(octets) {
	case 16, 24, 32:
		k, own := newKey(len(octets))
		copy(own, octets)
		return k, nil
	}
	return Key{}, fmt.Errorf("scp03: key of %d octets, not 16, 24 or 32: %w", len(octets), ErrKeys)
}

// bytes are the octets themselves.
func (k Key) bytes() []byte {
	if k.reach == nil {
		return nil
	}
	return k.reach()
}

// Len is the number of octets, 0 for no key.
func (k Key) Len() int { return len(k.bytes()) }

// hash computes MACs under the key, which is not the zero Key.
func (k Key) hash() *cmac.Hash {
	h, _ := cmac.New(k.bytes()) // a Key is of no length that AES does not take
	return h
}

// Clone is another key of the same octets.
func (k Key) Clone() Key {
	if k.Len() == 0 {
		return Key{}
	}
	clone, octets := newKey(k.Len())
	copy(octets, k.bytes())
	return clone
}

// Wipe overwrites the octets with 00, in all copies of k.
func (k Key) Wipe() { clear(k.bytes()) }

// CheckValue is the key check value by which an issuer names an AES key
// without telling it: the first three octets of a block of 01 encrypted
// (GlobalPlatform Card Specification, B.6). The zero Key has none.
func (k Key) CheckValue() (kcv [3]byte, ok bool) {
	block, err := aes.NewCipher(k.bytes())
	if err != nil {
		return kcv, false
	}
	var b [aes.BlockSize]byte
	for i := range b {
		b[i] = 0x01
	}
	block.Encrypt(b[:], b[:])
	return [3]byte(b[:3]), true
}

// String is "[redacted]".
func (k Key) String() string { return redacted }

// Format prints "[redacted]" for every verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText fails with [ErrSecret].
func (k Key) MarshalText() ([]byte, error) { return nil, ErrSecret }

// MarshalJSON fails with [ErrSecret].
func (k Key) MarshalJSON() ([]byte, error) { return nil, ErrSecret }

// MarshalBinary fails with [ErrSecret]; encoding/gob asks for it.
func (k Key) MarshalBinary() ([]byte, error) { return nil, ErrSecret }

// Keys are the static keys of an application: KEY_ENC, KEY_MAC and KEY_DEK of
// Appendix H. ENC and MAC are of one length. DEK, which encrypts the keys that
// an issuer puts on a card, takes no part in a session and may be missing.
type Keys struct {
	Version       byte // key version number; 0 stands for any
	ENC, MAC, DEK Key
}

// NewKeys returns Keys with copies of the octets; dek may be nil. The error is
// [ErrKeys].
func NewKeys(version byte, enc, mac, dek []byte) (Keys, error) {
	keys := Keys{Version: version}
	for _, k := range []struct {
		name   string
		to     *Key
		octets []byte
	}{{"ENC", &keys.ENC, enc}, {"MAC", &keys.MAC, mac}, {"DEK", &keys.DEK, dek}} {
		if k.octets == nil && k.name == "DEK" {
			continue
		}
		var err error
		if *k.to, err = NewKey(k.octets); err != nil {
			keys.Wipe()
			return Keys{}, fmt.Errorf("%w (%s)", err, k.name)
		}
	}
	if err := keys.check(); err != nil {
		keys.Wipe()
		return Keys{}, fmt.Errorf("scp03: %w", err)
	}
	return keys, nil
}

// check refuses keys that no session can be made of.
func (k Keys) check() error {
	if k.ENC.Len() == 0 || k.ENC.Len() != k.MAC.Len() {
		return fmt.Errorf("keys ENC of %d octets and MAC of %d: %w", k.ENC.Len(), k.MAC.Len(), ErrKeys)
	}
	return nil
}

// Clone is another set of the same keys.
func (k Keys) Clone() Keys {
	return Keys{Version: k.Version, ENC: k.ENC.Clone(), MAC: k.MAC.Clone(), DEK: k.DEK.Clone()}
}

// Wipe overwrites all octets with 00, in all copies of k.
func (k Keys) Wipe() {
	k.ENC.Wipe()
	k.MAC.Wipe()
	k.DEK.Wipe()
}

// String is "[redacted]".
func (k Keys) String() string { return redacted }
