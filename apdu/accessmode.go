package apdu

import (
	"bytes"
	"math/bits"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Tags of access modes (ISO/IEC 7816-4:2013 9.3.3, ETSI TS 102 221 9.2.4).
const (
	tagModeByte        ber.Tag = 0x80
	tagCommandsLast    ber.Tag = 0x8F // 81 to 8F: commands, told by their headers
	tagProprietaryMode ber.Tag = 0x9C
)

// Bits of the mode byte that matter to an EF.
const (
	modeRead   = 0b0000_0001
	modeUpdate = 0b0000_0010
)

// Bits of the tags 81 to 8F: the octets of a header by which they tell a
// command. P1 and P2 are the other two.
const (
	tellsCLA = 0b1000
	tellsINS = 0b0100
)

// The instruction codes that READ and UPDATE of the mode byte stand for.
var (
	readCodes   = []byte{INSReadBinary, INSReadBinaryOdd, INSReadRecord, 0xB3}
	updateCodes = []byte{INSUpdateBinary, INSUpdateBinaryOdd, INSUpdateRecord, 0xDD}
)

// coverage tells whether an access mode is meant for an operation.
type coverage uint8

const (
	notMeant coverage = iota
	perhaps           // for some of its commands, or it cannot be told
	meant
)

// grant is what a condition, behind a mode, is to the operation.
func (c coverage) grant(condition Condition) Condition {
	switch {
	case c == meant:
		return condition
	case c == perhaps && !condition.Never():
		return unclear()
	}
	return Condition{}
}

func isMode(tag ber.Tag) bool {
	return tag >= tagModeByte && tag <= tagCommandsLast || tag == tagProprietaryMode
}

// mode takes one access mode; false means that its length is impossible.
//
//	80 01  b7 DELETE, b6 TERMINATE, b5 ACTIVATE, b4 DEACTIVATE, b3 WRITE, b2 UPDATE, b1 READ
//	8X n   a row of commands, each of CLA (b4 of the tag), INS (b3), P1 (b2), P2 (b1)
//	9C n   proprietary
func (p *part) mode(e ber.Element) bool {
	p.modes++
	v := e.Value
	switch e.Tag {
	case tagModeByte:
		if len(v) != 1 {
			return false
		}
		if v[0]&modeRead != 0 {
			p.read = meant
		}
		if v[0]&modeUpdate != 0 {
			p.update = meant
		}
	case tagProprietaryMode:
		p.read, p.update = max(p.read, perhaps), max(p.update, perhaps)
	default:
		told := uint8(e.Tag) & 0b1111
		size := bits.OnesCount8(told)
		if len(v) == 0 || len(v)%size != 0 {
			return false
		}
		for ; len(v) > 0; v = v[size:] {
			p.read = max(p.read, command(told, v, readCodes))
			p.update = max(p.update, command(told, v, updateCodes))
		}
	}
	return true
}

// command tells whether the command at the head of v is one of those with the
// given instruction codes.
func command(told uint8, v, codes []byte) coverage {
	if told&tellsINS == 0 {
		return perhaps
	}
	ins := v[0]
	if told&tellsCLA != 0 {
		ins = v[1]
	}
	switch {
	case bytes.IndexByte(codes, ins) < 0:
		return notMeant
	case told == tellsINS:
		return meant
	}
	return perhaps // of a class or with parameters that may be others than ours
}
