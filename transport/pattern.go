package transport

import (
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// hidden stands for a byte of a command that a transcript does not tell.
const hidden = -1

// maxTold is the longest command or answer in a transcript: a header, Lc and
// Le of extended length and the data that they allow.
const maxTold = 4 + 3 + apdu.MaxExtendedNc + 2

// pattern is a row of bytes of which some may be hidden.
type pattern []int16

func patternOf(b []byte) pattern {
	p := make(pattern, len(b))
	for i, v := range b {
		p[i] = int16(v)
	}
	return p
}

// commandPattern is patternOf, but for what may be a PIN.
func commandPattern(capdu []byte) pattern {
	p := patternOf(capdu)
	p.hidePIN()
	return p
}

// hide hides what stands from the offset on.
func (p pattern) hide(from int) {
	for i := from; i < len(p); i++ {
		p[i] = hidden
	}
}

// bytes has zeros for what is hidden.
func (p pattern) bytes() []byte {
	b := make([]byte, len(p))
	for i, v := range p {
		if v != hidden {
			b[i] = byte(v)
		}
	}
	return b
}

// told reports that nothing is hidden.
func (p pattern) told() bool { return !slices.Contains(p, hidden) }

// covers tells whether b is of the pattern: of its length, and the same but
// for what is hidden.
func (p pattern) covers(b []byte) bool {
	if len(p) != len(b) {
		return false
	}
	for i, v := range p {
		if v != hidden && byte(v) != b[i] {
			return false
		}
	}
	return true
}

// hidePIN hides all behind the Lc of a command that may carry a PIN, whatever
// its class: plain, of a SIM (A0) or secured.
//
//	00 20 00 01 08 ** ** ** ** ** ** ** **
//
// What stands in the place of Lc is hidden too when it is none, and may be a
// digit.
func (p pattern) hidePIN() {
	const lc = 4
	if len(p) <= lc || p[1] == hidden || !apdu.CarriesPIN(byte(p[1])) {
		return
	}
	behind := len(p) - lc - 1
	switch v := int(p[lc]); v {
	case 0, behind, behind - 1: // extended, case 3, case 4
		p.hide(lc + 1)
	default:
		p.hide(lc)
	}
}
