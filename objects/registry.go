package objects

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sort"
	"sync"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Registry knows the definitions of objects. The zero value, and a nil
// *Registry, know those built in: every published version of /0, /1, /2, /3
// and /21. [Registry.Register] adds others.
//
// A Registry is safe for concurrent reading; Register needs it alone.
type Registry struct {
	known map[ObjectID]*versions // those that Register touched
}

// versions are the definitions of one object.
type versions struct {
	list  []*Definition // sorted by version, at least one
	union *Definition   // of all of them; each Resource as the newest has it
}

// Register adds a definition, or replaces the one of the same object and
// version, a built-in one too. The definition is copied. It is refused when it
// is at odds with itself: a Resource ID that occurs twice, an invalid type or
// range, an operation that the type does not allow.
func (reg *Registry) Register(d Definition) error {
	sorted, err := d.sorted()
	if err != nil {
		return err
	}
	list := []*Definition{sorted}
	if have := reg.object(d.ID); have != nil {
		for _, old := range have.list {
			if old.Version != sorted.Version {
				list = append(list, old)
			}
		}
	}
	if reg.known == nil {
		reg.known = make(map[ObjectID]*versions)
	}
	reg.known[d.ID] = newVersions(list)
	return nil
}

func newVersions(list []*Definition) *versions {
	sort.SliceStable(list, func(i, j int) bool { return compareVersions(list[i].Version, list[j].Version) < 0 })
	newest := *list[len(list)-1]
	union := map[ResourceID]ResourceDefinition{}
	for _, d := range list {
		for _, r := range d.Resources {
			union[r.ID] = r
		}
	}
	newest.Resources = slices.Collect(maps.Values(union))
	sortByID(newest.Resources)
	return &versions{list: list, union: &newest}
}

func compareVersions(a, b tlv.Version) int {
	return cmp.Or(cmp.Compare(a.Major, b.Major), cmp.Compare(a.Minor, b.Minor))
}

// object is what is known of an object; nil when nothing is.
func (reg *Registry) object(id ObjectID) *versions {
	if reg != nil && reg.known[id] != nil {
		return reg.known[id]
	}
	return builtIn()[id]
}

// Lookup finds the definition of an object in a version. The result is not to be
// changed; it is nil when there is none.
//
// The zero version, 00 in a file, is 1.0 for most objects. For one of the
// enabler itself (0 to 7, 21) it is the version of the client's enabler, which
// a file cannot tell: the result then has the Resources of all versions, each
// as the newest has it.
//
// Minor versions only add to each other, so an unknown one is read by the
// newest known of its major version; exact is false then.
func (reg *Registry) Lookup(id ObjectID, v tlv.Version) (d *Definition, exact bool) {
	o := reg.object(id)
	if o == nil {
		return nil, false
	}
	if v == (tlv.Version{}) {
		if id.enabler() {
			return o.union, true
		}
		v.Major = 1
	}
	for _, known := range o.list {
		if known.Version == v {
			return known, true
		}
		if known.Version.Major == v.Major {
			d = known
		}
	}
	return d, false
}

// All walks the definitions known, by object and version. They are not to be
// changed.
func (reg *Registry) All() iter.Seq[*Definition] {
	return func(yield func(*Definition) bool) {
		ids := slices.Collect(maps.Keys(builtIn()))
		if reg != nil {
			ids = slices.AppendSeq(ids, maps.Keys(reg.known))
		}
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			for _, d := range reg.object(id).list {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// builtIn are the definitions of the tables, put together at the first use.
var builtIn = sync.OnceValue(func() map[ObjectID]*versions {
	m := make(map[ObjectID]*versions, len(tables))
	for _, t := range tables {
		m[t.object.ID] = newVersions(t.definitions())
	}
	return m
})
