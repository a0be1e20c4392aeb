package transport

import (
	"bytes"
	"errors"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// marks says which bytes of a content may be shown. None may, at first.
type marks struct {
	b     []byte // the content; behind it zeros, where an element is cut
	shown []bool
}

func newMarks(content []byte) *marks {
	return &marks{b: bytes.Clone(content), shown: make([]bool, len(content))}
}

// keep shows the bytes from one offset up to another.
func (m *marks) keep(from, to int) {
	for i := from; i < min(to, len(m.shown)); i++ {
		m.shown[i] = true
	}
}

// apply writes to dst the bytes that may be shown, and filler for the others.
func (m *marks) apply(dst []byte) {
	for i := range dst {
		dst[i] = filler
		if m.shown[i] {
			dst[i] = m.b[i]
		}
	}
}

// head shows tag and length.
func (m *marks) head(e ber.Element) { m.keep(e.Offset, e.Body) }

// whole shows an element, if its value is not longer than it can be.
func (m *marks) whole(e ber.Element, longest int) {
	m.head(e)
	if len(e.Value) <= longest {
		m.keep(e.Body, e.End())
	}
}

// maxCut is how much may be missing of a content, in bytes, so that the
// element in which it is cut is still looked at.
const maxCut = 1 << 15

// row shows the heads of the elements that stand one behind the other in the
// content, and FF and 00 between them, and hands them to each. One that is cut
// short, since no more was read, is filled up with zeros; of one that is
// malformed as much is shown as tells that: three bytes.
func (m *marks) row(each func(e ber.Element)) {
	m.fillUp()
	r := ber.NewReader(m.b)
	var e ber.Element
	for {
		start := r.Offset()
		r.SkipPadding()
		m.keep(start, r.Offset())
		if !r.Next(&e) {
			break
		}
		m.head(e)
		each(e)
	}
	var fault *ber.Error
	if errors.As(r.Err(), &fault) {
		m.keep(fault.Offset, fault.Offset+3)
	}
}

// fillUp adds what the last element lacks: of its head first, then of its
// value.
func (m *marks) fillUp() {
	for range 6 { // tag, length and four octets of it, value
		r := ber.NewReader(m.b)
		var e ber.Element
		for r.SkipPadding(); r.Next(&e); r.SkipPadding() {
		}
		var fault *ber.Error
		if !errors.As(r.Err(), &fault) || fault.Missing == 0 || fault.Missing > maxCut {
			return
		}
		m.b = append(m.b, make([]byte, fault.Missing)...)
	}
}
