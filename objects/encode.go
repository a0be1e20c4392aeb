package objects

import (
	"fmt"
	"math"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Encode returns the tree as the objects of a file, in order, each value in
// the fewest octets. [tlv.AppendFile] makes the file of it and watches its
// size. It shares no memory with the tree.
//
// A value that its type cannot hold, as a String that is not UTF-8, is
// tlv.ErrValue; one that is too long for TLV is tlv.ErrTooLong. The error
// names the path.
func (t *Tree) Encode() (tlv.File, error) {
	var f tlv.File
	for _, o := range t.objects {
		var e encoder
		octets, err := e.instances(nil, o)
		if err != nil {
			return tlv.File{}, err
		}
		f.Objects = append(f.Objects, tlv.Object{ID: uint16(o.id), Version: o.version, Instances: octets})
	}
	return f, nil
}

// encoder writes TLV. The length of an entry stands before its value, so what
// is inside is written first, into a buffer for each level.
type encoder struct {
	instance []byte // Resources of the Object Instance at hand
	multiple []byte // Resource Instances of the Multiple Resource at hand
	value    []byte // the value at hand
}

func (e *encoder) instances(dst []byte, o Object) (_ []byte, err error) {
	for _, in := range o.instances {
		if e.instance, err = e.resources(e.instance[:0], o.id, in); err != nil {
			return dst, err
		}
		dst, err = e.entry(dst, InstancePath(o.id, in.id), tlv.Entry{Kind: tlv.ObjectInstance, ID: in.id, Value: e.instance})
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (e *encoder) resources(dst []byte, object ObjectID, in Instance) (_ []byte, err error) {
	for _, r := range in.resources {
		if dst, err = e.resource(dst, ResourcePath(object, in.id, r.id), r); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (e *encoder) resource(dst []byte, path Path, r Resource) ([]byte, error) {
	if !r.multiple {
		return e.leaf(dst, path, tlv.Resource, uint16(r.id), r.value)
	}
	var err error
	if e.multiple, err = e.values(e.multiple[:0], path, r); err != nil {
		return dst, err
	}
	return e.entry(dst, path, tlv.Entry{Kind: tlv.MultipleResource, ID: uint16(r.id), Value: e.multiple})
}

func (e *encoder) values(dst []byte, path Path, r Resource) (_ []byte, err error) {
	for _, ri := range r.values {
		at, _ := path.Child(ri.ID)
		if dst, err = e.leaf(dst, at, tlv.ResourceInstance, ri.ID, ri.Value); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// leaf writes an entry that holds a value.
func (e *encoder) leaf(dst []byte, path Path, kind tlv.Kind, id uint16, v Value) (_ []byte, err error) {
	if e.value, err = v.appendTLV(e.value[:0]); err != nil {
		return dst, fmt.Errorf("objects: %v: %w", path, err)
	}
	return e.entry(dst, path, tlv.Entry{Kind: kind, ID: id, Value: e.value})
}

func (e *encoder) entry(dst []byte, path Path, entry tlv.Entry) ([]byte, error) {
	dst, err := tlv.AppendEntry(dst, entry)
	if err != nil {
		return dst, fmt.Errorf("objects: %v: %w", path, err)
	}
	return dst, nil
}

// appendTLV appends the value as it stands in TLV.
func (v Value) appendTLV(dst []byte) ([]byte, error) {
	switch v.typ {
	case TypeString, TypeCorelnk:
		return tlv.AppendString(dst, v.text())
	case TypeInteger, TypeTime:
		return tlv.AppendInteger(dst, int64(v.number)), nil
	case TypeUnsigned:
		return tlv.AppendUnsigned(dst, v.number), nil
	case TypeFloat:
		return tlv.AppendFloat(dst, math.Float64frombits(v.number)), nil
	case TypeBoolean:
		return tlv.AppendBoolean(dst, v.number != 0), nil
	case TypeObjlnk:
		return tlv.AppendObjlnk(dst, tlv.Objlnk{Object: uint16(v.number >> 16), Instance: uint16(v.number)}), nil
	}
	return append(dst, v.text()...), nil
}
