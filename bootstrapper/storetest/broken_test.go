package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// mem makes a Fixture of a Store without a medium.
func mem(store func() bootstrapper.Store) func() Fixture {
	return func() Fixture { return Fixture{Store: store()} }
}

// onLoad is a MemStore that spoils what it returns.
func onLoad(spoil func(s *bootstrapper.State) *bootstrapper.State) func() Fixture {
	return mem(func() bootstrapper.Store { return &spoiled{spoil: spoil} })
}

type spoiled struct {
	bootstrapper.MemStore
	spoil func(s *bootstrapper.State) *bootstrapper.State
}

func (s *spoiled) Load(ctx context.Context) (*bootstrapper.State, error) {
	state, err := s.MemStore.Load(ctx)
	if err != nil {
		return nil, err
	}
	return s.spoil(state), nil
}

// pointer keeps what it is given, or hands out what it keeps.
type pointer struct {
	sync.Mutex
	keepsInput, sharesOutput, sharesOnce bool
	state                                *bootstrapper.State
}

func (p *pointer) Load(ctx context.Context) (*bootstrapper.State, error) {
	p.Lock()
	defer p.Unlock()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case p.state == nil:
		return new(bootstrapper.State), nil
	case p.sharesOutput:
		return p.state, nil
	case p.sharesOnce:
		p.sharesOnce = false
		return p.state, nil
	}
	return p.state.Clone(), nil
}

func (p *pointer) Replace(ctx context.Context, s *bootstrapper.State) error {
	p.Lock()
	defer p.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s == nil:
		return errors.New("no State")
	case p.keepsInput:
		p.state = s
	default:
		p.state = s.Clone()
	}
	return nil
}

// rude is a MemStore with one bad habit.
type rude struct {
	bootstrapper.MemStore
	habit string
	times atomic.Int64
}

func (r *rude) Load(ctx context.Context) (*bootstrapper.State, error) {
	s, err := r.MemStore.Load(ctx)
	switch {
	case r.habit == "no State" && err == nil && s.Tree().Len() == 0:
		return nil, nil
	case r.habit == "fails when new" && err == nil && s.Tree().Len() == 0:
		return nil, errors.New("no file")
	case r.habit == "ignores ctx":
		return r.MemStore.Load(context.WithoutCancel(ctx))
	case r.habit == "shows keys" && err != nil:
		return nil, fmt.Errorf("%w: %s", err, keyOf(10))
	}
	return s, err
}

func (r *rude) Replace(ctx context.Context, s *bootstrapper.State) error {
	switch {
	case r.habit == "takes nil" && s == nil:
		return nil
	case r.habit == "nil clears" && s == nil:
		return r.MemStore.Replace(ctx, new(bootstrapper.State))
	case r.habit == "ignores ctx":
		return r.MemStore.Replace(context.WithoutCancel(ctx), s)
	case r.habit == "late" && s != nil:
		r.MemStore.Replace(context.WithoutCancel(ctx), s)
		return ctx.Err()
	case r.habit == "changes its input" && s != nil:
		err := r.MemStore.Replace(ctx, s)
		s.SetCard(bootstrapper.Card{})
		return err
	case r.habit == "works once" && s != nil:
		if r.times.Add(1) > 1 {
			return errors.New("worn out")
		}
	case r.habit == "fails" && s != nil:
		return errors.New("read-only")
	}
	return r.MemStore.Replace(ctx, s)
}

func (r *rude) Begin() (func(), error) {
	switch r.habit {
	case "no turns":
		return func() {}, nil
	case "no session":
		return nil, errors.New("not now")
	case "ends any session":
		end, err := r.Turn.Begin()
		if err != nil {
			return nil, err
		}
		_ = end
		return func() { r.Turn = bootstrapper.Turn{} }, nil
	case "one session ever":
		_, err := r.Turn.Begin()
		return func() {}, err
	}
	return r.Turn.Begin()
}

func (r *rude) Format(f fmt.State, _ rune) {
	if r.habit == "prints keys" {
		s, _ := r.MemStore.Load(context.Background())
		for _, v := range s.Tree().All() {
			octets, _ := v.Octets()
			fmt.Fprintf(f, "%x ", octets)
		}
	}
}

