package pcsc

import (
	"bytes"
	"encoding/binary"
	"math"
)

// The protocol between libpcsclite and pcscd, version 4: both ends of one
// machine, so numbers are in its own byte order, 32 bits each.
//
//	request   size  command  body…              size counts the body alone
//	answer    body…                             of the same shape, rv last
//
//	version      major minor rv
//	establish    scope context rv
//	connect      context name[128] share protocols card protocol rv
//	disconnect   card disposition rv
//	transmit     card protocol 8 length  protocol 8 room rv   command…
//	             card … length rv                             answer…, if rv is 0
//	readers      –
//	             16 of: name[128] events state sharing atr[33] 0[3] atrLength protocol
const (
	cmdEstablish  = 0x01
	cmdConnect    = 0x04
	cmdDisconnect = 0x06
	cmdTransmit   = 0x09
	cmdVersion    = 0x11
	cmdReaders    = 0x12

	versionMajor = 4
	versionMinor = 4 // what is asked for first: pcsc-lite 1.8.24 to 2.2.3, and 2.4.1 on
	oldestMinor  = 3

	scopeSystem = 2

	shareExclusive = 1
	shareShared    = 2

	protocolT0  = 1
	protocolT1  = 2
	protocolAny = protocolT0 | protocolT1

	leaveCard = 0
	resetCard = 1

	statePresent = 0x0004
	sharingAlone = math.MaxUint32 // -1: a program has the card for itself

	nameSize    = 128
	atrSize     = 33
	readerSize  = nameSize + 3*4 + atrSize + 3 + 2*4
	readerCount = 16

	// Sizes of the answers.
	shortSize    = 3 * 4
	connectSize  = 6*4 + nameSize
	transmitSize = 8 * 4

	// maxAnswer is the longest answer of a card: 65536 bytes and SW.
	maxAnswer = 1<<16 + 2
)

var order = binary.NativeEndian

// request makes a message of 32-bit numbers, and of a reader's name, which
// fills nameSize octets, where name is not "".
func request(command uint32, before []uint32, name string, behind ...uint32) []byte {
	body := words(nil, before...)
	if name != "" {
		var field [nameSize]byte
		copy(field[:nameSize-1], name)
		body = append(body, field[:]...)
	}
	body = words(body, behind...)
	return append(words(nil, uint32(len(body)), command), body...)
}

func words(dst []byte, numbers ...uint32) []byte {
	for _, n := range numbers {
		dst = order.AppendUint32(dst, n)
	}
	return dst
}

// word is the n-th number of an answer's end, counted from 1: word(b, 1) is rv.
func word(b []byte, n int) uint32 { return order.Uint32(b[len(b)-4*n:]) }

// Reader is a reader, as Readers found it.
type Reader struct {
	Name   string
	Card   bool   // a card is in it
	ATR    []byte // of the card; nil when there is none, or it does not answer
	InUse  bool   // by this program or another
	Locked bool   // by a program that has the card for itself
}

// parseReaders reads the answer to cmdReaders: entries without a name are
// unused.
func parseReaders(b []byte) []Reader {
	var found []Reader
	for ; len(b) >= readerSize; b = b[readerSize:] {
		name, rest := b[:nameSize], b[nameSize:readerSize]
		if end := bytes.IndexByte(name, 0); end >= 0 {
			name = name[:end]
		}
		if len(name) == 0 {
			continue
		}
		state, sharing := order.Uint32(rest[4:]), order.Uint32(rest[8:])
		r := Reader{
			Name:   string(name),
			Card:   state&statePresent != 0,
			InUse:  sharing != 0,
			Locked: sharing == sharingAlone,
		}
		atr := rest[12 : 12+atrSize]
		if n := word(rest, 2); r.Card && n > 0 && n <= atrSize {
			r.ATR = bytes.Clone(atr[:n])
		}
		found = append(found, r)
	}
	return found
}
