package simboot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

const rightPIN, wrongPIN = "271828", "314159"

// pinCard is a card whose bootstrap file asks for PIN1.
func pinCard(t testing.TB, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	return newCard126(t, append(opts, simcard.PIN(simcard.PIN1, rightPIN, 3),
		simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))...)
}

// answering is a policy that knows one PIN, and the requests that it got.
func answering(digits string) (*simboot.Config, *[]simboot.PINRequest) {
	var asked []simboot.PINRequest
	return &simboot.Config{PIN: simboot.PINPolicy{Ask: func(_ context.Context, r simboot.PINRequest) ([]byte, error) {
		asked = append(asked, r)
		return []byte(digits), nil
	}}}, &asked
}

// verifies counts the VERIFYs that carry a PIN.
func verifies(card *simcard.Card) *int {
	n := new(int)
	card.Before(func(_ int, cmd apdu.Command) {
		if cmd.INS == apdu.INSVerify && len(cmd.Data) > 0 {
			*n++
		}
	})
	return n
}

func TestThePINThatTheAccessRuleNamesIsAskedForAndVerified(t *testing.T) {
	card := pinCard(t)
	sent := verifies(card)
	cfg, asked := answering(rightPIN)
	var store bootstrapper.MemStore
	res, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
	require.NoError(t, err)
	requireHolds(t, &store, file126(t))
	require.Equal(t, []simboot.PINRequest{{
		Reference: apdu.RefPIN1, Tries: 3, ICCID: simcard.DefaultICCID, File: fids(0x6432),
	}}, *asked)
	require.Equal(t, 1, *sent)
	require.True(t, card.Verified(simcard.PIN1))
	// A READ refused, SELECT, EF(ARR), EF(ICCID), SELECT, VERIFY twice, SELECT,
	// and the READ once more, instead of a READ; SELECT of the application as
	// its files are asked for anew.
	t.Logf("%d commands with a PIN, %d without", res.Found.Stats.RoundTrips, commandsBesideReads+1)

	before := card.Total()
	require.Equal(t, simboot.Unchanged, check(t, card, &store, cfg).Change)
	require.Equal(t, 5, card.Total()-before, "the PIN is verified until the card's reset")
	require.Len(t, *asked, 1)
}

func TestWithoutAnAnswerTheErrorTellsWhichPIN(t *testing.T) {
	decline := func(context.Context, simboot.PINRequest) ([]byte, error) { return nil, nil }
	for name, policy := range map[string]simboot.PINPolicy{"no policy": {}, "declined": {Ask: decline}} {
		t.Run(name, func(t *testing.T) {
			card := pinCard(t)
			sent := verifies(card)
			var store bootstrapper.MemStore
			_, err := simboot.Bootstrap(t.Context(), card, &store, &simboot.Config{PIN: policy})
			var pin *simboot.PINError
			require.ErrorAs(t, err, &pin)
			require.ErrorIs(t, err, simboot.ErrPINNeeded)
			require.ErrorIs(t, err, apdu.ErrSecurity)
			require.Equal(t, apdu.RefPIN1, pin.Reference)
			require.Equal(t, 3, pin.Tries)
			require.Zero(t, *sent)
			requireEmpty(t, &store)
			require.Empty(t, card.OpenChannels())
		})
	}
}

