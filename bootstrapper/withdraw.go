package bootstrapper

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Disable puts what is active and from o aside, in the place of what was put
// aside before, and forgets the digest, so that the same data will be applied
// again. When nothing is active, what was put aside stays, and why. reason says
// why in a line; it is stored and shown, without control characters and up to
// [MaxReason] octets.
//
// An account goes whole: parts of it that are of other origins are put aside
// as well, and returned.
//
// When the card's data go and something of the factory's had made room for
// them, the factory's digest is forgotten: it comes back when the factory's
// data are applied the next time. See [State.Yielded].
func (s *State) Disable(o Origin, reason string) []Displaced {
	disabled, why := s.Disabled(o)
	whole := s.Tree()
	active := s.Source(o)
	torn := s.Forget(o)
	for _, d := range torn {
		for _, p := range d.Instances {
			object, _ := p.Object()
			id, _ := p.Instance()
			in, _ := whole.Instance(object, id)
			active.Put(object, in)
		}
	}
	if active.Len() > 0 {
		disabled, why = active, line(reason)
	}
	s.source(o).disabled, s.source(o).reason = *disabled, why
	return torn
}

// line is a reason as it is stored.
func line(reason string) string {
	reason = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, reason)
	return strings.ToValidUTF8(reason[:min(len(reason), MaxReason)], "")
}

// MaxReason is how many octets of a reason are kept.
const MaxReason = 255

// Forget takes away everything from o: what is active, what is disabled, and
// the digest; of the smartcard the place as well, but not the PINs tried: the
// card may come back. As with [State.Disable], accounts go whole, what else
// went with them is returned, and the factory's digest may go, too.
func (s *State) Forget(o Origin) []Displaced {
	torn := s.removed(o, leftovers(s.Tree(), &s.source(o).active))
	*s.source(o) = source{}
	if o != Smartcard {
		return torn
	}
	s.card.Place = ""
	if factory := s.source(Factory); factory.yielded || displaced(torn, Factory) {
		factory.digest, factory.yielded = nil, false
	}
	return torn
}

// Disable is [State.Disable] of what a store holds: for data that changed to
// something that cannot be used (Core 6.1.3.2). Result.Changed is false when
// there was nothing to do; Result.Removed are the Object Instances that are no
// longer active.
func Disable(ctx context.Context, store Store, o Origin, reason string, l Logger) (Result, error) {
	return withdraw(ctx, store, o, l, "disabled", func(s *State) []Displaced { return s.Disable(o, reason) })
}

// Remove is [State.Forget] of what a store holds: for a card that is gone
// (Core 6.1.3.2). Result is as for [Disable].
func Remove(ctx context.Context, store Store, o Origin, l Logger) (Result, error) {
	return withdraw(ctx, store, o, l, "removed", func(s *State) []Displaced { return s.Forget(o) })
}

func withdraw(ctx context.Context, store Store, o Origin, l Logger, how string, change func(*State) []Displaced) (Result, error) {
	res := Result{Origin: o}
	if !o.valid() {
		return res, fmt.Errorf("bootstrapper: %v is none", o)
	}
	var err error
	res.Changed, err = Update(ctx, store, func(s *State) error {
		before := s.Tree()
		res.Displaced = change(s)
		res.Removed = slices.DeleteFunc(paths(before), s.Tree().Has)
		res.State = s
		return nil
	})
	if err != nil {
		return Result{Origin: o}, err
	}
	if l != nil && res.Changed {
		l.InfoContext(ctx, "bootstrap data "+how, "origin", o.String(), "removed", len(res.Removed))
	}
	return res, nil
}

// keepDisabled puts what a card gave before aside, one generation of it; not
// what it gives now once more.
func (s *State) keepDisabled(before *objects.Tree) {
	src := s.source(Smartcard)
	if before.Len() > 0 {
		src.disabled, src.reason = *before, "the card's data changed"
	}
	if src.disabled.Equal(&src.active) {
		src.disabled, src.reason = objects.Tree{}, ""
	}
}
