// Package ber reads and writes BER-TLV as smartcards use it
// (ISO/IEC 7816-4:2013 5.2.2, ITU-T X.690): definite lengths only, one- and
// two-byte tags, values of less than 16 MiB whose length may be coded longer
// than it needs to be.
//
//	+------+--------+--------+
//	| tag  | length | value  |
//	| 1..2 | 1..5   | length |
//	+------+--------+--------+
//
// A Reader consumes; it never indexes past its input, allocates nothing, and
// every error carries the offset of the element at fault, counted from the
// first byte of the outermost input.
package ber

import "fmt"

// Tag is a tag as it stands on the wire, big endian: 0x62, 0x7F21.
type Tag uint16

// Constructed reports whether the tag's value holds further elements.
func (t Tag) Constructed() bool {
	if t > 0xFF {
		t >>= 8
	}
	return t&0b0010_0000 != 0
}

// valid reports whether a Reader can return the tag: the low five bits of the
// first octet are all ones if, and only if, a second one follows, whose top
// bit is clear.
func (t Tag) valid() bool {
	if t > 0xFF {
		return t&0x1F80 == 0x1F00
	}
	return t&tagFollows != tagFollows
}

// Error tells where an input stops being BER-TLV.
type Error struct {
	Offset int // of the first octet of the element at fault
	Reason string

	// Missing is the number of octets that the input lacks for the element at
	// Offset, as far as can be told: all of them once its header is whole, at
	// least one before that. It is 0 when no longer input would mend it.
	Missing int
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Reason) }

// Element is one TLV.
type Element struct {
	Tag    Tag
	Value  []byte // aliases the input
	Offset int    // of the tag's first octet
	Body   int    // of the value's first octet
}

// End is the offset behind the element's last octet.
func (e Element) End() int { return e.Body + len(e.Value) }

// Reader returns a reader of the element's value, whose offsets go on
// counting in the outermost input.
func (e Element) Reader() Reader { return Reader{b: e.Value, off: e.Body} }