func TestTenRebootsWithAWrongPINUseOneTry(t *testing.T) {
	card := pinCard(t)
	sent := verifies(card)
	cfg, asked := answering(wrongPIN)
	var store bootstrapper.MemStore
	for range 10 {
		card.Reset()
		_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
		_, err = simboot.Check(t.Context(), card, &store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
	}
	require.Equal(t, 1, *sent)
	require.Len(t, *asked, 20)
	left, _ := card.TriesLeft(simcard.PIN1)
	require.Equal(t, 2, left)

	cfg, _ = answering(rightPIN)
	_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
	require.NoError(t, err)
	require.Equal(t, 2, *sent, "another PIN is another matter")

	other := pinCard(t, simcard.ICCID("8988211000000000002"))
	sent = verifies(other)
	cfg, _ = answering(wrongPIN)
	_, err = simboot.Bootstrap(t.Context(), other, &store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINRefused)
	require.Equal(t, 1, *sent, "another card is another matter")
}

// A device that loses power at any point and starts again, as often as it
// likes, uses one try.
func TestAPowerCutAtAnyPointUsesOneTry(t *testing.T) {
	for at := 1; ; at++ {
		card := pinCard(t)
		store := new(counting)
		cfg, _ := answering(wrongPIN)
		n := 0
		dying := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			if n++; n > at { // power is gone: the card still carries out the one before
				return nil, errPower
			}
			rapdu, err := card.Transmit(ctx, capdu)
			if n == at {
				return nil, errPower
			}
			return rapdu, err
		})
		_, err := simboot.Bootstrap(t.Context(), dying, dead{store, &n, at}, cfg)
		finished := !errors.Is(err, errPower)
		for range 5 {
			card.Reset()
			_, err := simboot.Bootstrap(t.Context(), card, store, cfg)
			require.ErrorIs(t, err, simboot.ErrPINRefused, at)
		}
		left, _ := card.TriesLeft(simcard.PIN1)
		require.Equal(t, 2, left, "cut at command %d", at)
		if finished {
			require.Greater(t, at, 15)
			t.Logf("%d points", at)
			return
		}
	}
}

var errPower = errors.New("power is gone")

// dead is a store that cannot be written to once power is gone.
type dead struct {
	*counting
	n  *int
	at int
}

func (d dead) Replace(ctx context.Context, s *bootstrapper.State) error {
	if *d.n >= d.at {
		return errPower
	}
	return d.counting.Replace(ctx, s)
}

func TestAGoodPINDoesNotWearTheStore(t *testing.T) {
	card := pinCard(t)
	cfg, asked := answering(rightPIN)
	store := new(counting)
	_, err := simboot.Bootstrap(t.Context(), card, store, cfg)
	require.NoError(t, err)
	require.Equal(t, 3, store.replaced, "the PIN tried, accepted, and the data")
	for range 10 {
		card.Reset()
		_, err := simboot.Bootstrap(t.Context(), card, store, cfg)
		require.NoError(t, err)
	}
	require.Equal(t, 3, store.replaced)
	require.Len(t, *asked, 11)
}

