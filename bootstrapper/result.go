package bootstrapper

import (
	"context"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Result is what [Apply] did. It prints without a value of any Resource.
type Result struct {
	// Changed reports that the store was written. It is false when the data
	// are those that were applied last time from this origin: nothing was done
	// then, but to note a new Options.Place, and Applied, Removed, Displaced and
	// Warnings are empty.
	Changed bool

	Origin Origin
	Digest Digest
	Size   int // octets of the file, header included and padding not

	// Applied are the Object Instances of the file, without those displaced.
	Applied []objects.Path

	// Removed are the Object Instances that the same source had given before,
	// where nothing is now: a client is no longer registered with a Server
	// whose account is among them (Core 6.1.3.3).
	Removed []objects.Path

	// Displaced is what collided with something else and lost, from whichever
	// source.
	Displaced []Displaced

	// Warnings are what was found wrong and tolerated: first with the file,
	// then with the whole that came of it.
	Warnings objects.Problems

	// State is what the store holds now. It is the caller's own.
	State *State
}

// Accounts are the accounts of regular Servers that are in the store and whose
// Security Instance is from this source. The Bootstrap-Server's, and those of
// other sources, are to be had from State.
func (r Result) Accounts() []objects.Account {
	if r.State == nil {
		return nil
	}
	return r.State.Source(r.Origin).Accounts()
}

// maxLogged is how many warnings, and how many of what was displaced, are
// logged one by one: a hostile file can cause thousands.
const maxLogged = 16

// log tells the outcome.
func (r Result) log(ctx context.Context, l Logger) {
	with := func(args ...any) []any {
		return append([]any{"origin", r.Origin.String(), "digest", r.Digest.String()}, args...)
	}
	if !r.Changed {
		l.DebugContext(ctx, "bootstrap data unchanged", with()...)
		return
	}
	for i, p := range r.Warnings {
		if i == maxLogged {
			l.WarnContext(ctx, "bootstrap data questionable", with("more", len(r.Warnings)-i)...)
			break
		}
		l.WarnContext(ctx, "bootstrap data questionable", with("path", p.Path.String(), "problem", p.Text)...)
	}
	for i, d := range r.Displaced {
		if i == maxLogged {
			l.WarnContext(ctx, "bootstrap data displaced", with("more", len(r.Displaced)-i)...)
			break
		}
		l.WarnContext(ctx, "bootstrap data displaced", with("what", d.String())...)
	}
	l.InfoContext(ctx, "bootstrap data applied", with("size", r.Size, "instances", len(r.Applied), "removed", len(r.Removed))...)
}
