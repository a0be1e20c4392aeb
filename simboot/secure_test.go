package simboot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// secureKeys are keys whose octets all begin with n.
func secureKeys(t testing.TB, n byte) scp03.Keys {
	t.Helper()
	keys, err := scp03.NewKeys(0x30, bytes.Repeat([]byte{n | 1}, 16), bytes.Repeat([]byte{n | 2}, 16), nil)
	require.NoError(t, err)
	return keys
}

// through is the secure channel with keys.
func through(mode simboot.SecureMode, keys scp03.Keys) *simboot.Config {
	return &simboot.Config{SecureChannel: simboot.SecureChannel{
		Mode: mode, Open: scp03.Opener(scp03.Config{KeysFor: scp03.FixedKeys(keys)})}}
}

// securedCard is a card whose bootstrap file can be read through the secure
// channel alone.
func securedCard(t testing.TB, file []byte, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	return newCard(t, append([]simcard.Option{simcard.BootstrapFile(file), simcard.SecureChannel(secureKeys(t, 0x10)),
		simcard.ReadCondition(simcard.Secured(scp03.Level33), pkcs15.FIDBootstrap)}, opts...)...)
}

func TestBootstrapThroughTheSecureChannel(t *testing.T) {
	for _, size := range []int{126, 239, 240, 600, 32772} {
		for _, opts := range [][]simcard.Option{nil, {simcard.T0}} {
			file := fileOf(t, size)
			card := securedCard(t, file, opts...)
			store := new(bootstrapper.MemStore)
			res, err := simboot.Bootstrap(t.Context(), card, store, through(simboot.SecureRequired, secureKeys(t, 0x10)))
			require.NoError(t, err)
			requireHolds(t, store, file)
			require.Equal(t, "SCP03 level 33", res.Found.Secure)
			require.NoError(t, res.Found.Plain)
			require.Contains(t, res.Found.String(), "through SCP03 level 33")
			require.Equal(t, 1, card.Authenticated())
			require.Empty(t, card.SecureChannels())
			require.Empty(t, card.OpenChannels())
			if opts == nil {
				reads := (size + 238) / 239 // of at most EF octets
				require.LessOrEqual(t, res.Found.Stats.RoundTrips, commandsBesideReads+2+reads+1)
			}

			_, err = simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), nil)
			require.ErrorIs(t, err, apdu.ErrSecurity, "the card demands it")
		}
	}
}

func TestSecureChannelOverEveryWayOfTheModem(t *testing.T) {
	file := fileOf(t, 600)
	for _, way := range []csim.Way{csim.WayCSIM, csim.WayCGLA} {
		for _, quirks := range [][]simcard.ModemOption{nil, {simcard.HandsOver61xx, simcard.HandsOver6Cxx}} {
			t.Run(fmt.Sprint(way, len(quirks)), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					card := securedCard(t, file, simcard.T0)
					modem := csim.NewModem(simcard.NewModem(card, quirks...), nil)
					defer modem.Close()
					access := csim.NewAccess(modem, &csim.AccessConfig{Ways: []csim.Way{way}})
					store := new(bootstrapper.MemStore)
					res, err := simboot.Bootstrap(t.Context(), access, store, through(simboot.SecureRequired, secureKeys(t, 0x10)))
					require.NoError(t, err)
					requireHolds(t, store, file)
					require.Equal(t, way.String(), res.Found.Access)
					want := 13
					if len(quirks) > 0 {
						want = 22 // a GET RESPONSE for each wrapped command
					}
					require.Equal(t, want, res.Found.Stats.RoundTrips)
				})
			})
		}
	}
}

func TestCardWithoutSecureChannel(t *testing.T) {
	store := new(counting)
	_, err := simboot.Bootstrap(t.Context(), newCard126(t), store, through(simboot.SecureRequired, secureKeys(t, 0x10)))
	require.ErrorIs(t, err, simboot.ErrSecureChannel)
	require.ErrorIs(t, err, scp03.ErrNotOffered)
	requireEmpty(t, store)

	res, err := simboot.Bootstrap(t.Context(), newCard126(t), store, through(simboot.SecurePreferred, secureKeys(t, 0x10)))
	require.NoError(t, err)
	require.Empty(t, res.Found.Secure)
	require.ErrorIs(t, res.Found.Plain, apdu.ErrNoSecureChannel)
	requireHolds(t, store, file126(t))
}

