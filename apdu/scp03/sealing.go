package scp03

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/cmac"
)

const blockSize = aes.BlockSize

// sealing is what both ends keep of a session: the session keys, the chaining
// value of the MACs, and the counter of the commands.
type sealing struct {
	level     Level
	macLen    int // 8, or 16 in S16 mode
	enc       cipher.Block
	mac, rmac *cmac.Hash

	chain   [cmac.Size]byte // the MAC of the last command, whole
	counter uint64          // of commands since EXTERNAL AUTHENTICATE

	iv, sum [blockSize]byte // work space: on the stack it would escape
}

// wipe forgets the keys. What crypto/aes made of them is let go.
func (s *sealing) wipe() {
	s.mac.Wipe()
	s.rmac.Wipe()
	*s = sealing{level: s.level, macLen: s.macLen}
}

// chainCommand moves the chaining value on to a command: its MAC are the first
// macLen bytes (Amendment D, 6.2.4). The class is without its channel; Le is
// left out.
//
//	CMAC(S-MAC, chaining value | CLA INS P1 P2 Lc | data)     Lc counts the MAC
func (s *sealing) chainCommand(c apdu.Command, data []byte) {
	head := [5]byte{c.CLA&claProprietary | claSecure, c.INS, c.P1, c.P2, byte(len(data) + s.macLen)}
	s.mac.Reset()
	s.mac.Write(s.chain[:])
	s.mac.Write(head[:])
	s.mac.Write(data)
	s.mac.Sum(&s.chain)
}

// answerMAC is the MAC of an answer (Amendment D, 6.2.5), valid until the next
// call.
//
//	CMAC(S-RMAC, chaining value of the command | data | SW)
func (s *sealing) answerMAC(data []byte, sw apdu.SW) []byte {
	tail := [2]byte{sw.SW1(), sw.SW2()}
	s.rmac.Reset()
	s.rmac.Write(s.chain[:])
	s.rmac.Write(data)
	s.rmac.Write(tail[:])
	s.rmac.Sum(&s.sum)
	return s.sum[:s.macLen]
}

// Which way data go: the first byte of what the counter is encrypted in.
const (
	toCard byte = 0x00
	toHost byte = 0x80
)

// start makes the initial value of a command's, or its answer's, encryption
// (Amendment D, 6.2.6 and 6.2.7): the counter, encrypted.
func (s *sealing) start(way byte) {
	s.iv = [blockSize]byte{0: way}
	for i := range 8 {
		s.iv[blockSize-1-i] = byte(s.counter >> (8 * i))
	}
	s.enc.Encrypt(s.iv[:], s.iv[:])
}

// encrypt pads buf and encrypts it in place, but for what append moves.
func (s *sealing) encrypt(buf []byte, way byte) []byte {
	buf = append(buf, 0x80)
	for len(buf)%blockSize != 0 {
		buf = append(buf, 0)
	}
	s.start(way)
	before := s.iv[:]
	for at := 0; at < len(buf); at += blockSize {
		block := buf[at : at+blockSize]
		subtle.XORBytes(block, block, before)
		s.enc.Encrypt(block, block)
		before = block
	}
	return buf
}

// decrypt appends to dst what data, of whole blocks, hold without the padding;
// ok is false when there is none.
func (s *sealing) decrypt(dst, data []byte, way byte) (plain []byte, ok bool) {
	if len(data) == 0 || len(data)%blockSize != 0 {
		return nil, false
	}
	s.start(way)
	before := s.iv[:]
	first := len(dst)
	dst = append(dst, data...)
	for at := 0; at < len(data); at += blockSize {
		block, sealed := dst[first+at:first+at+blockSize], data[at:at+blockSize]
		s.enc.Decrypt(block, sealed)
		subtle.XORBytes(block, block, before)
		before = sealed
	}
	end := len(dst)
	for end > len(dst)-blockSize+1 && dst[end-1] == 0 {
		end--
	}
	if dst[end-1] != 0x80 {
		return nil, false
	}
	return dst[:end-1], true
}

// protected reports a status word whose answer carries a MAC at the levels that
// have one: a success or a warning. One that tells of an error stands alone.
func protected(sw apdu.SW) bool {
	return sw.Err() == nil || sw.SW1() == 0x63
}
