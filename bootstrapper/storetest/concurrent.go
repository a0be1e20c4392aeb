package storetest

import (
	"sync"
	"sync/atomic"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// Of concurrentUse: enough to tear a State that is written in parts, and soon
// done with a Store that takes a millisecond.
const (
	writers = 3
	readers = 3
	rounds  = 25
)

// concurrentUse has Replace and Load run beside each other. What it loads must
// be one of the States written, whole.
func concurrentUse(b *bench) {
	candidates := make([]*bootstrapper.State, writers)
	for i := range candidates {
		candidates[i] = numbered(uint16(i + 1))
	}
	b.replace(candidates[0].Clone(), "a State")

	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for range readers {
		reading.Go(func() {
			for last := false; !last; {
				last = done.Load()
				s, err := b.Store.Load(b.Context())
				if err != nil || s == nil {
					b.Errorf("Load beside Replace returned the State %v and the error %v", s, err)
					return
				}
				if !oneOf(s, candidates) {
					b.Errorf("Load beside Replace returned a State that nobody gave: it mixes two, or is half of one. Hold a lock over all of each")
					return
				}
			}
		})
	}
	for _, s := range candidates {
		writing.Go(func() {
			for range rounds {
				if err := b.Store.Replace(b.Context(), s.Clone()); err != nil {
					b.Errorf("Replace beside others failed: %v", err)
					return
				}
			}
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
	if s := b.load("at the end"); !oneOf(s, candidates) {
		b.Errorf("after Replace beside others the store holds a State that nobody gave")
	}
}

func oneOf(s *bootstrapper.State, list []*bootstrapper.State) bool {
	for _, want := range list {
		if difference(want, s) == "" {
			return true
		}
	}
	return false
}
