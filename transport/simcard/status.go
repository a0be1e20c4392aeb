package simcard

import (
	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// STATUS (ETSI TS 102 221 11.1.2).
const (
	maxStatusP1   = 2 // no indication, application initialized, about to end
	statusAppName = 0x01
)

// status is STATUS: the FCP of the current DF, or the name of the application.
func (r *request) status() answer {
	if r.class.is2G {
		if r.cmd.P1 != 0 || r.cmd.P2 != 0 {
			return bare(apdu.SWWrongP1P2)
		}
		return r.direct(r.response2G(r.ch.df))
	}
	if r.cmd.P1 > maxStatusP1 {
		return bare(apdu.SWWrongP1P2)
	}
	switch r.cmd.P2 {
	case apdu.ReturnFCI: // 00 means the FCP here
		return r.direct(r.fcp(r.ch.df))
	case statusAppName:
		if r.ch.app == nil {
			return bare(apdu.SWReferenceNotFound)
		}
		return r.direct(ber.Append(nil, tagDFName, []byte(r.ch.app.AID)))
	case apdu.ReturnNone:
		return bare(apdu.SWOK)
	}
	return bare(apdu.SWWrongP1P2)
}

// terminalCapability is TERMINAL CAPABILITY: the card takes what the terminal
// says of itself (ETSI TS 102 221 11.1.19).
func (r *request) terminalCapability() answer {
	switch {
	case r.cmd.P1 != 0 || r.cmd.P2 != 0:
		return bare(apdu.SWWrongP1P2)
	case len(r.cmd.Data) == 0:
		return bare(apdu.SWWrongLength)
	}
	return bare(apdu.SWOK)
}
