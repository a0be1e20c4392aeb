package bootstrapper

import (
	"slices"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// merge puts incoming in the place of all that o gave before, by the rules in
// the package documentation, and returns what had to make room. What of
// incoming had to is not in s afterwards.
func (s *State) merge(o Origin, incoming *objects.Tree) []Displaced {
	out := s.removed(o, leftovers(s.Tree(), &s.source(o).active))
	disabled, reason := s.Disabled(o)
	*s.source(o) = source{}
	if o == Smartcard { // apart from what a card gave before, see commit
		s.source(o).disabled, s.source(o).reason = *disabled, reason
	}
	others := s.Tree()
	if o.yields() {
		lost := collisions(incoming, others)
		for i := range lost {
			lost[i].Origin = o
			incoming = without(incoming, lost[i].Instances)
		}
		out = append(out, lost...)
	} else {
		out = append(out, s.removed(o, collisions(others, incoming))...)
	}
	s.SetSource(o, incoming)
	switch {
	case o == Smartcard && displaced(out, Factory),
		o == Factory && displaced(out, Factory) && s.source(Smartcard).active.Len() > 0:
		s.SetYielded(true)
	}
	return out
}

// displaced reports whether anything of an origin is in the list.
func displaced(list []Displaced, o Origin) bool {
	return slices.ContainsFunc(list, func(d Displaced) bool { return d.Origin == o })
}

// removed deletes from s what was displaced, and tells where it was from.
func (s *State) removed(o Origin, list []Displaced) []Displaced {
	for i := range list {
		list[i].Origin, _ = s.Origin(list[i].Instances[0])
		for _, p := range list[i].Instances {
			s.Delete(p)
		}
	}
	return list
}

// leftovers are the accounts in t that the source of gone supplied a part of,
// but not all: the rest of them has to go as well.
func leftovers(t, gone *objects.Tree) []Displaced {
	list := displace(t, func(a account) Reason {
		all := a.all()
		here := slices.DeleteFunc(slices.Clone(all), gone.Has)
		if len(here) > 0 && len(here) < len(all) {
			return LostPart
		}
		return 0
	})
	for i := range list {
		list[i].Instances = slices.DeleteFunc(list[i].Instances, gone.Has)
	}
	// What was left of an account may be a link alone, which another one needs
	// or has taken along.
	return slices.DeleteFunc(list, func(d Displaced) bool { return len(d.Instances) == 0 })
}

// collisions is what in loser cannot stand beside winner.
func collisions(loser, winner *objects.Tree) []Displaced {
	won := make(map[identity]bool)
	for _, a := range accounts(winner) {
		won[a.identity] = true
	}
	list := displace(loser, func(a account) Reason {
		switch {
		case won[a.identity] && a.bootstrap:
			return SecondBootstrapServer
		case won[a.identity] && a.server != 0:
			return SameShortServerID
		case slices.ContainsFunc(a.all(), winner.Has):
			return SameInstance
		}
		return 0
	})
	gone := make(map[objects.Path]bool)
	for _, d := range list {
		for _, p := range d.Instances {
			gone[p] = true
		}
	}
	for _, p := range paths(loser) {
		if !gone[p] && winner.Has(p) {
			list = append(list, Displaced{Reason: SameInstance, Instances: []objects.Path{p}})
		}
	}
	return list
}

// displace lists those accounts of t that why has a reason for, each with what
// goes with it: what it links to, unless an account that stays does so too,
// and the Access Control Instances that it owns.
func displace(t *objects.Tree, why func(account) Reason) []Displaced {
	var out []Displaced
	var going []account
	keep := make(map[objects.Path]bool) // what accounts that stay link to
	for _, a := range accounts(t) {
		if r := why(a); r != 0 {
			going = append(going, a)
			out = append(out, Displaced{Reason: r, BootstrapServer: a.bootstrap, ShortServerID: uint16(a.server)})
			continue
		}
		for _, p := range a.links {
			keep[p] = true
		}
	}
	for i, a := range going {
		gone := a.parts
		for _, p := range append(a.links, a.owned(t)...) {
			if !keep[p] {
				gone = append(gone, p)
				keep[p] = true // two accounts that go may link to the same
			}
		}
		out[i].Instances = gone
	}
	return out
}
