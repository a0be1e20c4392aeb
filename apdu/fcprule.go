package apdu

import "math/bits"

// rule takes an access rule that the FCP tells itself; of two, either will do.
func (f *FCP) rule(r AccessRule) {
	f.Rule.read = f.Rule.read.or(r.read)
	f.Rule.update = f.Rule.update.or(r.update)
	f.HasRule = true
}

// unclearRule is one that cannot be read: the file may be read and updated on
// conditions that are not known.
func unclearRule() AccessRule { return AccessRule{read: unclear(), update: unclear()} }

// expandedRule reads the value of tag AB: rules as in EF(ARR).
func expandedRule(v []byte) AccessRule {
	r, err := ParseAccessRule(v)
	if err != nil {
		return unclearRule()
	}
	return r
}

// compactRule reads the value of tag 8C (ISO/IEC 7816-4:2013 9.3.2): a mode
// byte, and for each of its bits from b7 to b1 that is set a condition byte.
// Of an EF, b2 and b1 are UPDATE and READ; a DF has other meanings for them.
//
//	8C L  <mode>  [DELETE] … [UPDATE] [READ]
func compactRule(v []byte) AccessRule {
	const operations = 0b0111_1111 // b8: proprietary meanings of b7 to b4
	if len(v) == 0 || bits.OnesCount8(v[0]&operations) != len(v)-1 {
		return unclearRule()
	}
	mode, conditions := v[0], v[1:]
	var r AccessRule
	if mode&modeRead != 0 {
		r.read = securityByte(conditions[len(conditions)-1])
		conditions = conditions[:len(conditions)-1]
	}
	if mode&modeUpdate != 0 {
		r.update = securityByte(conditions[len(conditions)-1])
	}
	return r
}
