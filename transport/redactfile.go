package transport

import (
	"bytes"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Files whose structure is known (PKCS #15 v1.1 5.5, ETSI TS 102 221 13, LwM2M
// Core Appendix G). The ODF tells the others.
const (
	fidODF       apdu.FID = 0x5031
	fidBootstrap apdu.FID = 0x6432
	fidRulesMF   apdu.FID = 0x2F06
	fidRulesApp  apdu.FID = 0x6F06
	sfiDir                = 0x1E
)

// places are files that others name.
type places struct {
	dodf      fids
	bootstrap fids
	rules     fids // EF(ARR)
}

type fids map[apdu.FID]bool

func (f fids) add(fid apdu.FID) { f[fid] = true }

func usualPlaces() places {
	return places{
		dodf:      fids{},
		bootstrap: fids{fidBootstrap: true},
		rules:     fids{fidRulesMF: true, fidRulesApp: true},
	}
}

// contents redacts what was read, in the order in which files name each other:
// the ODF tells where a DODF is, a DODF where the bootstrap file is.
func (r *redactor) contents() {
	pass := func(concern func(n *run) bool, mark func(m *marks, n *run)) {
		for _, n := range r.runs {
			if n.marks == nil && concern(n) {
				n.marks = newMarks(n.data)
				mark(n.marks, n)
			}
		}
	}
	pass((*run).isODF, func(m *marks, _ *run) { m.odf(&r.found) })
	pass(func(n *run) bool { return !n.record && r.found.dodf[n.key.fid] }, func(m *marks, _ *run) { m.dodf(&r.found) })
	pass(func(*run) bool { return true }, func(m *marks, n *run) {
		switch {
		case uniform(n.data):
			m.keep(0, len(n.data))
		case n.isDir():
			m.dir()
		case !n.record:
			m.bootstrap(0, len(n.data), r.found.bootstrap[n.key.fid])
		case r.found.rules[n.key.fid]:
			m.accessRules()
		}
	})
	for _, n := range r.runs {
		n.marks.apply(n.data)
		n.putBack()
	}
}

func (r *run) isODF() bool { return !r.record && r.key.fid == fidODF }

func (r *run) isDir() bool {
	return r.key.fid == apdu.FIDDir || r.key.sfi == sfiDir && r.key.app == ""
}

// uniform reports that b is all FF or all 00: memory without content.
func uniform(b []byte) bool {
	return len(b) > 0 && (b[0] == 0xFF || b[0] == 0x00) && bytes.Count(b, b[:1]) == len(b)
}
