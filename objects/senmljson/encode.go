package senmljson

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// appendName appends "bn" when p is of another Object Instance than base, the
// record before, and "n": "bn":"/1/0/","n":"6/1",
func appendName(dst []byte, base *objects.Path, p objects.Path) []byte {
	object, _ := p.Object()
	instance, _ := p.Instance()
	if at := objects.InstancePath(object, instance); at != *base {
		*base = at
		dst = append(dst, `"bn":"`...)
		dst = append(at.AppendTo(dst), `/",`...)
	}
	resource, _ := p.Resource()
	dst = append(dst, `"n":"`...)
	dst = strconv.AppendUint(dst, uint64(resource), 10)
	if ri, ok := p.ResourceInstance(); ok {
		dst = append(dst, '/')
		dst = strconv.AppendUint(dst, uint64(ri), 10)
	}
	return append(dst, `",`...)
}

// appendValue appends the field of the value's type: "v":86400
func appendValue(dst []byte, v objects.Value) ([]byte, error) {
	switch v.Type() {
	case objects.TypeString, objects.TypeCorelnk:
		s, _ := v.Text()
		if !utf8.ValidString(s) {
			return dst, fmt.Errorf("%v of %d octets is not UTF-8: %w", v.Type(), len(s), tlv.ErrValue)
		}
		return appendText(dst, "vs", s), nil
	case objects.TypeInteger:
		n, _ := v.Integer()
		return strconv.AppendInt(append(dst, `"v":`...), n, 10), nil
	case objects.TypeUnsigned:
		n, _ := v.Unsigned()
		return strconv.AppendUint(append(dst, `"v":`...), n, 10), nil
	case objects.TypeTime:
		at, _ := v.Time()
		return strconv.AppendInt(append(dst, `"v":`...), at.Unix(), 10), nil
	case objects.TypeFloat:
		f, _ := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return dst, fmt.Errorf("JSON has no infinite numbers and no NaN: %w", tlv.ErrValue)
		}
		return strconv.AppendFloat(append(dst, `"v":`...), f, 'g', -1, 64), nil
	case objects.TypeBoolean:
		b, _ := v.Boolean()
		return strconv.AppendBool(append(dst, `"vb":`...), b), nil
	case objects.TypeObjlnk:
		l, _ := v.Objlnk()
		return appendText(dst, "vlo", l.String()), nil
	}
	octets, _ := v.Octets()
	dst = append(dst, `"vd":"`...)
	dst = base64.RawURLEncoding.AppendEncode(dst, octets)
	return append(dst, '"'), nil
}

// appendText appends a label and a string of JSON: "vs":"U". It escapes what
// must be and no more, as encoding/json does not: links are full of < and >.
func appendText(dst []byte, label, s string) []byte {
	dst = append(dst, '"')
	dst = append(dst, label...)
	dst = append(dst, `":"`...)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20:
			dst = fmt.Appendf(dst, `\u%04x`, c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
