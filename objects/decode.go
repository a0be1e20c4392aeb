package objects

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Limits of what is decoded, all far above what a client has. They bound the
// memory that hostile input can make us take: an entry of two octets becomes a
// Resource of some 70 bytes.
const (
	MaxInstances         = 1024 // Object Instances in one Object
	MaxResources         = 1024 // Resources in one Object Instance
	MaxResourceInstances = 1024 // Resource Instances in one Resource
)

// Decode reads the objects of a file into t, which may hold others already. A
// nil reg knows the built-in definitions. Nothing of t refers to the file's
// bytes afterwards, so they can be wiped; of each object a copy is kept as long
// as any of its values.
//
// An object may stand in the file more than once, or be in t already, when
// the versions agree and its Instances differ; the same Instance twice is
// [ErrTwice]. An Object with no Instances leaves no trace.
//
// The definition decides what the octets of a value mean:
//
//   - octets that are no value of the type are an error, tlv.ErrValue
//   - an Object or Resource without a definition is kept raw, with a warning
//   - a Resource that should have one instance and comes as a Multiple
//     Resource of exactly one, or the other way round, is read as defined,
//     with a warning
//   - Resources that stand outside an Object Instance are an error,
//     tlv.ErrNesting: Appendix G has none
//
// The warnings are in the order of the file. An error is a [*DecodeError],
// except for one in the container, which package tlv has told before; t is
// then as it was.
func (t *Tree) Decode(f tlv.File, reg *Registry) (warnings Problems, err error) {
	next := t.Clone()
	for _, o := range f.Objects {
		w, err := next.DecodeObject(o, reg)
		if err != nil {
			return nil, err
		}
		warnings = append(warnings, w...)
	}
	*t = *next
	return warnings, nil
}

// DecodeObject reads one object into t, as [Tree.Decode] does.
func (t *Tree) DecodeObject(o tlv.Object, reg *Registry) (warnings Problems, err error) {
	path := ObjectPath(ObjectID(o.ID))
	if o.ID == MaxID {
		return nil, &DecodeError{Path: path, Offset: o.Offset(), Err: fmt.Errorf("reserved Object ID: %w", tlv.ErrValue)}
	}
	have, known := t.Object(ObjectID(o.ID))
	if known && have.version != o.Version {
		return nil, &DecodeError{Path: path, Offset: o.Offset(), Err: fmt.Errorf("version %v, %v before: %w", o.Version, have.version, ErrTwice)}
	}
	d := newDecoder(ObjectID(o.ID), o.Version, reg, o.Instances, o.Reader())
	in, err := d.instances(o.Reader())
	if err != nil {
		return nil, err
	}
	return d.warnings, t.merge(Object{id: ObjectID(o.ID), version: o.Version, instances: in}, have.instances, o.Offset())
}

// merge adds the object decoded to the Instances that t has of it.
func (t *Tree) merge(o Object, have []Instance, offset int) error {
	if len(o.instances) == 0 {
		return nil
	}
	for _, in := range have {
		if _, twice := o.Instance(in.id); twice {
			return &DecodeError{Path: InstancePath(o.id, in.id), Offset: offset, Err: ErrTwice}
		}
	}
	if n := len(have) + len(o.instances); n > MaxInstances {
		return &DecodeError{Path: ObjectPath(o.id), Offset: offset, Err: fmt.Errorf("%d Object Instances: %w", n, ErrLimit)}
	}
	if len(have) > 0 {
		o.instances = sortedByID(append(o.instances, have...), Instance.ID)
	}
	t.objects = withID(t.objects, o, Object.ID)
	return nil
}
