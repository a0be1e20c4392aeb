package bootstrapper

import (
	"context"
	"errors"
	"sync"
)

// Store keeps a [State].
//
// Load returns what was last replaced, and an empty State from a store that is
// new: never nil beside a nil error. The State is the caller's own.
//
// Replace puts s in the place of what is there, all or nothing: when it fails,
// Load goes on returning what it did before, or else s, whole and to stay, if
// the failure came after it was written. When it returns nil, s is durable in
// whatever sense the store knows. The store keeps no reference to s that a
// later change of s could be seen through.
//
// Both honour ctx, and both are safe for concurrent use: a Load beside a
// Replace sees the one State or the other, whole. To load, change and replace
// is not one step, however: who does that, as [Apply] does, must be alone in
// doing so. A store that embeds a [Turn] refuses the second one.
//
// Package storetest proves a Store.
type Store interface {
	Load(ctx context.Context) (*State, error)
	Replace(ctx context.Context, s *State) error
}

// MemStore is a [Store] in memory, for tests and for devices that read their
// card at each start. The zero value is empty and ready to use. It is safe for
// concurrent use and must not be copied.
type MemStore struct {
	Turn
	mu    sync.Mutex
	state State
}

var _ Store = (*MemStore)(nil)

// Load returns a copy of the State. It fails only when ctx is done.
func (m *MemStore) Load(ctx context.Context) (*State, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.Clone(), nil
}

// Replace keeps a copy of s. It fails only when ctx is done or s is nil.
func (m *MemStore) Replace(ctx context.Context, s *State) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s == nil {
		return errors.New("bootstrapper: Replace without a State")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = *s.Clone()
	return nil
}