// Wrong keys, and everything else that goes wrong, is no lack of a channel.
func TestPreferredChannelIsNotGivenUpForAFault(t *testing.T) {
	card := securedCard(t, file126(t))
	for _, mode := range []simboot.SecureMode{simboot.SecureRequired, simboot.SecurePreferred} {
		store := new(counting)
		_, err := simboot.Bootstrap(t.Context(), card, store, through(mode, secureKeys(t, 0x20)))
		require.ErrorIs(t, err, simboot.ErrSecureChannel)
		require.ErrorIs(t, err, scp03.ErrNotAuthenticated)
		requireEmpty(t, store)
	}
	for _, fault := range simcard.SecureFaults() {
		if fault == simcard.CounterLost {
			continue // of which no MAC tells
		}
		store := new(counting)
		_, err := simboot.Bootstrap(t.Context(), securedCard(t, file126(t), fault), store, through(simboot.SecureRequired, secureKeys(t, 0x10)))
		require.Error(t, err, "%v", fault)
		requireEmpty(t, store)
	}
}

func TestKeysMayGoByTheICCID(t *testing.T) {
	card := securedCard(t, file126(t))
	cfg := through(simboot.SecureRequired, secureKeys(t, 0x10))
	var told string
	cfg.SecureChannel.Open = scp03.Opener(scp03.Config{KeysFor: func(_ context.Context, c scp03.Card) (scp03.Keys, error) {
		told = c.ICCID
		return secureKeys(t, 0x10), nil
	}})
	_, found, err := simboot.Read(t.Context(), card, cfg)
	require.NoError(t, err)
	require.Empty(t, told)
	before := found.Stats.RoundTrips

	cfg.SecureChannel.ICCID = true
	_, found, err = simboot.Read(t.Context(), card, cfg)
	require.NoError(t, err)
	require.Equal(t, simcard.DefaultICCID, told)
	require.Equal(t, before+2, found.Stats.RoundTrips)

	cfg.SecureChannel.Open = scp03.Opener(scp03.Config{KeysFor: func(context.Context, scp03.Card) (scp03.Keys, error) {
		return scp03.Keys{}, errors.New("no such card")
	}})
	_, _, err = simboot.Read(t.Context(), card, cfg)
	require.ErrorIs(t, err, simboot.ErrSecureChannel)
	require.ErrorContains(t, err, "no such card")
}

func TestPINGoesThroughTheSecureChannel(t *testing.T) {
	file := file126(t)
	for _, protocol := range [][]simcard.Option{nil, {simcard.T0}} {
		card := newCard(t, append(protocol, simcard.BootstrapFile(file), simcard.SecureChannel(secureKeys(t, 0x10)), simcard.PIN(simcard.PIN1, "271828", 3),
			simcard.ReadCondition(simcard.AllOf(simcard.PIN1, simcard.Secured(scp03.Level33)), pkcs15.FIDBootstrap))...)
		var sent []byte
		wire := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			sent = append(sent, capdu...)
			return card.Transmit(ctx, capdu)
		})
		cfg := through(simboot.SecureRequired, secureKeys(t, 0x10))
		pin := "314159"
		cfg.PIN.Ask = func(context.Context, simboot.PINRequest) ([]byte, error) { return []byte(pin), nil }
		store := new(bootstrapper.MemStore)
		_, err := simboot.Bootstrap(t.Context(), wire, store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
		left, _ := card.TriesLeft(simcard.PIN1)
		require.Equal(t, 2, left)

		pin = "271828"
		_, err = simboot.Bootstrap(t.Context(), wire, store, cfg)
		require.NoError(t, err)
		requireHolds(t, store, file)
		require.True(t, card.Verified(simcard.PIN1))
		require.NotContains(t, string(sent), "271828")
		require.NotContains(t, string(sent), "314159")
	}
}

func TestSecureChannelThatCannotBeMeant(t *testing.T) {
	open := scp03.Opener(scp03.Config{})
	for _, c := range []simboot.SecureChannel{
		{Open: open}, {Open: open, Mode: 3}, {Mode: simboot.SecureRequired}, {ICCID: true},
	} {
		_, _, err := simboot.Read(t.Context(), newCard126(t), &simboot.Config{SecureChannel: c})
		require.ErrorIs(t, err, simboot.ErrConfig)
	}
}
