package simboot_test

import (
	"bytes"
	"context"
	"errors"
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

// account is the file of an account with a Short Server ID.
func account(t testing.TB, id uint16) []byte {
	t.Helper()
	f, err := accountTree(id).Encode()
	require.NoError(t, err)
	b, err := tlv.AppendFile(nil, f)
	require.NoError(t, err)
	return b
}

func accountTree(id uint16) *objects.Tree {
	tree := new(objects.Tree)
	tree.Put(objects.ObjectSecurity, objects.Security{URI: "coap://example.com", Mode: objects.ModeNoSec, ShortServerID: id}.Instance(id))
	tree.Put(objects.ObjectServer, objects.Server{ShortServerID: id, Lifetime: 60, NotificationStoring: objects.Some(true), Binding: "U"}.Instance(id))
	return tree
}

func load(t testing.TB, store bootstrapper.Store) *bootstrapper.State {
	t.Helper()
	s, err := store.Load(context.Background())
	require.NoError(t, err)
	return s
}

// holding is a store that a card with the content was bootstrapped into, with a
// factory account 7 beside it.
func holding(t testing.TB, content []byte) *counting {
	t.Helper()
	store := new(counting)
	_, err := bootstrapper.Provision(t.Context(), bootstrapper.TreeData(accountTree(7)), store, nil)
	require.NoError(t, err)
	_, err = simboot.Bootstrap(t.Context(), newCard(t, simcard.BootstrapFile(content)), store, nil)
	require.NoError(t, err)
	store.replaced = 0
	return store
}

func check(t testing.TB, card apdu.CardTransport, store bootstrapper.Store, cfg *simboot.Config) simboot.CheckResult {
	t.Helper()
	res, err := simboot.Check(t.Context(), card, store, cfg)
	require.NoError(t, err)
	return res
}

func TestCheckOfAnUnchangedCardCostsFourCommandsAndTheReads(t *testing.T) {
	for _, tt := range sizes {
		file := fileOf(t, tt.content)
		store := holding(t, file)
		card := newCard(t, simcard.BootstrapFile(file), simcard.BootstrapFileSize(tt.ef))
		res := check(t, card, store, nil)
		require.Equal(t, simboot.Unchanged, res.Change)
		require.NoError(t, res.Problem)
		require.False(t, res.Changed)
		require.Equal(t, simboot.ByMemory, res.Found.Way)
		require.Equal(t, 4+tt.reads, card.Total())
		require.Equal(t, 4+tt.reads, res.Stats.RoundTrips)
		require.Equal(t, res.Found.Stats, res.Stats)
		require.Zero(t, store.replaced)
		require.Empty(t, card.OpenChannels())
		require.Equal(t, bootstrapper.Result{Origin: bootstrapper.Smartcard, Digest: bootstrapper.DigestOf(file),
			Size: tt.content, State: res.State}, res.Result)
		require.True(t, res.State.Equal(load(t, store)))
	}
}

func TestCheckDoesNotForce(t *testing.T) {
	store := holding(t, file126(t))
	_, err := bootstrapper.Update(t.Context(), store, func(s *bootstrapper.State) error {
		in, _ := s.Tree().Instance(objects.ObjectServer, 1)
		s.Put(bootstrapper.Server, objects.ObjectServer, in)
		return nil
	})
	require.NoError(t, err)
	res := check(t, newCard126(t), store, &simboot.Config{Apply: &bootstrapper.Options{Force: true}})
	require.Equal(t, simboot.Unchanged, res.Change)
	require.Equal(t, 1, load(t, store).Source(bootstrapper.Smartcard).Len())
}

func TestCheckWithFullSearchWalksTheDirectories(t *testing.T) {
	store := holding(t, file126(t))
	card := newCard126(t)
	res := check(t, card, store, &simboot.Config{FullSearch: true})
	require.Equal(t, simboot.Unchanged, res.Change)
	require.Equal(t, commandsBesideReads+1, card.Total())
	require.Zero(t, store.replaced)
}

func TestCheckOfANewStoreBootstraps(t *testing.T) {
	var store bootstrapper.MemStore
	res := check(t, newCard126(t), &store, nil)
	require.Equal(t, simboot.Changed, res.Change)
	require.True(t, res.Changed)
	require.Len(t, res.Accounts(), 1)
	requireHolds(t, &store, file126(t))
}

func TestCheckOfAChangedCard(t *testing.T) {
	for name, card := range map[string]*simcard.Card{
		"the same place": newCard(t, simcard.BootstrapFile(account(t, 9))),
		"another place":  newCard(t, simcard.BootstrapFile(account(t, 9)), simcard.IndexAndLength),
		"in the DODF":    newCard(t, simcard.BootstrapFile(account(t, 9)), simcard.DirectContent),
		"another AID":    newCard(t, simcard.BootstrapFile(account(t, 9)), simcard.AIDAppended, simcard.RefusePartialAID),
	} {
		t.Run(name, func(t *testing.T) {
			store := holding(t, file126(t))
			res := check(t, card, store, nil)
			require.Equal(t, simboot.Changed, res.Change)
			require.NoError(t, res.Problem)
			require.Equal(t, 1, store.replaced, "old ones disabled and new ones applied in one Replace")
			require.Equal(t, []objects.Path{objects.InstancePath(0, 1), objects.InstancePath(1, 1)}, res.Removed)

			state := load(t, store)
			require.True(t, state.Source(bootstrapper.Smartcard).Equal(accountTree(9)))
			require.True(t, state.Source(bootstrapper.Factory).Equal(accountTree(7)), "what is not the card's stays")
			disabled, reason := state.Disabled(bootstrapper.Smartcard)
			require.True(t, disabled.Equal(treeOf(t, file126(t))))
			require.NotEmpty(t, reason)

			require.Equal(t, simboot.Unchanged, check(t, card, store, nil).Change)
			require.Equal(t, 1, store.replaced)
		})
	}
}

// useless are cards whose data cannot be used.
func useless(t testing.TB) map[string]*simcard.Card {
	bad := file126(t)
	bad[51] = 2 // /0/1/1 is a Boolean
	cut := file126(t)
	cut[11]++ // a length beyond its object
	lone := account(t, 9)
	lone[len(lone)-1] = 'X' // no Binding
	large := file126(t)
	large[2], large[3] = 0xFF, 0xF0
	return map[string]*simcard.Card{
		"an empty file":         newCard(t, simcard.BootstrapFile(nil)),
		"no application":        newCard(t),
		"no entry":              newCard(t, simcard.BootstrapFile(account(t, 9)), simcard.AccessRulesOnly),
		"a wrong value":         newCard(t, simcard.BootstrapFile(bad)),
		"a wrong length":        newCard(t, simcard.BootstrapFile(cut)),
		"inconsistent":          newCard(t, simcard.BootstrapFile(lone)),
		"larger than is usable": newCard(t, simcard.BootstrapFile(large)),
		"a directory of rubbish": newCard(t, simcard.BootstrapFile(account(t, 9)), simcard.Files(
			simcard.ADF(apdu.AIDPKCS15, simcard.EF(0x6430, []byte{0xA1, 0x01, 1})))),
	}
}

func TestCheckDisablesWhatACardNoLongerGives(t *testing.T) {
	for name, card := range useless(t) {
		t.Run(name, func(t *testing.T) {
			store := holding(t, file126(t))
			before := load(t, store)
			res := check(t, card, store, nil)
			require.Equal(t, simboot.Changed, res.Change)
			require.Error(t, res.Problem)
			require.Equal(t, 1, store.replaced)
			require.Equal(t, []objects.Path{objects.InstancePath(0, 1), objects.InstancePath(1, 1)}, res.Removed)

			state := load(t, store)
			require.True(t, state.Tree().Equal(accountTree(7)))
			disabled, reason := state.Disabled(bootstrapper.Smartcard)
			require.True(t, disabled.Equal(before.Source(bootstrapper.Smartcard)))
			require.Equal(t, res.Problem.Error(), reason)
			require.NotContains(t, reason, "\n")

			// Nothing more happens, until the card is as it was.
			again := check(t, card, store, nil)
			require.Equal(t, simboot.Unchanged, again.Change)
			require.Error(t, again.Problem)
			require.Equal(t, 1, store.replaced)
			require.Equal(t, simboot.Changed, check(t, newCard126(t), store, nil).Change)
			disabled, _ = load(t, store).Disabled(bootstrapper.Smartcard)
			require.Zero(t, disabled.Len())
			require.True(t, load(t, store).Source(bootstrapper.Smartcard).Equal(before.Source(bootstrapper.Smartcard)))
		})
	}
}

func TestCheckBelievesUselessDataWhenTheyAreReadTwiceAlike(t *testing.T) {
	for name, second := range map[string][]byte{
		"good the second time": file126(t),
		"another the second":   account(t, 9),
	} {
		t.Run(name, func(t *testing.T) {
			store := holding(t, file126(t))
			bad := file126(t)
			bad[51] = 2
			card := newCard(t, simcard.BootstrapFile(bad))
			card.Observe(func(cmd apdu.Command, _ apdu.SW) {
				if card.Commands(apdu.INSManageChannel) == 4 && cmd.INS == apdu.INSManageChannel {
					require.NoError(t, card.SetBootstrapFile(second))
				}
			})
			res := check(t, card, store, nil)
			require.NoError(t, res.Problem)
			require.True(t, load(t, store).Source(bootstrapper.Smartcard).Equal(treeOf(t, second)))
		})
	}
	t.Run("other rubbish each time", func(t *testing.T) {
		store := holding(t, file126(t))
		bad := file126(t)
		card := newCard(t, simcard.BootstrapFile(bad))
		card.Before(func(n int, cmd apdu.Command) {
			if cmd.INS == apdu.INSReadBinary {
				bad[51] = byte(n) | 2
				require.NoError(t, card.SetBootstrapFile(bad))
			}
		})
		_, err := simboot.Check(t.Context(), card, store, nil)
		require.Error(t, err)
		require.Zero(t, store.replaced)
	})
}

func TestCheckRemovesOnASecondLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := holding(t, file126(t))
		card := newCard126(t)
		card.Remove()
		start := time.Now()
		res := check(t, card, store, nil)
		require.Equal(t, simboot.DefaultRemovalDelay, time.Since(start))
		require.Equal(t, simboot.Removed, res.Change)
		require.ErrorIs(t, res.Problem, apdu.ErrNoCard)
		require.Equal(t, []objects.Path{objects.InstancePath(0, 1), objects.InstancePath(1, 1)}, res.Removed)
		require.Equal(t, 1, store.replaced)
		state := load(t, store)
		require.True(t, state.Tree().Equal(accountTree(7)))
		disabled, _ := state.Disabled(bootstrapper.Smartcard)
		require.Zero(t, disabled.Len())
		require.Empty(t, state.Card().Place)

		start = time.Now()
		res = check(t, card, store, nil)
		require.Zero(t, time.Since(start), "there is nothing to lose")
		require.Equal(t, simboot.Unchanged, res.Change)
		require.ErrorIs(t, res.Problem, apdu.ErrNoCard)
		require.Equal(t, 1, store.replaced)

		card.Insert()
		require.Equal(t, simboot.Changed, check(t, card, store, nil).Change)
	})
}

