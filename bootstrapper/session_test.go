package bootstrapper_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

func TestASessionKeepsEverybodyElseOut(t *testing.T) {
	var store bootstrapper.MemStore
	end, err := bootstrapper.Begin(&store)
	require.NoError(t, err)
	file := fileOf(t, tree(acc(1, 5)))
	for name, do := range map[string]func() error{
		"Begin": func() error { _, err := bootstrapper.Begin(&store); return err },
		"Apply": func() error {
			_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), &store, nil)
			return err
		},
		"ApplyFile": func() error { _, err := bootstrapper.ApplyFile(t.Context(), file, &store, nil); return err },
		"Provision": func() error {
			_, err := bootstrapper.Provision(t.Context(), bootstrapper.FileData(file), &store, nil)
			return err
		},
		"Update": func() error {
			_, err := bootstrapper.Update(t.Context(), &store, func(*bootstrapper.State) error { t.Error("called"); return nil })
			return err
		},
		"Disable": func() error {
			_, err := bootstrapper.Disable(t.Context(), &store, smartcard, "x", nil)
			return err
		},
		"Remove": func() error { _, err := bootstrapper.Remove(t.Context(), &store, smartcard, nil); return err },
	} {
		require.ErrorIs(t, do(), bootstrapper.ErrSession, name)
	}
	end()
	again, err := bootstrapper.Begin(&store)
	require.NoError(t, err)
	end()
	_, err = bootstrapper.Begin(&store)
	require.ErrorIs(t, err, bootstrapper.ErrSession, "the second end of the first session ends no other")
	again()
	apply(t, &store, smartcard, acc(1, 5))
	_, err = bootstrapper.Begin(&store)
	require.NoError(t, err, "Apply has ended")
}

func TestAStoreWithoutATurnIsNotProtected(t *testing.T) {
	store := struct{ bootstrapper.Store }{new(bootstrapper.MemStore)}
	for range 2 {
		end, err := bootstrapper.Begin(store)
		require.NoError(t, err)
		defer end()
	}
}

func TestUpdateWritesWhatIsAnotherState(t *testing.T) {
	var store testStore
	changed, err := bootstrapper.Update(t.Context(), &store, func(*bootstrapper.State) error { return nil })
	require.NoError(t, err)
	require.False(t, changed)
	require.Zero(t, store.replaced)

	changed, err = bootstrapper.Update(t.Context(), &store, func(s *bootstrapper.State) error {
		s.SetSource(server, tree(acc(1, 5)))
		return nil
	})
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, []string{"/0/1 server", "/1/1 server"}, list(load(t, &store)))
}

func TestUpdateThatFailsLeavesTheStore(t *testing.T) {
	boom := errors.New("boom")
	cancelled, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, tt := range map[string]struct {
		store *testStore
		ctx   context.Context
		err   error
		want  error
	}{
		"Load":    {&testStore{loadErr: boom}, t.Context(), nil, boom},
		"Replace": {&testStore{replaceErr: boom}, t.Context(), nil, boom},
		"change":  {&testStore{}, t.Context(), boom, boom},
		"context": {&testStore{}, cancelled, nil, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			changed, err := bootstrapper.Update(tt.ctx, tt.store, func(s *bootstrapper.State) error {
				s.SetSource(server, tree(acc(1, 5)))
				cancel()
				return tt.err
			})
			require.ErrorIs(t, err, tt.want)
			require.False(t, changed)
			tt.store.loadErr = nil
			require.Empty(t, list(load(t, tt.store)))
			_, err = bootstrapper.Begin(tt.store)
			require.NoError(t, err, "its turn is over")
		})
	}
}

func TestDisableAndRemoveTellWhatIsGone(t *testing.T) {
	paths := func(ps ...objects.Path) []objects.Path { return ps }
	var store bootstrapper.MemStore
	apply(t, &store, factory, acc(1, 5))
	apply(t, &store, smartcard, acc(2, 6), device("card"))
	// A server wrote over one half of the card's account.
	_, err := bootstrapper.Update(t.Context(), &store, func(s *bootstrapper.State) error {
		in, _ := s.Tree().Instance(objects.ObjectServer, 2)
		s.Put(server, objects.ObjectServer, in)
		return nil
	})
	require.NoError(t, err)

	for name, tt := range map[string]struct {
		do       func(bootstrapper.Store) (bootstrapper.Result, error)
		disabled int
	}{
		"Disable": {func(s bootstrapper.Store) (bootstrapper.Result, error) {
			return bootstrapper.Disable(t.Context(), s, smartcard, "no good", new(counted))
		}, 3},
		"Remove": {func(s bootstrapper.Store) (bootstrapper.Result, error) {
			return bootstrapper.Remove(t.Context(), s, smartcard, nil)
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			copied := new(testStore)
			require.NoError(t, copied.Replace(t.Context(), load(t, &store)))
			res, err := tt.do(copied)
			require.NoError(t, err)
			require.True(t, res.Changed)
			require.Equal(t, smartcard, res.Origin)
			require.Equal(t, paths(objects.InstancePath(0, 2), objects.InstancePath(1, 2), objects.InstancePath(3, 0)), res.Removed)
			require.Equal(t, []string{"account of Short Server ID 6 from server, /1/2: a part of it is gone"}, texts(res.Displaced))
			require.Equal(t, []string{"/0/1 factory", "/1/1 factory"}, list(res.State))
			require.True(t, load(t, copied).Equal(res.State))
			disabled, _ := res.State.Disabled(smartcard)
			require.Equal(t, tt.disabled, disabled.Len())
			_, ok := res.State.Digest(factory)
			require.True(t, ok, "nothing of the factory's made room")

			again, err := tt.do(copied)
			require.NoError(t, err)
			require.False(t, again.Changed)
			require.Empty(t, again.Removed)
			require.Equal(t, 2, copied.replaced)
		})
	}
}

