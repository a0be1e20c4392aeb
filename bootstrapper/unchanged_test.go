package bootstrapper_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

func TestUnchangedDataAreNotAppliedAgain(t *testing.T) {
	var store testStore
	first, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file126(t)), &store, nil)
	require.NoError(t, err)

	// A server writes over the lifetime, and takes the Security Instance away.
	state := load(t, &store)
	in, _ := tree(srv(1, 1, 60)).Instance(objects.ObjectServer, 1)
	state.Put(server, objects.ObjectServer, in)
	state.Delete(objects.InstancePath(objects.ObjectSecurity, 1))
	require.NoError(t, store.Replace(t.Context(), state))
	store.replaced = 0

	padded := append(file126(t), 0xFF, 0xFF)
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(padded), &store, nil)
	require.NoError(t, err)
	require.Zero(t, store.replaced)
	require.True(t, load(t, &store).Equal(state))
	require.True(t, res.State.Equal(state))
	require.Equal(t, bootstrapper.Result{Origin: smartcard, Digest: first.Digest, Size: 126, State: res.State}, res)
}

func TestForceAppliesUnchangedData(t *testing.T) {
	var store testStore
	force := &bootstrapper.Options{Force: true}
	_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file126(t)), &store, nil)
	require.NoError(t, err)
	before := load(t, &store)
	state := before.Clone()
	state.Delete(objects.InstancePath(objects.ObjectSecurity, 1))
	require.NoError(t, store.Replace(t.Context(), state))
	store.replaced = 0

	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file126(t)), &store, force)
	require.NoError(t, err)
	require.True(t, res.Changed)
	require.Equal(t, 1, store.replaced)
	require.True(t, load(t, &store).Equal(before))
}

func TestTheDigestIsOfOneOrigin(t *testing.T) {
	var store bootstrapper.MemStore
	file := fileOf(t, tree(acc(1, 5)))
	for _, o := range []bootstrapper.Origin{factory, smartcard, server} {
		res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), &store, &bootstrapper.Options{Origin: o})
		require.NoError(t, err)
		require.True(t, res.Changed, o)
	}
	for _, o := range []bootstrapper.Origin{factory, smartcard, server} {
		res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), &store, &bootstrapper.Options{Origin: o})
		require.NoError(t, err)
		require.False(t, res.Changed, o)
		require.Equal(t, o, res.Origin)
	}
}

func TestChangedDataAreAppliedAndChangedBackToo(t *testing.T) {
	var store bootstrapper.MemStore
	apply(t, &store, smartcard, acc(1, 5))
	apply(t, &store, smartcard, acc(1, 6))
	res := apply(t, &store, smartcard, acc(1, 5))
	require.Equal(t, uint16(5), res.Accounts()[0].Security.ShortServerID)
}

func TestAFactoryThatYieldedWhollyIsUnchangedNextTime(t *testing.T) {
	var store bootstrapper.MemStore
	apply(t, &store, smartcard, acc(1, 5))
	res := apply(t, &store, factory, acc(1, 5))
	require.Empty(t, res.Applied)
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(fileOf(t, tree(acc(1, 5)))), &store, &bootstrapper.Options{Origin: factory})
	require.NoError(t, err)
	require.False(t, res.Changed)
}

// The card's data became useless and its accounts were disabled; then the old
// card comes back.
func TestDisabledDataAreAppliedAgain(t *testing.T) {
	var store bootstrapper.MemStore
	apply(t, &store, factory, acc(2, 6))
	state := apply(t, &store, smartcard, acc(1, 5)).State
	state.Disable(smartcard, "the card's data are no longer valid")
	require.NoError(t, store.Replace(t.Context(), state))
	require.Equal(t, []string{"/0/2 factory", "/1/2 factory"}, list(load(t, &store)))

	res := apply(t, &store, smartcard, acc(1, 5))
	require.Equal(t, []string{"/0/1 smartcard", "/0/2 factory", "/1/1 smartcard", "/1/2 factory"}, list(res.State))
	disabled, reason := res.State.Disabled(smartcard)
	require.Zero(t, disabled.Len())
	require.Empty(t, reason)
}

func TestOtherSourcesStayDisabled(t *testing.T) {
	var store bootstrapper.MemStore
	state := apply(t, &store, factory, acc(2, 6)).State
	state.Disable(factory, "replaced")
	require.NoError(t, store.Replace(t.Context(), state))
	res := apply(t, &store, smartcard, acc(2, 6))
	require.Empty(t, res.Displaced, "what is disabled collides with nothing")
	disabled, reason := res.State.Disabled(factory)
	require.Equal(t, 2, disabled.Len())
	require.Equal(t, "replaced", reason)
}

// The card is gone, and the factory's account may come back.
func TestWhatHadMadeRoomComesBack(t *testing.T) {
	for name, leave := range map[string]func(*bootstrapper.State){
		"Forget":  func(s *bootstrapper.State) { s.Forget(smartcard) },
		"Disable": func(s *bootstrapper.State) { s.Disable(smartcard, "changed") },
	} {
		t.Run(name, func(t *testing.T) {
			var store bootstrapper.MemStore
			apply(t, &store, factory, acc(1, 5))
			state := apply(t, &store, smartcard, acc(2, 5)).State
			_, ok := state.Digest(factory)
			require.True(t, ok, "while the card is there, the factory's data are not applied again")
			leave(state)
			require.NoError(t, store.Replace(t.Context(), state))
			require.Empty(t, list(load(t, &store)))

			res := apply(t, &store, factory, acc(1, 5))
			require.Equal(t, []string{"/0/1 factory", "/1/1 factory"}, list(res.State))
		})
	}
}
