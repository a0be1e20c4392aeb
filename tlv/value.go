package tlv

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An Opaque value is its octets; there is nothing to parse.

// ParseBoolean reads a Boolean: one octet, 0 or 1. Anything else is
// [ErrValue].
func ParseBoolean(b []byte) (bool, error) {
	if len(b) != 1 {
		return false, badLength("Boolean", b, "1")
	}
	if b[0] > 1 {
		return false, fmt.Errorf("tlv: Boolean is neither 0 nor 1: %w", ErrValue)
	}
	return b[0] == 1, nil
}

// AppendBoolean appends one octet.
func AppendBoolean(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// ParseString reads a String or a CoreLnk: UTF-8 of any length, also none. It
// has no terminator, so a NUL is a character like any other. Octets that are
// not UTF-8 are [ErrValue]. The result is a copy.
func ParseString(b []byte) (string, error) {
	if !utf8.Valid(b) {
		return "", fmt.Errorf("tlv: String of %d octets is not UTF-8: %w", len(b), ErrValue)
	}
	return string(b), nil
}

// AppendString appends the octets of a String or a CoreLnk; one that is not
// UTF-8 is [ErrValue], and dst comes back as it was.
func AppendString(dst []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return dst, fmt.Errorf("tlv: String of %d octets is not UTF-8: %w", len(s), ErrValue)
	}
	return append(dst, s...), nil
}

// Objlnk names an Object Instance (Core 1.2 Appendix C). 65535:65535 is the
// link to nothing.
type Objlnk struct {
	Object   uint16 // Object ID
	Instance uint16 // Object Instance ID
}

// NullObjlnk is the link to nothing.
var NullObjlnk = Objlnk{Object: 0xFFFF, Instance: 0xFFFF}

// String is the text form of the specification: both numbers in decimal, with
// a colon between them, 65:0.
func (l Objlnk) String() string {
	return strconv.Itoa(int(l.Object)) + ":" + strconv.Itoa(int(l.Instance))
}

// ParseObjlnkText reads the text form, 65:0, without signs or spaces; leading
// zeros are accepted, and FFFF:FFFF as the link to nothing, for examples of
// the specification have both (Core 1.2, SenML JSON). Anything else is
// [ErrValue].
func ParseObjlnkText(s string) (Objlnk, error) {
	if s == "FFFF:FFFF" {
		return NullObjlnk, nil
	}
	object, instance, _ := strings.Cut(s, ":")
	o, err1 := strconv.ParseUint(object, 10, 16)
	i, err2 := strconv.ParseUint(instance, 10, 16)
	if err1 != nil || err2 != nil {
		return Objlnk{}, fmt.Errorf("tlv: Objlnk is not two numbers of 16 bits and a colon: %w", ErrValue)
	}
	return Objlnk{Object: uint16(o), Instance: uint16(i)}, nil
}

// ParseObjlnk reads an Objlnk: Object ID and Object Instance ID, two octets
// each. Any other length is [ErrValue].
func ParseObjlnk(b []byte) (Objlnk, error) {
	if len(b) != 4 {
		return Objlnk{}, badLength("Objlnk", b, "4")
	}
	return Objlnk{Object: binary.BigEndian.Uint16(b), Instance: binary.BigEndian.Uint16(b[2:])}, nil
}

// AppendObjlnk appends four octets.
func AppendObjlnk(dst []byte, l Objlnk) []byte {
	dst = binary.BigEndian.AppendUint16(dst, l.Object)
	return binary.BigEndian.AppendUint16(dst, l.Instance)
}
