// Package ber reads and writes BER-TLV as smartcards use it
// (ISO/IEC 7816-4:2013 5.2.2, ITU-T X.690): definite lengths only, one- and
// two-byte tags, lengths of up to three octets that may be coded longer than
// they need to be.
//
//	+------+-----------+---------+
//	| tag  | length    | value   |
//	| 1..2 | 1..4      | length  |
//	+------+-----------+---------+
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

// Error tells where an input stops being BER-TLV.
type Error struct {
	Offset int // of the first octet of the element at fault
	Reason string
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
