// Package cmac computes AES-CMAC (RFC 4493, NIST SP 800-38B), which Go's
// standard library has for itself only.
//
//	message  M1 | M2 | … | Mn         blocks of 16 octets, Mn 1 to 16 of them
//	X1 = E(M1)   Xi = E(Mi ^ Xi-1)    MAC = E(Mn' ^ Xn-1)
//	Mn' = Mn ^ K1                     when Mn is whole
//	Mn' = Mn 80 00 … ^ K2             when it is not, or the message is empty
package cmac

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"fmt"
)

// Size is the number of octets of a MAC, and of a block.
const Size = 16

// Hash computes MACs under one key, one after another. Nothing is allocated
// after [New]. It is for one goroutine at a time.
type Hash struct {
	block  cipher.Block
	k1, k2 [Size]byte
	x      [Size]byte // the chain, into which n octets of the last block went
	n      int
}

// New returns a Hash for a key of 16, 24 or 32 octets, of which it keeps no
// reference.
func New(key []byte) (*Hash, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cmac: key of %d octets, not 16, 24 or 32", len(key))
	}
	h := &Hash{block: block}
	block.Encrypt(h.k1[:], h.k1[:])
	double(&h.k1)
	h.k2 = h.k1
	double(&h.k2)
	return h, nil
}

// double multiplies by x in GF(2^128), without a branch on the key.
func double(k *[Size]byte) {
	carry := k[0] >> 7
	for i := range Size - 1 {
		k[i] = k[i]<<1 | k[i+1]>>7
	}
	k[Size-1] = k[Size-1]<<1 ^ 0x87&-carry
}

// Reset begins a new message.
func (h *Hash) Reset() { h.x, h.n = [Size]byte{}, 0 }

// Write adds p to the message.
func (h *Hash) Write(p []byte) {
	for len(p) > 0 {
		if h.n == Size { // the last block is left to Sum
			h.block.Encrypt(h.x[:], h.x[:])
			h.n = 0
		}
		n := subtle.XORBytes(h.x[h.n:], h.x[h.n:], p)
		h.n, p = h.n+n, p[n:]
	}
}

// Sum puts the message's MAC into mac and begins a new message.
func (h *Hash) Sum(mac *[Size]byte) {
	last := &h.k1
	if h.n < Size {
		h.x[h.n] ^= 0x80
		last = &h.k2
	}
	subtle.XORBytes(h.x[:], h.x[:], last[:])
	h.block.Encrypt(h.x[:], h.x[:])
	*mac = h.x
	h.Reset()
}

// Wipe overwrites what was derived from the key. The round keys that
// crypto/aes keeps are out of reach; they are let go. h cannot be used any
// more.
func (h *Hash) Wipe() { *h = Hash{} }
