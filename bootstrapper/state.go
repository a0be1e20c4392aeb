package bootstrapper

import (
	"slices"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// State is all that a device keeps of its bootstrap information:
//
//	State ─┬─ factory ───┬─ active     Object Instances, in use
//	       ├─ smartcard ─┤  disabled   put aside, not to be dialled, and why
//	       ├─ server ────┘  digest     of the data last applied
//	       │             yielded    of the factory: something made room for the card
//	       └─ card          where the data were; PINs that were tried
//
// An Object Instance that is active has one origin: to put it under one takes
// it from the others. The zero value is an empty State, ready to use.
//
// Methods that take an Origin panic when it is none of the three.
//
// What a State hands out does not change when the State does, nor the other
// way round. Several goroutines may read a State at the same time; changing it
// needs it alone. It prints as counts, without a value of any Resource.
type State struct {
	sources [origins]source
	card    Card
}

// source is what one origin gave.
type source struct {
	active   objects.Tree
	disabled objects.Tree
	reason   string  // why disabled is; "" when nothing is
	digest   *Digest // nil: none known; never written to
	yielded  bool    // the factory's: something made room for the card's
}

func (s *State) source(o Origin) *source { return &s.sources[o-1] }

// byRank walks the origins, the one whose word counts most first.
func byRank(yield func(Origin) bool) {
	for o := Server; o >= Factory && yield(o); o-- {
	}
}

// Tree is what is active, of all origins together. Where origins disagree on
// the version of an Object, a version given stands before the default, and
// otherwise a server's before the card's before the factory's.
func (s *State) Tree() *objects.Tree {
	t := new(objects.Tree)
	for o := range byRank {
		t = union(t, &s.source(o).active)
	}
	return t
}

// Source is what is active and from o.
func (s *State) Source(o Origin) *objects.Tree { return s.source(o).active.Clone() }

// SetSource makes t all that is active and from o. Instances of the same path
// from other origins go. What is disabled, and the digest, stay.
func (s *State) SetSource(o Origin, t *objects.Tree) {
	for _, p := range paths(t) {
		s.deleteFromOthers(o, p)
	}
	s.source(o).active = *t.Clone()
}

// Put puts an Object Instance under o, in the place of the one with its path,
// wherever that was from.
func (s *State) Put(o Origin, object objects.ObjectID, in objects.Instance) {
	s.deleteFromOthers(o, objects.InstancePath(object, in.ID()))
	s.source(o).active.Put(object, in)
}

func (s *State) deleteFromOthers(o Origin, p objects.Path) {
	for other := range byRank {
		if t := &s.source(other).active; other != o && t.Has(p) {
			t.Delete(p)
		}
	}
}

// Delete takes away what is active at p and below, of any origin, and reports
// whether anything was there.
func (s *State) Delete(p objects.Path) (found bool) {
	for o := range byRank {
		found = s.source(o).active.Delete(p) || found
	}
	return found
}

// Origin is where the Object Instance that p names, or lies in, comes from; ok
// is false when there is none that is active.
func (s *State) Origin(p objects.Path) (o Origin, ok bool) {
	for p.Depth() > 2 {
		p = p.Parent()
	}
	if p.Depth() < 2 {
		return 0, false
	}
	for o := range byRank {
		if s.source(o).active.Has(p) {
			return o, true
		}
	}
	return 0, false
}

// Disabled is what was put aside from o, and why. The tree is empty, and the
// reason too, when nothing was.
func (s *State) Disabled(o Origin) (t *objects.Tree, reason string) {
	src := s.source(o)
	return src.disabled.Clone(), src.reason
}

// Digest is the digest of the data last applied from o; ok is false when none
// were.
func (s *State) Digest(o Origin) (d Digest, ok bool) {
	if p := s.source(o).digest; p != nil {
		return *p, true
	}
	return Digest{}, false
}

// SetDigest tells the digest of the data last applied from o.
func (s *State) SetDigest(o Origin, d Digest) { s.source(o).digest = &d }

// Yielded reports whether something of the factory's made room for the card's:
// then the factory's digest goes with the card's data, so that it comes back
// when the factory's data are applied the next time.
func (s *State) Yielded() bool { return s.source(Factory).yielded }

// SetYielded tells that; for stores.
func (s *State) SetYielded(yielded bool) { s.source(Factory).yielded = yielded }

// Clone returns a State of its own with the same content. It is cheap.
func (s *State) Clone() *State {
	c := new(State)
	for i, src := range s.sources {
		src.active, src.disabled = *src.active.Clone(), *src.disabled.Clone()
		c.sources[i] = src
	}
	c.card = s.card.clone()
	return c
}

// Equal reports whether both hold the same, origins and all included.
func (s *State) Equal(other *State) bool {
	return slices.EqualFunc(s.sources[:], other.sources[:], source.equal) && s.card.equal(other.card)
}

func (a source) equal(b source) bool {
	return a.active.Equal(&b.active) && a.disabled.Equal(&b.disabled) && a.reason == b.reason && a.yielded == b.yielded &&
		(a.digest == nil) == (b.digest == nil) && (a.digest == nil || *a.digest == *b.digest)
}
