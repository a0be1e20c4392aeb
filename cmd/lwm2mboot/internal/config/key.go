package config

import (
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// keyText is the text of a key that is a name or a number.
func keyText(key Node) (string, error) {
	if key.Kind != Text && key.Kind != Number {
		return "", Errorf(key.At, ErrKey, "%v as a key, which is a name or a number", key.Kind)
	}
	return key.Text, nil
}

// id reads a number of 16 bits; ok is false when text is in no form a number,
// but a name.
func id(at Position, text string) (v uint16, ok bool, err error) {
	_, digits := cutSign(text)
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return 0, false, nil
	}
	negative, magnitude, err := number(Node{Kind: Number, At: at, Text: text})
	switch {
	case err != nil:
		return 0, true, Errorf(at, ErrKey, "not a whole number of 16 bits, which a key in digits is")
	case magnitude > 0xFFFF || negative && magnitude != 0:
		return 0, true, Errorf(at, ErrKey, "a number beyond 0 to 65535, which IDs are")
	}
	return uint16(magnitude), true, nil
}

// instanceID reads the key of an Object Instance or a Resource Instance.
func instanceID(at Position, text string) (uint16, error) {
	v, ok, err := id(at, text)
	if err == nil && !ok {
		err = Errorf(at, ErrKey, "not a number, which instances have for their key")
	}
	return v, err
}

// object reads the key of an Object: Server, 1, Server@1.1.
func (n *Names) object(at Position, text string) (v uint16, version tlv.Version, err error) {
	name, suffix, versioned := strings.Cut(text, "@")
	if versioned {
		if version, err = parseVersion(at, suffix); err != nil {
			return 0, version, err
		}
	}
	v, ok, err := id(at, name)
	if ok || err != nil {
		return v, version, err
	}
	if len(name) > 4 && strings.EqualFold(name[:4], "OID.") {
		name = name[4:]
	}
	if v, ok = n.Object(name); !ok {
		return 0, version, Errorf(at, ErrKey, "no Object has this name%s", n.objects.hint(name))
	}
	return v, version, nil
}

// resource reads the key of a Resource: Lifetime, 1, RID.Server.Lifetime.
func (n *Names) resource(at Position, object uint16, text string) (uint16, error) {
	v, ok, err := id(at, text)
	if ok || err != nil {
		return v, err
	}
	name := text
	if len(name) > 4 && strings.EqualFold(name[:4], "RID.") {
		class, last, _ := strings.Cut(name[4:], ".")
		if of, ok := n.Object(class); !ok || of != object {
			return 0, Errorf(at, ErrKey, "a Resource of another Object")
		}
		name = last
	}
	if v, ok = n.Resource(object, name); !ok {
		return 0, Errorf(at, ErrKey, "no Resource of the Object has this name%s", n.resources[object].hint(name))
	}
	return v, nil
}

// hint is ", did you mean X?" when there is an X. A key that resembles no name
// is not repeated: it may be a value that lost its place.
func (l *nameList) hint(name string) string {
	if near := l.nearest(name); near != "" {
		return ", did you mean " + near + "?"
	}
	return "; a number is taken, too"
}

// parseVersion reads what stands behind the @ of an Object: major.minor.
func parseVersion(at Position, text string) (tlv.Version, error) {
	major, minor, _ := strings.Cut(text, ".")
	a, err1 := strconv.ParseUint(major, 10, 8)
	b, err2 := strconv.ParseUint(minor, 10, 8)
	if err1 != nil || err2 != nil || a == 0 {
		return tlv.Version{}, Errorf(at, ErrKey, "not a version behind the @: major.minor, each up to 255 and major from 1, as in Server@1.1")
	}
	return tlv.Version{Major: uint8(a), Minor: uint8(b)}, nil
}

// isPath reports a key that is a path, 0/1/5, and not one ID.
func isPath(text string) bool { return strings.Contains(text, "/") }

// splitPath splits a path of two to four segments; a slash may stand before it.
func splitPath(at Position, text string) ([]string, error) {
	segments := strings.Split(strings.TrimPrefix(text, "/"), "/")
	if len(segments) < 2 || len(segments) > 4 {
		return nil, Errorf(at, ErrKey, "a path as a key has two to four parts, as 0/1/5 or Security/1/SecretKey")
	}
	return segments, nil
}
