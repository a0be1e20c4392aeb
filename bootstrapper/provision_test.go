package bootstrapper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/objects/senmljson"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// asJSON is a tree as SenML JSON.
func asJSON(t testing.TB, tr *objects.Tree) []byte {
	t.Helper()
	b, err := senmljson.Codec{Secrets: senmljson.WriteSecrets}.Append(nil, tr, objects.Path{})
	require.NoError(t, err)
	return b
}

func TestProvisionTakesAFileSenMLJSONOrATree(t *testing.T) {
	want := tree(acc(1, 5), oscore(0), link(1, 0), device("maker"))
	for name, data := range map[string]bootstrapper.Data{
		"file":       bootstrapper.FileData(append(fileOf(t, want), 0xFF, 0xFF)),
		"SenML JSON": bootstrapper.PayloadData(senmljson.Codec{}, asJSON(t, want)),
		"tree":       bootstrapper.TreeData(want),
	} {
		t.Run(name, func(t *testing.T) {
			store := new(testStore)
			res, err := bootstrapper.Provision(t.Context(), data, store, nil)
			require.NoError(t, err)
			require.True(t, res.Changed)
			require.Equal(t, factory, res.Origin)
			require.Len(t, res.Applied, 4)
			require.NotZero(t, res.Size)
			require.True(t, load(t, store).Source(factory).Equal(want))
			require.Equal(t, 1, store.replaced)
		})
	}
}

func TestProvisionIsDoneOnce(t *testing.T) {
	var store testStore
	provision := func(opts *bootstrapper.Options, puts ...put) bootstrapper.Result {
		res, err := bootstrapper.Provision(t.Context(), bootstrapper.TreeData(tree(puts...)), &store, opts)
		require.NoError(t, err)
		return res
	}
	require.True(t, provision(nil, acc(1, 5)).Changed)
	require.False(t, provision(nil, acc(1, 5)).Changed)
	require.False(t, provision(nil, acc(2, 6)).Changed, "whatever comes")

	_, err := bootstrapper.Update(t.Context(), &store, func(s *bootstrapper.State) error {
		s.Delete(objects.Path{}) // a Bootstrap-Server's Delete
		return nil
	})
	require.NoError(t, err)
	require.False(t, provision(nil, acc(1, 5)).Changed, "what a server deleted stays deleted")
	require.True(t, provision(&bootstrapper.Options{Force: true}, acc(2, 6)).Changed)
	require.Equal(t, []string{"/0/2 factory", "/1/2 factory"}, list(load(t, &store)))

	// The card displaces the factory's account; with the card gone it returns.
	apply(t, &store, smartcard, acc(2, 7))
	require.False(t, provision(nil, acc(2, 6)).Changed)
	_, err = bootstrapper.Remove(t.Context(), &store, smartcard, nil)
	require.NoError(t, err)
	require.Empty(t, list(load(t, &store)))
	require.True(t, provision(nil, acc(2, 6)).Changed)
}

func TestProvisionIsAllOrNothing(t *testing.T) {
	noBinding := tree(acc(1, 5))
	noBinding.Put(objects.ObjectServer, objects.Server{ShortServerID: 5, Lifetime: 60, Binding: "X"}.Instance(1))
	invalid := tree(acc(1, 5))
	invalid.Put(objects.ObjectDevice, objects.NewInstance(0, objects.Single(0, objects.String("\xFF"))))
	many := tree(acc(1, 5))
	for i := range uint16(1023) {
		raw(3000, i, "")(many)
	}
	kinds := tree(acc(1, 5))
	for i := range objects.ObjectID(255) {
		raw(3000+i, 0, "")(kinds)
	}
	unknown := tree(acc(1, 5), raw(3333, 0, "x"))
	refuse := bootstrapper.Options{Unknown: bootstrapper.RefuseUnknown}
	for name, tt := range map[string]struct {
		data bootstrapper.Data
		opts bootstrapper.Options
		want error
	}{
		"nothing":           {bootstrapper.Data{}, bootstrapper.Options{}, bootstrapper.ErrNoData},
		"an empty file":     {bootstrapper.FileData(nil), bootstrapper.Options{}, bootstrapper.ErrNoData},
		"an empty tree":     {bootstrapper.TreeData(tree()), bootstrapper.Options{}, bootstrapper.ErrNoData},
		"a large file":      {bootstrapper.FileData([]byte{0, 1, 0xFF, 0xFF}), bootstrapper.Options{}, bootstrapper.ErrTooLarge},
		"a malformed file":  {bootstrapper.FileData([]byte{0, 1, 0, 1, 0}), bootstrapper.Options{}, tlv.ErrInconsistent},
		"malformed JSON":    {bootstrapper.PayloadData(senmljson.Codec{}, []byte(`[{"n":"/0/0/0"}`)), bootstrapper.Options{}, nil},
		"an invalid value":  {bootstrapper.TreeData(invalid), bootstrapper.Options{}, tlv.ErrValue},
		"inconsistent":      {bootstrapper.TreeData(noBinding), bootstrapper.Options{}, bootstrapper.ErrInconsistent},
		"too many":          {bootstrapper.TreeData(many), bootstrapper.Options{}, objects.ErrLimit},
		"too many kinds":    {bootstrapper.TreeData(kinds), bootstrapper.Options{}, objects.ErrLimit},
		"unknown":           {bootstrapper.TreeData(unknown), refuse, bootstrapper.ErrInconsistent},
		"unknown in JSON":   {bootstrapper.PayloadData(senmljson.Codec{}, asJSON(t, unknown)), refuse, bootstrapper.ErrInconsistent},
		"an origin of none": {bootstrapper.TreeData(tree(acc(1, 5))), bootstrapper.Options{Origin: 9}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var store testStore
			_, err := bootstrapper.Provision(t.Context(), tt.data, &store, &tt.opts)
			require.Error(t, err)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
			}
			require.Zero(t, store.replaced)
		})
	}
}

