package simboot_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// lives is how many lives are lived, of steps each.
const lives, steps = 10_000, 12

// cardsOfLives are what there is to put in; nil is of no use.
var cardsOfLives = []gives{{1: 10}, {1: 11, 2: 11}, {2: 12, 3: 12}, {1: 10, 4: 10}, nil}

var factoryData = gives{3: 100, 4: 100}

func (g gives) tree() *objects.Tree {
	tree := new(objects.Tree)
	for id, lifetime := range g {
		putAccount(func(o objects.ObjectID, in objects.Instance) { tree.Put(o, in) }, id, lifetime)
	}
	return tree
}

func putAccount(put func(objects.ObjectID, objects.Instance), id uint16, lifetime int64) {
	put(objects.ObjectSecurity, objects.Security{URI: "coap://example.com", Mode: objects.ModeNoSec, ShortServerID: id}.Instance(id))
	put(objects.ObjectServer, objects.Server{ShortServerID: id, Lifetime: objects.Seconds(lifetime),
		NotificationStoring: objects.Some(true), Binding: "U"}.Instance(id))
}

func (g gives) card(t testing.TB) *simcard.Card {
	if g == nil {
		return newCard(t, simcard.BootstrapFile(nil))
	}
	f, err := g.tree().Encode()
	require.NoError(t, err)
	file, err := tlv.AppendFile(nil, f)
	require.NoError(t, err)
	return newCard(t, simcard.BootstrapFile(file))
}

// slot is where a card is put in, and a line to it that may fail.
type slot struct {
	card atomic.Pointer[simcard.Card] // nil: none
	fail int                          // the command that fails, counted down; 0: none
}

func (s *slot) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	if s.fail > 0 {
		if s.fail--; s.fail == 0 {
			return nil, apdu.ErrCardFault
		}
	}
	if card := s.card.Load(); card != nil {
		return card.Transmit(ctx, capdu)
	}
	return nil, apdu.ErrNoCard
}

// mortal is a store whose power may be cut in the middle of a write.
type mortal struct {
	bootstrapper.MemStore
	cut, lands bool // power goes at the next write, which lands or does not
	died       bool
}

func (s *mortal) Replace(ctx context.Context, state *bootstrapper.State) error {
	if !s.cut {
		return s.MemStore.Replace(ctx, state)
	}
	s.cut, s.died = false, true
	if s.lands {
		if err := s.MemStore.Replace(ctx, state); err != nil {
			return err
		}
	}
	return errPower
}

// life is one device with its card, beside the model of it.
type life struct {
	t     testing.TB
	r     *rand.Rand
	slot  slot
	in    int // the card in the slot; -1: none
	store mortal
	model device
	log   []string
}

func TestTenThousandLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		died, events := 0, map[string]int{}
		for seed := range uint64(lives) {
			l := &life{t: t, r: rand.New(rand.NewPCG(seed, 1)), in: -1, model: newDevice()}
			for range steps {
				if l.step() {
					died++
				}
				events[l.log[len(l.log)-1]]++
				l.compare(seed)
			}
		}
		t.Logf("%d lives of %d steps, %v of virtual time, power cut in %d writes", lives, steps, time.Since(start), died)
		require.Greater(t, died, 1000)
		require.Greater(t, len(events), 30, "the steps are of all kinds")
	})
}