func TestWithdrawingWhatWasNeverThereForgetsNothing(t *testing.T) {
	var store testStore
	_, err := bootstrapper.Provision(t.Context(), bootstrapper.TreeData(tree(acc(1, 5))), &store, nil)
	require.NoError(t, err)
	_, err = bootstrapper.Remove(t.Context(), &store, smartcard, nil)
	require.NoError(t, err)
	_, err = bootstrapper.Disable(t.Context(), &store, smartcard, "none", nil)
	require.NoError(t, err)
	require.Equal(t, 1, store.replaced)
	_, ok := load(t, &store).Digest(factory)
	require.True(t, ok)
}

func TestTheFactorysMarkGoesWithACardThatItMadeRoomFor(t *testing.T) {
	for name, order := range map[string][]given{
		"the card came later":    {from(factory, acc(1, 5)), from(smartcard, acc(2, 5))},
		"the factory came later": {from(smartcard, acc(2, 5)), from(factory, acc(1, 5), device("maker"))},
		"another card came":      {from(factory, acc(1, 5)), from(smartcard, acc(2, 5)), from(smartcard, acc(3, 7))},
	} {
		t.Run(name, func(t *testing.T) {
			var store bootstrapper.MemStore
			for _, g := range order {
				apply(t, &store, g.origin, g.puts...)
			}
			require.True(t, load(t, &store).Yielded())
			res, err := bootstrapper.Remove(t.Context(), &store, smartcard, nil)
			require.NoError(t, err)
			_, ok := res.State.Digest(factory)
			require.False(t, ok)
			require.False(t, res.State.Yielded())
			apply(t, &store, factory, acc(1, 5))
			require.False(t, load(t, &store).Yielded())
		})
	}
	t.Run("a half of it goes with the card's", func(t *testing.T) {
		s := new(bootstrapper.State)
		s.SetSource(factory, tree(sec(1, 5)))
		s.SetDigest(factory, bootstrapper.Digest{1})
		s.SetSource(smartcard, tree(srv(1, 5, 60)))
		require.Len(t, s.Forget(smartcard), 1)
		_, ok := s.Digest(factory)
		require.False(t, ok)
	})
	t.Run("of a server nothing goes", func(t *testing.T) {
		s := new(bootstrapper.State)
		s.SetDigest(factory, bootstrapper.Digest{1})
		s.SetYielded(true)
		s.Forget(server)
		require.True(t, s.Yielded())
	})
}

func TestWithdrawingFromAnOriginThatIsNoneIsRefused(t *testing.T) {
	for _, o := range []bootstrapper.Origin{0, 4} {
		_, err := bootstrapper.Remove(t.Context(), new(bootstrapper.MemStore), o, nil)
		require.ErrorContains(t, err, o.String())
		_, err = bootstrapper.Disable(t.Context(), new(bootstrapper.MemStore), o, "x", nil)
		require.ErrorContains(t, err, o.String())
	}
}

func TestAReasonIsALine(t *testing.T) {
	var s bootstrapper.State
	s.SetSource(smartcard, tree(acc(1, 5)))
	s.Disable(smartcard, "the modem said \r\n\x1b[31m\u0085 so")
	_, reason := s.Disabled(smartcard)
	require.Equal(t, "the modem said    [31m  so", reason)
}

func TestAReasonIsCut(t *testing.T) {
	var s bootstrapper.State
	s.SetSource(smartcard, tree(acc(1, 5)))
	long := bytes.Repeat([]byte("ä"), bootstrapper.MaxReason)
	s.Disable(smartcard, string(long))
	_, reason := s.Disabled(smartcard)
	require.Equal(t, string(long[:bootstrapper.MaxReason-1]), reason, "and not in the middle of a rune")
}

// counted is a Logger that counts.
type counted struct{ n int }

func (l *counted) DebugContext(context.Context, string, ...any) { l.n++ }
func (l *counted) InfoContext(context.Context, string, ...any)  { l.n++ }
func (l *counted) WarnContext(context.Context, string, ...any)  { l.n++ }
