package bootstrapper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Apply reads a file EF(LwM2M_Bootstrap), as Appendix G of LwM2M Core has it,
// from r and brings what it holds into the store, by the rules in the package
// documentation. It reads the header of four octets and the size that it
// names, 32 KB at most, and nothing behind: padding may follow, and r may stand
// still there. A nil opts is good for a smartcard.
//
// Data of the same digest as the last time are not applied again, unless
// Options.Force says so: Result.Changed is false then.
//
// With an error nothing has changed: Replace is called once, at the end, or not
// at all. Result then tells no more than Origin, and Digest and Size if the
// file could be read. The error is
//
//   - [ErrNoData]: the file, or the stream, is empty, or no Object Instance is
//     left in it; what a card gave before is to be disabled if its data became
//     so, see [State.Disable]
//   - [ErrTooLarge]: the size in the header is above 32 KB
//   - io.ErrUnexpectedEOF: the stream ends within the file; io.ErrNoProgress:
//     it stands still
//   - one of tlv or objects (*tlv.Error, *objects.DecodeError): the file is
//     malformed, at the offset told
//   - objects.ErrLimit: it holds more than 256 Objects or 1024 Object
//     Instances
//   - an [*InconsistentError], [ErrInconsistent]: it is well-formed, and
//     cannot be used; or the whole of what the store holds could not
//   - what the reader, the store or ctx returned
//
// The file need not hold an account, but the store must after it.
//
// To load, merge and replace is not one step: no two Applies, and no Apply and
// bootstrap session, may be at work on one store at the same time.
func Apply(ctx context.Context, r io.Reader, store Store, opts *Options) (Result, error) {
	var file []byte
	defer func() { clear(file) }() // it holds keys, and nothing refers to it afterwards
	return apply(ctx, store, opts, func() (_ []byte, err error) {
		file, err = readFile(ctx, r)
		return file, err
	})
}

// ApplyFile is [Apply] of a file that is in memory; octets behind its content
// are padding. It neither changes nor keeps file, and makes no other copy of
// it: the caller clears it.
func ApplyFile(ctx context.Context, file []byte, store Store, opts *Options) (Result, error) {
	return apply(ctx, store, opts, func() ([]byte, error) { return withoutPadding(file) })
}

func apply(ctx context.Context, store Store, opts *Options, read func() ([]byte, error)) (Result, error) {
	res, err := applyTo(ctx, store, opts, read)
	if err != nil {
		return Result{Origin: res.Origin, Digest: res.Digest, Size: res.Size}, fmt.Errorf("bootstrapper: %w", err)
	}
	return res, nil
}

func applyTo(ctx context.Context, store Store, opts *Options, read func() ([]byte, error)) (res Result, err error) {
	o, err := opts.filled()
	if err != nil {
		return res, err
	}
	res.Origin = o.Origin
	file, err := read()
	if err != nil {
		return res, err
	}
	res.Digest, res.Size = DigestOf(file), len(file)

	state, err := load(ctx, store)
	if err != nil {
		return res, err
	}
	res.State = state
	if last, ok := state.Digest(o.Origin); ok && last == res.Digest && !o.Force {
		res.log(ctx, o.Logger)
		return res, nil
	}
	incoming, warnings, err := decode(file, o)
	if err != nil {
		return res, err
	}
	before := state.Source(o.Origin)
	res.Displaced = state.merge(o.Origin, incoming)
	state.SetDigest(o.Origin, res.Digest)
	whole := state.Tree()
	if res.Warnings, err = validate(whole, incoming, warnings, o); err != nil {
		return res, err
	}
	res.Applied = paths(&state.source(o.Origin).active)
	res.Removed = slices.DeleteFunc(paths(before), whole.Has)
	if err := ctx.Err(); err != nil {
		return res, err
	}
	if err := store.Replace(ctx, state); err != nil {
		return res, fmt.Errorf("store: %w", err)
	}
	res.Changed = true
	res.log(ctx, o.Logger)
	return res, nil
}

func load(ctx context.Context, store Store) (*State, error) {
	state, err := store.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if state == nil {
		return nil, errors.New("store: loaded no State")
	}
	return state, nil
}
