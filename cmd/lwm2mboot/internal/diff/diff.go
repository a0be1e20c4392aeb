// Package diff compares two files EF(LwM2M_Bootstrap) by what a device makes of
// them, Resource by Resource: the order of objects and the length of numbers do
// not count.
package diff

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/show"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Change is a place where two trees are not the same.
type Change struct {
	Path objects.Path

	// Old and New are the values there; nil on the side that has none. Both are
	// nil where the places themselves differ, as Note says.
	Old, New *objects.Value

	// Note tells of a difference that is no value's: "version 1.0, then 1.1".
	Note string
}

// Trees are the changes from old to new, in the order of their paths.
func Trees(old, new *objects.Tree) []Change {
	changes := append(versions(old, new), hollow(old, new)...)
	for path, value := range old.All() {
		now, ok := new.Value(path)
		switch {
		case !ok:
			changes = append(changes, Change{Path: path, Old: &value})
		case !value.Equal(now):
			changes = append(changes, Change{Path: path, Old: &value, New: &now})
		}
	}
	for path, value := range new.All() {
		if _, ok := old.Value(path); !ok {
			changes = append(changes, Change{Path: path, New: &value})
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return a.Path.Compare(b.Path) })
	return changes
}

// versions are the Objects that both have, in different versions.
func versions(old, new *objects.Tree) (changes []Change) {
	for o := range old.Objects() {
		if n, ok := new.Object(o.ID()); ok && n.Version() != o.Version() {
			changes = append(changes, Change{
				Path: objects.ObjectPath(o.ID()),
				Note: fmt.Sprintf("version %v, then %v", o.Version(), n.Version()),
			})
		}
	}
	return changes
}

// hollow are the places without a value that one side alone has.
func hollow(old, new *objects.Tree) (changes []Change) {
	was, is := places(old), places(new)
	for p := range was {
		if !is[p] {
			changes = append(changes, Change{Path: p, Note: "without a value, then gone"})
		}
	}
	for p := range is {
		if !was[p] {
			changes = append(changes, Change{Path: p, Note: "not there, then without a value"})
		}
	}
	return changes
}

// places are the Object Instances without Resources, and the Resources without
// values.
func places(t *objects.Tree) map[objects.Path]bool {
	found := make(map[objects.Path]bool)
	for o := range t.Objects() {
		for in := range o.Instances() {
			if in.Len() == 0 {
				found[objects.InstancePath(o.ID(), in.ID())] = true
			}
			for r := range in.Resources() {
				if r.Len() == 0 {
					found[objects.ResourcePath(o.ID(), in.ID(), r.ID())] = true
				}
			}
		}
	}
	return found
}

// Write prints changes, a line each: - what is gone, + what is new, ~ what
// changed. Of a secret nothing is said but that it differs, unless secrets is
// set.
//
//	~  /1/1/1  Server/1/Lifetime      86400 -> 3600
//	~  /0/1/5  Security/1/SecretKey   differs
func Write(w io.Writer, changes []Change, names *config.Names, secrets bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range changes {
		sign, text := c.words(secrets)
		fmt.Fprintf(t, "%s\t%v\t%s\t%s\n", sign, c.Path, names.Path(c.Path), text)
	}
	return t.Flush()
}

func (c Change) words(secrets bool) (sign, text string) {
	switch {
	case c.Old == nil && c.New == nil:
		return "~", c.Note
	case c.New == nil:
		return "-", show.Value(*c.Old, secrets)
	case c.Old == nil:
		return "+", show.Value(*c.New, secrets)
	case !secrets && (show.Hidden(*c.Old) || show.Hidden(*c.New)):
		return "~", "differs"
	}
	return "~", show.Value(*c.Old, secrets) + " -> " + show.Value(*c.New, secrets)
}
