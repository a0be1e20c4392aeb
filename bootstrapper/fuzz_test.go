package bootstrapper_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// FuzzApply applies any stream from any origin to a store that holds something
// from each. An error leaves the store; after success the whole is valid,
// nothing behind the content was read, and the same data are unchanged and,
// when forced, do nothing new.
func FuzzApply(f *testing.F) {
	good := file126(f)
	f.Add(uint8(2), good)
	f.Add(uint8(1), append(bytes.Clone(good), 0xFF, 0xFF))
	f.Add(uint8(2), good[:100])
	f.Add(uint8(2), []byte{0xFF, 0xFF, 0xFF, 0xFF})
	f.Add(uint8(1), fileOf(f, tree(acc(2, 6), sec(0, bootstrapID), acl(0, 6), device("x"))))
	f.Add(uint8(3), fileOf(f, tree(acc(1, 7), oscore(1), link(1, 1))))
	f.Add(uint8(2), fileOf(f, tree(raw(3333, 1, "x"))))

	before := new(bootstrapper.State)
	before.SetSource(factory, tree(acc(1, 5), oscore(1), link(1, 1), acl(0, 5), device("factory")))
	before.SetSource(smartcard, tree(acc(2, 6), sec(0, bootstrapID), raw(3333, 1, "card")))
	before.SetSource(server, tree(acc(3, 7), acl(1, 7)))
	require.NoError(f, before.Tree().Validate(nil).Err())

	f.Fuzz(func(t *testing.T, origin uint8, stream []byte) {
		o := 1 + bootstrapper.Origin(origin)%3
		store := new(testStore)
		require.NoError(t, store.MemStore.Replace(t.Context(), before))
		r := bytes.NewReader(stream)
		res, err := bootstrapper.Apply(t.Context(), r, store, &bootstrapper.Options{Origin: o})
		require.LessOrEqual(t, len(stream)-r.Len(), tlv.MaxAcceptedSize)
		if err != nil {
			require.Zero(t, store.replaced)
			require.True(t, load(t, store).Equal(before))
			require.True(t, strings.HasPrefix(err.Error(), "bootstrapper: ") && !strings.Contains(err.Error(), "\n"), err)
			return
		}
		require.Equal(t, res.Size, len(stream)-r.Len())
		require.True(t, res.Changed)
		require.Equal(t, 1, store.replaced)
		after := load(t, store)
		require.True(t, after.Equal(res.State))
		require.NoError(t, after.Tree().Validate(nil).Err())
		for _, p := range res.Applied {
			got, _ := after.Origin(p)
			require.Equal(t, o, got)
		}
		for _, p := range res.Removed {
			require.False(t, after.Tree().Has(p))
		}

		file := stream[:res.Size]
		res, err = bootstrapper.Apply(t.Context(), bytes.NewReader(file), store, &bootstrapper.Options{Origin: o})
		require.NoError(t, err)
		require.False(t, res.Changed)
		require.Equal(t, 1, store.replaced)
		res, err = bootstrapper.Apply(t.Context(), bytes.NewReader(file), store, &bootstrapper.Options{Origin: o, Force: true})
		require.NoError(t, err)
		require.True(t, res.State.Equal(after))
		require.Empty(t, res.Removed)
	})
}
