package bootstrapper_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper/storetest"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

var errPower = errors.New("no power")

// board is a chip and a flash, and what goes wrong with them. It outlives
// reboots.
type board struct {
	keys  map[string]string // in the chip, by reference
	count int               // of references given

	flash bootstrapper.MemStore
	seen  []*bootstrapper.State // all that the flash was given

	calls       []string // what the chip was asked, with the path or the reference
	n, at       int      // the call that fails
	cut         bool     // and all after it
	late        bool     // it has its effect all the same
	hit, dead   bool
	handles     bool                              // the chip gives no key back
	reference   func(secret string) []byte        // instead of one of its own
	opened      func(secret string) []byte        // instead of the secret
	failReplace error                             // of the flash
	failLoad    error                             // of the flash
	instances   map[objects.Path]objects.Instance // that Seal was told
}

func newBoard() *board {
	return &board{keys: map[string]string{}, instances: map[objects.Path]objects.Instance{}}
}

// boot opens the store.
func (d *board) boot() bootstrapper.Store {
	d.dead, d.at = false, 0
	return bootstrapper.WithVault(flash{d}, chip{d})
}

// call is one call of the chip or write of the flash.
func (d *board) call(what string, effect func()) error {
	d.calls = append(d.calls, what)
	d.n++
	strikes := d.n == d.at
	if strikes {
		d.hit, d.dead = true, d.cut
	}
	if d.late && strikes || !strikes && !d.dead {
		effect()
	}
	if strikes || d.dead {
		return errPower
	}
	return nil
}

func (d *board) arm(cut, late bool) func(n int) func() bool {
	return func(n int) func() bool {
		d.n, d.at, d.cut, d.late, d.hit = 0, n, cut, late, false
		return func() bool { return d.hit }
	}
}

// count of the calls that begin so, since the last time.
func (d *board) asked(what string) (list []string) {
	for _, c := range d.calls {
		if rest, ok := strings.CutPrefix(c, what+" "); ok {
			list = append(list, rest)
		}
	}
	return list
}

// flash is the store below.
type flash struct{ d *board }

func (f flash) Load(ctx context.Context) (*bootstrapper.State, error) {
	if f.d.failLoad != nil {
		return nil, f.d.failLoad
	}
	return f.d.flash.Load(ctx)
}

func (f flash) Replace(ctx context.Context, s *bootstrapper.State) error {
	if f.d.failReplace != nil {
		return f.d.failReplace
	}
	f.d.seen = append(f.d.seen, s.Clone())
	var err error
	failed := f.d.call("replace", func() { err = f.d.flash.Replace(ctx, s) })
	return errors.Join(failed, err)
}

// chip is the vault.
type chip struct{ d *board }

func (c chip) Seal(_ context.Context, at objects.Path, in objects.Instance, secret objects.Secret) (ref []byte, err error) {
	c.d.instances[at] = in
	c.d.count++
	ref = fmt.Appendf(nil, "slot-%d", c.d.count)
	if c.d.reference != nil {
		ref = c.d.reference(string(secret.Bytes()))
	}
	err = c.d.call("seal "+at.String(), func() { c.d.keys[string(ref)] = string(secret.Bytes()) })
	return ref, err
}

func (c chip) Open(_ context.Context, ref []byte) (objects.Secret, error) {
	if err := c.d.call("open "+string(ref), func() {}); err != nil {
		return objects.Secret{}, err
	}
	key, ok := c.d.keys[string(ref)]
	switch {
	case !ok:
		return objects.Secret{}, errors.New("no such slot")
	case c.d.opened != nil:
		return objects.NewSecret(c.d.opened(key)), nil
	case c.d.handles:
		return objects.NewSecret(fmt.Appendf(nil, "handle: %s", ref)), nil
	}
	return objects.NewSecret([]byte(key)), nil
}

func (c chip) Retain(_ context.Context, refs [][]byte) error {
	return c.d.call("retain", func() {
		for ref := range c.d.keys {
			if !slices.ContainsFunc(refs, func(r []byte) bool { return string(r) == ref }) {
				delete(c.d.keys, ref)
			}
		}
	})
}

// psk is an account with a pre-shared key.
func psk(instance, id uint16, key string) put {
	s := objects.Security{URI: fmt.Sprintf("coaps://s%d.example", id), Mode: objects.ModePSK, ShortServerID: id,
		Identity: []byte("me"), SecretKey: objects.NewSecret([]byte(key))}
	return func(t *objects.Tree) {
		t.Put(objects.ObjectSecurity, s.Instance(instance))
		srv(instance, id, 86400)(t)
	}
}

func replace(t *testing.T, s bootstrapper.Store, state *bootstrapper.State) {
	t.Helper()
	require.NoError(t, s.Replace(t.Context(), state))
}

