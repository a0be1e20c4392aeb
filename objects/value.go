package objects

import (
	"math"
	"time"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Value is one value with its type. It never changes, so copies may be passed
// around freely, between goroutines too. Compare with [Value.Equal]; == does
// not compile. The zero value is raw and has no octets.
//
// A Value remembers whether it is secret, and prints without its content when
// it is secret, Opaque or raw: see [Value.String].
type Value struct {
	_ [0]func() // not comparable: octets is a pointer

	typ    Type
	secret bool
	number uint64 // an Integer, Unsigned, Boolean, Time (s), Objlnk, or the bits of a Float

	// octets is what a String, Corelnk, Opaque or raw value holds; nil: none.
	// It is a pointer because fmt prints unexported fields of other people's
	// structs without asking our methods: of a pointer it shows the address.
	octets *string
}

// Raw returns a value of unknown type as it stands on the wire. octets is
// copied.
func Raw(octets []byte) Value { return octetsValue(TypeNone, string(octets)) }

// String returns a String. It should be UTF-8; one that is not cannot be
// encoded.
func String(s string) Value { return octetsValue(TypeString, s) }

// Corelnk returns a Corelnk: links in the format of RFC 6690.
func Corelnk(s string) Value { return octetsValue(TypeCorelnk, s) }

// Opaque returns an Opaque. octets is copied.
func Opaque(octets []byte) Value { return octetsValue(TypeOpaque, string(octets)) }

func octetsValue(t Type, s string) Value {
	if s == "" {
		return Value{typ: t}
	}
	return Value{typ: t, octets: &s}
}

// Integer returns an Integer.
func Integer(v int64) Value { return Value{typ: TypeInteger, number: uint64(v)} }

// Unsigned returns an Unsigned Integer.
func Unsigned(v uint64) Value { return Value{typ: TypeUnsigned, number: v} }

// Float returns a Float.
func Float(v float64) Value { return Value{typ: TypeFloat, number: math.Float64bits(v)} }

// Boolean returns a Boolean.
func Boolean(v bool) Value {
	if v {
		return Value{typ: TypeBoolean, number: 1}
	}
	return Value{typ: TypeBoolean}
}

// Time returns a Time; it has whole seconds, fractions are cut off towards
// the past.
func Time(t time.Time) Value { return Value{typ: TypeTime, number: uint64(t.Unix())} }

// Objlnk returns an Objlnk.
func Objlnk(l tlv.Objlnk) Value {
	return Value{typ: TypeObjlnk, number: uint64(l.Object)<<16 | uint64(l.Instance)}
}

// AsSecret returns the value marked as secret.
func (v Value) AsSecret() Value {
	v.secret = true
	return v
}

// IsSecret reports whether the value is marked as secret, by its definition
// or by [Value.AsSecret].
func (v Value) IsSecret() bool { return v.secret }

// Type is the value's type; [TypeNone] for a raw one.
func (v Value) Type() Type { return v.typ }

// Len is the number of octets of a String, Corelnk, Opaque or raw value, and
// 0 for other types.
func (v Value) Len() int { return len(v.text()) }

func (v Value) text() string {
	if v.octets == nil {
		return ""
	}
	return *v.octets
}

// Text is the content of a String or a Corelnk.
func (v Value) Text() (s string, ok bool) {
	if v.typ != TypeString && v.typ != TypeCorelnk {
		return "", false
	}
	return v.text(), true
}

// Octets is a copy of the octets of an Opaque, a raw value, a String or a
// Corelnk; never nil when ok.
func (v Value) Octets() (octets []byte, ok bool) {
	if !v.typ.octets() {
		return nil, false
	}
	return append(make([]byte, 0, v.Len()), v.text()...), true
}

// Secret is [Value.Octets] as a [Secret].
func (v Value) Secret() (Secret, bool) {
	octets, ok := v.Octets()
	return NewSecret(octets), ok
}

// Integer is the number of an Integer, or of an Unsigned Integer that fits.
func (v Value) Integer() (n int64, ok bool) {
	n = int64(v.number)
	switch v.typ {
	case TypeInteger:
		return n, true
	case TypeUnsigned:
		return n, n >= 0
	}
	return 0, false
}

// Unsigned is the number of an Unsigned Integer, or of an Integer that is not
// negative.
func (v Value) Unsigned() (n uint64, ok bool) {
	switch v.typ {
	case TypeUnsigned:
		return v.number, true
	case TypeInteger:
		return v.number, int64(v.number) >= 0
	}
	return 0, false
}

// Float is the number of a Float.
func (v Value) Float() (f float64, ok bool) {
	if v.typ != TypeFloat {
		return 0, false
	}
	return math.Float64frombits(v.number), true
}

// Boolean is the truth of a Boolean.
func (v Value) Boolean() (b, ok bool) {
	return v.typ == TypeBoolean && v.number != 0, v.typ == TypeBoolean
}

// Time is a Time, in UTC.
func (v Value) Time() (t time.Time, ok bool) {
	if v.typ != TypeTime {
		return time.Time{}, false
	}
	return time.Unix(int64(v.number), 0).UTC(), true
}

// Objlnk is an Objlnk.
func (v Value) Objlnk() (l tlv.Objlnk, ok bool) {
	if v.typ != TypeObjlnk {
		return tlv.Objlnk{}, false
	}
	return tlv.Objlnk{Object: uint16(v.number >> 16), Instance: uint16(v.number)}, true
}

// Equal reports whether type and content are the same; the mark of a secret
// does not count. Floats are compared by their bits, so a NaN equals itself.
func (v Value) Equal(w Value) bool {
	return v.typ == w.typ && v.number == w.number && v.text() == w.text()
}
