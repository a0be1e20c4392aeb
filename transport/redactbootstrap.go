package transport

import (
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// bootstrapHeader is the length of number_of_objects and size.
const bootstrapHeader = 4

// bootstrap is the content of EF(LwM2M_Bootstrap), or of any file that looks
// like one to its last byte, from an offset of m to another. Of a file that is
// named, the directories say that it is one: its size is shown even when the
// rest is not there or is wrong, since it decides what is read.
func (m *marks) bootstrap(from, to int, named bool) {
	b := m.b[from:to]
	if !named && !isBootstrap(b) || len(b) < bootstrapHeader {
		return
	}
	size, err := tlv.FileSize(b)
	switch {
	case err != nil: // too large
		m.keep(from+2, from+4)
		return
	case tlv.Empty(b):
		if b[0] == 0 { // number_of_objects; size does not matter
			b[2], b[3] = 0, 0
		}
		size = bootstrapHeader
	}
	m.keep(from+2, from+4)
	for i := size; i < len(b); i++ { // padding, or what was there before
		b[i] = 0xFF
		m.keep(from+i, from+i+1)
	}
	f, err := tlv.ParseFile(b)
	if err != nil {
		return
	}
	m.keep(from, from+2)
	for _, o := range f.Objects {
		m.instances(from, o)
	}
}

// instances shows an object's header, and the outline of its TLV if that is
// well-formed.
func (m *marks) instances(from int, o tlv.Object) {
	head := 5 // object_id(2) version(1) length(2)
	if o.Version != (tlv.Version{}) {
		head = 6
	}
	start := from + o.Offset()
	m.keep(start, start+head)
	if tlv.Validate(o.Instances) != nil {
		return
	}
	for e := range o.Entries() {
		m.entry(from, o.ID, e)
	}
}

// isBootstrap reports that b is a whole file with at least one object.
func isBootstrap(b []byte) bool {
	f, err := tlv.ParseFile(b)
	if err != nil || len(f.Objects) == 0 {
		return false
	}
	for _, o := range f.Objects {
		if tlv.Validate(o.Instances) != nil {
			return false
		}
	}
	return true
}

// entry shows type, identifier and length, and what is inside alike.
func (m *marks) entry(from int, object uint16, e tlv.Entry) {
	body := from + e.Body()
	m.keep(from+e.Offset(), body)
	if e.Kind.Nested() {
		for inner := range e.Entries() {
			m.entry(from, object, inner)
		}
		return
	}
	shown := shownResources[resource{object, e.ID}]
	switch n := len(e.Value); {
	case e.Kind == tlv.Resource && n <= shown:
	case n == 1:
		m.b[body] = 0x01 // true, one
	default:
		return
	}
	m.keep(body, body+len(e.Value))
}

type resource struct{ object, id uint16 }

// shownResources are values that say how accounts belong together and nothing
// of what is in them, with the longest that each can be (Core E.1, E.2).
var shownResources = map[resource]int{
	{0, 1}:  1, // Bootstrap-Server
	{0, 2}:  1, // Security Mode
	{0, 10}: 2, // Short Server ID
	{1, 0}:  2, // Short Server ID
}
