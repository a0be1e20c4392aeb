package simboot_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// sfiCard is a card whose bootstrap file has an SFI, and ef octets.
func sfiCard(t testing.TB, sfi byte, content []byte, ef int, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	file := simcard.EF(fidFile, append(append([]byte{}, content...), erased(ef-len(content))...))
	file.SFI = sfi
	other := simcard.EF(0x6499, erased(20)) // an SFI that the file does not have
	other.SFI = 0x1D
	app := simcard.ADF(apdu.AIDPKCS15, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))), file, other)
	app.FID = simcard.FIDPKCS15
	return newCard(t, append(opts, simcard.Files(app))...)
}

// known is a store that Check has filled from the card.
func known(t testing.TB, card apdu.CardTransport) *counting {
	t.Helper()
	store := new(counting)
	require.Equal(t, simboot.Changed, check(t, card, store, nil).Change)
	store.replaced = 0
	return store
}

func TestCheckByAnSFICostsThreeCommandsAndTheReads(t *testing.T) {
	for _, tt := range sizes {
		content := fileOf(t, tt.content)
		card := sfiCard(t, 5, content, tt.ef)
		store := known(t, card)
		before := card.Total()
		res := check(t, card, store, nil)
		require.Equal(t, simboot.Unchanged, res.Change)
		require.Equal(t, 3+tt.reads, card.Total()-before, "%d octets", tt.content)
		require.Equal(t, 3+tt.reads, res.Stats.RoundTrips)
		require.Zero(t, store.replaced)
		require.Empty(t, card.OpenChannels())
	}
}

func TestLearningAnSFICostsNothing(t *testing.T) {
	card := sfiCard(t, 5, file126(t), 126)
	store := new(counting)
	for range 3 {
		before := card.Total()
		check(t, card, store, full)
		require.Equal(t, commandsBesideReads+1, card.Total()-before)
	}
	require.Equal(t, 1, store.replaced)

	raw := sfiCard(t, 5, file126(t), 126, simcard.T0)
	check(t, raw, new(counting), nil)
	require.Equal(t, commandsBesideReads+1+1, raw.Total(), "a GET RESPONSE")
}

func TestACardThatTellsNothingOfItsFilesIsRead(t *testing.T) {
	for _, b := range []simcard.Behaviour{simcard.GetResponseEmpty, simcard.FCPSizeTooSmall, simcard.RefuseFIDWithLe} {
		card := sfiCard(t, 5, file126(t), 126, b)
		store := known(t, card)
		require.Equal(t, simboot.Unchanged, check(t, card, store, nil).Change, b)
	}
}

func TestACardThatNeedsTheExactLeIsNotAskedTwice(t *testing.T) {
	for _, sfi := range []byte{0, 5} {
		for _, b := range []simcard.Behaviour{simcard.ReadPastEnd6C, simcard.ReadPastEnd6282, simcard.ReadAtEnd6C00} {
			card := sfiCard(t, sfi, file126(t), 126, b)
			store := known(t, card)
			before := card.Commands(apdu.INSReadBinary)
			require.Equal(t, simboot.Unchanged, check(t, card, store, nil).Change)
			require.Equal(t, 1, card.Commands(apdu.INSReadBinary)-before, b)
		}
	}
}

// The SFI is another file's by now, or none's: the path still leads there, and
// the SFI is forgotten.
func TestAnSFIThatLeadsElsewhereIsForgotten(t *testing.T) {
	for name, sfi := range map[string]byte{"another file's": 0x1D, "no file's": 0x1C} {
		t.Run(name, func(t *testing.T) {
			store := known(t, sfiCard(t, 5, file126(t), 126))
			card := sfiCard(t, 6, file126(t), 126)
			state := load(t, store)
			c := state.Card()
			require.Equal(t, "A000000063504B43532D3135 6432 0+0 5 126 672B0901", c.Place)
			c.Place = "A000000063504B43532D3135 6432 0+0 " + map[byte]string{0x1D: "29", 0x1C: "28"}[sfi] + " 126 672B0901"
			state.SetCard(c)
			require.NoError(t, store.MemStore.Replace(t.Context(), state))

			require.Equal(t, simboot.Unchanged, check(t, card, store, nil).Change)
			require.Equal(t, 1, store.replaced)
			require.Equal(t, "A000000063504B43532D3135 6432 0+0 0 126 672B0901", load(t, store).Card().Place)
			before := card.Total()
			require.Equal(t, simboot.Unchanged, check(t, card, store, nil).Change)
			require.Equal(t, 5, card.Total()-before)
			require.Equal(t, 1, store.replaced)
		})
	}
}

func TestDataThatGrewAreReadByTheSFI(t *testing.T) {
	card := sfiCard(t, 5, file126(t), 1000)
	store := known(t, card)
	grown := fileOf(t, 600)
	require.NoError(t, card.SetFile(apdu.FileRef{App: apdu.AIDPKCS15, Path: fids(fidFile)}, grown))
	require.Equal(t, simboot.Changed, check(t, card, store, nil).Change)
	require.True(t, load(t, store).Source(bootstrapper.Smartcard).Equal(treeOf(t, grown)))
}

func TestAnSFIBehindAPIN(t *testing.T) {
	card := sfiCard(t, 5, file126(t), 126, simcard.PIN(simcard.PIN1, rightPIN, 3), simcard.ReadCondition(simcard.PIN1, fidFile))
	cfg, asked := answering(rightPIN)
	store := new(counting)
	require.Equal(t, simboot.Changed, check(t, card, store, cfg).Change)
	card.Reset()
	require.Equal(t, simboot.Unchanged, check(t, card, store, cfg).Change)
	require.Len(t, *asked, 2)
	before := card.Total()
	require.Equal(t, simboot.Unchanged, check(t, card, store, cfg).Change)
	require.Equal(t, 4, card.Total()-before)
}

// A modem that selects files on the basic channel moves ours there.
func TestOnTheBasicChannelTheFileIsSelected(t *testing.T) {
	card := sfiCard(t, 5, file126(t), 126)
	cfg := &simboot.Config{Channel: simboot.BasicOnly}
	store := new(counting)
	require.Equal(t, simboot.Changed, check(t, card, store, cfg).Change)
	selects := 0
	watched := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		if capdu[1] == apdu.INSSelect {
			selects++
		}
		return card.Transmit(ctx, capdu)
	})
	require.Equal(t, simboot.Unchanged, check(t, watched, store, cfg).Change)
	require.GreaterOrEqual(t, selects, 2)
}