func TestAPINThatWasRightAndIsNot(t *testing.T) {
	cfg, _ := answering(rightPIN)
	var store bootstrapper.MemStore
	_, err := simboot.Bootstrap(t.Context(), pinCard(t), &store, cfg)
	require.NoError(t, err)

	changed := newCard126(t, simcard.PIN(simcard.PIN1, wrongPIN, 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	for range 5 {
		changed.Reset()
		_, err = simboot.Bootstrap(t.Context(), changed, &store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
	}
	left, _ := changed.TriesLeft(simcard.PIN1)
	require.Equal(t, 2, left)
}

// The PIN was right before, is no longer, and each answer to it is lost.
func TestAPINThatWasRightAndWhoseRefusalIsLost(t *testing.T) {
	card := func(digits string) *simcard.Card {
		return newCard126(t, simcard.PIN(simcard.PIN1, digits, 9), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	}
	cfg, _ := answering(rightPIN)
	var store bootstrapper.MemStore
	_, err := simboot.Bootstrap(t.Context(), card(rightPIN), &store, cfg)
	require.NoError(t, err)
	changed := card(wrongPIN)
	for range 5 {
		_, err = simboot.Bootstrap(t.Context(), losing(changed), &store, cfg)
		require.Error(t, err)
	}
	left, _ := changed.TriesLeft(simcard.PIN1)
	require.Equal(t, 7, left, "one try more than with a PIN that is new")
}

func TestTheLastTryIsKeptForAPerson(t *testing.T) {
	card := pinCard(t)
	var store bootstrapper.MemStore
	for _, wrong := range []string{"0000", "1111"} {
		cfg, _ := answering(wrong)
		_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
	}
	sent := verifies(card)
	cfg, asked := answering(rightPIN)
	_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINTries)
	require.ErrorIs(t, err, apdu.ErrSecurity)
	require.ErrorContains(t, err, "1 try left")
	require.Empty(t, *asked)
	require.Zero(t, *sent)

	cfg.PIN.MinTries = 1
	_, err = simboot.Bootstrap(t.Context(), card, &store, cfg)
	require.NoError(t, err)
	left, _ := card.TriesLeft(simcard.PIN1)
	require.Equal(t, 3, left)
}

func TestABlockedPINIsTold(t *testing.T) {
	card := newCard126(t, simcard.PIN(simcard.PIN1, rightPIN, 1), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	cfg, _ := answering(wrongPIN)
	cfg.PIN.MinTries = 1
	var store bootstrapper.MemStore
	_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINBlocked)
	cfg, asked := answering(rightPIN)
	cfg.PIN.MinTries = 1
	_, err = simboot.Bootstrap(t.Context(), card, &store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINBlocked)
	require.Empty(t, *asked)
}

func TestSeveralFilesOfOnePINAskOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		digits string
		asked  int
		want   error
	}{"right": {rightPIN, 1, nil}, "wrong": {wrongPIN, 1, simboot.ErrPINRefused}} {
		t.Run(name, func(t *testing.T) {
			card := newCard126(t, simcard.TwoDirectories, simcard.PIN(simcard.PIN1, rightPIN, 3),
				simcard.ReadCondition(simcard.PIN1, 0x6420, pkcs15.FIDDODF, pkcs15.FIDBootstrap))
			sent := verifies(card)
			cfg, asked := answering(tt.digits)
			_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
			require.ErrorIs(t, err, tt.want)
			require.Len(t, *asked, tt.asked)
			require.Equal(t, 1, *sent)
		})
	}
}

func TestAPINOfTheApplicationAndOneByConfiguration(t *testing.T) {
	for name, tt := range map[string]struct {
		opts      []simcard.Option
		reference apdu.KeyReference
		want      apdu.KeyReference
	}{
		"PIN2": {[]simcard.Option{simcard.PIN(simcard.PIN2, rightPIN, 3),
			simcard.ReadCondition(simcard.PIN2, pkcs15.FIDBootstrap)}, 0, apdu.RefPIN2},
		"universal": {[]simcard.Option{simcard.PIN(simcard.UniversalPIN, rightPIN, 3),
			simcard.ReadCondition(simcard.UniversalPIN, pkcs15.FIDBootstrap)}, 0, apdu.RefUniversalPIN},
		"configured": {[]simcard.Option{simcard.PIN(simcard.ADM1, rightPIN, 3),
			simcard.ReadCondition(simcard.ADM1, pkcs15.FIDBootstrap)}, apdu.RefADM1, apdu.RefADM1},
		"by an absolute path": {[]simcard.Option{simcard.AbsolutePaths, simcard.PIN(simcard.PIN2, rightPIN, 3),
			simcard.ReadCondition(simcard.PIN2, pkcs15.FIDBootstrap)}, 0, apdu.RefPIN2},
		"without the application's AID": {[]simcard.Option{simcard.RefuseAID, simcard.PIN(simcard.PIN1, rightPIN, 3),
			simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap)}, 0, apdu.RefPIN1},
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard126(t, tt.opts...)
			cfg, asked := answering(rightPIN)
			cfg.PIN.Reference = tt.reference
			var store bootstrapper.MemStore
			_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
			require.NoError(t, err)
			require.Len(t, *asked, 1)
			require.Equal(t, tt.want, (*asked)[0].Reference)
			card.Reset()
			require.Equal(t, simboot.Unchanged, check(t, card, &store, cfg).Change)
			require.Len(t, *asked, 2)
		})
	}
}

func TestAKeyOfTheIssuerIsNotAskedFor(t *testing.T) {
	for name, access := range map[string]simcard.Access{"ADM": simcard.ADM1, "never": simcard.Never} {
		t.Run(name, func(t *testing.T) {
			card := newCard126(t, simcard.PIN(simcard.ADM1, "12345678", 3), simcard.ReadCondition(access, pkcs15.FIDBootstrap))
			cfg, asked := answering(rightPIN)
			_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
			require.ErrorIs(t, err, simboot.ErrPINNeeded)
			require.Empty(t, *asked)
			require.Zero(t, card.Commands(apdu.INSVerify))
		})
	}
}

