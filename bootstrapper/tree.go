package bootstrapper

import (
	"iter"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// instances walks the paths of t's Object Instances, in order.
func instances(t *objects.Tree) iter.Seq[objects.Path] {
	return func(yield func(objects.Path) bool) {
		for o := range t.Objects() {
			for in := range o.Instances() {
				if !yield(objects.InstancePath(o.ID(), in.ID())) {
					return
				}
			}
		}
	}
}

// union is a tree with what a holds, and what of b has no Instance in a at the
// same path. A version that a gives an Object stands, unless it is the default.
func union(a, b *objects.Tree) *objects.Tree {
	if a.Len() == 0 {
		return b.Clone()
	}
	t := a.Clone()
	for o := range b.Objects() {
		have, _ := a.Object(o.ID())
		for in := range o.Instances() {
			if _, taken := have.Instance(in.ID()); !taken {
				t.Put(o.ID(), in)
			}
		}
		if have.Version() == (tlv.Version{}) {
			t.SetVersion(o.ID(), o.Version())
		}
	}
	return t
}

// without is a tree with what of t is not at any of the paths.
func without(t *objects.Tree, paths []objects.Path) *objects.Tree {
	t = t.Clone()
	for _, p := range paths {
		t.Delete(p)
	}
	return t
}
