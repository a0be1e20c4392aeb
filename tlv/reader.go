package tlv

import (
	"fmt"
	"iter"
)

// The type octet.
//
//	  7   6   5   4   3   2   1   0
//	+-------+---+-------+-----------+
//	| kind  |id |length |  length   |
//	+-------+---+-------+-----------+
//	          │    │        └ the length itself when bits 4-3 are 00, otherwise ignored
//	          │    └ octets of the length field, 0 to 3
//	          └ 1: identifier of two octets
const (
	kindShift   = 6
	wideID      = 0b0010_0000
	wideIDShift = 5
	lengthField = 0b0001_1000
	lengthShift = 3
	oneOctet    = 0b0000_1000 // lengthField: one octet
	shortLength = 0b0000_0111
)

// Reader consumes the entries of one level. The zero value is an empty input.
// A Reader may be copied to look ahead; it is not safe for concurrent use.
type Reader struct {
	b   []byte // not read yet; begins with the entry at fault once Next has failed
	end int    // offset behind b, in the outermost input
}

// NewReader returns a reader of b, whose offsets count from b's first octet.
func NewReader(b []byte) Reader { return Reader{b: b, end: len(b)} }

// Next reads the next entry into e. It returns false, and leaves e zero, at the
// end of the input and at an entry that the input cuts short; Err tells the
// two apart. Identifiers and lengths that are coded longer than they need to
// be are accepted. Value is not looked into.
func (r *Reader) Next(e *Entry) bool {
	var n int
	*e, n = r.parse()
	r.b = r.b[n:]
	return n > 0
}

// Err tells why Next returned false: nil at the end of the input, otherwise an
// [*Error]. Before that it means nothing.
func (r *Reader) Err() error {
	if len(r.b) == 0 {
		return nil
	}
	return r.fault()
}

// parse returns the first entry of b and the octets that it takes, or zeros
// when b does not hold it whole. The codings that nearly all entries have come
// first.
func (r Reader) parse() (e Entry, n int) {
	b := r.b
	if len(b) < 2 {
		return e, 0
	}
	typ, id, length, head := b[0], uint16(b[1]), int(b[0]&shortLength), 2
	switch typ & (wideID | lengthField) {
	case 0:
	case oneOctet:
		if len(b) < 3 {
			return e, 0
		}
		length, head = int(b[2]), 3
	default:
		if head = headLength(typ); len(b) < head {
			return e, 0
		}
		id, length = parseHead(b[:head])
	}
	n = head + length
	if n > len(b) {
		return e, 0
	}
	place := uint32(r.end-len(b))<<headBits | uint32(head)
	return Entry{Kind: Kind(typ >> kindShift), ID: id, place: place, Value: b[head:n:n]}, n
}

// headLength is the number of octets before the value.
func headLength(typ byte) int {
	return 2 + int(typ&wideID>>wideIDShift) + int(typ&lengthField>>lengthShift)
}

// parseHead reads type, identifier and length from the headLength octets of h.
func parseHead(h []byte) (id uint16, length int) {
	typ, id, field := h[0], uint16(h[1]), h[2:]
	if typ&wideID != 0 {
		id = id<<8 | uint16(field[0])
		field = field[1:]
	}
	if len(field) == 0 {
		return id, int(typ & shortLength)
	}
	for _, c := range field {
		length = length<<8 | int(c)
	}
	return id, length
}

// fault tells why b does not begin with an entry; it is not empty.
func (r Reader) fault() error {
	what, want := "header", headLength(r.b[0])
	if len(r.b) >= want {
		_, length := parseHead(r.b[:want])
		what, want = "value", want+length
	}
	return &Error{
		Offset:  r.end - len(r.b),
		Missing: want - len(r.b),
		Reason:  fmt.Sprintf("%s of an entry cut short: %d octets wanted, %d left", what, want, len(r.b)),
		Err:     ErrTruncated,
	}
}

// Entries walks the entries of one level of b, in the order in which they
// stand, and ends at the end of b or at an entry that is cut short: that one
// is yielded as an [*Error] beside a zero Entry. A loop over Entries allocates
// nothing. What a nested entry holds is walked with [Entry.Entries].
func Entries(b []byte) iter.Seq2[Entry, error] { return walk(b, 0) }

// walk is the iterator over b, which stands at offset off. It calls yield in
// one place only: the compiler then inlines the body of the caller's loop.
func walk(b []byte, off int) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		r := Reader{b: b, end: off + len(b)}
		for len(r.b) > 0 {
			e, n := r.parse()
			var err error
			if n == 0 {
				n, err = len(r.b), r.fault()
			}
			if !yield(e, err) {
				return
			}
			r.b = r.b[n:]
		}
	}
}
