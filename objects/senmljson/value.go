package senmljson

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// value reads the value of a record as def says; without one, and for a
// Resource that can only be executed, it has the type that the record tells.
func value(def *objects.ResourceDefinition, label string, raw json.RawMessage) (v objects.Value, err error) {
	typ := objects.TypeNone
	if def != nil {
		typ = def.Type
		if def.AnyOctets && label == "vd" {
			typ = objects.TypeOpaque
		} else if def.AnyOctets {
			typ = objects.TypeString
		}
	}
	guessed := typ == objects.TypeNone
	if guessed {
		typ = told(label, raw)
	}
	if want := labelOf(typ); label != want {
		return v, fmt.Errorf("%s for a value of type %v: %w", label, typ, objects.ErrType)
	}
	v, ok := typed(typ, raw)
	if !ok {
		return v, fmt.Errorf("%s holds no %v: %w", label, typ, tlv.ErrValue)
	}
	if guessed {
		v = rounded(v)
	}
	if def != nil && def.AnyOctets {
		octets, _ := v.Octets()
		v = objects.Opaque(octets)
	}
	if def != nil && def.Secret {
		v = v.AsSecret()
	}
	return v, nil
}

// labelOf is the field that holds values of a type.
func labelOf(typ objects.Type) string {
	switch typ {
	case objects.TypeString, objects.TypeCorelnk:
		return "vs"
	case objects.TypeBoolean:
		return "vb"
	case objects.TypeOpaque:
		return "vd"
	case objects.TypeObjlnk:
		return "vlo"
	}
	return "v"
}

// told is the type that a record tells when there is no definition.
func told(label string, raw json.RawMessage) objects.Type {
	switch label {
	case "vs":
		return objects.TypeString
	case "vb":
		return objects.TypeBoolean
	case "vd":
		return objects.TypeOpaque
	case "vlo":
		return objects.TypeObjlnk
	}
	if _, ok := integer(string(raw)); ok {
		return objects.TypeInteger
	}
	if _, ok := unsigned(string(raw)); ok {
		return objects.TypeUnsigned
	}
	return objects.TypeFloat
}

// rounded makes an Integer of a Float that became whole when it was rounded, as
// 1e-700 does: written again, it could not be told from one.
func rounded(v objects.Value) objects.Value {
	f, ok := v.Float()
	if !ok {
		return v
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if n, ok := integer(text); ok {
		return objects.Integer(n)
	}
	if n, ok := unsigned(text); ok {
		return objects.Unsigned(n)
	}
	return v
}

// typed reads a value of a known type; ok is false when the JSON is none.
func typed(typ objects.Type, raw json.RawMessage) (v objects.Value, ok bool) {
	var s string
	switch typ {
	case objects.TypeBoolean:
		return objects.Boolean(raw[0] == 't'), raw[0] == 't' || raw[0] == 'f'
	case objects.TypeString:
		ok = text(raw, &s)
		return objects.String(s), ok
	case objects.TypeCorelnk:
		ok = text(raw, &s)
		return objects.Corelnk(s), ok
	case objects.TypeOpaque:
		if !text(raw, &s) {
			return v, false
		}
		octets, ok := data(s)
		return objects.Opaque(octets), ok
	case objects.TypeObjlnk:
		if !text(raw, &s) {
			return v, false
		}
		l, err := tlv.ParseObjlnkText(s)
		return objects.Objlnk(l), err == nil
	}
	if !number(raw) {
		return v, false
	}
	return typedNumber(typ, string(raw))
}

func typedNumber(typ objects.Type, s string) (v objects.Value, ok bool) {
	switch typ {
	case objects.TypeInteger:
		n, ok := integer(s)
		return objects.Integer(n), ok
	case objects.TypeUnsigned:
		n, ok := unsigned(s)
		return objects.Unsigned(n), ok
	case objects.TypeTime:
		n, ok := integer(s)
		return objects.Time(time.Unix(n, 0)), ok
	}
	f, err := strconv.ParseFloat(s, 64) // an error when it would be infinite
	return objects.Float(f), err == nil
}
