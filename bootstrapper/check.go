package bootstrapper

import (
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Limits of a file, far above what any holds. They keep the work of a hostile
// one in bounds: Apply's grows with the square of either.
const (
	maxObjects   = 256
	maxInstances = 1024 // of all Objects together
)

// decode makes a tree of the file.
func decode(file []byte, o Options) (*objects.Tree, objects.Problems, error) {
	parsed, err := tlv.ParseFile(file)
	if err != nil {
		return nil, nil, err
	}
	if n := len(parsed.Objects); n > maxObjects {
		return nil, nil, fmt.Errorf("%d Objects, not %d at most: %w", n, maxObjects, objects.ErrLimit)
	}
	unknown := dropUnknown(&parsed, o)
	t := new(objects.Tree)
	warnings, err := t.Decode(parsed, o.Registry)
	if err != nil {
		return nil, nil, err
	}
	problems := append(unknown, warnings...)
	if err := refusal(problems); err != nil {
		return nil, nil, err
	}
	switch n := t.Len(); {
	case n == 0:
		return nil, nil, fmt.Errorf("%w: no Object Instances", ErrNoData)
	case n > maxInstances:
		return nil, nil, fmt.Errorf("%d Object Instances, not %d at most: %w", n, maxInstances, objects.ErrLimit)
	}
	return t, problems, nil
}

// dropUnknown takes the objects without a definition out of f, unless they are
// to be kept, and reports them.
func dropUnknown(f *tlv.File, o Options) (problems objects.Problems) {
	if o.Unknown == KeepUnknown {
		return nil // decoding warns
	}
	p := objects.Problem{Grade: objects.Warning, Text: "no definition of this object, left out"}
	if o.Unknown == RefuseUnknown {
		p.Grade, p.Text = objects.Error, "no definition of this object"
	}
	f.Objects = slices.DeleteFunc(f.Objects, func(obj tlv.Object) bool {
		d, _ := o.Registry.Lookup(objects.ObjectID(obj.ID), obj.Version)
		if d == nil {
			p.Path = objects.ObjectPath(objects.ObjectID(obj.ID))
			problems = append(problems, p)
		}
		return d == nil
	})
	return problems
}

// validate checks what a file holds by itself, and the whole that the store is
// to hold with it, and returns all warnings, those given first. When the whole
// is the file and nothing else, once is enough. That there is no account is no
// reason to refuse a file, but the whole must have one.
func validate(whole, file *objects.Tree, warnings objects.Problems, o Options) (objects.Problems, error) {
	found := append(warnings, file.Validate(&objects.ValidateOptions{
		Registry: o.Registry, Strict: o.Strict, NoAccessControl: o.NoAccessControl,
	})...)
	if !whole.Equal(file) {
		found = addNew(withoutRoot(found), whole.Validate(&objects.ValidateOptions{
			Registry: o.Registry, NoAccessControl: o.NoAccessControl,
		}))
	}
	return found, refusal(found)
}

// withoutRoot takes the problems of the tree at large out of list.
func withoutRoot(list objects.Problems) objects.Problems {
	return slices.DeleteFunc(list, func(p objects.Problem) bool { return p.Path.Depth() == 0 })
}

// addNew appends those of more that are not in list yet.
func addNew(list, more objects.Problems) objects.Problems {
	known := make(map[objects.Problem]bool, len(list))
	for _, p := range list {
		known[p] = true
	}
	for _, p := range more {
		if !known[p] {
			list = append(list, p)
		}
	}
	return list
}
