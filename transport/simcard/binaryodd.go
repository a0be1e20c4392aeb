package simcard

import (
	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Data objects of the odd instruction codes of READ BINARY and UPDATE BINARY
// (ISO/IEC 7816-4:2013 11.2.2).
const (
	tagOffset        ber.Tag = 0x54
	tagDiscretionary ber.Tag = 0x53
)

// readBinaryOdd takes the offset from the data, of the current EF, and wraps
// its answer: 53 L data (ISO/IEC 7816-4:2013 11.2.3). Ne counts the wrapping.
func (r *request) readBinaryOdd() answer {
	ef, sw := r.oddTarget()
	if sw != apdu.SWOK {
		return bare(sw)
	}
	rd := ber.NewReader(r.cmd.Data)
	offset, ok := readOffset(&rd)
	if !ok || !rd.End() {
		return bare(apdu.SWWrongData)
	}
	if !ef.readCondition().met(r) {
		return bare(apdu.SWSecurity)
	}
	ne := r.cmd.Ne
	if ne == 0 || r.behaviour.has(T0) {
		ne = apdu.MaxShortNe // Le does not reach a card over T=0
	}
	if r.inside != nil {
		ne = min(ne, r.inside.room)
	}
	room := roomWrapped(ne)
	if room < 1 {
		return bare(apdu.SWWrongLength)
	}
	a := r.read(ef.Content, offset, room)
	switch {
	case a.sw.WrongLe() && a.sw.SW2() != 0:
		n := int(a.sw.SW2())
		return wrongLe(n + len(ber.AppendHeader(nil, tagDiscretionary, n)))
	case a.sw.Err() != nil || len(a.data) == 0:
		return a
	}
	end := a.sw
	if a = r.fetched(ber.Append(nil, tagDiscretionary, a.data)); a.sw == apdu.SWOK {
		a.sw = end
	}
	return a
}

// roomWrapped is how much data fits ne bytes together with its tag and length.
func roomWrapped(ne int) int {
	n := ne - 2
	if n > 0x7F { // a length of two octets
		n = max(0x7F, ne-3)
	}
	return n
}

// oddTarget is the current EF, which P1 and P2 of the odd codes name by 0000.
func (r *request) oddTarget() (*node, apdu.SW) {
	if r.cmd.P1 != 0 || r.cmd.P2 != 0 {
		return nil, apdu.SWWrongP1P2
	}
	return r.currentEF(apdu.StructureTransparent)
}

// readOffset reads 54 L offset, of one to three octets.
func readOffset(rd *ber.Reader) (offset int, ok bool) {
	var e ber.Element
	if !rd.Read(tagOffset, &e) || len(e.Value) == 0 || len(e.Value) > 3 {
		return 0, false
	}
	for _, c := range e.Value {
		offset = offset<<8 | int(c)
	}
	return offset, true
}

func (r *request) updateBinaryOdd() answer {
	ef, sw := r.oddTarget()
	if sw != apdu.SWOK {
		return bare(sw)
	}
	rd := ber.NewReader(r.cmd.Data)
	offset, ok := readOffset(&rd)
	var data ber.Element
	if !ok || !rd.Read(tagDiscretionary, &data) || !rd.End() {
		return bare(apdu.SWWrongData)
	}
	return r.update(ef, offset, data.Value)
}
