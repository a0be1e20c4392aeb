package bootstrapper_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

var errChip = errors.New("the chip is worn out")

// keyed has an account with the key.
func keyed(key string) *bootstrapper.State {
	return cardState(tree(psk(1, 1, key)), new(objects.Tree))
}

func TestASealThatFailsChangesNothing(t *testing.T) {
	d := newBoard()
	s := d.boot()
	replace(t, s, keyed("old-key"))
	hit := d.arm(false, true)(3) // open, seal, seal: this one keeps the key, and fails
	err := s.Replace(t.Context(), cardState(tree(psk(1, 1, "key-1"), psk(2, 2, "key-2")), new(objects.Tree)))
	require.True(t, hit())
	require.ErrorIs(t, err, errPower)
	require.ErrorContains(t, err, "/0/2/5")
	require.NotContains(t, err.Error(), "key-2")
	require.Equal(t, map[string]string{"slot-1": "old-key"}, d.keys, "at once")
	require.Len(t, d.seen, 1)
	require.True(t, load(t, s).Equal(keyed("old-key")))
}

func TestAStoreThatFailsChangesNothing(t *testing.T) {
	d := newBoard()
	s := d.boot()
	replace(t, s, keyed("old"))
	d.failReplace = errChip
	require.ErrorIs(t, s.Replace(t.Context(), keyed("new")), errChip)
	require.Equal(t, map[string]string{"slot-1": "old"}, d.keys)

	d.failReplace, d.failLoad = nil, errChip
	_, err := s.Load(t.Context())
	require.ErrorIs(t, err, errChip)
	require.ErrorIs(t, s.Replace(t.Context(), keyed("new")), errChip)
	require.Equal(t, map[string]string{"slot-1": "old"}, d.keys, "whatever it holds, its keys stay")
}

func TestWhatWasSealedInVainGoesLaterWhenItCannotGoAtOnce(t *testing.T) {
	d := newBoard()
	s := d.boot()
	replace(t, s, keyed("old"))
	ctx, cancel := context.WithCancel(t.Context())
	d.reference = func(string) []byte {
		cancel()
		return []byte("slot-2")
	}
	require.ErrorIs(t, s.Replace(ctx, keyed("new")), context.Canceled)
	require.Len(t, d.keys, 2)
	require.True(t, load(t, s).Equal(keyed("old")))
	require.Equal(t, map[string]string{"slot-1": "old"}, d.keys)
}

func TestASealOfOneOfManyValuesMayFail(t *testing.T) {
	d := newBoard()
	tr := new(objects.Tree)
	tr.Put(33000, objects.NewInstance(0, objects.Multiple(1,
		objects.ResourceInstance{ID: 7, Value: objects.String("a").AsSecret()},
		objects.ResourceInstance{ID: 8, Value: objects.String("b").AsSecret()})))
	s := d.boot()
	d.arm(false, false)(3) // retain, seal, seal
	require.ErrorContains(t, s.Replace(t.Context(), cardState(tr, new(objects.Tree))), "/33000/0/1/8")
	require.Empty(t, d.keys)
	require.Empty(t, d.seen)
}

func TestARetainThatFailsIsMadeUpFor(t *testing.T) {
	tests := []struct {
		name string
		next func(t *testing.T, d *board, s bootstrapper.Store) bootstrapper.Store
	}{
		{"by a Load", func(t *testing.T, _ *board, s bootstrapper.Store) bootstrapper.Store {
			load(t, s)
			return s
		}},
		{"by the first Load of a new run", func(t *testing.T, d *board, _ bootstrapper.Store) bootstrapper.Store {
			s := d.boot()
			load(t, s)
			return s
		}},
		{"by a Replace", func(t *testing.T, d *board, s bootstrapper.Store) bootstrapper.Store {
			d.calls = nil
			replace(t, s, keyed("new"))
			require.Equal(t, []string{"open slot-2", "retain", "replace", "retain"}, d.calls, "before room is needed")
			return s
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newBoard()
			s := d.boot()
			replace(t, s, keyed("old"))
			hit := d.arm(false, false)(4) // open, seal, replace, retain
			replace(t, s, keyed("new"))
			require.True(t, hit())
			require.Len(t, d.keys, 2)
			s = tt.next(t, d, s)
			require.Equal(t, map[string]string{"slot-2": "new"}, d.keys)
			d.calls = nil
			load(t, s)
			require.NotContains(t, d.calls, "retain")
		})
	}
}

