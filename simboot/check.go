package simboot

import (
	"context"
	"fmt"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// Change is what became of a card's data since they were applied.
type Change uint8

const (
	// Unchanged: the card has the data that were applied the last time, or
	// none, as then. The store was not touched, unless to note their new place.
	Unchanged Change = 1 + iota
	// Changed: the card has other data. They were applied, or cannot be used
	// (CheckResult.Problem); the old ones are disabled.
	Changed
	// Removed: the card is gone, and what it gave was deleted.
	Removed
)

// String is "unchanged", "changed" or "removed".
func (c Change) String() string {
	switch c {
	case Unchanged:
		return "unchanged"
	case Changed:
		return "changed"
	case Removed:
		return "removed"
	}
	return "none"
}

// CheckResult is what [Check] found and did. It prints without any value.
type CheckResult struct {
	Change Change

	// Problem is why the card gives no data: [apdu.ErrNoCard], [ErrNoData], or
	// what is wrong with them. nil when its data are in use.
	Problem error

	// Result is what was done to the store: Result.Changed is false when
	// nothing was. Result.Removed are the Object Instances that are gone; a
	// client is no longer registered with a Server among them.
	bootstrapper.Result

	Found Found      // of the last look at the card
	Stats apdu.Stats // of all looks: commands and bytes
}

// Check is to be called at the start of the device, and at each Register and
// Update towards a Server that is from the card (Core 6.1.3.2): it looks
// whether the card is there and has the data that were applied the last time,
// and does what the specification demands when it has not.
//
//	the card                      the store
//	same data                     nothing happens
//	other data                    old ones disabled, new ones applied, in one step
//	data gone, or of no use       old ones disabled, with the reason
//	gone                          what it gave is deleted
//	a fault                       nothing happens; an error
//
// What is not the card's stays. With a store that knows of no card, Check does
// what [Bootstrap] does.
//
// The file is read where it was the last time, which costs 4 + n commands when
// it is unchanged, n being the READs of the file; 3 + n when the file has an
// SFI, which Check learns when it finds new data. When there are no data there,
// or other ones, the card is searched from the start. An issuer who points the
// directory to another file and leaves the old one as it was is noticed with
// Config.FullSearch only.
//
// A fault is no removal: timeouts, a busy SIM, a file that breaks off are
// errors. That the card is gone is believed when a second look, after
// Config.RemovalDelay, does not find it either; that its data are gone or of no
// use, when a second look at once says so, too.
//
// Config.Apply.Force is not looked at: it would undo at each call what a server
// wrote. Bootstrap does.
//
// Errors to test for are those of [Read] but for ErrNoData and what is wrong
// with the data, and those of the store. Calls for one card or one store must
// not overlap.
func Check(ctx context.Context, card apdu.CardTransport, store bootstrapper.Store, cfg *Config) (CheckResult, error) {
	c, err := cfg.filled()
	if err != nil {
		return CheckResult{}, fmt.Errorf("simboot: %w", err)
	}
	k := checker{Config: c.remembering(store), card: card, store: store}
	if err := k.check(ctx); err != nil {
		return CheckResult{Found: k.res.Found, Stats: k.res.Stats}, fmt.Errorf("simboot: check: %w", err)
	}
	return k.res, nil
}

// checker is one call of Check.
type checker struct {
	Config
	card  apdu.CardTransport
	store bootstrapper.Store
	known *bootstrapper.State // as it was at the start
	res   CheckResult
}

func (k *checker) check(ctx context.Context) (err error) {
	switch k.known, err = k.store.Load(ctx); {
	case err != nil:
		return fmt.Errorf("%w: %w", bootstrapper.ErrStore, err)
	case k.known == nil:
		return fmt.Errorf("%w: loaded no State", bootstrapper.ErrStore)
	}
	var last look
	for n := 1; ; n++ {
		now := k.look(ctx)
		switch {
		case now.verdict == faulty:
			return now.err
		case now.verdict == useful:
			return nil
		case now.confirms(last) || k.settled(now):
			return k.withdraw(ctx, now)
		case n == maxLooks:
			return fmt.Errorf("the card shows something else each time: %w", now.err)
		}
		k.Logger.WarnContext(ctx, "looking again, to be sure", "err", now.err)
		if err := k.wait(ctx, now); err != nil {
			return err
		}
		last = now
	}
}

// maxLooks is how often a card is looked at that shows something else each
// time: a loose contact.
const maxLooks = 4

// settled reports whether nothing would be lost if the look were wrong.
func (k *checker) settled(now look) bool {
	_, applied := k.known.Digest(bootstrapper.Smartcard)
	disabled, _ := k.known.Disabled(bootstrapper.Smartcard)
	if k.known.Source(bootstrapper.Smartcard).Len() > 0 || applied {
		return false
	}
	return now.verdict == useless || disabled.Len() == 0
}

// apply brings the content into the store. What is there already is not
// written, and the store is not asked again.
func (k *checker) apply(ctx context.Context, content []byte, digest bootstrapper.Digest) (err error) {
	o := k.options(k.res.Found)
	o.Force = false
	k.res.Change = Unchanged
	if k.applied(digest) && o.Place == k.known.Card().Place && k.PIN.Ask == nil {
		k.Logger.DebugContext(ctx, "bootstrap data unchanged")
		k.res.Result = bootstrapper.Result{Origin: bootstrapper.Smartcard, Digest: digest, Size: len(content), State: k.known}
		return nil
	}
	k.res.Result, err = bootstrapper.ApplyFile(ctx, content, k.store, o)
	if k.res.Changed {
		k.res.Change = Changed
	}
	return err
}

// withdraw does what is to be done when the card gives no data.
func (k *checker) withdraw(ctx context.Context, now look) (err error) {
	k.res.Problem, k.res.Change = now.err, Unchanged
	nothing := k.settled(now)
	if now.verdict == gone {
		k.res.Result, err = bootstrapper.Remove(ctx, k.store, bootstrapper.Smartcard, k.Logger)
		if !nothing {
			k.res.Change = Removed
		}
		return err
	}
	k.res.Result, err = bootstrapper.Disable(ctx, k.store, bootstrapper.Smartcard, now.err.Error(), k.Logger)
	if !nothing {
		k.res.Change = Changed
	}
	return err
}

// wait waits before a card is looked at again that seems to be gone.
func (k *checker) wait(ctx context.Context, last look) error {
	if last.verdict != gone {
		return nil
	}
	timer := time.NewTimer(k.RemovalDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w; not looked again, so nothing was removed: %w", last.err, ctx.Err())
	}
}
