package tlv

import "iter"

// Kind tells what an entry is: bits 7 and 6 of its type octet.
type Kind uint8

// The kinds of entries (Core 1.2 7.4.5, table "TLV format and description").
const (
	ObjectInstance   Kind = 0b00 // holds Resource and MultipleResource entries
	ResourceInstance Kind = 0b01 // holds a value; stands inside a MultipleResource
	MultipleResource Kind = 0b10 // holds ResourceInstance entries
	Resource         Kind = 0b11 // holds a value
)

// String is the specification's name of the kind.
func (k Kind) String() string {
	return [...]string{"Object Instance", "Resource Instance", "Multiple Resource", "Resource"}[k&0b11]
}

// Nested reports whether an entry of this kind holds further entries, and not
// a value.
func (k Kind) Nested() bool { return k == ObjectInstance || k == MultipleResource }

// Holds reports whether an entry of kind inner may stand directly inside one
// of kind k.
func (k Kind) Holds(inner Kind) bool {
	switch k {
	case ObjectInstance:
		return inner == Resource || inner == MultipleResource
	case MultipleResource:
		return inner == ResourceInstance
	}
	return false
}

// Entry is one TLV. Of an Entry made by hand, Offset and Body tell nothing of
// use, and [AppendEntry] does not ask for them.
//
// It is four words of four fields, the most that the compiler keeps in
// registers: a walk takes twice as long with one more.
type Entry struct {
	Kind  Kind
	ID    uint16 // of the Object Instance, Resource or Resource Instance
	place uint32 // offset of the type octet, times 8, plus the octets before Value, 2 to 6
	Value []byte // aliases the input
}

const headBits = 3 // of place

// Offset is where the entry's type octet stands in the outermost input. It is
// right up to 512 MiB.
func (e Entry) Offset() int { return int(e.place >> headBits) }

// Body is where the first octet of Value stands in the outermost input.
func (e Entry) Body() int { return int(e.place>>headBits + e.place&(1<<headBits-1)) }

// Reader returns a reader of the entries in e's value; offsets go on counting
// in the outermost input.
func (e Entry) Reader() Reader { return Reader{b: e.Value, end: e.Body() + len(e.Value)} }

// Entries walks the entries in e's value, as [Entries] does; offsets go on
// counting in the outermost input.
func (e Entry) Entries() iter.Seq2[Entry, error] { return walk(e.Value, e.Body()) }
