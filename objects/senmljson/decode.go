package senmljson

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// decoder gives the records their types.
type decoder struct {
	at       objects.Path
	reg      *objects.Registry
	defs     map[objects.ObjectID]*objects.Definition // nil when there is none
	leaves   []leaf
	warnings objects.Problems
}

// leaf is a value and where it stands.
type leaf struct {
	path   objects.Path
	offset int
	value  objects.Value
	def    *objects.ResourceDefinition // nil when there is none
}

func (l leaf) fail(p objects.Path, format string, args ...any) error {
	return &objects.DecodeError{Path: p, Offset: l.offset, Err: fmt.Errorf(format, args...)}
}

func (d *decoder) warn(p objects.Path, text string) {
	d.warnings = append(d.warnings, objects.Problem{Path: p, Grade: objects.Warning, Text: text})
}

// add takes a record.
func (d *decoder) add(rec record) error {
	l := leaf{path: rec.path, offset: rec.offset}
	object, _ := rec.path.Object()
	instance, _ := rec.path.Instance()
	switch {
	case !d.at.Contains(rec.path):
		return l.fail(rec.path, "not at or below %v: %w", d.at, objects.ErrPath)
	case object == objects.MaxID || instance == objects.MaxID:
		return l.fail(rec.path, "reserved Object ID or Object Instance ID: %w", tlv.ErrValue)
	}
	def, err := d.definition(l, object)
	if err != nil {
		return err
	}
	resource, _ := rec.path.Resource()
	l.def, _ = def.Resource(resource)
	if l.def == nil && def != nil {
		d.warn(rec.path, "no definition of the Resource, of the type that the record tells")
	}
	if l.value, err = value(l.def, rec.label, rec.raw); err != nil {
		return l.fail(rec.path, "%w", err)
	}
	d.leaves = append(d.leaves, l)
	return nil
}

// definition looks an Object up when it comes the first time.
func (d *decoder) definition(l leaf, object objects.ObjectID) (*objects.Definition, error) {
	def, known := d.defs[object]
	if known {
		return def, nil
	}
	if len(d.defs) == MaxObjects {
		return nil, l.fail(l.path, "Object %d, at most %d are accepted: %w", len(d.defs)+1, MaxObjects, objects.ErrLimit)
	}
	if d.defs == nil {
		d.defs = make(map[objects.ObjectID]*objects.Definition)
	}
	def, _ = d.reg.Lookup(object, tlv.Version{})
	if def == nil {
		d.warn(objects.ObjectPath(object), "no definition of the Object, values are of the type that the record tells")
	}
	d.defs[object] = def
	return def, nil
}