func TestCheckDeletesWhatWasDisabledWithTheCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := holding(t, file126(t))
		empty := newCard(t, simcard.BootstrapFile(nil))
		require.Equal(t, simboot.Changed, check(t, empty, store, nil).Change)
		empty.Remove()
		start := time.Now()
		require.Equal(t, simboot.Removed, check(t, empty, store, &simboot.Config{RemovalDelay: time.Second}).Change)
		require.Equal(t, time.Second, time.Since(start))
		disabled, _ := load(t, store).Disabled(bootstrapper.Smartcard)
		require.Zero(t, disabled.Len())
	})
}

// A loose contact: the card is gone for less than the delay.
func TestCheckOfACardThatComesBack(t *testing.T) {
	for name, back := range map[string][]byte{"unchanged": file126(t), "changed": account(t, 9)} {
		synctest.Test(t, func(t *testing.T) {
			store := holding(t, file126(t))
			card := newCard126(t)
			card.Remove()
			time.AfterFunc(simboot.DefaultRemovalDelay-1, func() {
				require.NoError(t, card.SetBootstrapFile(back))
				card.Insert()
			})
			res := check(t, card, store, nil)
			require.Equal(t, name, res.Change.String())
			require.NoError(t, res.Problem)
			require.True(t, load(t, store).Source(bootstrapper.Smartcard).Equal(treeOf(t, back)))
		})
	}
}

func TestCheckOfACardThatComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := holding(t, file126(t))
		card := newCard(t) // no data on it
		here := false
		flapping := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			if capdu[1] == apdu.INSManageChannel && capdu[2] == 0 {
				here = !here
			}
			if !here {
				return nil, apdu.ErrNoCard
			}
			return card.Transmit(ctx, capdu)
		})
		_, err := simboot.Check(t.Context(), flapping, store, &simboot.Config{FullSearch: true})
		require.ErrorContains(t, err, "something else each time")
		require.Zero(t, store.replaced)
	})
}

func TestAFaultIsNoRemoval(t *testing.T) {
	for name, fault := range map[string]error{
		"timeout":   context.DeadlineExceeded,
		"CME 13":    apdu.ErrCardFault,
		"CME 14":    apdu.ErrCardBusy,
		"CME 11":    apdu.ErrCardPIN,
		"refused":   apdu.ErrRefused,
		"lost step": apdu.ErrLostStep,
		"other":     errors.New("cable"),
	} {
		t.Run(name, func(t *testing.T) {
			store := holding(t, file126(t))
			card := newCard126(t)
			total := 9
			for n := 1; n <= total; n++ {
				at := 0
				faulty := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
					if at++; at == n {
						return nil, fault
					}
					return card.Transmit(ctx, capdu)
				})
				res, err := simboot.Check(t.Context(), faulty, store, &simboot.Config{FullSearch: true})
				require.Zero(t, store.replaced)
				if n == total || errors.Is(fault, apdu.ErrRefused) && err == nil {
					continue // the last closes the channel; what is refused has other forms
				}
				require.ErrorIs(t, err, fault, n)
				require.Zero(t, res.Change)
			}
		})
	}
}