// torn locks each half alone, and lets a Load come between if there is one.
type torn struct {
	a, b  bootstrapper.MemStore
	loads atomic.Int64
}

func (s *torn) Load(ctx context.Context) (*bootstrapper.State, error) {
	defer s.loads.Add(1)
	a, _ := s.a.Load(ctx)
	b, err := s.b.Load(ctx)
	if err == nil {
		a.SetCard(b.Card())
	}
	return a, err
}

func (s *torn) Replace(ctx context.Context, state *bootstrapper.State) error {
	err := s.a.Replace(ctx, state)
	seen := s.loads.Load()
	for spin := 0; spin < 10_000 && s.loads.Load() < seen+2; spin++ {
		runtime.Gosched()
	}
	return errors.Join(err, s.b.Replace(ctx, state))
}

// impatient fails when another is at work, and sees to it that one is.
type impatient struct {
	mem  bootstrapper.MemStore
	lock sync.Mutex
}

func (s *impatient) Load(ctx context.Context) (*bootstrapper.State, error) {
	if !s.lock.TryLock() {
		return nil, errors.New("busy")
	}
	defer s.lock.Unlock()
	return s.mem.Load(ctx)
}

func (s *impatient) Replace(ctx context.Context, state *bootstrapper.State) error {
	if !s.lock.TryLock() {
		return errors.New("busy")
	}
	defer s.lock.Unlock()
	for range 1000 {
		runtime.Gosched()
	}
	return s.mem.Replace(ctx, state)
}

func withHabit(habit string) func() Fixture {
	return mem(func() bootstrapper.Store { return &rude{habit: habit} })
}

// unmarked is a State whose secrets are not marked any more.
func unmarked(s *bootstrapper.State) *bootstrapper.State {
	for _, o := range origins {
		t := s.Source(o)
		for p, v := range t.All() {
			if octets, ok := v.Octets(); ok && v.IsSecret() && p.Depth() == 3 {
				object, _ := p.Object()
				instance, _ := p.Instance()
				id, _ := p.Resource()
				in, _ := t.Instance(object, instance)
				in.Set(objects.Single(id, objects.Opaque(octets)))
				t.Put(object, in)
			}
		}
		s.SetSource(o, t)
	}
	return s
}

