package objects

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// TLV is the [Codec] of content format 11542 (Core 1.2 7.4.5). It has
// payloads for one Object at most, and none for a single Resource Instance,
// on which the Bootstrap interface has no operation:
//
//	/0       Object Instances
//	/0/1     Resources; accepted, too: the Object Instance 1 with them inside
//	/0/1/3   one Resource or Multiple Resource
type TLV struct{}

var _ Codec = TLV{}

// ContentFormat is 11542.
func (TLV) ContentFormat() uint16 { return 11542 }

// Append implements [Codec].
func (TLV) Append(dst []byte, t *Tree, at Path) ([]byte, error) {
	object, _ := at.Object()
	o, _ := t.Object(object)
	instance, _ := at.Instance()
	in, _ := o.Instance(instance)
	if !t.Has(at) {
		return dst, fmt.Errorf("objects: %v is not in the tree: %w", at, ErrPath)
	}
	var e encoder
	out, err := dst, errNoTLV(at)
	switch at.Depth() {
	case 1:
		out, err = e.instances(dst, o)
	case 2:
		out, err = e.resources(dst, object, in)
	case 3:
		r, _ := t.Resource(at)
		out, err = e.resource(dst, at, r)
	}
	if err != nil {
		return dst, err
	}
	return out, nil
}

// Parse implements [Codec].
func (TLV) Parse(payload []byte, at Path, reg *Registry) (*Tree, Problems, error) {
	r := tlv.NewReader(payload)
	object, _ := at.Object()
	d := newDecoder(object, tlv.Version{}, reg, payload, r)
	t := new(Tree)
	switch at.Depth() {
	case 1:
		list, err := d.instances(r)
		if err != nil {
			return nil, nil, err
		}
		return t, d.warnings, t.merge(Object{id: object, instances: list}, nil, 0)
	case 2, 3:
		in, err := d.payload(at, r)
		if err != nil {
			return nil, nil, err
		}
		t.Put(object, in)
		return t, d.warnings, nil
	}
	return nil, nil, errNoTLV(at)
}

// payload reads what was written to an Object Instance or a Resource.
func (d *decoder) payload(at Path, r tlv.Reader) (in Instance, err error) {
	id, _ := at.Instance()
	var first tlv.Entry
	if ahead := r; ahead.Next(&first) && first.Kind == tlv.ObjectInstance && at.Depth() == 2 {
		var second tlv.Entry
		if first.ID != id || ahead.Next(&second) || ahead.Err() != nil {
			return in, fail(at, first, "not this Object Instance alone: %w", ErrPath)
		}
		r = first.Reader()
	}
	if in, err = d.instance(id, first, r); err != nil {
		return in, err
	}
	if resource, deep := at.Resource(); deep && (in.Len() != 1 || in.resources[0].id != resource) {
		return in, fail(at, first, "not this Resource alone: %w", ErrPath)
	}
	return in, nil
}

func errNoTLV(at Path) error { return fmt.Errorf("objects: %v has no TLV payload: %w", at, ErrPath) }
