package apdu

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Tags of security conditions (ISO/IEC 7816-4:2013 9.3.3, ETSI TS 102 221
// 9.2.4). B6 (signatures) and A7 (not) are unclear, as is anything else.
const (
	tagAlways       ber.Tag = 0x90
	tagNever        ber.Tag = 0x97
	tagSecurityByte ber.Tag = 0x9E
	tagAnyOf        ber.Tag = 0xA0
	tagAuthenticate ber.Tag = 0xA4 // control reference template of a PIN or key
	tagAllOf        ber.Tag = 0xAF

	// Secure messaging, by a MAC and by encryption; how, is not looked at.
	tagChecksum        ber.Tag = 0xB4
	tagConfidentiality ber.Tag = 0xB8
)

// Values of a security condition byte; the others are about a security
// environment.
const (
	securityAlways = 0x00
	securityNever  = 0xFF
)

// usageVerify is the usage qualifier of a PIN or key that VERIFY checks: user
// authentication, knowledge based. Other bits ask for more, or something else.
const usageVerify = 0b0000_1000

// maxRuleDepth bounds templates in templates; cards have one.
const maxRuleDepth = 4

// parseCondition reads one condition, at the given depth of templates. Only
// what is not BER-TLV, or holds nothing where something must be, is an error.
func parseCondition(e ber.Element, depth int) (Condition, error) {
	switch e.Tag {
	case tagAlways:
		return always(), nil
	case tagNever:
		return Condition{}, nil
	case tagSecurityByte:
		if len(e.Value) != 1 {
			return Condition{}, fmt.Errorf("offset %d: condition byte of %d bytes", e.Offset, len(e.Value))
		}
		return securityByte(e.Value[0]), nil
	case tagAuthenticate:
		return parseReference(e)
	case tagChecksum, tagConfidentiality:
		return verified(RefSecureMessaging), nil
	case tagAnyOf:
		return parseTemplate(e, depth, Condition{}, Condition.or)
	case tagAllOf:
		return parseTemplate(e, depth, always(), Condition.and)
	}
	return unclear(), nil
}

// securityByte reads a security condition byte.
func securityByte(b byte) Condition {
	switch b {
	case securityAlways:
		return always()
	case securityNever:
		return Condition{}
	}
	return unclear()
}

// parseTemplate joins the conditions of a template, one at least.
func parseTemplate(t ber.Element, depth int, out Condition, join func(c, d Condition) Condition) (Condition, error) {
	if depth == maxRuleDepth {
		return Condition{}, fmt.Errorf("offset %d: more than %d templates in one another", t.Offset, maxRuleDepth)
	}
	r := t.Reader()
	var e ber.Element
	empty := true
	for nextElement(&r, &e) {
		c, err := parseCondition(e, depth+1)
		if err != nil {
			return Condition{}, err
		}
		out, empty = join(out, c), false
	}
	if r.Err() == nil && empty {
		return Condition{}, fmt.Errorf("offset %d: template %02X of nothing", t.Offset, uint16(t.Tag))
	}
	return out, r.Err()
}

// parseReference reads the control reference template of a PIN or key. Some
// cards leave the usage out. Several references in one template, or none, have
// no meaning that the standard gives.
//
//	A4 L  83 01 <key reference>  [95 01 08]
func parseReference(t ber.Element) (Condition, error) {
	r := t.Reader()
	var e ber.Element
	var reference KeyReference
	references, plain := 0, true
	for nextElement(&r, &e) {
		switch {
		case e.Tag == tagKeyRef && len(e.Value) == 1 && e.Value[0] != 0:
			reference = KeyReference(e.Value[0])
			references++
		case e.Tag == tagUsage && len(e.Value) == 1 && e.Value[0] == usageVerify:
		default:
			plain = false
		}
	}
	switch {
	case r.Err() != nil:
		return Condition{}, r.Err()
	case !plain || references != 1:
		return unclear(), nil
	}
	return verified(reference), nil
}
