package transport

import "github.com/lwm2mboot/lwm2mboot/internal/ber"

// Tags of file control information (ETSI TS 102 221 11.1.1.3) and of access
// rules (ISO/IEC 7816-4:2013 5.4.3).
const (
	tagFCP       ber.Tag = 0x62
	tagFCI       ber.Tag = 0x6F
	tagDFName    ber.Tag = 0x84
	tagPINStatus ber.Tag = 0xC6
	tagExpanded  ber.Tag = 0xAB
	tagAnyOf     ber.Tag = 0xA0
	tagAllOf     ber.Tag = 0xAF
	tagPINRule   ber.Tag = 0xA4
)

// controlValues are the elements of an FCP that are shown, with the longest
// value that they can have. Proprietary information, A5, is not among them.
var controlValues = map[ber.Tag]int{
	0x80:      4, // size
	0x81:      4, // total size
	0x82:      6, // descriptor
	0x83:      2, // FID
	tagDFName: maxAID,
	0x88:      1, // SFI
	0x8A:      1, // life cycle
	0x8B:      8, // EF(ARR), and SEID and record up to three times
	0x8C:      8, // compact access rules
}

// pinValues are those of a PIN status template.
var pinValues = map[ber.Tag]int{
	0x83: 1, // key reference
	0x90: 4, // PS_DO
	0x95: 1, // usage
}

// ruleValues are those of access rules.
var ruleValues = map[ber.Tag]int{
	0x80: 1, // access mode
	0x83: 1, // key reference
	0x90: 0, // always
	0x95: 1, // usage
	0x97: 0, // never
}

// control is the answer to SELECT and STATUS: an FCP, an FCI, or the name of
// an application alone. Octets behind a template mean nothing.
func (m *marks) control() {
	m.fillUp()
	r := ber.NewReader(m.b)
	var e ber.Element
	if !r.Next(&e) {
		return
	}
	switch e.Tag {
	case tagFCP, tagFCI:
		m.head(e)
		m.template(e)
	case tagDFName:
		m.whole(e, maxAID)
	}
}

func (m *marks) template(t ber.Element) {
	m.children(t, func(_ int, e ber.Element) {
		switch {
		case e.Tag == tagFCP && t.Tag == tagFCI:
			m.template(e)
		case e.Tag == tagPINStatus:
			m.children(e, func(_ int, e ber.Element) { m.listed(e, pinValues) })
		case e.Tag == tagExpanded:
			m.children(e, func(_ int, e ber.Element) { m.rule(e, 0) })
		default:
			m.listed(e, controlValues)
		}
	})
}

// listed shows an element if its tag is listed.
func (m *marks) listed(e ber.Element, longest map[ber.Tag]int) {
	if n, ok := longest[e.Tag]; ok {
		m.whole(e, n)
	}
}

// accessRules is a record of EF(ARR).
func (m *marks) accessRules() {
	m.row(func(e ber.Element) { m.rule(e, 0) })
}

// rule is an access mode or a condition; conditions are nested.
func (m *marks) rule(e ber.Element, depth int) {
	const deepest = 4
	switch e.Tag {
	case tagAnyOf, tagAllOf, tagPINRule:
		if depth < deepest {
			m.children(e, func(_ int, e ber.Element) { m.rule(e, depth+1) })
		}
	default:
		m.listed(e, ruleValues)
	}
}