func TestTheSuiteFailsABrokenStore(t *testing.T) {
	tests := []struct {
		name string
		open func() Fixture
		want []string // the checks that fail
	}{
		{"is not atomic", diskFixture(vices{inPlace: true}), []string{
			"a write that fails leaves a whole State", "a power cut leaves one State or the other"}},
		{"is not durable", diskFixture(vices{volatile: true}), []string{
			"a State outlives a reboot", "a write that fails leaves a whole State", "a power cut leaves one State or the other"}},
		{"is durable once", diskFixture(vices{onlyFirst: true}), []string{
			"a State outlives a reboot", "a write that fails leaves a whole State", "a power cut leaves one State or the other"}},
		{"swallows errors", diskFixture(vices{swallows: true}), []string{
			"a write that fails leaves a whole State", "a power cut leaves one State or the other"}},
		{"shows what is not on the medium", diskFixture(vices{caches: true}), []string{
			"a write that fails leaves a whole State"}},
		{"never recovers", func() Fixture {
			f := diskFixture(vices{neverRecovers: true})()
			f.Reopen, f.CutAt = nil, nil
			return f
		}, []string{"a write that fails leaves a whole State"}},
		{"keeps its input", mem(func() bootstrapper.Store { return &pointer{keepsInput: true} }), []string{
			"the State given is not referred to"}},
		{"shares its output", mem(func() bootstrapper.Store { return &pointer{sharesOutput: true} }), []string{
			"the State returned is the caller's own"}},
		{"shares its first output", mem(func() bootstrapper.Store { return &pointer{sharesOnce: true} }), []string{
			"the State returned is the caller's own"}},
		{"refuses to wait", mem(func() bootstrapper.Store { return new(impatient) }), []string{"Load beside Replace sees whole States"}},
		{"works once", func() Fixture {
			f := mem(func() bootstrapper.Store { return &rude{habit: "works once"} })()
			f.FailAt = func(int) func() bool { return func() bool { return false } }
			return f
		}, allBut("a new store is empty", "Replace without a State is refused", "the State given is not referred to", "the State returned is the caller's own",
			"a State outlives a reboot", "a power cut leaves one State or the other")},
		{"loses the marks of secrets", onLoad(unmarked), allBut("a new store is empty", "one session at a time",
			"a State outlives a reboot", "a write that fails leaves a whole State", "a power cut leaves one State or the other", "nothing prints a secret")},
		{"loses what is disabled", onLoad(func(s *bootstrapper.State) *bootstrapper.State {
			c := new(bootstrapper.State)
			for _, o := range origins {
				c.SetSource(o, s.Source(o))
				if d, ok := s.Digest(o); ok {
					c.SetDigest(o, d)
				}
			}
			c.SetCard(s.Card())
			c.SetYielded(s.Yielded())
			return c
		}), allBut("a new store is empty", "one session at a time",
			"a State outlives a reboot", "a write that fails leaves a whole State", "a power cut leaves one State or the other", "nothing prints a secret")},
		{"is no Store", mem(func() bootstrapper.Store { return nil }), allBut()},
		{"has no State when new", withHabit("no State"), []string{"a new store is empty", "Load returns what Replace was given"}},
		{"fails when new", withHabit("fails when new"), []string{"a new store is empty", "Load returns what Replace was given"}},
		{"takes nil", withHabit("takes nil"), []string{"Replace without a State is refused"}},
		{"is cleared by nil", withHabit("nil clears"), []string{"Replace without a State is refused"}},
		{"ignores its context", withHabit("ignores ctx"), []string{"a context that is done is honoured"}},
		{"looks at its context too late", withHabit("late"), []string{"a context that is done is honoured"}},
		{"changes its input", withHabit("changes its input"), []string{"Load returns what Replace was given"}},
		{"cannot be written", withHabit("fails"), allBut("a new store is empty",
			"a State outlives a reboot", "a write that fails leaves a whole State", "a power cut leaves one State or the other")},
		{"tears a State", mem(func() bootstrapper.Store { return new(torn) }), []string{"Load beside Replace sees whole States"}},
		{"lets two sessions in", withHabit("no turns"), []string{"one session at a time"}},
		{"lets no session in", withHabit("no session"), []string{"one session at a time"}},
		{"lets one session in, ever", withHabit("one session ever"), []string{"one session at a time"}},
		{"lets a session end another", withHabit("ends any session"), []string{"one session at a time"}},
		{"prints keys", withHabit("prints keys"), []string{"nothing prints a secret"}},
		{"has keys in its errors", withHabit("shows keys"), []string{"nothing prints a secret"}},
		{"has a hook that never strikes", func() Fixture {
			f := diskFixture(vices{})()
			f.FailAt = func(int) func() bool { return func() bool { return false } }
			return f
		}, []string{"a write that fails leaves a whole State", "nothing prints a secret"}},
		{"has a hook that always strikes", func() Fixture {
			f := mem(func() bootstrapper.Store { return new(bootstrapper.MemStore) })()
			f.FailAt = func(int) func() bool { return func() bool { return true } }
			return f
		}, []string{"a write that fails leaves a whole State", "nothing prints a secret"}},
		{"cannot be opened again", func() Fixture {
			f := diskFixture(vices{})()
			f.Reopen = func() (bootstrapper.Store, error) { return nil, errDisk }
			return f
		}, []string{"a State outlives a reboot", "a write that fails leaves a whole State", "a power cut leaves one State or the other"}},
		{"is nothing when opened again", func() Fixture {
			f := diskFixture(vices{})()
			f.Reopen = func() (bootstrapper.Store, error) { return nil, nil }
			return f
		}, []string{"a State outlives a reboot", "a write that fails leaves a whole State", "a power cut leaves one State or the other"}},
		{"has power cuts and no reboot", func() Fixture {
			f := diskFixture(vices{})()
			f.Reopen = nil
			return f
		}, []string{"a power cut leaves one State or the other"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			failed, _ := failures(t, tt.open)
			require.Equal(t, tt.want, names(failed))
			for _, texts := range failed {
				for _, text := range texts {
					for _, key := range keys() {
						require.NotContains(t, text, key)
					}
				}
			}
		})
	}
}
