package bootstrapper

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// ErrSession: another bootstrap, or a session with a Bootstrap-Server, is at
// work on the store. Try again when it is over.
var ErrSession = errors.New("a bootstrap session is open on the store")

// Turn sees to it that one at a time changes a store: to load, change and
// replace is not one step. A [Store] that embeds it is protected by [Begin].
// The zero value is ready to use; it must not be copied.
type Turn struct{ taken atomic.Bool }

// Begin takes the turn until end is called, or fails with [ErrSession]. A
// second call of end does nothing.
func (t *Turn) Begin() (end func(), err error) {
	if !t.taken.CompareAndSwap(false, true) {
		return nil, ErrSession
	}
	var ended atomic.Bool
	return func() {
		if ended.CompareAndSwap(false, true) {
			t.taken.Store(false)
		}
	}, nil
}

// Begin opens a session on the store: until end is called, [Apply], [Update]
// and all that is built on them are refused with [ErrSession], and so is
// Begin. A client begins one for a bootstrap that it runs itself.
//
// It asks the store's own method Begin, which [Turn] gives to a store; on a
// store without one the caller must see to it that nobody interferes.
func Begin(store Store) (end func(), err error) {
	if s, ok := store.(interface{ Begin() (func(), error) }); ok {
		return s.Begin()
	}
	return func() {}, nil
}

// Update loads the State, lets change work on it, and replaces it if it is
// another one then. With an error, be it change's own, the store is as it was.
func Update(ctx context.Context, store Store, change func(s *State) error) (changed bool, err error) {
	changed, err = update(ctx, store, change)
	if err != nil {
		return false, fmt.Errorf("bootstrapper: %w", err)
	}
	return changed, nil
}

func update(ctx context.Context, store Store, change func(s *State) error) (changed bool, err error) {
	end, err := Begin(store)
	if err != nil {
		return false, err
	}
	defer end()
	state, err := load(ctx, store)
	if err != nil {
		return false, err
	}
	before := state.Clone()
	if err := change(state); err != nil {
		return false, err
	}
	if state.Equal(before) {
		return false, nil
	}
	if err := replace(ctx, store, state); err != nil {
		return false, err
	}
	return true, nil
}

// replace is the one place where a store is written.
func replace(ctx context.Context, store Store, s *State) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := store.Replace(ctx, s); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}
