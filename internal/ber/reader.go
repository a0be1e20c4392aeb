package ber

import "fmt"

// maxLength is the largest value accepted: three length octets behind 83. A
// UICC's file is smaller than 64 KB; no element in one can be larger.
const maxLength = 1<<24 - 1

// maxLengthOctets is the number of length octets accepted behind the first:
// 84 and a leading zero is the longest form seen.
const maxLengthOctets = 4

const (
	tagFollows = 0b0001_1111 // first tag octet: a second one follows
	tagGoesOn  = 0b1000_0000 // second tag octet: a third one follows
	longLength = 0b1000_0000 // first length octet: the low bits count more of them
)

// Reader consumes elements from a byte slice. The first error sticks: every
// later call returns false. The zero value is an empty input.
type Reader struct {
	b   []byte
	off int
	err *Error
}

// NewReader returns a reader of b.
func NewReader(b []byte) Reader { return Reader{b: b} }

// Empty reports whether nothing is left to read.
func (r *Reader) Empty() bool { return len(r.b) == 0 }

// Rest is what has not been read yet; it aliases the input.
func (r *Reader) Rest() []byte { return r.b }

// Offset is where the next element starts.
func (r *Reader) Offset() int { return r.off }

// Err is the first error met, an *Error, or nil.
func (r *Reader) Err() error {
	if r.err == nil {
		return nil // not a nil *Error in a non-nil interface
	}
	return r.err
}

// Next reads the next element into out. It returns false at the end of the
// input and at a malformed element; Err tells the two apart.
func (r *Reader) Next(out *Element) bool {
	if r.err != nil || len(r.b) == 0 {
		return false
	}
	tag, n, ok := r.tag()
	if !ok {
		return false
	}
	length, m, ok := r.length(n)
	if !ok {
		return false
	}
	head := n + m
	if left := len(r.b) - head; length > left {
		return r.short(length-left, "tag %02X: length %d, only %d bytes left", uint16(tag), length, left)
	}
	*out = Element{Tag: tag, Value: r.b[head : head+length : head+length], Offset: r.off, Body: r.off + head}
	r.skip(head + length)
	return true
}

// Read reads the next element, which must have the given tag.
func (r *Reader) Read(tag Tag, out *Element) bool {
	if r.err == nil && len(r.b) == 0 {
		return r.fail("tag %02X expected, nothing left", uint16(tag))
	}
	at := *r
	if !r.Next(out) {
		return false
	}
	if out.Tag != tag {
		*r = at
		return r.fail("tag %02X expected, found %02X", uint16(tag), uint16(out.Tag))
	}
	return true
}

// Peek tells the next element's tag without reading it. It returns false at
// the end of the input, after an error, and at a malformed tag, which Next
// will report.
func (r *Reader) Peek(out *Tag) bool {
	if r.err != nil || len(r.b) == 0 {
		return false
	}
	at := *r
	tag, _, ok := at.tag()
	*out = tag
	return ok
}

// ReadOptional reads the next element if it has the given tag; present tells.
// It returns false after an error, or for an element of that tag which is
// malformed.
func (r *Reader) ReadOptional(tag Tag, out *Element, present *bool) bool {
	*present = false
	if r.err != nil {
		return false
	}
	var next Tag
	if !r.Peek(&next) || next != tag {
		return true
	}
	*present = r.Next(out)
	return *present
}

// SkipPadding passes over octets FF and 00, which fill the unused rest of a
// card's file; they may stand before, between and behind elements
// (ISO/IEC 7816-4:2013 5.2.2.1) and can start none of PKCS#15.
func (r *Reader) SkipPadding() {
	if r.err != nil {
		return
	}
	n := 0
	for n < len(r.b) && (r.b[n] == 0xFF || r.b[n] == 0x00) {
		n++
	}
	r.skip(n)
}

// End returns true when everything was read without error, and otherwise
// leaves an error that says what is left over.
func (r *Reader) End() bool {
	if r.err == nil && len(r.b) != 0 {
		return r.fail("%d bytes left over", len(r.b))
	}
	return r.err == nil
}

// tag reads one or two tag octets; a third one is refused.
func (r *Reader) tag() (tag Tag, n int, ok bool) {
	first := r.b[0]
	if first&tagFollows != tagFollows {
		return Tag(first), 1, true
	}
	if len(r.b) < 2 {
		return 0, 0, r.short(1, "tag %02X: second octet missing", first)
	}
	if r.b[1]&tagGoesOn != 0 {
		return 0, 0, r.fail("tag %02X%02X: tags of three octets are not used on cards", first, r.b[1])
	}
	return Tag(first)<<8 | Tag(r.b[1]), 2, true
}

// length reads the length octets that start at b[n]: 00 to 7F, or 81 to 84
// and as many octets as the low bits say. Leading zeros are accepted, as
// cards write them.
func (r *Reader) length(n int) (length, size int, ok bool) {
	if n >= len(r.b) {
		return 0, 0, r.short(1, "length missing")
	}
	first := r.b[n]
	if first&longLength == 0 {
		return int(first), 1, true
	}
	count := int(first &^ longLength)
	if count == 0 || count > maxLengthOctets {
		return 0, 0, r.fail("length octet %02X is not of a definite length up to %d octets", first, maxLengthOctets)
	}
	if left := len(r.b) - n - 1; left < count {
		return 0, 0, r.short(count-left, "length of %d octets cut short", count)
	}
	for _, c := range r.b[n+1 : n+1+count] {
		if length > maxLength>>8 { // before it could overflow an int of 32 bits
			return 0, 0, r.fail("length above %d", maxLength)
		}
		length = length<<8 | int(c)
	}
	return length, 1 + count, true
}

func (r *Reader) skip(n int) {
	r.b = r.b[n:]
	r.off += n
}

// fail keeps the first error and returns false, so that a caller can return it.
func (r *Reader) fail(format string, args ...any) bool {
	return r.short(0, format, args...)
}

// short is fail for an input that ends before the element does.
func (r *Reader) short(missing int, format string, args ...any) bool {
	if r.err == nil {
		r.err = &Error{Offset: r.off, Reason: fmt.Sprintf(format, args...), Missing: missing}
	}
	return false
}