// state has the trees under the card, one disabled.
func cardState(active, disabled *objects.Tree) *bootstrapper.State {
	s := new(bootstrapper.State)
	s.SetSource(smartcard, disabled)
	s.Disable(smartcard, "changed")
	s.SetSource(smartcard, active)
	return s
}

// keyAt is the secret at a path, of what is active.
func keyAt(t *testing.T, s *bootstrapper.State, path string) string {
	t.Helper()
	p, err := objects.ParsePath(path)
	require.NoError(t, err)
	v, ok := s.Tree().Value(p)
	require.True(t, ok && v.IsSecret(), "%s is secret", path)
	octets, _ := v.Octets()
	return string(octets)
}

func TestAStoreWithAVaultIsAStore(t *testing.T) {
	for name, late := range map[string]bool{"calls without effect": false, "calls with an effect": true} {
		t.Run(name, func(t *testing.T) {
			storetest.Test(t, func(*testing.T) storetest.Fixture {
				d := newBoard()
				return storetest.Fixture{
					Store:  d.boot(),
					Reopen: func() (bootstrapper.Store, error) { return d.boot(), nil },
					FailAt: d.arm(false, false),
					CutAt:  d.arm(true, late),
				}
			})
		})
	}
}

func TestAMemStoreWithAVaultIsAStore(t *testing.T) {
	storetest.Test(t, func(*testing.T) storetest.Fixture {
		return storetest.Fixture{Store: bootstrapper.WithVault(new(bootstrapper.MemStore), chip{newBoard()})}
	})
}

func TestNoFailureLeavesAKeyBehindOrLosesOne(t *testing.T) {
	old := cardState(tree(psk(1, 1, "old-1"), psk(2, 2, "both")), tree(psk(1, 1, "older")))
	next := cardState(tree(psk(1, 1, "new-1"), psk(2, 2, "both"), psk(3, 3, "new-3")), tree(psk(1, 1, "old-1")))
	for _, how := range []struct{ cut, late bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		for n := 1; ; n++ {
			d := newBoard()
			s := d.boot()
			replace(t, s, old)
			hit := d.arm(how.cut, how.late)(n)
			err := s.Replace(t.Context(), next)
			if !hit() {
				require.NoError(t, err)
				require.Greater(t, n, 6)
				break
			}
			if how.cut {
				s = d.boot()
			}
			got := load(t, s)
			require.True(t, got.Equal(old) || got.Equal(next), "%v, call %d", how, n)
			inUse := map[string]bool{}
			for _, t := range trees(got) {
				for _, v := range t.All() {
					if octets, _ := v.Octets(); v.IsSecret() {
						inUse[string(octets)] = true
					}
				}
			}
			require.Len(t, d.keys, len(inUse), "%v, call %d: %v", how, n, d.calls)
		}
	}
}

// trees are what is active and what is disabled.
func trees(s *bootstrapper.State) (list []*objects.Tree) {
	for _, o := range []bootstrapper.Origin{factory, smartcard, server} {
		disabled, _ := s.Disabled(o)
		list = append(list, s.Source(o), disabled)
	}
	return list
}

func TestTheStoreBelowGetsNoKey(t *testing.T) {
	d := newBoard()
	s := d.boot()
	var keys []string
	for name, state := range storetest.States() {
		replace(t, s, state)
		for _, tr := range trees(state) {
			for _, v := range tr.All() {
				if octets, _ := v.Octets(); v.IsSecret() && len(octets) > 2 {
					keys = append(keys, string(octets))
				}
			}
		}
		for _, tr := range trees(d.seen[len(d.seen)-1]) {
			for p, v := range tr.All() {
				octets, _ := v.Octets()
				secret := v.IsSecret()
				require.True(t, !secret || len(octets) == 0 || bytes.HasPrefix(octets, []byte("\xFFref")), "%s: %v", name, p)
				require.NotContains(t, fmt.Sprintf("%v %+v %#v", v, v, v), "slot")
				for _, key := range keys {
					require.False(t, secret && bytes.Contains(octets, []byte(key)), "%s: %v", name, p)
				}
			}
		}
	}
	require.Greater(t, len(keys), 20)

	res := apply(t, s, smartcard, psk(1, 1, "a-key-of-a-card"))
	require.Equal(t, "a-key-of-a-card", keyAt(t, res.State, "/0/1/5"))
	below := d.seen[len(d.seen)-1]
	f, err := below.Tree().Encode()
	require.NoError(t, err)
	for _, o := range f.Objects {
		require.NotContains(t, string(o.Instances), "a-key-of-a-card")
	}
	require.True(t, below.Tree().Validate(nil).Err() == nil, "and what it gets looks like an account")
}

