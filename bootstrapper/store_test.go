package bootstrapper_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

func TestAFreshMemStoreLoadsAnEmptyState(t *testing.T) {
	var m bootstrapper.MemStore
	s, err := m.Load(t.Context())
	require.NoError(t, err)
	require.True(t, s.Equal(new(bootstrapper.State)))
}

func TestMemStoreCopiesInAndOut(t *testing.T) {
	var m bootstrapper.MemStore
	mine := full()
	require.NoError(t, m.Replace(t.Context(), mine))
	mine.Delete(objects.Path{})
	got := load(t, &m)
	require.True(t, got.Equal(full()))
	got.Forget(smartcard)
	require.True(t, load(t, &m).Equal(full()))
}

func TestMemStoreReplacesTheWhole(t *testing.T) {
	var m bootstrapper.MemStore
	require.NoError(t, m.Replace(t.Context(), full()))
	require.NoError(t, m.Replace(t.Context(), new(bootstrapper.State)))
	require.True(t, load(t, &m).Equal(new(bootstrapper.State)))
}

func TestMemStoreHonoursItsContext(t *testing.T) {
	var m bootstrapper.MemStore
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := m.Load(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, m.Replace(ctx, full()), context.Canceled)
	require.Empty(t, list(load(t, &m)))
}

func TestMemStoreRefusesNil(t *testing.T) {
	var m bootstrapper.MemStore
	require.Error(t, m.Replace(t.Context(), nil))
	require.Empty(t, list(load(t, &m)))
}

func TestMemStoreIsSafeForConcurrentUse(t *testing.T) {
	var m bootstrapper.MemStore
	a, b := full(), new(bootstrapper.State)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				s := a
				if i%2 == 0 {
					s = b
				}
				if err := m.Replace(t.Context(), s); err != nil {
					t.Error(err)
				}
				got, err := m.Load(t.Context())
				if err != nil || !got.Equal(a) && !got.Equal(b) {
					t.Error("neither the one nor the other")
				}
				got.Delete(objects.Path{})
			}
		})
	}
	wg.Wait()
}
