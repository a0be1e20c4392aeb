package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// Bits of P2 of SELECT (ETSI TS 102 221 11.1.1.2).
//
//	0ss0 rroo   ss session, rr what to return, oo occurrence
const (
	selectRFU        = 0b1001_0000
	selectSession    = 0b0110_0000 // 00 start, 10 end; by AID only
	selectEnd        = 0b0100_0000
	selectReturn     = 0b0000_1100
	selectReturnFMD  = 0b0000_1000 // ISO/IEC 7816-4 only
	selectOccurrence = 0b0000_0011 // by AID only
)

// selectFile is SELECT. What is current changes only when it succeeds.
func (r *request) selectFile() answer {
	if r.class.is2G {
		return r.select2G()
	}
	if sw := r.refusedForm(); sw != apdu.SWOK {
		return bare(sw)
	}
	n, sw := r.selected()
	if sw != apdu.SWOK {
		return bare(sw)
	}
	if r.cmd.P1 == apdu.SelectByAID && r.inside == nil {
		r.ch.endSession() // the application begins anew
	}
	if r.cmd.P2&selectSession == selectEnd {
		*r.ch.position = position{df: r.mf}
		return bare(apdu.SWOK)
	}
	r.ch.moveTo(n)
	switch ret := r.cmd.P2 & selectReturn; {
	case ret == apdu.ReturnNone:
		return bare(apdu.SWOK)
	case r.cmd.P1 == apdu.SelectByAID && r.behaviour.has(SelectAIDAnswersNothing):
		return bare(apdu.SWOK)
	case ret == apdu.ReturnFCI, r.cmd.P1 == apdu.SelectByAID && r.behaviour.has(SelectAIDAnswersFCI):
		return r.fetched(r.fci(n))
	}
	return r.fetched(r.fcp(n))
}

// moveTo makes n current. The application stays when the new file is outside
// every application: 7FFF still leads to it.
func (p *position) moveTo(n *node) {
	if n.isDF() {
		p.df, p.ef = n, nil
	} else {
		p.df, p.ef = n.parent, n
	}
	if app := n.application(); app != nil {
		p.app = app
	}
}

// refusedForm tells whether the card does not take P2, or this form at all.
func (r *request) refusedForm() apdu.SW {
	p1, p2, byAID := r.cmd.P1, r.cmd.P2, r.cmd.P1 == apdu.SelectByAID
	session, ret := p2&selectSession, p2&selectReturn
	switch {
	case p2&selectRFU != 0, ret == selectReturnFMD,
		session != 0 && session != selectEnd,
		!byAID && p2&(selectSession|selectOccurrence) != 0,
		ret == apdu.ReturnNone && r.behaviour.has(RefuseNoAnswer),
		ret == apdu.ReturnFCI && r.behaviour.has(RefuseFCI):
		return apdu.SWWrongP1P2
	}
	for _, f := range refusedForms {
		if r.behaviour.has(f.behaviour) && f.matches(r) {
			return f.sw
		}
	}
	if r.refuse != nil {
		if sw := r.refuse(shown(r.cmd), r.ch.ef != nil); sw != 0 {
			return sw
		}
	}
	switch p1 {
	case apdu.SelectByFID, apdu.SelectChildDF, apdu.SelectChildEF, apdu.SelectParent,
		apdu.SelectByAID, apdu.SelectPathMF, apdu.SelectPathDF:
		return apdu.SWOK
	}
	return apdu.SWWrongP1P2
}

// refusedForms are the behaviours that refuse a form by P1 and data.
var refusedForms = []struct {
	behaviour Behaviour
	sw        apdu.SW
	matches   func(r *request) bool
}{
	{RefuseFIDWithLe, apdu.SWWrongLength, func(r *request) bool {
		return r.cmd.P1 == apdu.SelectByFID && r.cmd.Ne > 0
	}},
	{RefusePaths, apdu.SWWrongP1P2, func(r *request) bool {
		return r.cmd.P1 == apdu.SelectPathMF || r.cmd.P1 == apdu.SelectPathDF
	}},
	{RefusePath7FFF, apdu.SWFileNotFound, func(r *request) bool { return r.pathBegins(apdu.FIDCurrentADF) }},
	{RefusePath7F50, apdu.SWFileNotFound, func(r *request) bool { return r.pathBegins(FIDPKCS15) }},
	{RefusePathAfterEF, apdu.SWFileNotFound, func(r *request) bool {
		return r.cmd.P1 == apdu.SelectPathDF && r.ch.ef != nil
	}},
	{RefuseAID, apdu.SWFileNotFound, func(r *request) bool { return r.cmd.P1 == apdu.SelectByAID }},
}

func (r *request) pathBegins(fid apdu.FID) bool {
	path, err := apdu.ParsePath(r.cmd.Data)
	return err == nil && r.cmd.P1 == apdu.SelectPathMF && path[0] == fid
}

// selected finds the file that SELECT names.
func (r *request) selected() (*node, apdu.SW) {
	var n *node
	data := r.cmd.Data
	switch r.cmd.P1 {
	case apdu.SelectParent:
		if len(data) != 0 {
			return nil, apdu.SWWrongLength
		}
		n = r.ch.df.parent
	case apdu.SelectByAID:
		if len(data) == 0 || len(data) > maxAID {
			return nil, apdu.SWWrongLength
		}
		n = byAID(r.mf, r.ch.app, string(data), r.cmd.P2&selectOccurrence)
		if n != nil && len(data) < len(n.AID) && r.behaviour.has(RefusePartialAID) {
			n = nil
		}
	case apdu.SelectPathMF, apdu.SelectPathDF:
		return r.byPath()
	default:
		return r.byOneFID()
	}
	return found(n)
}

func found(n *node) (*node, apdu.SW) {
	if n == nil {
		return nil, apdu.SWFileNotFound
	}
	return n, apdu.SWOK
}

// byOneFID serves P1 = 00, 01 and 02.
func (r *request) byOneFID() (*node, apdu.SW) {
	data, p1 := r.cmd.Data, r.cmd.P1
	if len(data) == 0 && p1 == apdu.SelectByFID && r.cmd.P2 == apdu.ReturnNone {
		return r.mf, apdu.SWOK
	}
	if len(data) != 2 {
		return nil, apdu.SWWrongLength
	}
	fid := apdu.FID(data[0])<<8 | apdu.FID(data[1])
	switch {
	case p1 == apdu.SelectByFID && fid == apdu.FIDCurrentADF:
		return found(r.ch.app)
	case p1 == apdu.SelectByFID:
		return found(byFID(r.ch.df, fid))
	}
	n := r.ch.df.child(fid)
	if n != nil && n.isDF() != (p1 == apdu.SelectChildDF) {
		n = nil
	}
	return found(n)
}

// byPath serves P1 = 08 and 09.
func (r *request) byPath() (*node, apdu.SW) {
	path, err := apdu.ParsePath(r.cmd.Data)
	if err != nil {
		return nil, apdu.SWWrongLength
	}
	df := r.mf
	switch {
	case r.cmd.P1 == apdu.SelectPathDF:
		df = r.ch.df
	case path[0] == apdu.FIDCurrentADF:
		if df, path = r.ch.app, path[1:]; df == nil {
			return nil, apdu.SWFileNotFound
		}
	}
	return found(walk(df, path))
}