func TestWhatIsNoSecretStaysInTheStore(t *testing.T) {
	d := newBoard()
	s := d.boot()
	want := cardState(tree(psk(1, 1, ""), raw(33000, 0, "raw")), tree(acc(2, 2)))
	want.SetDigest(smartcard, bootstrapper.DigestOf([]byte("x")))
	want.SetCard(bootstrapper.Card{Place: "x", PINs: []bootstrapper.PINMark{{Tries: 3}}})
	replace(t, s, want)
	require.True(t, d.seen[0].Equal(want))
	require.Empty(t, d.asked("seal"), "not the key of no octets either")
}

func TestOneSecretIsSealedOnce(t *testing.T) {
	d := newBoard()
	s := d.boot()
	replace(t, s, cardState(tree(psk(1, 1, "a"), psk(2, 2, "b")), tree(psk(7, 7, "a"))))
	require.Equal(t, []string{"/0/1/5", "/0/2/5"}, d.asked("seal"))

	changed, err := bootstrapper.Update(t.Context(), s, func(state *bootstrapper.State) error {
		state.Disable(smartcard, "again")
		state.SetSource(server, tree(psk(4, 4, "b"), psk(5, 5, "c")))
		return nil
	})
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, []string{"/0/1/5", "/0/2/5", "/0/5/5"}, d.asked("seal"), "what moved was not sealed anew")
	require.Len(t, d.keys, 3)

	d.calls = nil
	load(t, d.boot())
	require.Len(t, d.asked("open"), 3, "each once")
}

func TestKeysOfAForgottenCardLeaveTheVault(t *testing.T) {
	d := newBoard()
	s := d.boot()
	state := cardState(tree(psk(1, 1, "a")), tree(psk(2, 2, "b")))
	state.SetSource(server, tree(psk(3, 3, "c")))
	replace(t, s, state)
	require.Len(t, d.keys, 3)
	state.Forget(smartcard)
	replace(t, s, state)
	require.Len(t, d.keys, 1)
	state.Forget(server)
	replace(t, s, state)
	require.Empty(t, d.keys)
}

func TestSealIsToldWhereTheSecretStands(t *testing.T) {
	d := newBoard()
	tr := tree(psk(1, 1, "a"))
	tr.Put(33000, objects.NewInstance(2, objects.Multiple(3,
		objects.ResourceInstance{ID: 4, Value: objects.Integer(258).AsSecret()},
		objects.ResourceInstance{ID: 5, Value: objects.Integer(259)})))
	replace(t, d.boot(), cardState(tr, new(objects.Tree)))
	require.Equal(t, []string{"/0/1/5", "/33000/2/3/4"}, d.asked("seal"))
	view, err := d.instances[objects.ResourcePath(0, 1, 5)].Security()
	require.NoError(t, err)
	require.Equal(t, objects.ModePSK, view.Mode)
	require.Equal(t, map[string]string{"slot-1": "a", "slot-2": "\x00\x00\x00\x00\x00\x00\x01\x02"}, d.keys)
}

func TestAVaultThatGivesNoKeyBack(t *testing.T) {
	d := newBoard()
	d.handles = true
	s := d.boot()
	res, err := bootstrapper.ApplyFile(t.Context(), fileOf(t, tree(psk(1, 1, "the key"))), s, nil)
	require.NoError(t, err)
	require.Equal(t, "the key", keyAt(t, res.State, "/0/1/5"), "as it came")
	require.Equal(t, "handle: slot-1", keyAt(t, load(t, s), "/0/1/5"))

	_, err = bootstrapper.Update(t.Context(), s, func(state *bootstrapper.State) error {
		in, _ := state.Tree().Instance(objects.ObjectSecurity, 1)
		in.Set(objects.Single(objects.SecurityClientHoldOffTime, objects.Integer(5)))
		state.Put(server, objects.ObjectSecurity, in.WithID(9))
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, "handle: slot-1", keyAt(t, load(t, d.boot()), "/0/9/5"))
	require.Equal(t, map[string]string{"slot-1": "the key"}, d.keys, "a handle is never sealed")
}

func TestALoadWaitsForAReplaceNoLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newBoard()
		s := d.boot()
		free := make(chan struct{})
		d.reference = func(string) []byte {
			<-free
			return []byte("slot")
		}
		done := make(chan error)
		go func() { done <- s.Replace(t.Context(), cardState(tree(psk(1, 1, "a")), new(objects.Tree))) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 1)
		defer cancel()
		_, err := s.Load(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		close(free)
		require.NoError(t, <-done)
		require.Equal(t, "a", keyAt(t, load(t, s), "/0/1/5"))
	})
}
