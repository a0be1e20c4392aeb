package objects

import (
	"cmp"
	"iter"
	"slices"
	"sort"
)

// Resource is a Resource with its value, or with its Resource Instances when
// it is of multiple instances. It never changes. The zero value is Resource 0
// with an empty raw value.
type Resource struct {
	id       ResourceID
	multiple bool
	value    Value
	values   []ResourceInstance // of a multiple one: sorted, never written to
}

// ResourceInstance is one value of a multiple-instance Resource.
type ResourceInstance struct {
	ID    uint16
	Value Value
}

// Single returns a single-instance Resource.
func Single(id ResourceID, v Value) Resource { return Resource{id: id, value: v} }

// Multiple returns a multiple-instance Resource with the values given, which
// may be none. They are copied and sorted; of two with one ID the last counts.
func Multiple(id ResourceID, values ...ResourceInstance) Resource {
	return Resource{id: id, multiple: true, values: sortedByID(values, resourceInstanceID)}
}

// ID is the Resource ID.
func (r Resource) ID() ResourceID { return r.id }

// Multiple reports whether the Resource is of multiple instances.
func (r Resource) Multiple() bool { return r.multiple }

// Value is the value of a single-instance Resource; a multiple one has the
// zero Value here, its own are in [Resource.Values].
func (r Resource) Value() Value { return r.value }

// Len is the number of values: 1 for a single-instance Resource.
func (r Resource) Len() int {
	if r.multiple {
		return len(r.values)
	}
	return 1
}

// Values walks the Resource Instances in the order of their IDs. A
// single-instance Resource has one, with ID 0.
func (r Resource) Values() iter.Seq2[uint16, Value] {
	return func(yield func(uint16, Value) bool) {
		if !r.multiple {
			yield(0, r.value)
			return
		}
		for _, ri := range r.values {
			if !yield(ri.ID, ri.Value) {
				return
			}
		}
	}
}

// Instance is the value of the Resource Instance id of a multiple-instance
// Resource.
func (r Resource) Instance(id uint16) (v Value, ok bool) {
	i, ok := searchID(r.values, id, resourceInstanceID)
	if !ok {
		return Value{}, false
	}
	return r.values[i].Value, true
}

// Equal reports whether both have the same ID, are of the same multiplicity
// and hold equal values.
func (r Resource) Equal(s Resource) bool {
	return r.id == s.id && r.multiple == s.multiple && r.value.Equal(s.value) &&
		slices.EqualFunc(r.values, s.values, func(a, b ResourceInstance) bool {
			return a.ID == b.ID && a.Value.Equal(b.Value)
		})
}

func resourceInstanceID(ri ResourceInstance) uint16 { return ri.ID }

// The lists of the tree are sorted by ID and never written to: a change makes
// a new list, so that whoever holds the old one is not disturbed.

func searchID[T any, ID cmp.Ordered](list []T, id ID, idOf func(T) ID) (at int, found bool) {
	return slices.BinarySearchFunc(list, id, func(x T, id ID) int { return cmp.Compare(idOf(x), id) })
}

// withID is list with x in the place of the one with its ID, or beside it.
func withID[T any, ID cmp.Ordered](list []T, x T, idOf func(T) ID) []T {
	at, found := searchID(list, idOf(x), idOf)
	next := make([]T, 0, len(list)+1)
	next = append(append(next, list[:at]...), x)
	if found {
		at++
	}
	return append(next, list[at:]...)
}

// withoutID is list without the one of that ID; found is false, and list
// itself comes back, when there is none.
func withoutID[T any, ID cmp.Ordered](list []T, id ID, idOf func(T) ID) (next []T, found bool) {
	at, found := searchID(list, id, idOf)
	if !found {
		return list, false
	}
	next = make([]T, 0, len(list)-1)
	return append(append(next, list[:at]...), list[at+1:]...), true
}

// sortedByID is a sorted copy of list; of two with one ID the last counts.
func sortedByID[T any, ID cmp.Ordered](list []T, idOf func(T) ID) []T {
	next := slices.Clone(list)
	// Of package sort, here and below, since each type has its copy of slices.SortStableFunc: 4 KB.
	sort.SliceStable(next, func(i, j int) bool { return idOf(next[i]) < idOf(next[j]) })
	kept := next[:0]
	for _, x := range next {
		if n := len(kept); n > 0 && idOf(kept[n-1]) == idOf(x) {
			kept[n-1] = x
			continue
		}
		kept = append(kept, x)
	}
	return kept
}