func TestAHalfReadFileIsAFault(t *testing.T) {
	store := holding(t, file126(t))
	short := newCard(t, simcard.BootstrapFile(file126(t)[:100]), simcard.BootstrapFileSize(100))
	_, err := simboot.Check(t.Context(), short, store, nil)
	require.ErrorIs(t, err, apdu.ErrShortFile)
	require.Zero(t, store.replaced)
}

func TestCheckThatIsCutShortRemovesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := holding(t, file126(t))
		card := newCard126(t)
		card.Remove()
		ctx, cancel := context.WithTimeout(t.Context(), simboot.DefaultRemovalDelay-1)
		defer cancel()
		_, err := simboot.Check(ctx, card, store, nil)
		require.ErrorIs(t, err, apdu.ErrNoCard)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Zero(t, store.replaced)
	})
}

func TestCheckOfADeviceWithoutACardForgetsNothingOfTheFactory(t *testing.T) {
	store := new(counting)
	_, err := bootstrapper.Provision(t.Context(), bootstrapper.TreeData(accountTree(7)), store, nil)
	require.NoError(t, err)
	none := newCard(t)
	none.Remove()
	for _, card := range append([]*simcard.Card{none}, newCard(t)) {
		res := check(t, card, store, nil)
		require.Equal(t, simboot.Unchanged, res.Change)
		require.Error(t, res.Problem)
		require.Equal(t, 1, store.replaced)
	}
	res, err := bootstrapper.Provision(t.Context(), bootstrapper.TreeData(accountTree(8)), store, nil)
	require.NoError(t, err)
	require.False(t, res.Changed, "once")
}

