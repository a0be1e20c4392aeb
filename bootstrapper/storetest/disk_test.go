package storetest

import (
	"context"
	"errors"
	"sync"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

var errDisk = errors.New("the disk is broken")

// disk is a medium of two banks; a State is written in parts to the one that is
// not in use.
type disk struct {
	banks   [2][]*bootstrapper.State // a part of a State each
	current int

	writes, at int
	cut        bool // power fails with the write
	hit, dead  bool
}

// write is one write operation.
func (d *disk) write(effect func()) error {
	d.writes++
	if d.writes == d.at {
		d.hit, d.dead = true, d.cut
		return errDisk
	}
	if d.dead {
		return errDisk
	}
	effect()
	return nil
}

func (d *disk) arm(cut bool) func(n int) func() bool {
	return func(n int) func() bool {
		d.writes, d.at, d.cut, d.hit = 0, n, cut, false
		return func() bool { return d.hit }
	}
}

// diskStore is a Store as it should be, but for its vices.
type diskStore struct {
	bootstrapper.Turn
	mu sync.Mutex
	d  *disk
	vices
}

// vices are what an author may do wrong.
type vices struct {
	inPlace       bool // writes over the bank in use
	swallows      bool // returns nil when a write failed
	volatile      bool // forgets at a reboot
	neverRecovers bool // after a failure Replace fails for ever
	onlyFirst     bool // a reboot shows the first State only: the switch to the other bank is not durable
	caches        bool // Load returns what Replace was given, written or not
	failed        bool
	cache         *bootstrapper.State
}

func diskFixture(v vices) func() Fixture {
	return func() Fixture {
		d := new(disk)
		open := func() (bootstrapper.Store, error) {
			if v.volatile {
				d.banks = [2][]*bootstrapper.State{}
			}
			if v.onlyFirst {
				d.current = 0
			}
			d.dead, d.at = false, 0
			return &diskStore{d: d, vices: v}, nil
		}
		s, _ := open()
		return Fixture{Store: s, Reopen: open, FailAt: d.arm(false), CutAt: d.arm(true)}
	}
}

func (s *diskStore) Load(ctx context.Context) (*bootstrapper.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.cache != nil {
		return s.cache.Clone(), nil
	}
	out, yielded := new(bootstrapper.State), false
	for i, part := range s.d.banks[s.d.current] {
		o := origins[i]
		disabled, reason := part.Disabled(o)
		out.SetSource(o, disabled)
		out.Disable(o, reason)
		out.SetSource(o, part.Source(o))
		out.SetCard(part.Card())
		yielded = yielded || part.Yielded()
	}
	for i, part := range s.d.banks[s.d.current] {
		if digest, ok := part.Digest(origins[i]); ok {
			out.SetDigest(origins[i], digest)
		}
	}
	out.SetYielded(yielded)
	return out, nil
}

func (s *diskStore) Replace(ctx context.Context, state *bootstrapper.State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if state == nil {
		return errors.New("no State")
	}
	if s.failed && s.neverRecovers {
		return errDisk
	}
	if s.caches {
		s.cache = state.Clone()
	}
	err := s.replace(state.Clone())
	s.failed = s.failed || err != nil
	if s.swallows {
		return nil
	}
	return err
}

func (s *diskStore) replace(state *bootstrapper.State) error {
	bank := 1 - s.d.current
	if s.inPlace {
		bank = s.d.current
	}
	parts := &s.d.banks[bank]
	if len(*parts) == 0 {
		*parts = []*bootstrapper.State{{}, {}, {}}
	}
	for i := range *parts {
		if err := s.d.write(func() { (*parts)[i] = state }); err != nil {
			return err
		}
	}
	return s.d.write(func() { s.d.current = bank })
}
