package objects

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// decoder reads the TLV of one object, with the path of where it is.
//
//	Object Instance ─┬─ Resource
//	                 └─ Multiple Resource ── Resource Instance
type decoder struct {
	object   ObjectID
	def      *Definition // nil: everything is raw
	text     string      // a copy of the input; values are parts of it
	base     int         // offset of text in the input
	chunk    []string    // where values' octets point to, see keep
	warnings Problems
}

// newDecoder copies the octets that r will read.
func newDecoder(object ObjectID, v tlv.Version, reg *Registry, octets []byte, r tlv.Reader) *decoder {
	d := &decoder{object: object, text: string(octets)}
	var first tlv.Entry
	if r.Next(&first) {
		d.base = first.Offset()
	}
	var exact bool
	d.def, exact = reg.Lookup(object, v)
	switch {
	case len(octets) == 0:
	case d.def == nil:
		d.warn(ObjectPath(object), fmt.Sprintf("no definition of the object in version %v, kept raw", v))
	case !exact:
		d.warn(ObjectPath(object), fmt.Sprintf("no definition of version %v, read as %v", v, d.def.Version))
	}
	return d
}

func (d *decoder) warn(p Path, text string) {
	d.warnings = append(d.warnings, Problem{Path: p, Grade: Warning, Text: text})
}

// fail is a DecodeError at e.
func fail(p Path, e tlv.Entry, format string, args ...any) error {
	return &DecodeError{Path: p, Offset: e.Offset(), Err: fmt.Errorf(format, args...)}
}

// instances reads Object Instances to the end of r.
func (d *decoder) instances(r tlv.Reader) ([]Instance, error) {
	path := ObjectPath(d.object)
	n, err := count(path, r, MaxInstances)
	if err != nil {
		return nil, err
	}
	list := make([]Instance, 0, n)
	for e := (tlv.Entry{}); r.Next(&e); {
		if e.Kind != tlv.ObjectInstance {
			return nil, fail(path, e, "%v %d outside an Object Instance: %w", e.Kind, e.ID, tlv.ErrNesting)
		}
		in, err := d.instance(e.ID, e, e.Reader())
		if err != nil {
			return nil, err
		}
		if list, err = insert(list, in, Instance.ID, path, e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// instance reads the Resources of one Object Instance to the end of r; at is
// the entry to blame.
func (d *decoder) instance(id uint16, at tlv.Entry, r tlv.Reader) (Instance, error) {
	path := InstancePath(d.object, id)
	if id == MaxID {
		return Instance{}, fail(path, at, "reserved Object Instance ID: %w", tlv.ErrValue)
	}
	n, err := count(path, r, MaxResources)
	if err != nil {
		return Instance{}, err
	}
	list := make([]Resource, 0, n)
	for e := (tlv.Entry{}); r.Next(&e); {
		res, err := d.resource(path, e)
		if err != nil {
			return Instance{}, err
		}
		if list, err = insert(list, res, Resource.ID, path, e); err != nil {
			return Instance{}, err
		}
	}
	return Instance{id: id, resources: list}, nil
}

// resource reads one entry of an Object Instance.
func (d *decoder) resource(parent Path, e tlv.Entry) (Resource, error) {
	path, _ := parent.Child(e.ID)
	res := Resource{id: ResourceID(e.ID)}
	def, known := d.def.Resource(res.id)
	if !known && d.def != nil {
		d.warn(path, "no definition of the Resource, kept raw")
	}
	var err error
	switch e.Kind {
	case tlv.Resource:
		res.value, err = d.value(path, def, e)
		if known && def.Multiple && err == nil {
			d.warn(path, "a single Resource, read as the instance 0 of a multiple one")
			res = Multiple(res.id, ResourceInstance{Value: res.value})
		}
	case tlv.MultipleResource:
		res.multiple = true
		res.values, err = d.values(path, def, e)
		if known && !def.Multiple && err == nil {
			if len(res.values) != 1 {
				return res, fail(path, e, "%d values for a Resource of a single instance: %w", len(res.values), tlv.ErrNesting)
			}
			d.warn(path, "a multiple Resource with one value, read as a single one")
			res = Single(res.id, res.values[0].Value)
		}
	default:
		return res, fail(parent, e, "%v %d in an Object Instance: %w", e.Kind, e.ID, tlv.ErrNesting)
	}
	return res, err
}

// values reads the Resource Instances in a Multiple Resource.
func (d *decoder) values(path Path, def *ResourceDefinition, multiple tlv.Entry) ([]ResourceInstance, error) {
	r := multiple.Reader()
	n, err := count(path, r, MaxResourceInstances)
	if err != nil {
		return nil, err
	}
	list := make([]ResourceInstance, 0, n)
	for e := (tlv.Entry{}); r.Next(&e); {
		if e.Kind != tlv.ResourceInstance {
			return nil, fail(path, e, "%v %d in a Multiple Resource: %w", e.Kind, e.ID, tlv.ErrNesting)
		}
		at, _ := path.Child(e.ID)
		v, err := d.value(at, def, e)
		if err != nil {
			return nil, err
		}
		if list, err = insert(list, ResourceInstance{ID: e.ID, Value: v}, resourceInstanceID, path, e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// count is the number of entries that r has left, every one of them whole: so
// lists can be made of the right size at once. It refuses more than limit.
func count(path Path, r tlv.Reader, limit int) (n int, err error) {
	for e := (tlv.Entry{}); r.Next(&e); n++ {
		if n == limit {
			return 0, fail(path, e, "entry %d, at most %d are accepted: %w", n+1, limit, ErrLimit)
		}
	}
	if err := r.Err(); err != nil {
		return 0, malformed(path, err)
	}
	return n, nil
}

// malformed is the DecodeError for an error of package tlv.
func malformed(path Path, err error) error {
	at := &DecodeError{Path: path, Err: err}
	var bad *tlv.Error
	if errors.As(err, &bad) {
		at.Offset, at.Err = bad.Offset, fmt.Errorf("%s: %w", bad.Reason, bad.Err)
	}
	return at
}

// insert puts x, which e was read into, in its place in a sorted list of its
// own; an ID that is there already is ErrTwice.
func insert[T any, ID ~uint16](list []T, x T, idOf func(T) ID, parent Path, e tlv.Entry) ([]T, error) {
	at, twice := searchID(list, idOf(x), idOf)
	if twice {
		path, _ := parent.Child(e.ID)
		return nil, fail(path, e, "%w", ErrTwice)
	}
	return slices.Insert(list, at, x), nil
}
