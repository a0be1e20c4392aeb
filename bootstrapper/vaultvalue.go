package bootstrapper

import (
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// refMarker begins what stands in the place of a secret, an Opaque, secret as
// well. It tells a reference from a key that was stored before there was a
// vault: no text and no DER begins so.
//
//	FF 'r' 'e' 'f' | objects.Type of the secret (1) | reference (1 to MaxReference)
const refMarker = "\xFFref"

func referenceTo(t objects.Type, ref string) objects.Value {
	return objects.Opaque([]byte(refMarker + string(rune(t)) + ref)).AsSecret()
}

// reference takes apart what referenceTo made; ok is false for anything else.
func reference(v objects.Value) (t objects.Type, ref string, ok bool) {
	octets, _ := v.Octets()
	rest, ok := strings.CutPrefix(string(octets), refMarker)
	if !ok || len(rest) < 2 || v.Type() != objects.TypeOpaque {
		return 0, "", false
	}
	return objects.Type(rest[0]), rest[1:], true
}

// octetsOf is the content of a Value of any type.
func octetsOf(v objects.Value) string {
	if octets, ok := v.Octets(); ok {
		return string(octets)
	}
	var n uint64
	switch v.Type() {
	case objects.TypeInteger:
		i, _ := v.Integer()
		n = uint64(i)
	case objects.TypeUnsigned:
		n, _ = v.Unsigned()
	case objects.TypeFloat:
		f, _ := v.Float()
		n = math.Float64bits(f)
	case objects.TypeBoolean:
		if b, _ := v.Boolean(); b {
			n = 1
		}
	case objects.TypeTime:
		t, _ := v.Time()
		n = uint64(t.Unix())
	case objects.TypeObjlnk:
		l, _ := v.Objlnk()
		n = uint64(l.Object)<<16 | uint64(l.Instance)
	}
	return string(binary.BigEndian.AppendUint64(nil, n))
}

// valueOf is the secret Value of a type whose content octetsOf told; ok is
// false when there is none.
func valueOf(t objects.Type, octets string) (v objects.Value, ok bool) {
	switch t {
	case objects.TypeNone:
		return objects.Raw([]byte(octets)).AsSecret(), true
	case objects.TypeString:
		return objects.String(octets).AsSecret(), true
	case objects.TypeOpaque:
		return objects.Opaque([]byte(octets)).AsSecret(), true
	case objects.TypeCorelnk:
		return objects.Corelnk(octets).AsSecret(), true
	}
	if len(octets) != 8 {
		return v, false
	}
	n := binary.BigEndian.Uint64([]byte(octets))
	switch t {
	case objects.TypeInteger:
		v = objects.Integer(int64(n))
	case objects.TypeUnsigned:
		v = objects.Unsigned(n)
	case objects.TypeFloat:
		v = objects.Float(math.Float64frombits(n))
	case objects.TypeBoolean:
		v = objects.Boolean(n != 0)
	case objects.TypeTime:
		v = objects.Time(time.Unix(int64(n), 0))
	case objects.TypeObjlnk:
		v = objects.Objlnk(tlv.Objlnk{Object: uint16(n >> 16), Instance: uint16(n)})
	default:
		return v, false
	}
	return v.AsSecret(), true
}
