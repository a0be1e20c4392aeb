package simboot_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// ways are all the ways in which cards differ.
func ways() []simcard.Option {
	var all []simcard.Option
	for _, b := range simcard.Behaviours() {
		all = append(all, b)
	}
	for _, l := range simcard.Layouts() {
		all = append(all, l)
	}
	return all
}

// refusals are the cards that cannot be read, or have nothing to read; from
// every other card the file gets into the store. A card that is all of with is
// refused with want; of several rows, the first counts.
var refusals = []struct {
	why  string
	with []simcard.Option
	want error
}{
	{"61xx without end is a fault, and the SELECT that needs no GET RESPONSE is refused",
		[]simcard.Option{simcard.GetResponseEmpty, simcard.RefuseNoAnswer}, apdu.ErrEndless},

	{"the application goes by no name and no path",
		[]simcard.Option{simcard.RefuseAID, simcard.DirWithoutPKCS15}, simboot.ErrNoData},
	{"the application's whole name is told nowhere",
		[]simcard.Option{simcard.RefusePartialAID, simcard.AIDAppended, simcard.DirWithoutPKCS15}, simboot.ErrNoData},
	{"EF(DIR) names the application, so that it would be wrong to say that there is none",
		[]simcard.Option{simcard.RefuseAID, simcard.DirWithoutPath}, apdu.ErrNotFound},

	{"the application is there for access rules only",
		[]simcard.Option{simcard.AccessRulesOnly}, simboot.ErrNoData},
	{"the DODF is all FF",
		[]simcard.Option{simcard.DirectoryErased}, simboot.ErrNoData},

	{"9000 without data above offset 0 is a broken card, not an empty rest",
		[]simcard.Option{simcard.ReadOnlyAtZero, simcard.IndexAndLength}, apdu.ErrShortFile},
}

func refusal(card []simcard.Option) error {
	for _, r := range refusals {
		if !slices.ContainsFunc(r.with, func(o simcard.Option) bool { return !slices.Contains(card, o) }) {
			return r.want
		}
	}
	return nil
}

// bootstrapWay bootstraps from a card that differs in those ways, and checks
// what becomes of it. A card that cannot be is passed over.
func bootstrapWay(t *testing.T, cfg *simboot.Config, want error, file []byte, ways ...simcard.Option) {
	t.Helper()
	card, err := simcard.New(append(ways, simcard.BootstrapFile(file), simcard.BootstrapFileSize(len(file)+64))...)
	if errors.Is(err, simcard.ErrBadOption) {
		return
	}
	require.NoError(t, err)
	var store bootstrapper.MemStore
	res, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
	name := fmt.Sprint(ways)

	require.Empty(t, card.OpenChannels(), name)
	require.Equal(t, card.Total(), res.Found.Stats.RoundTrips, name)
	require.LessOrEqual(t, card.Total(), 60, name)
	if want != nil {
		require.ErrorIs(t, err, want, name)
		require.Equal(t, want == simboot.ErrNoData, errors.Is(err, simboot.ErrNoData), "%s: %v", name, err)
		requireEmpty(t, &store)
		return
	}
	require.NoError(t, err, name)
	require.NoError(t, res.Found.CloseErr, name)
	require.Equal(t, len(file), res.Found.Size, name)
	require.Equal(t, bootstrapper.DigestOf(file), res.Digest, name)
	requireHolds(t, &store, file)
}

func TestEachKindOfCardIsBootstrappedOrRefused(t *testing.T) {
	for _, way := range ways() {
		t.Run(fmt.Sprint(way), func(t *testing.T) {
			for _, cfg := range []*simboot.Config{nil, {Search: simboot.DirFirst}, {Channel: simboot.BasicOnly}} {
				if cfg != nil && cfg.Search == simboot.DirFirst && way == simcard.DirWithoutPKCS15 {
					bootstrapWay(t, cfg, simboot.ErrNoData, file126(t), way)
					continue
				}
				bootstrapWay(t, cfg, refusal([]simcard.Option{way}), file126(t), way)
			}
		})
	}
}

func TestEachPairOfKindsIsBootstrappedOrRefused(t *testing.T) {
	file := file126(t)
	all := ways()
	for i, a := range all {
		for _, b := range all[:i] {
			bootstrapWay(t, nil, refusal([]simcard.Option{a, b}), file, a, b)
		}
	}
}

func TestEachTripleOfRefusedFormsIsBootstrappedOrRefused(t *testing.T) {
	file := file126(t)
	var forms []simcard.Option
	for b := simcard.RefuseNoAnswer; b <= simcard.SelectAIDAnswersNothing; b++ {
		forms = append(forms, b)
	}
	forms = append(forms, simcard.T0, simcard.MoreData6310, simcard.AbsolutePaths, simcard.ApplicationPaths,
		simcard.AIDAppended, simcard.DirAIDZeroPadded, simcard.DirWithoutPath, simcard.DirWithoutPKCS15)
	for i, a := range forms {
		for j, b := range forms[:i] {
			for _, c := range forms[:j] {
				bootstrapWay(t, nil, refusal([]simcard.Option{a, b, c}), file, a, b, c)
			}
		}
	}
}

// TestFileOfSeveralReads has every card with a file of three READs, the last
// of one octet; the broken card must not give the first one as the whole.
func TestFileOfSeveralReads(t *testing.T) {
	file := fileOf(t, 513)
	for _, way := range ways() {
		want := refusal([]simcard.Option{way})
		if way == simcard.ReadOnlyAtZero {
			want = apdu.ErrShortFile
		}
		bootstrapWay(t, nil, want, file, way)
	}
}

func TestEachChannelNumberIsUsed(t *testing.T) {
	for number := 1; number <= apdu.MaxChannel; number++ {
		card := newCard126(t, simcard.Channels(apdu.MaxChannel))
		for range number - 1 { // taken by others
			_, err := apdu.OpenChannel(t.Context(), card)
			require.NoError(t, err)
		}
		before := card.OpenChannels()
		var store bootstrapper.MemStore
		res, err := simboot.Bootstrap(t.Context(), card, &store, nil)
		require.NoError(t, err)
		require.Equal(t, number, res.Found.Channel)
		require.Equal(t, before, card.OpenChannels(), "and no other channel is closed")
		requireHolds(t, &store, file126(t))
	}
}
