package bootstrapper

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// vaultStore is what [WithVault] returns. Whatever instant power fails at, the
// store below has the old State or the new one, and the vault the secrets of
// both until the last step:
//
//	open the old ─▶ Seal what is new ─▶ store.Replace ─▶ Retain the new
type vaultStore struct {
	store Store
	vault Vault
	turn  Turn          // when store has none
	busy  chan struct{} // full while one is at work: a vault has one at a time
	clean bool          // the vault keeps nothing but what store refers to; of who is at work
}

// begin waits for its turn at the vault, no longer than ctx allows.
func (s *vaultStore) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *vaultStore) end() { <-s.busy }

// Begin is that of the store below, or our own.
func (s *vaultStore) Begin() (end func(), err error) {
	if b, ok := s.store.(interface{ Begin() (func(), error) }); ok {
		return b.Begin()
	}
	return s.turn.Begin()
}

// String keeps the store and the vault, which may be anything, from being
// printed.
func (s *vaultStore) String() string { return "store with a vault" }

// Format prints [vaultStore.String] for every verb.
func (s *vaultStore) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// Load implements [Store].
func (s *vaultStore) Load(ctx context.Context) (*State, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.end()
	state, err := s.sealed(ctx)
	if err != nil {
		return nil, err
	}
	known, err := s.open(ctx, state)
	if err != nil {
		return nil, err
	}
	if !s.clean {
		s.retain(ctx, known)
	}
	return state, nil
}

// Replace implements [Store].
func (s *vaultStore) Replace(ctx context.Context, state *State) error {
	if state == nil {
		return errors.New("bootstrapper: Replace without a State")
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	old, err := s.old(ctx, state)
	if err != nil {
		return err
	}
	sealed, used, err := s.seal(ctx, state, old)
	if err == nil {
		s.clean = false
		err = s.store.Replace(ctx, sealed)
	}
	if err != nil {
		s.tidy(ctx)
		return err
	}
	s.retain(ctx, used)
	return nil
}

// sealed is the State with references that the store below has.
func (s *vaultStore) sealed(ctx context.Context) (*State, error) {
	state, err := s.store.Load(ctx)
	if err == nil && state == nil {
		err = errors.New("bootstrapper: vault: the store loaded no State")
	}
	return state, err
}

// old is what the State that is to be replaced refers to. When the new one has
// no secret, that does not matter, and the old one may be beyond reading.
func (s *vaultStore) old(ctx context.Context, state *State) (secrets, error) {
	if !state.hasSecret() {
		return newSecrets(), nil
	}
	old, err := s.sealed(ctx)
	if err != nil {
		return secrets{}, err
	}
	known, err := s.open(ctx, old)
	if err == nil && !s.clean {
		s.retain(ctx, known) // makes room
	}
	return known, err
}

// open puts the secrets in the place of their references. It returns those
// that have one.
func (s *vaultStore) open(ctx context.Context, state *State) (secrets, error) {
	known := newSecrets()
	err := state.mapSecrets(func(at objects.Path, _ objects.Instance, v objects.Value) (objects.Value, error) {
		typ, ref, ok := reference(v)
		if !ok {
			return v, nil // from before there was a vault
		}
		octets, ok := known.octets[ref]
		if !ok {
			secret, err := s.vault.Open(ctx, []byte(ref))
			if err != nil {
				return v, fmt.Errorf("bootstrapper: vault: open %v: %w", at, err)
			}
			octets = string(secret.Bytes())
			known.add(octets, ref)
		}
		v, ok = valueOf(typ, octets)
		if !ok || octets == "" {
			return v, fmt.Errorf("bootstrapper: vault: open %v: not what was sealed: %d octets for a value of type %v", at, len(octets), typ)
		}
		return v, nil
	})
	return known, err
}

// seal is a copy of the State with references in the place of its secrets:
// those known already, and new ones. used is what it refers to.
func (s *vaultStore) seal(ctx context.Context, state *State, known secrets) (sealed *State, used secrets, err error) {
	sealed, used = state.Clone(), newSecrets()
	err = sealed.mapSecrets(func(at objects.Path, in objects.Instance, v objects.Value) (objects.Value, error) {
		octets := octetsOf(v)
		ref, ok := used.refs[octets]
		if !ok {
			ref, ok = known.refs[octets]
		}
		if !ok {
			s.clean = false
			b, err := s.vault.Seal(ctx, at, in, objects.NewSecret([]byte(octets)))
			if err == nil {
				err = check(string(b), known, used)
			}
			if err != nil {
				return v, fmt.Errorf("bootstrapper: vault: seal %v: %w", at, err)
			}
			ref = string(b)
		}
		used.add(octets, ref)
		return referenceTo(v.Type(), ref), nil
	})
	return sealed, used, err
}

// check refuses a reference that would lose a secret.
func check(ref string, taken ...secrets) error {
	if len(ref) == 0 || len(ref) > MaxReference {
		return fmt.Errorf("a reference of %d octets, not 1 to %d", len(ref), MaxReference)
	}
	for _, t := range taken {
		if _, ok := t.octets[ref]; ok {
			return errors.New("the reference is another secret's")
		}
	}
	return nil
}

// tidy brings the vault back to what the store below has, after a failure.
// It need not succeed: clean remembers.
func (s *vaultStore) tidy(ctx context.Context) {
	state, err := s.sealed(ctx)
	if err != nil {
		return
	}
	used := newSecrets()
	state.mapSecrets(func(_ objects.Path, _ objects.Instance, v objects.Value) (objects.Value, error) {
		if _, ref, ok := reference(v); ok {
			used.add("", ref) // the reference alone counts
		}
		return v, nil
	})
	s.retain(ctx, used)
}

// retain lets the vault forget all but what is used.
func (s *vaultStore) retain(ctx context.Context, used secrets) {
	s.clean = s.vault.Retain(ctx, used.references()) == nil
}
