package config

import (
	"bytes"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// instance takes the Resources of an Object Instance, a mapping.
func (r *resolver) instance(o *Object, object objects.Path, at Position, id uint16, n Node) error {
	p, _ := object.Child(id)
	if err := r.once(p, at); err != nil {
		return err
	}
	in := r.findInstance(o, p, at, id)
	return r.each(p, n, func(at Position, text string, v Node) error {
		id, err := r.names.resource(at, o.ID, text)
		if err != nil {
			return err
		}
		return r.resource(o, in, p, at, id, v)
	})
}

// findInstance finds or makes the Object Instance p.
func (r *resolver) findInstance(o *Object, p objects.Path, at Position, id uint16) *Instance {
	index, ok := r.index[p]
	if !ok {
		index = len(o.Instances)
		r.index[p] = index
		o.Instances = append(o.Instances, Instance{ID: id, At: at})
	}
	return &o.Instances[index]
}

// path takes the value of a key that is a path.
func (r *resolver) path(o *Object, p objects.Path, k topKey, value Node) error {
	id, err := instanceID(k.at, k.segments[0])
	if err != nil {
		return r.wrap(err, p)
	}
	if len(k.segments) == 1 {
		return r.instance(o, p, k.at, id, value)
	}
	p, _ = p.Child(id)
	in := r.findInstance(o, p, k.at, id)
	if id, err = r.names.resource(k.at, o.ID, k.segments[1]); err != nil {
		return r.wrap(err, p)
	}
	if len(k.segments) == 2 {
		return r.resource(o, in, p, k.at, id, value)
	}
	res, p, err := r.findResource(o, in, p, k.at, id, true)
	if err != nil {
		return err
	}
	if id, err = instanceID(k.at, k.segments[2]); err != nil {
		return r.wrap(err, p)
	}
	return r.value(res, p, k.at, id, value)
}

// resource takes the value of a Resource, or its values.
func (r *resolver) resource(o *Object, in *Instance, parent objects.Path, at Position, id uint16, n Node) error {
	p, _ := parent.Child(id)
	if err := r.once(p, at); err != nil {
		return err
	}
	multiple := n.Kind == Mapping || n.Kind == Sequence
	res, p, err := r.findResource(o, in, parent, at, id, multiple)
	switch {
	case err != nil:
		return err
	case n.Kind == Mapping:
		return r.mapping(res, p, n)
	case n.Kind == Sequence:
		return r.sequence(res, p, n)
	}
	return r.value(res, p, at, 0, n)
}

// findResource finds or makes a Resource. That it is of one instance or of
// several is the configuration's word, and held against the definition.
func (r *resolver) findResource(o *Object, in *Instance, parent objects.Path, at Position, id uint16, multiple bool) (*Resource, objects.Path, error) {
	p, _ := parent.Child(id)
	if index, ok := r.index[p]; ok {
		res := &in.Resources[index]
		if !multiple || !res.Multiple {
			return nil, p, r.wrap(Errorf(at, ErrTwice, "given twice%s", since(res.At)), p)
		}
		return res, p, nil
	}
	res := Resource{Field: Field{Object: o.ID, ID: id}, At: at, Multiple: multiple}
	res.Definition, _ = o.Definition.Resource(objects.ResourceID(id))
	if d := res.Definition; d != nil && d.Multiple != multiple && !r.opts.NoValidate {
		reason := "one value for a Resource of several: write [value], or {0: value}"
		if multiple {
			reason = "a mapping or a list of values for a Resource that has one value"
		}
		return nil, p, r.wrap(Errorf(at, ErrValue, "%s", reason), p)
	}
	r.index[p] = len(in.Resources)
	in.Resources = append(in.Resources, res)
	return &in.Resources[len(in.Resources)-1], p, nil
}

// mapping takes Resource Instances from {0: value, 3: value}.
func (r *resolver) mapping(res *Resource, p objects.Path, n Node) error {
	for _, e := range n.Entries {
		text, err := keyText(e.Key)
		if err != nil {
			return r.wrap(err, p)
		}
		id, err := instanceID(e.Key.At, text)
		if err != nil {
			return r.wrap(err, p)
		}
		if err := r.value(res, p, e.Key.At, id, e.Value); err != nil {
			return err
		}
	}
	return nil
}

// sequence takes Resource Instances from [value, value], numbered from 0, or
// from the pairs of the dictionary, [[0, value], [3, value]].
func (r *resolver) sequence(res *Resource, p objects.Path, n Node) error {
	pairs := len(n.Items) > 0 && n.Items[0].Kind == Sequence
	for i, item := range n.Items {
		at, id, value := item.At, uint16(i), item
		if (item.Kind == Sequence) != pairs || pairs && len(item.Items) != 2 {
			return r.wrap(Errorf(at, ErrValue, "not like the items before, or not a pair: the items are values, or all [number, value]"), p)
		}
		if pairs {
			text, err := keyText(item.Items[0])
			if err == nil {
				id, err = instanceID(item.Items[0].At, text)
			}
			if err != nil {
				return r.wrap(err, p)
			}
			value = item.Items[1]
		} else if i > 0xFFFF {
			return r.wrap(Errorf(at, ErrLimit, "more values than there are numbers for them"), p)
		}
		if err := r.value(res, p, at, id, value); err != nil {
			return err
		}
	}
	return nil
}

// value encodes one value and adds it.
func (r *resolver) value(res *Resource, p objects.Path, at Position, id uint16, n Node) error {
	if res.Multiple {
		p, _ = p.Child(id)
		if err := r.once(p, at); err != nil {
			return err
		}
	}
	v := Value{ID: id, Node: n}
	if v.Node.At == (Position{}) {
		v.Node.At = at
	}
	if n.Kind == Null {
		return r.wrap(Errorf(v.Node.At, ErrValue, "no value: write \"\" for an empty one, or leave the key out"), p)
	}
	if r.opts.Template && n.Kind == Bytes && bytes.Contains(n.Octets, []byte("${")) {
		return r.wrap(Errorf(v.Node.At, ErrValue, "${…} in bytes stands for itself, on every card: write it as text, without the b or !!binary"), p)
	}
	if r.opts.Template && n.Kind == Text && strings.Contains(n.Text, "${") {
		v.Template = true
	} else {
		octets, err := appendValue([]byte{}, res.Field, v.Node, &files{r.opts.Dir})
		if err != nil {
			return r.wrap(err, p)
		}
		v.Octets = octets
	}
	res.Values = append(res.Values, v)
	return nil
}
