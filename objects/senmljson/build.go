package senmljson

import (
	"slices"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// tree puts the leaves together: sorted by path, those of a Resource and those
// of an Object Instance stand in a row, whatever order the records had.
func (d *decoder) tree() (*objects.Tree, error) {
	slices.SortStableFunc(d.leaves, func(a, b leaf) int { return a.path.Compare(b.path) })
	t := new(objects.Tree)
	instances := 0
	for rest := d.leaves; len(rest) > 0; {
		first := rest[0]
		object, _ := first.path.Object()
		if _, ok := t.Object(object); !ok {
			instances = 0
		}
		if instances++; instances > objects.MaxInstances {
			return nil, first.fail(objects.ObjectPath(object), "more than %d Object Instances: %w", objects.MaxInstances, objects.ErrLimit)
		}
		var row []leaf
		row, rest = cut(rest, 2)
		in, err := d.instance(row)
		if err != nil {
			return nil, err
		}
		t.Put(object, in)
	}
	return t, nil
}

// cut returns the leaves at the start of list that agree in the first depth
// segments of their paths, and the others.
func cut(list []leaf, depth int) (row, rest []leaf) {
	parent := ancestor(list[0].path, depth)
	n := 1
	for n < len(list) && parent.Contains(list[n].path) {
		n++
	}
	return list[:n], list[n:]
}

func ancestor(p objects.Path, depth int) objects.Path {
	for p.Depth() > depth {
		p = p.Parent()
	}
	return p
}

// instance makes an Object Instance of its leaves.
func (d *decoder) instance(leaves []leaf) (objects.Instance, error) {
	path := ancestor(leaves[0].path, 2)
	id, _ := path.Instance()
	var resources []objects.Resource
	for len(leaves) > 0 {
		if len(resources) == objects.MaxResources {
			return objects.Instance{}, leaves[0].fail(path, "more than %d Resources: %w", objects.MaxResources, objects.ErrLimit)
		}
		var row []leaf
		row, leaves = cut(leaves, 3)
		r, err := d.resource(row)
		if err != nil {
			return objects.Instance{}, err
		}
		resources = append(resources, r)
	}
	return objects.NewInstance(id, resources...), nil
}

// resource makes a Resource of its leaves: one of /0/1/3, or any number of
// /0/1/3/…. As in TLV the definition decides what it is.
func (d *decoder) resource(leaves []leaf) (r objects.Resource, err error) {
	first := leaves[0]
	path := ancestor(first.path, 3)
	id, _ := path.Resource()
	for i, l := range leaves[1:] {
		if l.path == leaves[i].path || first.path == path {
			return r, l.fail(l.path, "%w", objects.ErrTwice)
		}
	}
	if len(leaves) > objects.MaxResourceInstances {
		return r, first.fail(path, "more than %d Resource Instances: %w", objects.MaxResourceInstances, objects.ErrLimit)
	}
	single := first.path == path
	switch {
	case first.def == nil:
	case first.def.Multiple && single:
		d.warn(path, "a single Resource, read as the instance 0 of a multiple one")
		return objects.Multiple(id, objects.ResourceInstance{Value: first.value}), nil
	case !first.def.Multiple && len(leaves) > 1:
		return r, first.fail(path, "%d values for a Resource of a single instance: %w", len(leaves), tlv.ErrNesting)
	case !first.def.Multiple && !single:
		d.warn(path, "a multiple Resource with one value, read as a single one")
		single = true
	}
	if single {
		return objects.Single(id, first.value), nil
	}
	values := make([]objects.ResourceInstance, len(leaves))
	for i, l := range leaves {
		ri, _ := l.path.ResourceInstance()
		values[i] = objects.ResourceInstance{ID: ri, Value: l.value}
	}
	return objects.Multiple(id, values...), nil
}
