package config

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// AppendValue appends the octets of one value, as they stand in TLV, and
// returns the extended slice:
//
//	String, Corelnk     text; bytes that are UTF-8
//	Integer, Unsigned   a number, 0x… 0o… 0b… too; text that is one
//	Float               a number; inf and nan
//	Boolean             true, false, 0, 1
//	Time                seconds since 1970, or RFC 3339: 2026-01-31T12:00:00Z
//	Objlnk              object:instance, 65535:65535 links to nothing
//	Opaque              bytes; text, whose UTF-8 it is
//	not known           by its own kind: a number is an Integer or a Float
//
// Text may begin with a prefix, see [Resolve]; file: is refused here. The
// Security Mode has names: PSK, RPK, Certificate or X509, NoSec, EST.
//
// This is for whoever puts rows of data into a template: a Value that is a
// Template is encoded with its Node's Text replaced. Text of a row is trusted
// no less than the configuration: a prefix in it counts. An error is an
// [*Error] without a Path, and dst comes back as it was.
func AppendValue(dst []byte, f Field, n Node) ([]byte, error) {
	out, err := appendValue(dst, f, n, nil)
	if err != nil {
		return dst, err
	}
	return out, nil
}

func appendValue(dst []byte, f Field, n Node, files *files) ([]byte, error) {
	switch {
	case !n.Kind.scalar():
		return dst, Errorf(n.At, ErrValue, "%v where one value belongs", n.Kind)
	case n.Kind == Text:
		if p, rest, err := cutPrefix(n); err != nil {
			return dst, err
		} else if p != noPrefix {
			return p.append(dst, f, n, rest, files)
		}
	}
	return appendTyped(dst, f, n)
}

// appendTyped appends a value without a prefix.
func appendTyped(dst []byte, f Field, n Node) ([]byte, error) {
	switch f.typ() {
	case objects.TypeString, objects.TypeCorelnk, objects.TypeOpaque:
		return appendOctets(dst, f, n)
	case objects.TypeInteger:
		return appendInteger(dst, n, f.name(n.Text))
	case objects.TypeUnsigned:
		return appendUnsigned(dst, n)
	case objects.TypeFloat:
		return appendFloat(dst, n)
	case objects.TypeBoolean:
		return appendBoolean(dst, n)
	case objects.TypeTime:
		return appendTime(dst, n)
	case objects.TypeObjlnk:
		return appendObjlnk(dst, n)
	}
	return appendNatural(dst, n)
}

// typ is how values are read; TypeNone: by their own kind.
func (f Field) typ() objects.Type {
	switch {
	case f.Definition == nil:
		return objects.TypeNone
	case f.Definition.AnyOctets:
		return objects.TypeOpaque
	}
	return f.Definition.Type
}

// appendOctets appends text or bytes.
func appendOctets(dst []byte, f Field, n Node) ([]byte, error) {
	switch n.Kind {
	case Text:
		if f.typ() != objects.TypeOpaque && !utf8.ValidString(n.Text) {
			return dst, notUTF8(n)
		}
		return append(dst, n.Text...), nil
	case Bytes:
		if f.typ() != objects.TypeOpaque && !utf8.Valid(n.Octets) {
			return dst, notUTF8(n)
		}
		return append(dst, n.Octets...), nil
	}
	if f.typ() == objects.TypeOpaque {
		return dst, Errorf(n.At, ErrValue, "%v where octets belong: write them as hex:…, base64:… or text in quotes", n.Kind)
	}
	return dst, Errorf(n.At, ErrValue, "%v where text belongs: put it in quotes", n.Kind)
}

func notUTF8(n Node) error {
	return Errorf(n.At, ErrValue, "octets that are not UTF-8, in a String")
}

// modes are the names of the Security Mode (/0/x/2), small and without signs.
var modes = map[string]objects.SecurityMode{
	"psk": objects.ModePSK, "rpk": objects.ModeRPK, "certificate": objects.ModeCertificate,
	"x509": objects.ModeCertificate, "nosec": objects.ModeNoSec, "est": objects.ModeEST,
}

// isMode reports the one field whose numbers have names.
func (f Field) isMode() bool {
	return f.Object == uint16(objects.ObjectSecurity) && f.ID == uint16(objects.SecuritySecurityMode)
}

// name is the number that a name stands for in the field, as text; "" when
// there is none.
func (f Field) name(text string) string {
	if !f.isMode() {
		return ""
	}
	if mode, ok := modes[normal(text)]; ok {
		return strconv.Itoa(int(mode))
	}
	return ""
}

func appendInteger(dst []byte, n Node, named string) ([]byte, error) {
	if n.Kind == Text && named != "" {
		n.Text = named
	}
	v, err := integer(n)
	if err != nil {
		return dst, err
	}
	return tlv.AppendInteger(dst, v), nil
}

func appendUnsigned(dst []byte, n Node) ([]byte, error) {
	negative, v, err := number(n)
	if err != nil {
		return dst, err
	}
	if negative && v != 0 {
		return dst, Errorf(n.At, ErrValue, "below 0, for an Unsigned Integer")
	}
	return tlv.AppendUnsigned(dst, v), nil
}

func appendFloat(dst []byte, n Node) ([]byte, error) {
	v, err := float(n)
	if err != nil {
		return dst, err
	}
	return tlv.AppendFloat(dst, v), nil
}

func appendBoolean(dst []byte, n Node) ([]byte, error) {
	switch {
	case n.Kind == Bool:
		return tlv.AppendBoolean(dst, n.Bool), nil
	case n.Kind == Bytes:
	case n.Text == "1" || strings.EqualFold(n.Text, "true"):
		return tlv.AppendBoolean(dst, true), nil
	case n.Text == "0" || strings.EqualFold(n.Text, "false"):
		return tlv.AppendBoolean(dst, false), nil
	}
	return dst, Errorf(n.At, ErrValue, "not a Boolean: true or false")
}

func appendTime(dst []byte, n Node) ([]byte, error) {
	if n.Kind == Text && strings.Contains(n.Text, "T") {
		t, err := time.Parse(time.RFC3339, n.Text)
		if err != nil || t.Nanosecond() != 0 {
			return dst, Errorf(n.At, ErrValue, "not a time of RFC 3339 in whole seconds, as 2026-01-31T12:00:00Z")
		}
		return tlv.AppendTime(dst, t), nil
	}
	v, err := integer(n)
	if err != nil {
		return dst, Errorf(n.At, ErrValue, "not a Time: seconds since 1970, or RFC 3339 as 2026-01-31T12:00:00Z")
	}
	return tlv.AppendInteger(dst, v), nil
}

func appendObjlnk(dst []byte, n Node) ([]byte, error) {
	l, err := tlv.ParseObjlnkText(n.Text)
	if n.Kind != Text || err != nil {
		return dst, Errorf(n.At, ErrValue, "not an Objlnk: Object ID and Object Instance ID, as 21:0")
	}
	return tlv.AppendObjlnk(dst, l), nil
}

// appendNatural appends a value of which nothing but its own kind is known.
func appendNatural(dst []byte, n Node) ([]byte, error) {
	switch n.Kind {
	case Bool:
		return tlv.AppendBoolean(dst, n.Bool), nil
	case Bytes:
		return append(dst, n.Octets...), nil
	case Text:
		return append(dst, n.Text...), nil
	}
	if isInteger(n.Text) {
		v, err := integer(n)
		if err != nil {
			return dst, err
		}
		return tlv.AppendInteger(dst, v), nil
	}
	return appendFloat(dst, n)
}
