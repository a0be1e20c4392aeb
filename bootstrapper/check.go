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
		return nil, nil, tooManyObjects(n)
	}
	var problems objects.Problems
	parsed.Objects = slices.DeleteFunc(parsed.Objects, func(obj tlv.Object) bool {
		p, unknown := o.unknown(objects.ObjectID(obj.ID), obj.Version)
		if unknown {
			problems = append(problems, p)
		}
		return unknown
	})
	t := new(objects.Tree)
	warnings, err := t.Decode(parsed, o.Registry)
	return t, append(problems, warnings...), err
}

func tooManyObjects(n int) error {
	return fmt.Errorf("%d Objects, not %d at most: %w", n, maxObjects, objects.ErrLimit)
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