func TestALoadRetainsOnceInARun(t *testing.T) {
	d := newBoard()
	replace(t, d.boot(), keyed("key"))
	s := d.boot()
	d.calls = nil
	load(t, s)
	load(t, s)
	require.Equal(t, []string{"open slot-1", "retain", "open slot-1"}, d.calls)
}

func TestWhatCannotBeOpenedIsNotForgotten(t *testing.T) {
	d := newBoard()
	replace(t, d.boot(), cardState(tree(psk(1, 1, "a"), psk(2, 2, "b")), new(objects.Tree)))
	s := d.boot()
	d.opened = func(string) []byte { return nil }
	d.calls = nil
	_, err := s.Load(t.Context())
	require.ErrorContains(t, err, "/0/1/5")
	require.Error(t, s.Replace(t.Context(), keyed("c")))
	require.NotContains(t, d.calls, "replace")
	d.opened = nil
	load(t, s)
	require.Len(t, d.keys, 2)
}

func TestAStateWithoutSecretsReplacesOneThatCannotBeRead(t *testing.T) {
	d := newBoard()
	s := d.boot()
	replace(t, s, cardState(tree(psk(1, 1, "a"), psk(2, 2, "b")), new(objects.Tree)))
	delete(d.keys, "slot-1")
	_, err := s.Load(t.Context())
	require.Error(t, err)

	d.failLoad = errChip
	want := cardState(tree(acc(1, 1)), new(objects.Tree))
	replace(t, s, want)
	require.Empty(t, d.keys)
	d.failLoad = nil
	require.True(t, load(t, s).Equal(want))
}

func TestBadReferencesAreRefused(t *testing.T) {
	long := make([]byte, bootstrapper.MaxReference)
	tests := []struct {
		name string
		ref  []byte
		ok   bool
	}{
		{"none", nil, false},
		{"an empty one", []byte{}, false},
		{"another secret's", []byte("slot-1"), false},
		{"one octet", []byte{0}, true},
		{"the longest", long, true},
		{"too long", append(long, 0), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newBoard()
			s := d.boot()
			replace(t, s, keyed("old"))
			d.reference = func(string) []byte { return tt.ref }
			next := cardState(tree(psk(1, 1, "old"), psk(2, 2, "new")), new(objects.Tree))
			err := s.Replace(t.Context(), next)
			if tt.ok {
				require.NoError(t, err)
				require.True(t, load(t, s).Equal(next))
				return
			}
			require.ErrorContains(t, err, "/0/2/5")
			require.Len(t, d.seen, 1)
		})
	}
}

func TestTwoSecretsOfOneReplaceCannotShareAReference(t *testing.T) {
	d := newBoard()
	d.reference = func(string) []byte { return []byte("slot") }
	require.Error(t, d.boot().Replace(t.Context(), cardState(tree(psk(1, 1, "a"), psk(2, 2, "b")), new(objects.Tree))))
	require.Empty(t, d.keys)
}

func TestWhatAVaultOpensMustFitTheValue(t *testing.T) {
	number := new(objects.Tree)
	number.Put(33000, objects.NewInstance(0, objects.Single(0, objects.Integer(5).AsSecret())))
	for _, n := range []int{0, 7, 9} {
		d := newBoard()
		s := d.boot()
		replace(t, s, cardState(number, new(objects.Tree)))
		d.opened = func(string) []byte { return make([]byte, n) }
		_, err := s.Load(t.Context())
		require.ErrorContains(t, err, "/33000/0/0")
	}
}

// stored puts an Opaque that is secret into the flash, at /0/1/5.
func stored(t *testing.T, d *board, octets string) {
	t.Helper()
	tr := tree(psk(1, 1, "x"))
	in, _ := tr.Instance(0, 1)
	in.Set(objects.Single(5, objects.Opaque([]byte(octets)).AsSecret()))
	tr.Put(0, in)
	replace(t, &d.flash, cardState(tr, new(objects.Tree)))
}

