package apdu

import (
	"slices"
	"strings"
)

// Bounds of a [Condition]. Real cards have one alternative of one PIN, seldom
// two; what goes beyond is Unclear.
const (
	// MaxAlternatives is the most Alternatives of a Condition.
	MaxAlternatives = 8
	// MaxTogether is the most PINs and keys of one alternative.
	MaxTogether = 8
)

// Condition tells what must be verified before an operation is allowed. The
// zero value is never.
//
//	always             one alternative, of nothing
//	never              none
//	PIN1               { 01 }
//	PIN1 or ADM1       { 01 } { 0A }
//	PIN1 and PIN2      { 01 81 }
//
// The slices belong to the rule that the condition is of: they must not be
// changed.
type Condition struct {
	// Alternatives are the ways to be allowed, in the card's order; any of them
	// will do. Of one, everything must be verified; [RefSecureMessaging] may be
	// among it. None contains another.
	Alternatives [][]KeyReference

	// Unclear tells of a further way, which cannot be said in key references:
	// an external authentication, a security environment, or what no standard
	// gives a meaning to.
	Unclear bool
}

// Always reports that nothing need be verified.
func (c Condition) Always() bool {
	return len(c.Alternatives) == 1 && len(c.Alternatives[0]) == 0
}

// Never reports that nothing allows it.
func (c Condition) Never() bool { return len(c.Alternatives) == 0 && !c.Unclear }

// String is "always", "never", "PIN1 (01)", "PIN1 (01) or ADM1 (0A)",
// "PIN1 (01) and PIN2 (81)"; "something else" stands for what is Unclear.
func (c Condition) String() string {
	switch {
	case c.Always():
		return "always"
	case c.Never():
		return "never"
	}
	var ways []string
	for _, refs := range c.Alternatives {
		var names []string
		for _, k := range refs {
			names = append(names, k.String())
		}
		ways = append(ways, strings.Join(names, " and "))
	}
	if c.Unclear {
		ways = append(ways, "something else")
	}
	return strings.Join(ways, " or ")
}

// The conditions that hold no reference; functions, so that nothing is shared.
func always() Condition  { return Condition{Alternatives: [][]KeyReference{{}}} }
func unclear() Condition { return Condition{Unclear: true} }

// verified is the condition of one PIN or key.
func verified(k KeyReference) Condition { return Condition{Alternatives: [][]KeyReference{{k}}} }

// or is either of two conditions.
func (c Condition) or(d Condition) Condition {
	out := Condition{Unclear: c.Unclear || d.Unclear}
	for _, refs := range slices.Concat(c.Alternatives, d.Alternatives) {
		out.add(refs)
	}
	return out
}

// and is both conditions: each way of one with each way of the other.
func (c Condition) and(d Condition) Condition {
	out := Condition{
		Unclear: c.Unclear && !d.Never() || d.Unclear && !c.Never(),
	}
	for _, a := range c.Alternatives {
		for _, b := range d.Alternatives {
			refs := slices.Clone(a)
			for _, k := range b {
				if !slices.Contains(refs, k) {
					refs = append(refs, k)
				}
			}
			out.add(refs)
		}
	}
	return out
}

// add adds one alternative, unless it asks for no less than another one does.
func (c *Condition) add(refs []KeyReference) {
	for _, other := range c.Alternatives {
		if contains(refs, other) {
			return
		}
	}
	kept := c.Alternatives[:0:0]
	for _, other := range c.Alternatives {
		if !contains(other, refs) {
			kept = append(kept, other)
		}
	}
	switch {
	case len(refs) == 0: // always: no other way is needed
		*c = always()
		return
	case len(kept) == MaxAlternatives, len(refs) > MaxTogether:
		c.Unclear = true
		return
	}
	c.Alternatives = append(kept, refs)
}

// contains reports whether all of part is in whole.
func contains(whole, part []KeyReference) bool {
	for _, k := range part {
		if !slices.Contains(whole, k) {
			return false
		}
	}
	return true
}
