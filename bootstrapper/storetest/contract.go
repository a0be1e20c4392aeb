package storetest

import (
	"context"
	"errors"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

func newIsEmpty(b *bench) {
	b.holds(new(bootstrapper.State), "a new store", "It should be empty.")
}

func loadsWhatWasReplaced(b *bench) {
	for name, want := range States() {
		given := want.Clone()
		b.replace(given, name)
		if d := difference(want, given); d != "" {
			b.Errorf("Replace changed the State that it was given (%s): %s. Work on a Clone.", name, d)
		}
		b.holds(want, "after Replace of "+name, "The store must keep all of a State, and nothing of the one before.")
	}
}

func nilIsRefused(b *bench) {
	b.replace(before(), "a State")
	if b.Store.Replace(b.Context(), nil) == nil {
		b.Errorf("Replace(nil) succeeded: it should fail, since there would be nothing for Load to return")
	}
	b.holds(before(), "after Replace(nil)", "It should have changed nothing.")
}

func contextIsHonoured(b *bench) {
	b.replace(before(), "a State")
	cancelled, cancel := context.WithCancel(b.Context())
	cancel()
	late, cancel := context.WithDeadline(b.Context(), longAgo)
	defer cancel()
	for _, ctx := range []context.Context{cancelled, late} {
		if _, err := b.Store.Load(ctx); !errors.Is(err, ctx.Err()) {
			b.Errorf("Load with a context that is done returned the error %v, want one that is %v", err, ctx.Err())
		}
		if err := b.Store.Replace(ctx, after()); !errors.Is(err, ctx.Err()) {
			b.Errorf("Replace with a context that is done returned the error %v, want one that is %v", err, ctx.Err())
		}
		b.holds(before(), "after Replace with a context that is done", "It failed, so it should have changed nothing.")
	}
}

func inputIsNotKept(b *bench) {
	given := before()
	b.replace(given, "a State")
	for _, c := range changes {
		c.make(given)
		if !b.holds(before(), "after the State given to Replace was changed ("+c.name+")",
			"The store refers to the caller's State: keep a Clone.") {
			return
		}
	}
}

func outputIsTheCallers(b *bench) {
	b.replace(before(), "a State")
	one, two := b.load("the first time"), b.load("the second time")
	for _, c := range changes {
		c.make(one)
		if d := difference(before(), two); d != "" {
			b.Fatalf("two Loads returned one State: what the caller does to one (%s) shows in the other: %s. Return a Clone.", c.name, d)
		}
		if !b.holds(before(), "after the State that Load returned was changed ("+c.name+")",
			"The store refers to what it returned: return a Clone.") {
			return
		}
	}
}

// changes are all ways to change a State in place.
var changes = []struct {
	name string
	make func(*bootstrapper.State)
}{
	{"Put", func(s *bootstrapper.State) { s.Put(bootstrapper.Server, 3, objects.NewInstance(7)) }},
	{"SetSource", func(s *bootstrapper.State) { s.SetSource(bootstrapper.Factory, new(objects.Tree)) }},
	{"SetDigest", func(s *bootstrapper.State) { s.SetDigest(bootstrapper.Smartcard, bootstrapper.Digest{9}) }},
	{"SetCard", func(s *bootstrapper.State) { s.SetCard(bootstrapper.Card{Place: "elsewhere"}) }},
	{"Disable", func(s *bootstrapper.State) { s.Disable(bootstrapper.Smartcard, "another reason") }},
	{"Delete", func(s *bootstrapper.State) { s.Delete(objects.Path{}) }},
	{"Forget", func(s *bootstrapper.State) { s.Forget(bootstrapper.Smartcard) }},
}

func oneSession(b *bench) {
	s, ok := b.Store.(interface{ Begin() (func(), error) })
	if !ok {
		b.Logf("the Store has no method Begin: nothing keeps two sessions apart; embed a bootstrapper.Turn for that")
		return
	}
	for range 2 {
		end, err := s.Begin()
		if err != nil || end == nil {
			b.Fatalf("Begin failed with no session open: %v", err)
		}
		if _, err := s.Begin(); !errors.Is(err, bootstrapper.ErrSession) {
			b.Errorf("a second Begin returned the error %v, want bootstrapper.ErrSession", err)
		}
		b.replace(after(), "a State by the holder of the session")
		end()
		next, err := s.Begin()
		if err != nil || next == nil {
			b.Fatalf("Begin failed after the session had ended: %v", err)
		}
		end() // a second time
		if _, err := s.Begin(); !errors.Is(err, bootstrapper.ErrSession) {
			b.Errorf("to end a session twice ended the next one: Begin returned the error %v, want bootstrapper.ErrSession", err)
		}
		next()
	}
}

func survivesReboot(b *bench) {
	if b.Reopen == nil {
		b.Logf("Fixture.Reopen is nil: the Store is taken for one that is not durable")
		return
	}
	b.reopen("a new store")
	b.holds(new(bootstrapper.State), "a new store that was opened twice", "It should be empty.")
	for name, want := range States() {
		b.replace(want, name)
		b.reopen("after Replace of " + name)
		b.holds(want, "after Replace of "+name+" and a reboot", "When Replace returns nil, all of the State must be on the medium.")
	}
}
