package objects

import (
	"iter"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Tree holds Objects, their Instances and Resources:
//
//	Tree ── Object (ID, version) ── Instance ── Resource ─┬─ Value
//	                                                      └─ Resource Instance ── Value
//
// The zero value is empty and ready to use. Everything is sorted by ID. What
// a Tree hands out does not change when the Tree does, nor the other way
// round, and it may be changed during a walk: the walk goes on over what was
// there at its start.
//
// Several goroutines may read a Tree at the same time; changing it needs it
// alone. [Tree.Clone] is cheap. Keys in a Tree cannot be wiped: they are gone
// when nothing refers to them any more.
type Tree struct {
	objects []Object // sorted, never written to; none is without instances
}

// Object is an Object in a [Tree], with at least one Object Instance.
type Object struct {
	id        ObjectID
	version   tlv.Version
	instances []Instance // sorted, never written to
}

// ID is the Object ID.
func (o Object) ID() ObjectID { return o.id }

// Version is the Object's version as the file or the writer gave it; zero: the
// default, see [Registry.Lookup].
func (o Object) Version() tlv.Version { return o.version }

// Len is the number of Object Instances.
func (o Object) Len() int { return len(o.instances) }

// Instances walks the Object Instances in the order of their IDs.
func (o Object) Instances() iter.Seq[Instance] { return slices.Values(o.instances) }

// Instance is the Object Instance of that ID, if there is one.
func (o Object) Instance(id uint16) (in Instance, ok bool) {
	at, ok := searchID(o.instances, id, Instance.ID)
	if !ok {
		return Instance{}, false
	}
	return o.instances[at], true
}

func (o Object) equal(other Object) bool {
	return o.id == other.id && o.version == other.version &&
		slices.EqualFunc(o.instances, other.instances, Instance.Equal)
}

// Len is the number of Object Instances, of all Objects together.
func (t *Tree) Len() int {
	n := 0
	for _, o := range t.objects {
		n += len(o.instances)
	}
	return n
}

// Objects walks the Objects that have Instances, in the order of their IDs.
func (t *Tree) Objects() iter.Seq[Object] { return slices.Values(t.objects) }

// Object is the Object of that ID; ok is false when it has no Instances.
func (t *Tree) Object(id ObjectID) (o Object, ok bool) {
	at, ok := searchID(t.objects, id, Object.ID)
	if !ok {
		return Object{}, false
	}
	return t.objects[at], true
}

// Instance is an Object Instance, if it is there.
func (t *Tree) Instance(object ObjectID, instance uint16) (in Instance, ok bool) {
	o, _ := t.Object(object)
	return o.Instance(instance)
}

// Put puts an Object Instance in the place of the one with its ID, whose
// Resources are gone, or adds it. An Object new to the tree has the default
// version.
func (t *Tree) Put(object ObjectID, in Instance) {
	o, ok := t.Object(object)
	if !ok {
		o.id = object
	}
	o.instances = withID(o.instances, in, Instance.ID)
	t.objects = withID(t.objects, o, Object.ID)
}

// SetVersion gives an Object in the tree another version; it reports whether
// the Object is there.
func (t *Tree) SetVersion(object ObjectID, v tlv.Version) bool {
	o, ok := t.Object(object)
	if ok {
		o.version = v
		t.objects = withID(t.objects, o, Object.ID)
	}
	return ok
}

// Delete takes away what the path names, with all below it, and reports
// whether anything was there. An Object goes with its last Instance; an
// Instance stays without Resources, a multiple-instance Resource without
// values.
func (t *Tree) Delete(p Path) (found bool) {
	if p.Depth() == 0 {
		found = len(t.objects) > 0
		t.objects = nil
		return found
	}
	id, _ := p.Object()
	if p.Depth() == 1 {
		t.objects, found = withoutID(t.objects, id, Object.ID)
		return found
	}
	instance, _ := p.Instance()
	if p.Depth() == 2 {
		return t.deleteInstance(id, instance)
	}
	in, ok := t.Instance(id, instance)
	if !ok || !in.delete(p) {
		return false
	}
	t.Put(id, in)
	return true
}

func (t *Tree) deleteInstance(object ObjectID, instance uint16) (found bool) {
	o, _ := t.Object(object)
	if o.instances, found = withoutID(o.instances, instance, Instance.ID); !found {
		return false
	}
	if len(o.instances) == 0 {
		t.objects, _ = withoutID(t.objects, object, Object.ID)
	} else {
		t.objects = withID(t.objects, o, Object.ID)
	}
	return true
}

// delete takes away the Resource or Resource Instance that p names.
func (in *Instance) delete(p Path) (found bool) {
	id, _ := p.Resource()
	if p.Depth() == 3 {
		return in.Delete(id)
	}
	r, _ := in.Resource(id)
	instance, _ := p.ResourceInstance()
	if r.values, found = withoutID(r.values, instance, resourceInstanceID); found {
		in.Set(r)
	}
	return found
}

// Clone returns a Tree of its own with the same content.
func (t *Tree) Clone() *Tree { return &Tree{objects: t.objects} }

// Equal reports whether both hold the same Objects in the same versions, with
// equal Instances.
func (t *Tree) Equal(other *Tree) bool {
	return slices.EqualFunc(t.objects, other.objects, Object.equal)
}
