package storetest

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// maxWrites is how many write operations a Replace may take: far more than any
// does, so that a hook that always strikes comes to an end.
const maxWrites = 1000

// failingWrites lets each write operation of a Replace fail, until one Replace
// meets no failure. After an error the old State should be there. The new one
// is let pass, for there is a point of no return, and what comes behind it may
// fail, too; but what Load shows must be there to stay.
func failingWrites(b *bench) {
	if b.FailAt == nil {
		b.Logf("Fixture.FailAt is nil: not proven that a Replace that fails changes nothing")
		return
	}
	for n := 1; ; n++ {
		f := b.fresh()
		err, struck := f.strike(n, f.FailAt)
		if !struck {
			return
		}
		at := fmt.Sprintf("when write operation %d had failed", n)
		shown := f.oneOrTheOther(err, at)
		if f.Reopen != nil {
			at += ", and after a reboot"
			f.reopen(at)
			f.holds(shown, at, "What Load returned before the reboot was not on the medium.")
		}
		f.worksOn(at)
	}
}

// powerCuts cuts the power at each write operation of a Replace.
func powerCuts(b *bench) {
	switch {
	case b.CutAt == nil:
		b.Logf("Fixture.CutAt is nil: not proven what a power cut leaves behind")
		return
	case b.Reopen == nil:
		b.Fatalf("the Fixture has CutAt and not Reopen: a power cut needs a reboot")
	}
	for n := 1; ; n++ {
		f := b.fresh()
		err, struck := f.strike(n, f.CutAt)
		if !struck {
			return
		}
		at := fmt.Sprintf("when power had failed at write operation %d, and after a reboot", n)
		f.reopen(at)
		f.oneOrTheOther(err, at)
		f.worksOn(at)
	}
}

// strike replaces a State by another while the n-th write operation goes wrong.
// When there was none, the Replace must have gone well.
func (b *bench) strike(n int, arm func(n int) (hit func() bool)) (err error, struck bool) {
	b.Helper()
	if n > maxWrites {
		b.Fatalf("Replace met a failure %d times: does the hook count, and does hit tell whether it struck?", maxWrites)
	}
	b.replace(before(), "the old State")
	hit := arm(n)
	err = b.Store.Replace(b.Context(), after())
	if hit() {
		return err, true
	}
	arm(0)
	switch {
	case err != nil:
		b.Fatalf("Replace failed, though no write operation did: %v", err)
	case n == 1:
		b.Errorf("Replace wrote and the hook did not strike: it is to count every write operation")
	}
	b.holds(after(), "after a Replace that met no failure", "")
	return nil, false
}

// oneOrTheOther looks at what is there after something went wrong, and returns
// it.
func (b *bench) oneOrTheOther(err error, at string) *bootstrapper.State {
	b.Helper()
	got := b.load(at)
	isNew := difference(after(), got)
	switch {
	case isNew == "":
	case err == nil:
		b.Errorf("%s: Load returned another State than Replace had taken with success: %s. It must be on the medium when Replace returns nil", at, isNew)
	default:
		if isOld := difference(before(), got); isOld != "" {
			b.Errorf("%s: Load returned neither the old State (%s) nor the new one (%s)", at, isOld, isNew)
		}
	}
	return got
}

// worksOn replaces once more: what a failure left behind is in nobody's way.
func (b *bench) worksOn(at string) {
	b.Helper()
	b.replace(numbered(3), "a State, "+at)
	b.holds(numbered(3), "after one more Replace, "+at, "What the failure left behind is in the way.")
}