func TestUnknownObjectsOfATreeAreDroppedWhenAsked(t *testing.T) {
	var store bootstrapper.MemStore
	res, err := bootstrapper.Provision(t.Context(), bootstrapper.TreeData(tree(acc(1, 5), raw(3333, 0, "x"))), &store,
		&bootstrapper.Options{Unknown: bootstrapper.DropUnknown})
	require.NoError(t, err)
	require.Equal(t, []string{"/0/1 factory", "/1/1 factory"}, list(res.State))
	require.Equal(t, []string{"/3333: warning: no definition of this object, left out"}, texts(res.Warnings))
}

func TestProvisionWithAnotherOriginIsRefused(t *testing.T) {
	for _, o := range []bootstrapper.Origin{smartcard, server} {
		var store testStore
		_, err := bootstrapper.Provision(t.Context(), bootstrapper.TreeData(tree(acc(1, 5))), &store, &bootstrapper.Options{Origin: o})
		require.ErrorContains(t, err, o.String())
		require.Zero(t, store.replaced)
	}
}

func TestDataTellThemselvesApartAndPrintAsTheirSize(t *testing.T) {
	digest := func(d bootstrapper.Data) bootstrapper.Digest {
		res, err := bootstrapper.Provision(t.Context(), d, new(bootstrapper.MemStore), nil)
		require.NoError(t, err)
		return res.Digest
	}
	one := tree(acc(1, 5))
	d := bootstrapper.TreeData(one)
	require.Equal(t, digest(d), digest(bootstrapper.TreeData(tree(acc(1, 5)))))
	require.NotEqual(t, digest(d), digest(bootstrapper.TreeData(tree(acc(1, 6)))))
	one.Delete(objects.Path{})
	require.Equal(t, digest(d), digest(bootstrapper.TreeData(tree(acc(1, 5)))), "a tree is taken as it is")

	secret := bootstrapper.FileData(file126(t))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		require.Equal(t, "126 bytes of bootstrap data", fmt.Sprintf(verb, secret))
	}
}

func TestAChangedCardDisablesWhatItGaveBefore(t *testing.T) {
	var store testStore
	apply(t, &store, factory, acc(9, 9))
	apply(t, &store, smartcard, acc(1, 5))
	store.replaced = 0
	res := apply(t, &store, smartcard, acc(2, 6))
	require.Equal(t, 1, store.replaced)
	disabled, reason := res.State.Disabled(smartcard)
	require.True(t, disabled.Equal(tree(acc(1, 5))))
	require.Equal(t, "the card's data changed", reason)

	res = apply(t, &store, smartcard, acc(3, 7))
	disabled, _ = res.State.Disabled(smartcard)
	require.True(t, disabled.Equal(tree(acc(2, 6))), "one generation")

	forced, err := bootstrapper.ApplyFile(t.Context(), fileOf(t, tree(acc(3, 7))), &store, &bootstrapper.Options{Force: true})
	require.NoError(t, err)
	disabled, _ = forced.State.Disabled(smartcard)
	require.True(t, disabled.Equal(tree(acc(2, 6))), "the same data once more disable nothing")

	apply(t, &store, factory, acc(8, 8))
	disabled, _ = load(t, &store).Disabled(factory)
	require.Zero(t, disabled.Len(), "of other sources nothing is kept")
}

func TestThePlaceIsRemembered(t *testing.T) {
	var store testStore
	file := fileOf(t, tree(acc(1, 5)))
	at := func(place string, o bootstrapper.Origin) string {
		_, err := bootstrapper.ApplyFile(t.Context(), file, &store, &bootstrapper.Options{Origin: o, Place: place})
		require.NoError(t, err)
		return load(t, &store).Card().Place
	}
	require.Equal(t, "here", at("here", smartcard))
	require.Equal(t, "here", at("here", smartcard))
	require.Equal(t, 1, store.replaced)
	require.Equal(t, "there", at("there", smartcard))
	require.Equal(t, 2, store.replaced, "the data are the same, the place is not")
	require.Equal(t, "there", at("", smartcard))
	require.Equal(t, "there", at("factory", factory))
	file = fileOf(t, tree(acc(2, 6)))
	require.Empty(t, at("", smartcard), "other data, at a place not known")
}
