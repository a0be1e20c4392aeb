package bootstrapper

import (
	"context"
	"fmt"
	"slices"
)

// apply is what [Apply], [ApplyFile] and [Provision] have in common.
func apply(ctx context.Context, store Store, opts *Options, read func() (Data, error)) (Result, error) {
	res, err := applyTo(ctx, store, opts, read)
	if err != nil {
		return Result{Origin: res.Origin, Digest: res.Digest, Size: res.Size}, fmt.Errorf("bootstrapper: %w", err)
	}
	return res, nil
}

func applyTo(ctx context.Context, store Store, opts *Options, read func() (Data, error)) (res Result, err error) {
	o, err := opts.filled()
	if err != nil {
		return res, err
	}
	res.Origin = o.Origin
	d, err := read()
	if err != nil {
		return res, err
	}
	res.Digest, res.Size = d.digest, d.size

	end, err := Begin(store)
	if err != nil {
		return res, err
	}
	defer end()
	if res.State, err = load(ctx, store); err != nil {
		return res, err
	}
	if res.State.knows(o, d.digest) && !o.Force {
		err = res.remember(ctx, store, o)
	} else {
		err = res.commit(ctx, store, d, o)
	}
	if err == nil {
		res.log(ctx, o.Logger)
	}
	return res, err
}

// knows reports whether data are those of the last time, or whether any were,
// for a source that gives once.
func (s *State) knows(o Options, d Digest) bool {
	last, ok := s.Digest(o.Origin)
	return ok && (last == d || o.once)
}

// remember stores where data that need not be applied were found, if that is
// new.
func (res *Result) remember(ctx context.Context, store Store, o Options) error {
	if !res.State.place(o) {
		return nil
	}
	return replace(ctx, store, res.State)
}

// place notes where a card's data were found, and reports whether that is new.
func (s *State) place(o Options) bool {
	c := s.Card()
	if o.Origin != Smartcard || o.Place == "" || o.Place == c.Place {
		return false
	}
	c.Place = o.Place
	s.SetCard(c)
	return true
}

// commit decodes the data, merges them with what is there, checks the whole
// and replaces the store's content.
func (res *Result) commit(ctx context.Context, store Store, d Data, o Options) error {
	incoming, warnings, err := d.decode(o)
	if err != nil {
		return err
	}
	state := res.State
	before := state.Source(o.Origin)
	last, _ := state.Digest(o.Origin)
	res.Displaced = state.merge(o.Origin, incoming)
	if o.Origin == Smartcard && last != d.digest {
		state.keepDisabled(before)
		state.card.Place = "" // that of other data
	}
	state.SetDigest(o.Origin, d.digest)
	state.place(o)
	whole := state.Tree()
	if res.Warnings, err = validate(whole, incoming, warnings, o); err != nil {
		return err
	}
	res.Applied = paths(&state.source(o.Origin).active)
	res.Removed = slices.DeleteFunc(paths(before), whole.Has)
	if err := replace(ctx, store, state); err != nil {
		return err
	}
	res.Changed = true
	return nil
}

func load(ctx context.Context, store Store) (*State, error) {
	state, err := store.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	if state == nil {
		return nil, fmt.Errorf("%w: loaded no State", ErrStore)
	}
	return state, nil
}
