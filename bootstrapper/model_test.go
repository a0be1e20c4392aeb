package bootstrapper_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// cell is an Object Instance of the model.
type cell struct {
	object objects.ObjectID
	in     objects.Instance
	origin bootstrapper.Origin
	id     uint16 // whose: of /0, /1 the Short Server ID, of /2 the owner
	link   int    // of /0: the instance of /21; -1: none
}

func (c cell) at(d cell) bool    { return c.object == d.object && c.in.ID() == d.in.ID() }
func (c cell) in01() bool        { return c.object <= objects.ObjectServer }
func (c cell) links(d cell) bool { return c.object == 0 && d.object == 21 && c.link == int(d.in.ID()) }

// model is the rules of the package documentation once more, pair by pair.
type model []cell

func (m model) has(f func(cell) bool) bool { return slices.ContainsFunc(m, f) }

func (m model) where(f func(cell) bool) (out model) {
	for _, c := range m {
		if f(c) {
			out = append(out, c)
		}
	}
	return out
}

// account is what belongs to the account of id.
func (m model) account(id uint16) model {
	return m.where(func(c cell) bool {
		return c.in01() && c.id == id || m.has(func(s cell) bool { return s.id == id && s.links(c) })
	})
}

// without is m but for the accounts of the ids.
func (m model) without(ids map[uint16]bool) model {
	stays := m.where(func(c cell) bool { return c.in01() && !ids[c.id] })
	return m.where(func(c cell) bool {
		switch {
		case c.in01():
			return !ids[c.id]
		case c.object == 2:
			return !ids[c.id] || c.id == bootstrapID
		}
		linked := m.has(func(s cell) bool { return s.links(c) && ids[s.id] })
		return !linked || stays.has(func(s cell) bool { return s.links(c) })
	})
}

// meet is m, less what cannot stand beside the winner.
func (m model) meet(winner model) model {
	ids := map[uint16]bool{}
	for _, c := range m.where(cell.in01) {
		same := func(w cell) bool { return w.in01() && w.id == c.id }
		if winner.has(same) || m.account(c.id).has(func(part cell) bool { return winner.has(part.at) }) {
			ids[c.id] = true
		}
	}
	return m.without(ids).where(func(c cell) bool { return !winner.has(c.at) })
}

func (m model) apply(o bootstrapper.Origin, file model) model {
	isOld := func(c cell) bool { return c.origin == o }
	isOther := func(c cell) bool { return c.origin != o }
	torn := map[uint16]bool{}
	for _, c := range m.where(cell.in01) {
		torn[c.id] = m.account(c.id).has(isOld) && m.account(c.id).has(isOther)
	}
	rest := m.without(torn).where(isOther)
	if o == factory {
		return append(rest, file.meet(rest)...)
	}
	return append(rest.meet(file), file...)
}

// state is the State that holds the same.
func (m model) state() *bootstrapper.State {
	s := new(bootstrapper.State)
	for _, c := range m {
		s.Put(c.origin, c.object, c.in)
	}
	return s
}

// randomFile is what a source may bring: valid, and likely to collide.
func randomFile(r *rand.Rand, o bootstrapper.Origin) (m model) {
	add := func(object objects.ObjectID, id uint16, link int, p put) {
		for obj := range tree(p).Objects() {
			for in := range obj.Instances() {
				m = append(m, cell{object, in, o, id, link})
			}
		}
	}
	ids := []uint16{1, 2, 3, 4, bootstrapID}
	r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	security, servers := r.Perm(5), r.Perm(5)
	linked := map[int]bool{}
	for i, id := range ids[:1+r.IntN(3)] {
		at, to := uint16(security[i]), r.IntN(6)
		puts := []put{sec(at, id)}
		if to < 3 {
			puts = append(puts, link(at, uint16(to)))
			linked[to] = true
		} else {
			to = -1
		}
		add(0, id, to, func(t *objects.Tree) {
			for _, p := range puts {
				p(t)
			}
		})
		if id != bootstrapID {
			add(1, id, -1, srv(uint16(servers[i]), id, objects.Seconds(r.IntN(1000))))
		}
	}
	for to := range 3 {
		if linked[to] {
			add(21, 0, -1, oscore(uint16(to)))
		}
	}
	if owners := []uint16{1, 2, 3, 4, bootstrapID}; r.IntN(2) == 0 {
		owner := owners[r.IntN(5)]
		add(2, owner, -1, acl(uint16(r.IntN(3)), owner))
	}
	if r.IntN(3) == 0 {
		add(3, 0, -1, device(fmt.Sprint(r.IntN(1000))))
	}
	return m
}

