package simcard

import (
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// child is the file with the given FID directly below n, or nil.
func (n *node) child(fid apdu.FID) *node {
	for _, c := range n.children {
		if c.FID == fid && fid != 0 {
			return c
		}
	}
	return nil
}

// childBySFI is the EF with the given short EF identifier directly below n.
func (n *node) childBySFI(sfi byte) *node {
	for _, c := range n.children {
		if c.SFI == sfi && sfi != 0 {
			return c
		}
	}
	return nil
}

// application is the ADF that n is or stands under, or nil.
func (n *node) application() *node {
	for ; n != nil; n = n.parent {
		if n.AID != "" {
			return n
		}
	}
	return nil
}

// master is the MF that n stands under.
func (n *node) master() *node {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

// applications lists the ADFs of the card, in the order of their making.
func applications(mf *node) []*node {
	var apps []*node
	for _, c := range mf.children {
		if c.AID != "" {
			apps = append(apps, c)
		}
	}
	return apps
}

// byFID looks for fid as SELECT with P1 = 00 does, with df current: among the
// children of df, then its parent, the DFs beside it, df itself and the MF
// (ETSI TS 102 221 8.4.1).
func byFID(df *node, fid apdu.FID) *node {
	if c := df.child(fid); c != nil {
		return c
	}
	if p := df.parent; p != nil {
		if p.FID == fid {
			return p
		}
		if s := p.child(fid); s != nil && s.isDF() {
			return s
		}
	}
	if df.FID == fid && fid != 0 {
		return df
	}
	if fid == apdu.FIDMF {
		return df.master()
	}
	return nil
}

// walk goes from df down the path, or returns nil.
func walk(df *node, path apdu.Path) *node {
	for _, fid := range path {
		if df = df.child(fid); df == nil {
			return nil
		}
	}
	return df
}

// Occurrence is P2 bits 2-1 of SELECT by AID (ISO/IEC 7816-4:2013 table 40).
const (
	occurrenceFirst = iota
	occurrenceLast
	occurrenceNext
	occurrencePrevious
)

// byAID looks for the application whose AID begins with prefix; next and
// previous count from current, which may be nil.
func byAID(mf, current *node, prefix string, occurrence byte) *node {
	var match []*node
	at := -1 // of current in match
	for _, app := range applications(mf) {
		if strings.HasPrefix(string(app.AID), prefix) {
			if app == current {
				at = len(match)
			}
			match = append(match, app)
		}
	}
	i := 0
	switch occurrence {
	case occurrenceLast:
		i = len(match) - 1
	case occurrenceNext:
		i = at + 1
	case occurrencePrevious:
		if i = at - 1; at < 0 {
			i = len(match) - 1
		}
	}
	if i < 0 || i >= len(match) {
		return nil
	}
	return match[i]
}
