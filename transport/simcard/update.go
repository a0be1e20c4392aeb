package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// swNoSpace is the answer to data that goes beyond the file.
const swNoSpace apdu.SW = 0x6A84

func (r *request) updateBinary() answer {
	ef, offset, sw := r.binaryTarget()
	if sw != apdu.SWOK {
		return bare(sw)
	}
	return r.update(ef, offset, r.cmd.Data)
}

// update writes data into ef. It is all or nothing.
func (r *request) update(ef *node, offset int, data []byte) answer {
	switch {
	case !ef.updateCondition().met(r):
		return bare(apdu.SWSecurity)
	case len(data) == 0:
		return bare(apdu.SWWrongLength)
	case offset >= len(ef.Content):
		return bare(apdu.SWWrongOffset)
	case offset+len(data) > len(ef.Content):
		return bare(swNoSpace)
	}
	copy(ef.Content[offset:], data)
	return bare(apdu.SWOK)
}
