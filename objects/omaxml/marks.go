package omaxml

import "github.com/lwm2mboot/lwm2mboot/objects"

// marks are what the schema has no element for, of the Resources that are
// known.
type marks map[resource]mark

type resource struct {
	object objects.ObjectID
	id     objects.ResourceID
}

type mark struct{ secret, anyOctets bool }

// newMarks collects the marks of a registry, over all versions of an object:
// what one of them keeps secret, all do.
func newMarks(known *objects.Registry) marks {
	m := marks{}
	for d := range known.All() {
		for _, r := range d.Resources {
			at := resource{d.ID, r.ID}
			m[at] = mark{m[at].secret || r.Secret, m[at].anyOctets || r.AnyOctets}
		}
	}
	return m
}

// apply marks the Resources of d. An unknown one is secret when no Server may
// read it.
func (m marks) apply(d *objects.Definition) {
	for i := range d.Resources {
		r := &d.Resources[i]
		known, ok := m[resource{d.ID, r.ID}]
		if !ok {
			known.secret = r.Operations&(objects.OpRead|objects.OpExecute) == 0
		}
		r.Secret = known.secret
		r.AnyOctets = known.anyOctets && (r.Type == objects.TypeString || r.Type == objects.TypeOpaque)
	}
}
