package objects

import (
	"fmt"
	"time"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// fields joins the Resources of an Object Instance to the fields of a view. A
// view names its fields once, in a method that takes a *fields: the same list
// reads them and writes them.
type fields struct {
	object  ObjectID
	in      Instance
	writing bool
	bad     *Problem // the first that reading met
}

// coding says how a field of type T is held by a Value.
type coding[T any] struct {
	from func(Value) (T, bool)
	to   func(T) Value
}

var (
	asText    = coding[string]{Value.Text, String}
	asBoolean = coding[bool]{Value.Boolean, Boolean}
	asOctets  = coding[[]byte]{Value.Octets, Opaque}
	asSecret  = coding[Secret]{Value.Secret, func(s Secret) Value { return Opaque(s.Bytes()).AsSecret() }}
	asTime    = coding[time.Time]{Value.Time, Time}
	asObjlnk  = coding[tlv.Objlnk]{Value.Objlnk, Objlnk}
)

type integer interface {
	~int64 | ~uint8 | ~uint16
}

// asInteger holds a number as an Integer. Numbers that T cannot hold are not
// read.
func asInteger[T integer]() coding[T] {
	return coding[T]{fromNumber[T], func(v T) Value { return Integer(int64(v)) }}
}

// asUnsigned holds a number as an Unsigned Integer.
func asUnsigned[T integer]() coding[T] {
	return coding[T]{fromNumber[T], func(v T) Value { return Unsigned(uint64(v)) }}
}

func fromNumber[T integer](v Value) (T, bool) {
	n, ok := v.Integer()
	return T(n), ok && int64(T(n)) == n
}

// required is a field whose Resource is always written.
func required[T any](f *fields, id ResourceID, p *T, c coding[T]) {
	if f.writing {
		f.in.Set(Single(id, c.to(*p)))
		return
	}
	if v, ok := readField(f, id, c); ok {
		*p = v
	}
}

// given is a field whose zero value means that the Resource is absent.
func given[T comparable](f *fields, id ResourceID, p *T, c coding[T]) {
	var zero T
	if !f.writing || *p != zero {
		required(f, id, p, c)
	}
}

// octetsGiven is a field which when nil means that the Resource is absent.
func octetsGiven(f *fields, id ResourceID, p *[]byte) {
	if !f.writing || *p != nil {
		required(f, id, p, asOctets)
	}
}

// secretGiven is a field which when zero means that the Resource is absent.
func secretGiven(f *fields, id ResourceID, p *Secret) {
	if !f.writing || !p.IsZero() {
		required(f, id, p, asSecret)
	}
}

// maybe is an optional field.
func maybe[T any](f *fields, id ResourceID, p *Optional[T], c coding[T]) {
	if f.writing {
		if v, ok := p.Value(); ok {
			f.in.Set(Single(id, c.to(v)))
		}
		return
	}
	if v, ok := readField(f, id, c); ok {
		*p = Some(v)
	}
}

// list is a field of multiple instances; nil means that the Resource is
// absent. The Resource Instances are numbered from 0 when written.
func list[T any](f *fields, id ResourceID, p *[]T, c coding[T]) {
	if f.writing {
		if *p != nil {
			f.in.Set(Multiple(id, numbered(*p, c)...))
		}
		return
	}
	r, ok := f.in.Resource(id)
	if !ok {
		return
	}
	*p = make([]T, 0, r.Len())
	for at, v := range r.Values() {
		x, ok := c.from(v)
		if !ok {
			f.wrong(ResourceInstancePath(f.object, f.in.id, id, at), v)
			return
		}
		*p = append(*p, x)
	}
}

func numbered[T any](list []T, c coding[T]) []ResourceInstance {
	values := make([]ResourceInstance, len(list))
	for i, v := range list {
		values[i] = ResourceInstance{ID: uint16(i), Value: c.to(v)}
	}
	return values
}

// readField is the value of a single Resource; ok is false when it is absent
// or wrong.
func readField[T any](f *fields, id ResourceID, c coding[T]) (v T, ok bool) {
	r, there := f.in.Resource(id)
	if !there {
		return v, false
	}
	path := ResourcePath(f.object, f.in.id, id)
	if r.multiple {
		f.fail(path, "of multiple instances, not one")
		return v, false
	}
	if v, ok = c.from(r.value); !ok {
		f.wrong(path, r.value)
	}
	return v, ok
}

func (f *fields) wrong(p Path, v Value) {
	f.fail(p, "a value of type "+v.typ.String()+", or outside what the field can hold")
}

func (f *fields) fail(p Path, what string) {
	if f.bad == nil {
		f.bad = &Problem{Path: p, Grade: Error, Text: what}
	}
}

// err is what the views return of bad.
func (f *fields) err() error {
	if f.bad == nil {
		return nil
	}
	return fmt.Errorf("objects: %v: %s: %w", f.bad.Path, f.bad.Text, ErrType)
}
