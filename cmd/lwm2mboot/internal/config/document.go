package config

import (
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Document is a configuration whose names are looked up and whose values are
// octets, in the order of the configuration, which is the order of the file.
//
//	Document ── Object ── Instance ── Resource ─┬─ Value
//	                                            └─ Values, when Multiple
type Document struct {
	At      Position
	Objects []Object

	// Raw is the whole file when the configuration is raw:<hex>; nil otherwise.
	Raw []byte
}

// Object is an Object of a [Document].
type Object struct {
	ID         uint16
	Version    tlv.Version
	At         Position
	Definition *objects.Definition // nil: not known
	Instances  []Instance

	// Raw is the object's TLV when its value is raw:<hex>; nil otherwise.
	Raw []byte
}

// Instance is an Object Instance.
type Instance struct {
	ID        uint16
	At        Position
	Resources []Resource
}

// Resource is a Resource with one value, or Multiple with any number of them.
type Resource struct {
	Field
	At       Position
	Multiple bool
	Values   []Value
}

// Field is what a value is for: all that decides how it is encoded.
type Field struct {
	Object, ID uint16
	Definition *objects.ResourceDefinition // nil: not known
}

// Secret reports whether values of the field are to be kept from eyes: keys,
// and what has no definition, for it could be one.
func (f Field) Secret() bool { return f.Definition == nil || f.Definition.Secret }

// Value is one value.
type Value struct {
	ID     uint16 // Resource Instance ID; 0 of a Resource that is not Multiple
	Node   Node   // as the configuration has it; Node.At is its place
	Octets []byte // as they stand in TLV; nil when Template

	// Template: the value's text has a ${…} in it, and Options.Template kept it
	// from being encoded. See [AppendValue].
	Template bool
}
