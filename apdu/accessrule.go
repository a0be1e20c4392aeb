package apdu

import (
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// ErrBadRule tells of octets that are no access rule.
var ErrBadRule = errors.New("not an access rule")

// AccessRule tells who may read and update an EF: a record of EF(ARR), or what
// an FCP tells itself. An operation that it does not name is never allowed.
type AccessRule struct {
	read, update Condition
}

// Read is what must be verified before the EF is read.
func (r AccessRule) Read() Condition { return r.read }

// Update is what must be verified before the EF is updated.
func (r AccessRule) Update() Condition { return r.update }

// String is "READ always, UPDATE ADM1 (0A)".
func (r AccessRule) String() string {
	return fmt.Sprintf("READ %v, UPDATE %v", r.read, r.update)
}

// ParseAccessRule reads a record of EF(ARR), or the value of tag AB: access
// modes, each with the conditions behind it up to the next mode.
//
//	80 01 <bits>  <condition> …   80 01 <bits>  <condition> …   FF …
//
//	90 00                         always
//	97 00                         never
//	9E 01 <SC byte>               00 always, FF never
//	A4 L 83 01 <ref> 95 01 08     a PIN or key, by VERIFY
//	A0 L <condition> …            any of them
//	AF L <condition> …            all of them
//
// All conditions behind one mode must be met, unless A0 holds them; modes with
// none between them share those that follow; of two rules for one operation
// either will do. Tags 81 to 8F tell of commands, by their headers: 84 with
// the codes of READ or UPDATE is one of those modes, others that may be meant
// for them make the condition unclear. FF and 00 may stand between and behind
// elements. The error is [ErrBadRule]; a record of nothing but FF is one.
func ParseAccessRule(record []byte) (AccessRule, error) {
	rule, err := parseRule(ber.NewReader(record))
	if err != nil {
		return AccessRule{}, fmt.Errorf("apdu: %w: %w", ErrBadRule, err)
	}
	return rule, nil
}

// part is one or more access modes with the conditions behind them.
type part struct {
	read, update coverage
	modes        int
	condition    Condition // all of those so far
	conditions   int
}

// parseRule reads modes and conditions to the end.
func parseRule(r ber.Reader) (AccessRule, error) {
	var rule AccessRule
	var e ber.Element
	p := part{condition: always()}
	for nextElement(&r, &e) {
		if isMode(e.Tag) {
			if p.conditions > 0 {
				rule.add(p)
				p = part{condition: always()}
			}
			if !p.mode(e) {
				return rule, fmt.Errorf("offset %d: access mode %02X of %d bytes", e.Offset, uint16(e.Tag), len(e.Value))
			}
			continue
		}
		if p.modes == 0 {
			return rule, fmt.Errorf("offset %d: tag %02X where an access mode is due", e.Offset, uint16(e.Tag))
		}
		c, err := parseCondition(e, 0)
		if err != nil {
			return rule, err
		}
		p.condition = p.condition.and(c)
		p.conditions++
	}
	switch {
	case r.Err() != nil:
		return rule, r.Err()
	case p.conditions == 0:
		return rule, fmt.Errorf("offset %d: no condition", r.Offset())
	}
	rule.add(p)
	return rule, nil
}

// nextElement reads the next element behind padding.
func nextElement(r *ber.Reader, e *ber.Element) bool {
	r.SkipPadding()
	return r.Next(e)
}

// add adds what a part grants.
func (r *AccessRule) add(p part) {
	r.read = r.read.or(p.read.grant(p.condition))
	r.update = r.update.or(p.update.grant(p.condition))
}
