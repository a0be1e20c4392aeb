package bootstrapper

import (
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// paths are those of t's Object Instances, in order.
func paths(t *objects.Tree) []objects.Path {
	list := make([]objects.Path, 0, t.Len())
	for o := range t.Objects() {
		for in := range o.Instances() {
			list = append(list, objects.InstancePath(o.ID(), in.ID()))
		}
	}
	return list
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

// without is a tree with what of t is at none of the paths.
func without(t *objects.Tree, gone []objects.Path) *objects.Tree {
	t = t.Clone()
	for _, p := range gone {
		t.Delete(p)
	}
	return t
}