func TestCheckNotesANewPlaceOfTheSameData(t *testing.T) {
	store := holding(t, file126(t))
	moved := newCard126(t, simcard.IndexAndLength)
	res := check(t, moved, store, nil)
	require.Equal(t, simboot.Unchanged, res.Change)
	require.False(t, res.Changed)
	require.Equal(t, 1, store.replaced)
	before := moved.Total()
	require.Equal(t, simboot.Unchanged, check(t, moved, store, nil).Change)
	require.Equal(t, 5, moved.Total()-before)
	require.Equal(t, 1, store.replaced)
}

func TestCheckIgnoresAPlaceThatItCouldNotFind(t *testing.T) {
	good := "A000000063504B43532D3135 6432 0+0 0 126 672B0901"
	for name, tt := range map[string]struct {
		place string
		cfg   simboot.Config
		want  simboot.Way
	}{
		"good":            {good, simboot.Config{}, simboot.ByMemory},
		"lower case":      {"a000000063504b43532d3135 6432 0+0 0 126 672b0901", simboot.Config{}, simboot.ByAID},
		"empty":           {"", simboot.Config{}, simboot.ByAID},
		"three fields":    {"A000000063504B43532D3135 6432 672B0901", simboot.Config{}, simboot.ByAID},
		"no hex":          {"- 64x2 0+0 0 126 672B0901", simboot.Config{}, simboot.ByAID},
		"odd path":        {"- 643200 0+0 0 126 672B0901", simboot.Config{}, simboot.ByAID},
		"no number":       {"- 6432 0 672B0901", simboot.Config{}, simboot.ByAID},
		"another OID":     {"A000000063504B43532D3135 6432 0+0 0 126 672B0902", simboot.Config{}, simboot.ByAID},
		"no OID":          {"A000000063504B43532D3135 6432 0+0 0 126 -", simboot.Config{}, simboot.ByAID},
		"another AID":     {"A000000063504B43532D3136 6432 0+0 0 126 672B0901", simboot.Config{}, simboot.ByAID},
		"not there":       {"A000000063504B43532D3135 6499 0+0 0 126 672B0901", simboot.Config{}, simboot.ByAID},
		"not the file":    {"A000000063504B43532D3135 5031 0+0 0 126 672B0901", simboot.Config{}, simboot.ByAID},
		"a negative part": {"A000000063504B43532D3135 6432 -4+0 0 126 672B0901", simboot.Config{}, simboot.ByAID},
		"a file is configured": {"A000000063504B43532D3135 6432 0+0 0 126 -",
			simboot.Config{File: fids(0x6432)}, simboot.ByMemory},
		"another file is configured": {"A000000063504B43532D3135 5031 0+0 0 126 -",
			simboot.Config{File: fids(0x6432)}, simboot.ByAID},
	} {
		t.Run(name, func(t *testing.T) {
			store := holding(t, file126(t))
			state := load(t, store)
			c := state.Card()
			c.Place = tt.place
			state.SetCard(c)
			require.NoError(t, store.Replace(t.Context(), state))
			res := check(t, newCard126(t), store, &tt.cfg)
			require.Equal(t, simboot.Unchanged, res.Change)
			require.Equal(t, tt.want, res.Found.Way)
		})
	}
}

