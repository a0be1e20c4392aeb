package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// P2 of READ RECORD and UPDATE RECORD: SFI and mode (ETSI TS 102 221 11.1.5, 11.1.6).
const (
	recordMode     = 0b0000_0111
	recordAbsolute = 0b0000_0100
)

// recordTarget is the record that P1 and P2 name, in absolute mode; allowed is
// whether its file may be got at in the way that may tells.
func (r *request) recordTarget(may func(ef *node) Condition) (ef *node, index int, sw apdu.SW) {
	if r.cmd.P2&recordMode != recordAbsolute {
		return nil, 0, apdu.SWWrongP1P2
	}
	if sfi := r.cmd.P2 >> 3; sfi != 0 {
		ef, sw = r.efBySFI(sfi, apdu.StructureLinearFixed)
	} else {
		ef, sw = r.currentEF(apdu.StructureLinearFixed)
	}
	number := int(r.cmd.P1)
	switch {
	case sw != apdu.SWOK:
		return nil, 0, sw
	case !may(ef).met(r):
		return nil, 0, apdu.SWSecurity
	case number < 1 || number > len(ef.Records):
		return nil, 0, apdu.SWRecordNotFound
	}
	return ef, number - 1, apdu.SWOK
}

// readRecord is READ RECORD in absolute mode. A record is read whole; another
// Ne is answered 6Cxx, but for Le 00 on a card without T0.
func (r *request) readRecord() answer {
	ef, i, sw := r.recordTarget((*node).readCondition)
	if sw != apdu.SWOK {
		return bare(sw)
	}
	record := ef.Records[i]
	if r.cmd.Ne != 0 && r.cmd.Ne != apdu.MaxShortNe && r.cmd.Ne != len(record) {
		return wrongLe(len(record))
	}
	return r.direct(record)
}

// updateRecord is UPDATE RECORD in absolute mode. A record is written whole.
func (r *request) updateRecord() answer {
	ef, i, sw := r.recordTarget((*node).updateCondition)
	switch {
	case sw != apdu.SWOK:
		return bare(sw)
	case len(r.cmd.Data) != len(ef.Records[i]):
		return bare(apdu.SWWrongLength)
	}
	copy(ef.Records[i], r.cmd.Data)
	return bare(apdu.SWOK)
}
