package bootstrapper

import (
	"context"
	"fmt"
)

// Provision is factory bootstrap (Core 6.1.3.1): it brings what the maker of
// the device put into it into the store, by the rules in the package
// documentation, all or nothing and once. opts is as for [Apply]; its Origin
// must be zero or [Factory].
//
// The digest that the State keeps of the factory's data is the mark that it was
// done: with it Result.Changed is false and nothing is done, though the data
// be others, so that a reboot does not undo what a server wrote since. The mark
// goes when a card's data go that displaced any of the factory's
// ([State.Yielded]), and with Options.Force it does not count. A
// firmware that brings better data than the first uses [Apply], which looks at
// the digest.
//
// With an error nothing has changed; errors to test for are those of Apply,
// above all [ErrSession] while a bootstrap session is open, and those of the
// codec.
func Provision(ctx context.Context, data Data, store Store, opts *Options) (Result, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Origin != 0 && o.Origin != Factory {
		return Result{Origin: o.Origin}, fmt.Errorf("bootstrapper: Options.Origin is %v, and the data are the factory's", o.Origin)
	}
	o.Origin, o.once = Factory, true
	return apply(ctx, store, &o, func() (Data, error) { return data.given() })
}

// given is the data, if there are any.
func (d Data) given() (Data, error) {
	if d.err == nil && d.read == nil {
		d.err = ErrNoData
	}
	return d, d.err
}