func TestAReferenceToAnUnknownTypeIsRefused(t *testing.T) {
	for _, typ := range []byte{10, 0x7F, 0x80, 0xFF} {
		d := newBoard()
		d.keys["slot"] = "8 octets"
		stored(t, d, "\xFFref"+string([]byte{typ})+"slot")
		_, err := d.boot().Load(t.Context())
		require.Error(t, err)
		require.NotEmpty(t, d.keys)
	}
}

func TestKeysFromBeforeTheVault(t *testing.T) {
	for _, key := range []string{"a key", "\xFFref", "\xFFref\x06"} { // the last two are too short for a reference
		d := newBoard()
		stored(t, d, key)
		s := d.boot()
		state := load(t, s)
		require.Equal(t, key, keyAt(t, state, "/0/1/5"))
		require.Empty(t, d.keys)
		replace(t, s, state)
		require.Equal(t, map[string]string{"slot-1": key}, d.keys)
		require.True(t, load(t, s).Equal(state))
	}
}

func TestASecretTextIsNoReference(t *testing.T) {
	d := newBoard()
	tr := new(objects.Tree)
	tr.Put(33000, objects.NewInstance(0, objects.Single(0, objects.String("\xFFref\x06slot").AsSecret())))
	want := cardState(tr, new(objects.Tree))
	replace(t, &d.flash, want)
	require.True(t, load(t, d.boot()).Equal(want))
	require.Empty(t, d.asked("open"))
}

// doubtful has done what it says it has not, and for the moment cannot be read.
type doubtful struct {
	bootstrapper.MemStore
	failing bool
	loads   int // that fail
}

func (s *doubtful) Load(ctx context.Context) (*bootstrapper.State, error) {
	if s.loads > 0 {
		s.loads--
		return nil, errChip
	}
	return s.MemStore.Load(ctx)
}

func (s *doubtful) Replace(ctx context.Context, state *bootstrapper.State) error {
	err := s.MemStore.Replace(ctx, state)
	if s.failing {
		s.loads, err = 1, errChip
	}
	return err
}

func TestAStoreInDoubtDecidesWhatIsForgotten(t *testing.T) {
	d := newBoard()
	below := new(doubtful)
	s := bootstrapper.WithVault(below, chip{d})
	replace(t, s, cardState(tree(psk(1, 1, "a"), psk(2, 2, "b")), new(objects.Tree)))
	below.failing = true
	require.ErrorIs(t, s.Replace(t.Context(), keyed("a")), errChip)
	require.Len(t, d.keys, 2, "as long as nothing is known")
	require.True(t, load(t, s).Equal(keyed("a")))
	require.Equal(t, map[string]string{"slot-1": "a"}, d.keys)
}

func TestAStoreWithAVaultRefusesNoState(t *testing.T) {
	d := newBoard()
	require.Error(t, d.boot().Replace(t.Context(), nil))
	require.Empty(t, d.calls)

	s := bootstrapper.WithVault(&testStore{nothing: true}, chip{d})
	_, err := s.Load(t.Context())
	require.Error(t, err)
	require.Error(t, s.Replace(t.Context(), keyed("a")))
	require.Empty(t, d.keys)
}

func TestAStoreWithAVaultHasATurn(t *testing.T) {
	var mem bootstrapper.MemStore
	for name, s := range map[string]bootstrapper.Store{
		"the store's": bootstrapper.WithVault(&mem, chip{newBoard()}),
		"its own":     newBoard().boot(),
	} {
		end, err := bootstrapper.Begin(s)
		require.NoError(t, err, name)
		_, err = bootstrapper.Begin(s)
		require.ErrorIs(t, err, bootstrapper.ErrSession, name)
		if name == "the store's" {
			_, err = mem.Begin()
			require.ErrorIs(t, err, bootstrapper.ErrSession)
		}
		end()
		apply(t, s, smartcard, psk(1, 1, "a"))
	}
}

func TestAStoreWithAVaultPrintsAsSuch(t *testing.T) {
	s := newBoard().boot()
	replace(t, s, keyed("a key"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%d", "%s"} {
		require.Equal(t, "store with a vault", fmt.Sprintf(verb, s))
	}
}

func TestACancelledContextReachesNobody(t *testing.T) {
	d := newBoard()
	s := d.boot()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Load(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, s.Replace(ctx, keyed("a")), context.Canceled)
	require.Empty(t, d.calls)
}
