// Package storetest proves a bootstrapper.Store: each sentence of the
// interface's documentation is a check here. A test of a Store of one's own is
//
//	func TestMyStore(t *testing.T) {
//		storetest.Test(t, func(t *testing.T) storetest.Fixture {
//			dir := t.TempDir()
//			return storetest.Fixture{
//				Store:  open(t, dir),
//				Reopen: func() (bootstrapper.Store, error) { return mystore.Open(dir) },
//			}
//		})
//	}
//
// Run it with -race. With [Fixture.FailAt] or [Fixture.CutAt] the suite breaks
// every write operation of a Replace in turn:
//
//	write 1 ✗ │ write 1, write 2 ✗ │ … │ all of them done
//	   └─ old State, whole ─┴─ … ──┴─ the new one, whole
//
// [States] are there for other tests, too, of a format for example.
package storetest

import (
	"context"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// Fixture is a Store on a medium of its own. It is used for one check.
type Fixture struct {
	// Store is new and empty.
	Store bootstrapper.Store

	// Reopen opens what is on the medium as after a reboot, with power back and
	// nothing failing; the Store opened last is not used any more, and may be
	// closed. nil: the Store is not durable, and nothing of that kind is
	// checked; the log says so.
	Reopen func() (bootstrapper.Store, error)

	// FailAt makes the n-th write operation on the medium from now on fail, one
	// time, and if it can halfway: a part of the octets written. It counts from
	// 1, and 0 takes the order back. hit reports whether it has struck. Whatever
	// changes the medium is a write: to sync, to rename, to delete, too. nil:
	// not checked, and the log says so.
	FailAt func(n int) (hit func() bool)

	// CutAt is FailAt for power: with that operation and after it none has an
	// effect, and all fail, until Reopen, which must be there. nil: not
	// checked, and the log says so.
	CutAt func(n int) (hit func() bool)
}

// Test runs all checks, each as a subtest with a Fixture that open returns.
func Test(t *testing.T, open func(t *testing.T) Fixture) {
	t.Helper()
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			newBench(t, func() Fixture { return open(t) }).check(c)
		})
	}
}

// reporter is what a check needs of a *testing.T.
type reporter interface {
	Helper()
	Context() context.Context
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// bench is where a check works.
type bench struct {
	reporter
	Fixture
	another func() Fixture
}

func newBench(r reporter, open func() Fixture) *bench {
	return &bench{reporter: r, Fixture: open(), another: open}
}

// fresh is a bench with a medium of its own.
func (b *bench) fresh() *bench { return newBench(b.reporter, b.another) }

func (b *bench) check(c check) {
	b.Helper()
	if b.Store == nil {
		b.Fatalf("the Fixture has no Store")
	}
	c.run(b)
}

// check is one fact.
type check struct {
	name string
	run  func(b *bench)
}

// checks are in the order in which an author will want to see them pass.
var checks = []check{
	{"a new store is empty", newIsEmpty},
	{"Load returns what Replace was given", loadsWhatWasReplaced},
	{"Replace without a State is refused", nilIsRefused},
	{"a context that is done is honoured", contextIsHonoured},
	{"the State given is not referred to", inputIsNotKept},
	{"the State returned is the caller's own", outputIsTheCallers},
	{"Load beside Replace sees whole States", concurrentUse},
	{"one session at a time", oneSession},
	{"a State outlives a reboot", survivesReboot},
	{"a write that fails leaves a whole State", failingWrites},
	{"a power cut leaves one State or the other", powerCuts},
	{"nothing prints a secret", nothingPrinted},
}

// load is what the Store holds; a failure ends the check.
func (b *bench) load(when string) *bootstrapper.State {
	b.Helper()
	s, err := b.Store.Load(b.Context())
	switch {
	case err != nil:
		b.Fatalf("%s: Load failed: %v", when, err)
	case s == nil:
		b.Fatalf("%s: Load returned neither a State nor an error; an empty State is new(bootstrapper.State)", when)
	}
	return s
}

// replace must succeed.
func (b *bench) replace(s *bootstrapper.State, what string) {
	b.Helper()
	if err := b.Store.Replace(b.Context(), s); err != nil {
		b.Fatalf("Replace of %s failed: %v", what, err)
	}
}

// holds compares what the Store holds, and reports whether it is what is
// wanted; more says what the author did wrong when it is not.
func (b *bench) holds(want *bootstrapper.State, when, more string) bool {
	b.Helper()
	d := difference(want, b.load(when))
	if d != "" {
		b.Errorf("%s: Load returned another State: %s. %s", when, d, more)
	}
	return d == ""
}

// reopen is a reboot.
func (b *bench) reopen(when string) {
	b.Helper()
	s, err := b.Reopen()
	switch {
	case err != nil:
		b.Fatalf("%s: the store cannot be opened again: %v", when, err)
	case s == nil:
		b.Fatalf("%s: Reopen returned no Store", when)
	}
	b.Store = s
}
