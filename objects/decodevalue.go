package objects

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// value reads the octets of e as def says; without a definition, and for a
// Resource that can only be executed, they are raw.
func (d *decoder) value(path Path, def *ResourceDefinition, e tlv.Entry) (v Value, err error) {
	if def == nil {
		return Value{octets: d.keep(e)}, nil
	}
	v = Value{typ: def.Type, secret: def.Secret}
	if def.AnyOctets {
		v.typ = TypeOpaque
	}
	if v.typ.octets() {
		if (v.typ == TypeString || v.typ == TypeCorelnk) && !utf8.Valid(e.Value) {
			err = fmt.Errorf("%v of %d octets is not UTF-8: %w", v.typ, len(e.Value), tlv.ErrValue)
		}
		v.octets = d.keep(e)
	} else {
		v.number, err = number(v.typ, e.Value)
	}
	if err != nil {
		return Value{}, &DecodeError{Path: path, Offset: e.Offset(), Err: err}
	}
	return v, nil
}

// number reads a value of the types that are numbers, as Value keeps them.
func number(t Type, octets []byte) (uint64, error) {
	switch t {
	case TypeInteger:
		n, err := tlv.ParseInteger(octets)
		return uint64(n), err
	case TypeUnsigned:
		return tlv.ParseUnsigned(octets)
	case TypeTime:
		at, err := tlv.ParseTime(octets)
		return uint64(at.Unix()), err
	case TypeBoolean:
		b, err := tlv.ParseBoolean(octets)
		return Boolean(b).number, err
	case TypeObjlnk:
		l, err := tlv.ParseObjlnk(octets)
		return Objlnk(l).number, err
	}
	f, err := tlv.ParseFloat(octets)
	return math.Float64bits(f), err
}

// keep returns the value of e as a part of the decoder's own copy. A Value
// points to it; the strings lie together in chunks, which cost less than one
// each would.
func (d *decoder) keep(e tlv.Entry) *string {
	if len(e.Value) == 0 {
		return nil
	}
	if len(d.chunk) == cap(d.chunk) {
		d.chunk = make([]string, 0, 8)
	}
	from := e.Body() - d.base
	d.chunk = append(d.chunk, d.text[from:from+len(e.Value)])
	return &d.chunk[len(d.chunk)-1]
}
