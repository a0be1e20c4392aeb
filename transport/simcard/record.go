package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// P2 of READ RECORD: SFI and mode (ETSI TS 102 221 11.1.5).
const (
	recordMode     = 0b0000_0111
	recordAbsolute = 0b0000_0100
)

// readRecord is READ RECORD in absolute mode. A record is read whole; another
// Ne is answered 6Cxx, but for Le 00 on a card without T0.
func (r *request) readRecord() answer {
	if r.cmd.P2&recordMode != recordAbsolute {
		return bare(apdu.SWWrongP1P2)
	}
	var ef *node
	var sw apdu.SW
	if sfi := r.cmd.P2 >> 3; sfi != 0 {
		ef, sw = r.efBySFI(sfi, apdu.StructureLinearFixed)
	} else {
		ef, sw = r.currentEF(apdu.StructureLinearFixed)
	}
	number := int(r.cmd.P1)
	switch {
	case sw != apdu.SWOK:
		return bare(sw)
	case !ef.readCondition().met(r.Card):
		return bare(apdu.SWSecurity)
	case number < 1 || number > len(ef.Records):
		return bare(apdu.SWRecordNotFound)
	}
	record := ef.Records[number-1]
	if r.cmd.Ne != 0 && r.cmd.Ne != apdu.MaxShortNe && r.cmd.Ne != len(record) {
		return wrongLe(len(record))
	}
	return r.direct(record)
}