func TestApplyDoesAsTheModelSays(t *testing.T) {
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 0))
		var store bootstrapper.MemStore
		var m model
		var disabled *objects.Tree // what the card gave before
		yielded := false           // something of the factory's to the card's
		digests := map[bootstrapper.Origin]bootstrapper.Digest{}
		for step := range 12 {
			if len(m) > 0 && r.IntN(4) == 0 { // a server writes over something
				c := &m[r.IntN(len(m))]
				c.origin = server
				state := load(t, &store)
				state.Put(server, c.object, c.in)
				require.NoError(t, store.Replace(t.Context(), state))
				continue
			}
			o := bootstrapper.Origin(1 + r.IntN(3))
			incoming := randomFile(r, o)
			before, after := m, m.apply(o, incoming)
			file := fileOf(t, incoming.state().Tree())
			res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), &store, &bootstrapper.Options{Origin: o})
			require.NoError(t, err, "seed %d step %d", seed, step)
			if old := before.state().Source(smartcard); res.Changed && o == smartcard && old.Len() > 0 {
				disabled = old
			}
			if res.Changed {
				m, digests[o] = after, res.Digest
			}
			if disabled != nil && res.Changed && o == smartcard && disabled.Equal(m.state().Source(smartcard)) {
				disabled = nil // the same once more
			}
			want := m.state()
			gaveWay := slices.ContainsFunc(res.Displaced, func(d bootstrapper.Displaced) bool { return d.Origin == factory })
			switch card := m.state().Source(smartcard).Len() > 0; {
			case !res.Changed:
			case o == factory:
				yielded = gaveWay && card
			case o == smartcard:
				yielded = yielded || gaveWay
			}
			if disabled != nil {
				want = new(bootstrapper.State)
				want.SetSource(smartcard, disabled)
				want.Disable(smartcard, "the card's data changed")
				for _, c := range m {
					want.Put(c.origin, c.object, c.in)
				}
			}
			for o, d := range digests {
				want.SetDigest(o, d)
			}
			want.SetYielded(yielded)
			got := load(t, &store)
			require.Equal(t, list(want), list(got), "seed %d step %d: %v and %v of %v", seed, step, list(before.state()), list(incoming.state()), o)
			require.True(t, want.Equal(got), "seed %d step %d", seed, step)
			checkResult(t, before.state(), incoming.state(), res)
		}
	}
}

// checkResult holds what a Result tells of what went against two states: all
// that went, and nothing else, is named once.
func checkResult(t *testing.T, before, incoming *bootstrapper.State, res bootstrapper.Result) {
	t.Helper()
	if !res.Changed {
		return
	}
	var went, told []string
	for _, s := range []*bootstrapper.State{before, incoming} {
		for o := range s.Tree().Objects() {
			for in := range o.Instances() {
				p := objects.InstancePath(o.ID(), in.ID())
				was, _ := s.Origin(p)
				now, ok := res.State.Origin(p)
				if replaced := s == before && was == res.Origin; !replaced && (!ok || now != was) {
					went = append(went, fmt.Sprint(p, s == before))
				}
			}
		}
	}
	for _, d := range res.Displaced {
		fromBefore := res.Origin != factory || d.Reason == bootstrapper.LostPart
		for _, p := range d.Instances {
			told = append(told, fmt.Sprint(p, fromBefore))
		}
	}
	slices.Sort(went)
	slices.Sort(told)
	require.Equal(t, went, told)
}

func TestTheOrderOfFactoryAndCardDoesNotMatter(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		files := map[bootstrapper.Origin][]byte{
			factory:   fileOf(t, randomFile(r, factory).state().Tree()),
			smartcard: fileOf(t, randomFile(r, smartcard).state().Tree()),
		}
		var states []*bootstrapper.State
		for _, order := range [][]bootstrapper.Origin{{factory, smartcard}, {smartcard, factory}} {
			var store bootstrapper.MemStore
			for _, o := range order {
				_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(files[o]), &store, &bootstrapper.Options{Origin: o})
				require.NoError(t, err)
			}
			states = append(states, load(t, &store))
		}
		require.True(t, states[0].Equal(states[1]), "seed %d: %v and %v", seed, list(states[0]), list(states[1]))
	}
}
