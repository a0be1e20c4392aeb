package objects

import (
	"iter"
	"slices"
)

// Instance is an Object Instance: its ID and its Resources. It is a value: a
// copy may be changed without the original changing. The zero value is
// instance 0 without Resources. Reading copies from several goroutines is
// safe.
type Instance struct {
	id        uint16
	resources []Resource // sorted, never written to
}

// NewInstance returns an Object Instance with the Resources given, which are
// copied and sorted; of two with one ID the last counts.
func NewInstance(id uint16, resources ...Resource) Instance {
	return Instance{id: id, resources: sortedByID(resources, Resource.ID)}
}

// ID is the Object Instance ID.
func (in Instance) ID() uint16 { return in.id }

// WithID returns the same Resources under another Object Instance ID.
func (in Instance) WithID(id uint16) Instance {
	in.id = id
	return in
}

// Len is the number of Resources.
func (in Instance) Len() int { return len(in.resources) }

// Resources walks the Resources in the order of their IDs.
func (in Instance) Resources() iter.Seq[Resource] { return slices.Values(in.resources) }

// Resource is the Resource of that ID, if there is one.
func (in Instance) Resource(id ResourceID) (r Resource, ok bool) {
	at, ok := searchID(in.resources, id, Resource.ID)
	if !ok {
		return Resource{}, false
	}
	return in.resources[at], true
}

// Value is the value of the single-instance Resource of that ID; ok is false
// when there is none or it is of multiple instances.
func (in Instance) Value(id ResourceID) (v Value, ok bool) {
	r, ok := in.Resource(id)
	return r.value, ok && !r.multiple
}

// Set puts a Resource in the place of the one with its ID, or adds it.
func (in *Instance) Set(r Resource) { in.resources = withID(in.resources, r, Resource.ID) }

// Delete takes the Resource of that ID away and reports whether it was there.
func (in *Instance) Delete(id ResourceID) (found bool) {
	in.resources, found = withoutID(in.resources, id, Resource.ID)
	return found
}

// Equal reports whether ID and Resources are equal.
func (in Instance) Equal(other Instance) bool {
	return in.id == other.id && slices.EqualFunc(in.resources, other.resources, Resource.Equal)
}
