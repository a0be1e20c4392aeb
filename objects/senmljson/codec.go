package senmljson

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Limits of what is read. They are above what the largest file of Appendix G
// turns into.
const (
	MaxSize    = 1 << 20 // bytes of a payload
	MaxRecords = 1 << 14 // records in it; the file has room for as many entries
	MaxObjects = 1 << 8  // Objects that they belong to
)

// Secrets says what becomes of values that must not be seen by everyone: those
// marked as secret, and raw ones, of which nobody knows.
type Secrets uint8

// What can become of them.
const (
	// WriteSecrets writes them as they are: a payload for a peer.
	WriteSecrets Secrets = iota
	// MaskSecrets writes {"vs":"[19 bytes]"} in their place: a print for a
	// person. It is of the wrong type on purpose, so that nobody reads a mask
	// for a key.
	MaskSecrets
	// OmitSecrets leaves their records out.
	OmitSecrets
)

// Codec is the [objects.Codec] of SenML JSON. It has a payload for every path,
// the root among them. The zero value writes secrets.
type Codec struct {
	Secrets Secrets // in what Append writes
}

var _ objects.Codec = Codec{}

// ContentFormat is 110.
func (Codec) ContentFormat() uint16 { return 110 }

// Append implements [objects.Codec]. It writes compact JSON: a record for each
// value at the path and below it, in their order, with a base name /0/1/ where
// an Object Instance begins. Raw values become Opaque ones.
//
// A path without values is [objects.ErrPath]. A Float that is infinite or no
// number, and text that is not UTF-8, cannot be written: tlv.ErrValue, with
// the path of the value.
func (c Codec) Append(dst []byte, t *objects.Tree, at objects.Path) ([]byte, error) {
	out := append(dst, '[')
	var base objects.Path
	for p, v := range t.All() {
		hidden := v.IsSecret() || v.Type() == objects.TypeNone
		if !at.Contains(p) || hidden && c.Secrets == OmitSecrets {
			continue
		}
		if base.Depth() > 0 {
			out = append(out, ',')
		}
		out = appendName(append(out, '{'), &base, p)
		var err error
		if hidden && c.Secrets == MaskSecrets {
			out = appendText(out, "vs", v.String())
		} else if out, err = appendValue(out, v); err != nil {
			return dst, fmt.Errorf("senmljson: %v: %w", p, err)
		}
		out = append(out, '}')
	}
	if base.Depth() == 0 {
		return dst, fmt.Errorf("senmljson: %v holds no values: %w", at, objects.ErrPath)
	}
	return append(out, ']'), nil
}

// Parse implements [objects.Codec].
//
// The definition decides the type of a value, and the record must have the
// field of that type. A Resource without definition has the type that its
// record tells: v is an Integer when it is whole and fits, an Unsigned Integer
// when only that fits, otherwise a Float; vd is an Opaque. A value of an
// AnyOctets definition may be vd or vs. Names are absolute once bn stands
// before n. Times and units are ignored.
//
// An error is an [*objects.DecodeError] with the offset in the payload. It is
//
//   - objects.ErrPath: a record speaks of another place than the path
//   - objects.ErrType: the field is not that of the definition's type
//   - objects.ErrTwice: a value stands twice, or a label in a record
//   - objects.ErrLimit: more records, or more of something in the tree, than
//     are accepted
//   - tlv.ErrNesting: several values of a Resource that has one
//   - tlv.ErrValue: a number that the type cannot hold, text that is not what
//     its field holds, an Object or Object Instance 65535
//   - [ErrSyntax]: what is no SenML pack
//   - [ErrUnsupported]: a pack that asks for more than this package knows
func (Codec) Parse(payload []byte, at objects.Path, reg *objects.Registry) (*objects.Tree, objects.Problems, error) {
	d := decoder{at: at, reg: reg}
	for rec, err := range records(payload, at) {
		if err == nil {
			err = d.add(rec)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	t, err := d.tree()
	if err != nil {
		return nil, nil, err
	}
	return t, d.warnings, nil
}
