package simboot_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

var full = &simboot.Config{FullSearch: true}

// What the card itself says is gone is gone, however it says so.
func TestWhatACardSaysIsGoneIsDisabled(t *testing.T) {
	other := account(t, 9)
	for name, tt := range map[string]struct {
		card *simcard.Card
		cfg  *simboot.Config
	}{
		"the file configured":                 {appCard(t, simcard.EF(fidODF, odf(t, fidDODF))), &simboot.Config{File: fids(0x6432)}},
		"the file that an entry names":        {appCard(t, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, lwm2mEntry(t, ref(fidNone)))), full},
		"a value in the directory, cut short": {appCard(t, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, directEntry(t, other[:30]))), full},
		"a part that is too small": {appCard(t, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidFile, other),
			simcard.EF(fidDODF, lwm2mEntry(t, apdu.FileRef{Path: fids(fidFile), Offset: 0, Length: 10}))), full},
	} {
		t.Run(name, func(t *testing.T) {
			store := holding(t, file126(t))
			res := check(t, tt.card, store, tt.cfg)
			require.Equal(t, simboot.Changed, res.Change)
			require.Error(t, res.Problem)
			require.True(t, load(t, store).Tree().Equal(accountTree(7)))
		})
	}
}

// A directory of which only the first 256 octets can be read.
func halfRead(t testing.TB) *simcard.Card {
	t.Helper()
	var dodf []byte
	for len(dodf) < 260 {
		dodf = append(dodf, rulesEntry(t)...)
	}
	dodf = append(dodf, lwm2mEntry(t, ref(fidFile))...)
	return newCard(t, simcard.ReadOnlyAtZero, simcard.Files(simcard.ADF(apdu.AIDPKCS15,
		simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, dodf), simcard.EF(fidFile, file126(t)))))
}

// A modem that selects files by itself moves ours.
func TestAFileOfAnotherKindIsAFault(t *testing.T) {
	for _, card := range []*simcard.Card{
		appCard(t, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))), simcard.RecordEF(fidFile, make([]byte, 20))),
		appCard(t, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, lwm2mEntry(t, ref(0x3F00)))),
	} {
		store := holding(t, file126(t))
		_, err := simboot.Check(t.Context(), card, store, full)
		require.Error(t, err)
		require.Zero(t, store.replaced)
	}
}

func TestAHalfReadDirectoryIsAFault(t *testing.T) {
	store := holding(t, file126(t))
	_, err := simboot.Check(t.Context(), halfRead(t), store, full)
	require.ErrorIs(t, err, apdu.ErrShortFile)
	require.Zero(t, store.replaced)
}

// A PIN that was mistyped must not let another account win.
func TestAPINFaultIsNotPassedOver(t *testing.T) {
	locked := simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile)))
	locked.Read = simcard.PIN1
	card := func(first simcard.File) *simcard.Card {
		return newCard(t, simcard.PIN(simcard.PIN1, rightPIN, 3), simcard.Files(simcard.ADF(apdu.AIDPKCS15,
			simcard.EF(fidODF, odf(t, fidDODF, fidDODF2)), first, simcard.EF(fidDODF2, lwm2mEntry(t, ref(fidFile2))),
			simcard.EF(fidFile, file126(t)), simcard.EF(fidFile2, account(t, 9)))))
	}
	for name, prepare := range map[string]func(*simcard.Card){
		"too few tries": func(c *simcard.Card) { verify(t, c, "0000"); verify(t, c, "1111") },
		"refused":       func(*simcard.Card) {},
		"blocked":       func(c *simcard.Card) { verify(t, c, "0000"); verify(t, c, "1111"); verify(t, c, "2222") },
	} {
		t.Run(name, func(t *testing.T) {
			store := holding(t, file126(t))
			c := card(locked)
			prepare(c)
			cfg, _ := answering(wrongPIN)
			cfg.FullSearch = true
			_, err := simboot.Check(t.Context(), c, store, cfg)
			require.ErrorIs(t, err, apdu.ErrSecurity)
			require.True(t, load(t, store).Source(bootstrapper.Smartcard).Equal(treeOf(t, file126(t))))
		})
	}
	t.Run("behind a directory that is broken", func(t *testing.T) {
		store := holding(t, file126(t))
		second := simcard.EF(fidDODF2, lwm2mEntry(t, ref(fidFile)))
		second.Read = simcard.PIN1
		c := newCard(t, simcard.PIN(simcard.PIN1, rightPIN, 3), simcard.Files(simcard.ADF(apdu.AIDPKCS15,
			simcard.EF(fidODF, odf(t, fidDODF, fidDODF2)), simcard.EF(fidDODF, []byte{0xA1, 0x01, 1}), second, simcard.EF(fidFile, file126(t)))))
		_, err := simboot.Check(t.Context(), c, store, full)
		require.ErrorIs(t, err, simboot.ErrPINNeeded)
		require.Zero(t, store.replaced)
	})
}

// The store's own limits say nothing of the card.
func TestAStoreThatFailsDisablesNothing(t *testing.T) {
	for _, fault := range []error{objects.ErrLimit, objects.ErrInconsistent, bootstrapper.ErrNoData, tlv.ErrTruncated, apdu.ErrNotFound} {
		store := &refusing{MemStore: copied(t, holding(t, file126(t))), err: fault}
		_, err := simboot.Check(t.Context(), newCard(t, simcard.BootstrapFile(account(t, 9))), store, nil)
		require.ErrorIs(t, err, fault)
		require.ErrorIs(t, err, bootstrapper.ErrStore)
		require.Equal(t, 1, store.asked, "and it is not asked again")
	}
}

// refusing is a store that holds something and cannot be written to.
type refusing struct {
	*bootstrapper.MemStore
	err   error
	asked int
}

func (s *refusing) Replace(context.Context, *bootstrapper.State) error {
	s.asked++
	return s.err
}

// copied is a store with the same content.
func copied(t testing.TB, store bootstrapper.Store) *bootstrapper.MemStore {
	t.Helper()
	m := new(bootstrapper.MemStore)
	require.NoError(t, m.Replace(context.Background(), load(t, store)))
	return m
}

// A modem's words get into the reason when the channel cannot be closed; they
// change, and the store is not written each time.
func TestAReasonIsKeptAndIsALine(t *testing.T) {
	store := holding(t, file126(t))
	card := newCard(t, simcard.Channels(19)) // nothing for LwM2M
	n := 0
	chatty := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		if capdu[1] == apdu.INSManageChannel && capdu[2] == 0x80 {
			n++
			return nil, errors.New("\r\n\x1b[31m" + string(rune('a'+n%26)))
		}
		return card.Transmit(ctx, capdu)
	})
	for range 5 {
		card.Reset()
		check(t, chatty, store, nil)
	}
	require.Equal(t, 1, store.replaced)
	_, reason := load(t, store).Disabled(bootstrapper.Smartcard)
	require.NotRegexp(t, `[[:cntrl:]]`, reason)
}

func TestAPlaceIsHeldAgainstTheConfiguration(t *testing.T) {
	store := holding(t, file126(t))
	state := load(t, store)
	c := state.Card()
	for _, place := range []string{
		"A000000063504B43532D3135 6432 16+62 0 62 -", // a part, and the whole is configured
		"A0000000871002FFFFFFFF8906190000 6432 0+0 0 126 -",
	} {
		c.Place = place
		state.SetCard(c)
		require.NoError(t, store.Replace(t.Context(), state))
		res := check(t, newCard126(t), store, &simboot.Config{File: fids(0x6432)})
		require.Equal(t, simboot.ByAID, res.Found.Way, place)
	}
}