func TestPINsThatAreNoneAreNotSent(t *testing.T) {
	boom := errors.New("nobody there")
	for name, tt := range map[string]struct {
		digits string
		err    error
		want   error
	}{
		"three digits": {"123", nil, simboot.ErrConfig},
		"nine digits":  {"123456789", nil, simboot.ErrConfig},
		"a letter":     {"12a4", nil, simboot.ErrConfig},
		"an error":     {"1234", boom, boom},
	} {
		t.Run(name, func(t *testing.T) {
			card := pinCard(t)
			sent := verifies(card)
			cfg := &simboot.Config{PIN: simboot.PINPolicy{Ask: func(context.Context, simboot.PINRequest) ([]byte, error) {
				return []byte(tt.digits), tt.err
			}}}
			_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
			require.ErrorIs(t, err, tt.want)
			require.Zero(t, *sent)
			require.NotContains(t, err.Error(), tt.digits)
		})
	}
}

func TestReadWithAPINNeedsAMemory(t *testing.T) {
	card := pinCard(t)
	cfg, _ := answering(rightPIN)
	_, _, err := simboot.Read(t.Context(), card, cfg)
	require.ErrorIs(t, err, simboot.ErrConfig)
	require.Zero(t, card.Total())
	cfg.PIN.Memory = new(bootstrapper.MemStore)
	_, _, err = simboot.Read(t.Context(), card, cfg)
	require.NoError(t, err)
	_, _, err = simboot.Read(t.Context(), card, &simboot.Config{PIN: simboot.PINPolicy{MinTries: -1}})
	require.ErrorIs(t, err, simboot.ErrConfig)
}

func TestAPINThatCannotBeNotedIsNotSent(t *testing.T) {
	boom := errors.New("boom")
	card := pinCard(t)
	sent := verifies(card)
	cfg, _ := answering(rightPIN)
	_, err := simboot.Bootstrap(t.Context(), card, &failing{err: boom}, cfg)
	require.ErrorIs(t, err, boom)
	require.Zero(t, *sent)

	store := new(bootstrapper.MemStore)
	end, err := bootstrapper.Begin(store)
	require.NoError(t, err)
	defer end()
	_, err = simboot.Bootstrap(t.Context(), card, store, cfg)
	require.ErrorIs(t, err, bootstrapper.ErrSession)
	require.Zero(t, *sent)
}

func TestARefusalThatCannotBeNotedIsToldOnOneLine(t *testing.T) {
	card := pinCard(t)
	cfg, _ := answering(wrongPIN)
	store := &failingLater{after: 1}
	_, err := simboot.Bootstrap(t.Context(), card, store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINRefused)
	require.ErrorIs(t, err, errPower)
	require.NotContains(t, err.Error(), "\n")
	store.after = 1000
	_, err = simboot.Bootstrap(t.Context(), card, store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINRefused, "the counter tells")
	left, _ := card.TriesLeft(simcard.PIN1)
	require.Equal(t, 2, left)
}

// failingLater can be written to a number of times.
type failingLater struct {
	bootstrapper.MemStore
	after int
}

func (s *failingLater) Replace(ctx context.Context, state *bootstrapper.State) error {
	if s.after--; s.after < 0 {
		return errPower
	}
	return s.MemStore.Replace(ctx, state)
}

func TestNothingThatIsWrittenOrToldHoldsThePIN(t *testing.T) {
	var log bytes.Buffer
	for _, digits := range []string{rightPIN, wrongPIN} {
		card := pinCard(t)
		cfg, asked := answering(digits)
		cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		var given [][]byte
		ask := cfg.PIN.Ask
		cfg.PIN.Ask = func(ctx context.Context, r simboot.PINRequest) ([]byte, error) {
			b, err := ask(ctx, r)
			given = append(given, b)
			return b, err
		}
		var store bootstrapper.MemStore
		_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
		state := load(t, &store)
		require.Len(t, state.Card().PINs, 1)
		text := fmt.Sprintf("%v %+v %v %v %v %s", err, err, state, state.Card(), *asked, log.String())
		require.NotContains(t, text, digits)
		require.Equal(t, make([]byte, 6), given[0], "cleared")
	}
	require.Contains(t, log.String(), "PIN sent")
}
