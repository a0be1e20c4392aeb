package objects

// Type is the data type of a Resource (Core 1.2 Appendix C).
type Type uint8

// The data types. TypeNone is that of a Resource which can only be executed,
// and of a [Value] whose definition is not known: raw octets.
const (
	TypeNone Type = iota
	TypeString
	TypeInteger
	TypeUnsigned // since 1.1
	TypeFloat
	TypeBoolean
	TypeOpaque
	TypeTime
	TypeObjlnk
	TypeCorelnk // since 1.1
)

var typeNames = [...]string{
	"none", "String", "Integer", "Unsigned Integer", "Float", "Boolean", "Opaque", "Time", "Objlnk", "Corelnk",
}

// String is the registry's name of the type, "none" for [TypeNone].
func (t Type) String() string {
	if t.valid() {
		return typeNames[t]
	}
	return "invalid"
}

func (t Type) valid() bool { return int(t) < len(typeNames) }

// octets reports whether values of the type are of any length, rather than
// numbers.
func (t Type) octets() bool {
	switch t {
	case TypeNone, TypeString, TypeOpaque, TypeCorelnk:
		return true
	}
	return false
}
