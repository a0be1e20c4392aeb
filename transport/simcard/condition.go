package simcard

import (
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Condition is what [ReadCondition] and [UpdateCondition] set: an [Access],
// [Secured], or several joined by [AnyOf] and [AllOf].
type Condition interface {
	// met reports whether a request meets the condition, its card being as it is.
	met(r *request) bool
	// appendTo appends the condition as EF(ARR) has it.
	appendTo(dst []byte) []byte
	// check returns an error for a condition that cannot be coded.
	check() error
	// asksHolder reports whether the cardholder has to do something: PKCS #15
	// calls an object private then.
	asksHolder() bool
}

// AnyOf is met when one of the conditions is, as with two PINs either of which
// opens a file.
func AnyOf(conditions ...Condition) Condition { return anyOf(slices.Clone(conditions)) }

// AllOf is met when all of the conditions are.
func AllOf(conditions ...Condition) Condition { return allOf(slices.Clone(conditions)) }

type (
	anyOf []Condition
	allOf []Condition
)

func (a Access) met(r *request) bool {
	if a == Always {
		return true
	}
	p := r.pin(a)
	return p != nil && (p.verified || p.disabled)
}

func (l anyOf) met(r *request) bool {
	return slices.ContainsFunc(l, func(x Condition) bool { return x.met(r) })
}

func (l allOf) met(r *request) bool {
	return !slices.ContainsFunc(l, func(x Condition) bool { return !x.met(r) })
}

func (a Access) asksHolder() bool { return a != Always }

func (l anyOf) asksHolder() bool { return slices.ContainsFunc(l, Condition.asksHolder) }

func (l allOf) asksHolder() bool { return slices.ContainsFunc(l, Condition.asksHolder) }

// appendTo appends one of
//
//	90 00    97 00    A4 06 83 01 <reference> 95 01 08
func (a Access) appendTo(dst []byte) []byte {
	switch a {
	case Always:
		return ber.Append(dst, tagAlways, nil)
	case Never:
		return ber.Append(dst, tagNever, nil)
	}
	key := ber.Append(nil, tagKeyRef, []byte{byte(a)})
	key = ber.Append(key, tagUsage, []byte{usagePIN})
	return ber.Append(dst, tagNeedsKey, key)
}

func (l anyOf) appendTo(dst []byte) []byte { return appendAll(dst, tagAnyOf, l) }

func (l allOf) appendTo(dst []byte) []byte { return appendAll(dst, tagAllOf, l) }

// appendAll appends a template of conditions.
func appendAll(dst []byte, tag ber.Tag, conditions []Condition) []byte {
	var b []byte
	for _, c := range conditions {
		b = c.appendTo(b)
	}
	return ber.Append(dst, tag, b)
}

func (a Access) check() error { return nil }

func (l anyOf) check() error { return checkAll(l) }

func (l allOf) check() error { return checkAll(l) }

func checkAll(conditions []Condition) error {
	if len(conditions) == 0 {
		return fmt.Errorf("%w: condition without any", ErrBadOption)
	}
	for _, c := range conditions {
		if err := checkCondition(c); err != nil {
			return err
		}
	}
	return nil
}

// checkCondition is check for a condition that may be nil.
func checkCondition(c Condition) error {
	if c == nil {
		return fmt.Errorf("%w: no condition", ErrBadOption)
	}
	return c.check()
}