func TestCheckOfACardInAnOpenSessionIsRefused(t *testing.T) {
	store := holding(t, file126(t))
	end, err := bootstrapper.Begin(store)
	require.NoError(t, err)
	defer end()
	require.Equal(t, simboot.Unchanged, check(t, newCard126(t), store, nil).Change, "which needs no turn")
	for _, card := range []*simcard.Card{newCard(t, simcard.BootstrapFile(account(t, 9))), newCard(t)} {
		_, err = simboot.Check(t.Context(), card, store, nil)
		require.ErrorIs(t, err, bootstrapper.ErrSession)
	}
	require.Zero(t, store.replaced)
}

func TestCheckTellsTheErrorsOfTheStore(t *testing.T) {
	boom := errors.New("boom")
	_, err := simboot.Check(t.Context(), newCard126(t), &failing{err: boom}, nil)
	require.ErrorIs(t, err, boom)
	_, err = simboot.Check(t.Context(), newCard126(t), unloadable{boom}, nil)
	require.ErrorIs(t, err, boom)
	_, err = simboot.Check(t.Context(), newCard126(t), unloadable{}, nil)
	require.ErrorIs(t, err, bootstrapper.ErrStore, "a store without a State is a fault, too")
	_, err = simboot.Check(t.Context(), newCard126(t), new(bootstrapper.MemStore), &simboot.Config{RemovalDelay: -1})
	require.ErrorIs(t, err, simboot.ErrConfig)
}

type unloadable struct{ err error }

func (s unloadable) Load(context.Context) (*bootstrapper.State, error)  { return nil, s.err }
func (s unloadable) Replace(context.Context, *bootstrapper.State) error { return s.err }

func TestCheckKeepsWhatAServerWroteOverTheCard(t *testing.T) {
	store := holding(t, file126(t))
	_, err := bootstrapper.Update(t.Context(), store, func(s *bootstrapper.State) error {
		in, _ := s.Tree().Instance(objects.ObjectServer, 1)
		in.Set(objects.Single(objects.ServerLifetime, objects.Integer(5)))
		s.Put(bootstrapper.Server, objects.ObjectServer, in)
		return nil
	})
	require.NoError(t, err)
	before := load(t, store)
	require.Equal(t, simboot.Unchanged, check(t, newCard126(t), store, nil).Change)
	require.True(t, load(t, store).Equal(before))

	synctest.Test(t, func(t *testing.T) {
		gone := newCard126(t)
		gone.Remove()
		require.Equal(t, simboot.Removed, check(t, gone, store, nil).Change)
		require.True(t, load(t, store).Tree().Equal(accountTree(7)), "the account goes whole")
	})
}

func TestCheckOfAnUnchangedCardAllocates(t *testing.T) {
	file := file126(t)
	store := holding(t, file)
	card := newCard126(t)
	bare := testing.AllocsPerRun(50, func() {
		if _, _, err := simboot.Read(t.Context(), card, nil); err != nil {
			t.Fatal(err)
		}
	})
	got := testing.AllocsPerRun(50, func() {
		if _, err := simboot.Check(t.Context(), card, store, nil); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("Check: %.0f allocations, Read: %.0f", got, bare)
	require.LessOrEqual(t, got, bare, "less than a search")
}

func TestCheckDoesNotSearchBehindAPINThatIsNotKnown(t *testing.T) {
	store := holding(t, file126(t))
	card := pinCard(t)
	_, err := simboot.Check(t.Context(), card, store, nil)
	require.ErrorIs(t, err, simboot.ErrPINNeeded)
	require.Equal(t, 2, card.Commands(apdu.INSManageChannel), "one look")
	require.Zero(t, store.replaced)
	require.Equal(t, "memory", simboot.ByMemory.String())
}

func TestChangeHasANameForEach(t *testing.T) {
	var b bytes.Buffer
	for _, c := range []simboot.Change{0, simboot.Unchanged, simboot.Changed, simboot.Removed, 9} {
		b.WriteString(c.String() + " ")
	}
	require.Equal(t, "none unchanged changed removed none ", b.String())
}
