package scp03

import (
	"crypto/aes"
	"crypto/subtle"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/cmac"
)

// Derivation constants (Amendment D, 4.1.5).
const (
	constCardCryptogram byte = 0x00
	constHostCryptogram byte = 0x01
	constCardChallenge  byte = 0x02
	constSENC           byte = 0x04
	constSMAC           byte = 0x06
	constSRMAC          byte = 0x07
)

// derive fills out with key material: NIST SP 800-108 in counter mode, with
// CMAC (Amendment D, 4.1.5).
//
//	block i = CMAC(key, 00 × 11 | constant | 00 | bits of out (2) | i (1) | context)
func derive(h *cmac.Hash, constant byte, out []byte, context ...[]byte) {
	bits := len(out) * 8
	var block [cmac.Size]byte
	defer clear(block[:])
	for i := byte(1); len(out) > 0; i++ {
		h.Reset()
		h.Write([]byte{11: constant, 13: byte(bits >> 8), 14: byte(bits), 15: i})
		for _, c := range context {
			h.Write(c)
		}
		h.Sum(&block)
		out = out[copy(out, block[:]):]
	}
}

// seal makes the session keys of two challenges, and what both ends keep of a
// session. The challenges are of the length that MACs will have.
func seal(keys Keys, host, card []byte) (*sealing, error) {
	if err := keys.check(); err != nil {
		return nil, err
	}
	s := &sealing{macLen: len(host)}
	var octets [maxKey]byte
	key := octets[:keys.ENC.Len()]
	defer clear(key)

	// Keys are of no length that AES does not take: nothing can fail.
	static := keys.ENC.hash()
	derive(static, constSENC, key, host, card)
	s.enc, _ = aes.NewCipher(key)
	static.Wipe()

	static = keys.MAC.hash()
	derive(static, constSMAC, key, host, card)
	s.mac, _ = cmac.New(key)
	derive(static, constSRMAC, key, host, card)
	s.rmac, _ = cmac.New(key)
	static.Wipe()
	return s, nil
}

// cryptogram is the proof of one end that it knows the session keys.
func (s *sealing) cryptogram(constant byte, host, card []byte) []byte {
	out := make([]byte, s.macLen)
	derive(s.mac, constant, out, host, card)
	return out
}

// PseudoRandomChallenge is the card challenge of size bytes, 8 or 16, that a
// card with pseudo-random challenges sends for the sequence counter (three
// bytes) of its key set; aid is that of the application, whole.
func PseudoRandomChallenge(keys Keys, sequence []byte, aid apdu.AID, size int) ([]byte, error) {
	if err := keys.check(); err != nil {
		return nil, fmt.Errorf("scp03: %w", err)
	}
	h := keys.ENC.hash()
	defer h.Wipe()
	out := make([]byte, size)
	derive(h, constCardChallenge, out, sequence, []byte(aid))
	return out, nil
}

// equal compares in constant time.
func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