// step is one thing that happens, in the device and in the model; it reports
// whether power was cut.
func (l *life) step() (died bool) {
	l.store.cut, l.store.lands, l.store.died = l.r.IntN(6) == 0, l.r.IntN(2) == 0, false
	next := l.model.clone()
	what := "write"
	var err error
	switch l.r.IntN(8) {
	case 0, 1:
		l.insert(l.r.IntN(len(cardsOfLives)+1) - 1)
		what = fmt.Sprint("card ", l.in)
	case 2:
		id, lifetime := uint16(1+l.r.IntN(4)), int64(1000+l.r.IntN(3))
		next.write(id, lifetime)
		what = fmt.Sprint("server writes ", id)
		err = l.write(id, lifetime)
	case 3:
		next.provision(factoryData)
		what = "factory"
		_, err = bootstrapper.Provision(l.t.Context(), bootstrapper.TreeData(factoryData.tree()), &l.store, nil)
	case 4:
		what = "fault in check"
		if _, err = l.check(1 + l.r.IntN(3)); errors.Is(err, apdu.ErrCardFault) {
			err, next = nil, l.model
		} else {
			next.check(l.in >= 0, l.data())
		}
	case 5:
		what = l.looseContact(&next)
		_, err = l.check(0)
	default:
		next.check(l.in >= 0, l.data())
		what = "check"
		var res simboot.CheckResult
		if res, err = l.check(0); err == nil {
			require.Equal(l.t, l.data() == nil, res.Problem != nil)
			what += " " + res.Change.String()
		}
	}
	if l.store.died {
		require.ErrorIs(l.t, err, errPower)
		what += ", power cut"
		if !l.store.lands {
			next = l.model
		}
	} else {
		require.NoError(l.t, err, l.log)
	}
	l.model, l.log = next, append(l.log, what)
	return l.store.died
}

// data is what the card gives; nil when there is none, or of no use.
func (l *life) data() gives {
	if l.in < 0 {
		return nil
	}
	return cardsOfLives[l.in]
}

func (l *life) insert(n int) {
	l.in = n
	l.slot.card.Store(nil)
	if n >= 0 {
		l.slot.card.Store(cardsOfLives[n].card(l.t))
	}
}

// looseContact takes the card out and puts one in before Check believes it.
func (l *life) looseContact(next *device) string {
	n := l.r.IntN(len(cardsOfLives))
	nothingToLose := next.applied == nil && len(next.disabled) == 0
	l.insert(-1)
	if nothingToLose { // then Check does not wait
		next.check(false, nil)
		return "loose contact, nothing to lose"
	}
	card := cardsOfLives[n].card(l.t)
	time.AfterFunc(simboot.DefaultRemovalDelay/2, func() { l.slot.card.Store(card) })
	l.in = n // when Check looks again
	next.check(true, cardsOfLives[n])
	return fmt.Sprint("loose contact, then card ", n)
}

func (l *life) check(fail int) (simboot.CheckResult, error) {
	l.slot.fail = fail
	res, err := simboot.Check(l.t.Context(), &l.slot, &l.store, nil)
	l.slot.fail = 0
	return res, err
}

func (l *life) write(id uint16, lifetime int64) error {
	_, err := bootstrapper.Update(l.t.Context(), &l.store, func(s *bootstrapper.State) error {
		putAccount(func(o objects.ObjectID, in objects.Instance) { s.Put(bootstrapper.Server, o, in) }, id, lifetime)
		return nil
	})
	return err
}

// compare holds the store against the model.
func (l *life) compare(seed uint64) {
	state := load(l.t, &l.store)
	for o, name := range map[bootstrapper.Origin]string{
		bootstrapper.Factory: "factory", bootstrapper.Smartcard: "smartcard", bootstrapper.Server: "server",
	} {
		want := l.model.of(name).tree()
		require.True(l.t, want.Equal(state.Source(o)), "seed %d: %v: %s: %v, not %v", seed, l.log, name, state.Source(o), want)
	}
	disabled, reason := state.Disabled(bootstrapper.Smartcard)
	require.True(l.t, l.model.disabled.tree().Equal(disabled), "seed %d: %v: disabled %v", seed, l.log, disabled)
	require.Equal(l.t, disabled.Len() > 0, reason != "")
	_, applied := state.Digest(bootstrapper.Smartcard)
	require.Equal(l.t, l.model.applied != nil, applied, "seed %d: %v", seed, l.log)
	_, provisioned := state.Digest(bootstrapper.Factory)
	require.Equal(l.t, l.model.factory, provisioned, "seed %d: %v", seed, l.log)
}
