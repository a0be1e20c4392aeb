package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// P1 of READ BINARY and UPDATE BINARY (ETSI TS 102 221 11.1.3).
const (
	p1HasSFI = 0b1000_0000
	p1SFIRFU = 0b0110_0000
	p1SFI    = 0b0001_1111
)

// binaryTarget is the transparent EF and offset that P1 and P2 name; an EF
// named by its SFI becomes current.
func (r *request) binaryTarget() (ef *node, offset int, sw apdu.SW) {
	p1, p2 := r.cmd.P1, r.cmd.P2
	if p1&p1HasSFI == 0 {
		ef, sw = r.currentEF(apdu.StructureTransparent)
		return ef, int(p1)<<8 | int(p2), sw
	}
	if p1&p1SFIRFU != 0 {
		return nil, 0, apdu.SWWrongP1P2
	}
	ef, sw = r.efBySFI(p1&p1SFI, apdu.StructureTransparent)
	return ef, int(p2), sw
}

// currentEF is the current EF if it is of the given kind.
func (r *request) currentEF(kind apdu.Structure) (*node, apdu.SW) {
	switch {
	case r.ch.ef == nil:
		return nil, apdu.SWNoCurrentEF
	case r.ch.ef.Kind != kind:
		return nil, apdu.SWWrongStructure
	}
	return r.ch.ef, apdu.SWOK
}

// efBySFI makes the EF with the given SFI current.
func (r *request) efBySFI(sfi byte, kind apdu.Structure) (*node, apdu.SW) {
	ef := r.ch.df.childBySFI(sfi)
	if ef == nil {
		return nil, apdu.SWFileNotFound
	}
	r.ch.moveTo(ef)
	return r.currentEF(kind)
}

func (r *request) readBinary() answer {
	ef, offset, sw := r.binaryTarget()
	switch {
	case sw != apdu.SWOK:
		return bare(sw)
	case !ef.readCondition().met(r):
		return bare(apdu.SWSecurity)
	}
	ne := r.cmd.Ne
	if ne == 0 {
		ne = apdu.MaxShortNe // P3 is 00 over T=0 all the same
	}
	return r.read(ef.Content, offset, ne)
}

// read answers ne bytes of content from offset on, the card's way when there
// are not as many.
func (r *request) read(content []byte, offset, ne int) answer {
	rest := len(content) - offset
	if r.inside != nil && rest > 0 {
		ne = min(ne, r.inside.room)
		if r.lacksLe() {
			ne = min(ne, rest)
		}
	}
	switch {
	case offset > 0 && r.behaviour.has(ReadOnlyAtZero):
		return bare(apdu.SWOK)
	case rest <= 0:
		return r.readAtEnd(rest)
	case ne <= rest:
		return answer{data: content[offset : offset+ne], sw: apdu.SWOK}
	case r.behaviour.has(ReadPastEnd6C):
		return wrongLe(rest)
	case r.behaviour.has(ReadPastEnd6282):
		return answer{data: content[offset:], sw: apdu.SWEndOfFile}
	}
	return answer{data: content[offset:], sw: apdu.SWOK}
}

// readAtEnd answers where nothing is left: rest is 0, or below beyond the end.
func (r *request) readAtEnd(rest int) answer {
	switch {
	case r.behaviour.has(ReadAtEndEmpty):
		return bare(apdu.SWOK)
	case rest == 0 && r.behaviour.has(ReadAtEnd6C00):
		if r.Card.atEnd = !r.atEnd; r.atEnd {
			return bare(apdu.SWOK) // the repeat
		}
		return wrongLe(0)
	}
	return bare(apdu.SWWrongOffset)
}
