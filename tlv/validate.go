package tlv

import "fmt"

// Validate reads b to its last octet, every level of it, and reports the first
// entry that is malformed ([ErrTruncated]) or stands where its kind must not
// ([ErrNesting]):
//
//	Object Instance ─┬─ Resource
//	                 └─ Multiple Resource ─── Resource Instance
//
// The outermost entries may be of any of these three levels, as long as they
// are of one: a payload for a single Object Instance or Resource leaves out
// what its path already says. Values and repeated identifiers are not judged.
func Validate(b []byte) error {
	var e Entry
	first := NewReader(b)
	if !first.Next(&e) {
		return first.Err()
	}
	switch e.Kind {
	case ObjectInstance:
		return level(NewReader(b), "in an object", func(k Kind) bool { return k == ObjectInstance })
	case ResourceInstance:
		return level(NewReader(b), "in "+MultipleResource.String(), MultipleResource.Holds)
	}
	return level(NewReader(b), "in "+ObjectInstance.String(), ObjectInstance.Holds)
}

// level judges the entries that r reads and, where they nest, what is in them.
// It calls itself at most twice below itself: no kind holds its own.
func level(r Reader, where string, may func(Kind) bool) error {
	var e Entry
	for r.Next(&e) {
		if !may(e.Kind) {
			return &Error{Offset: e.Offset(), Reason: fmt.Sprintf("%s %d %s", e.Kind, e.ID, where), Err: ErrNesting}
		}
		if e.Kind.Nested() {
			if err := level(e.Reader(), "in "+e.Kind.String(), e.Kind.Holds); err != nil {
				return err
			}
		}
	}
	return r.Err()
}
