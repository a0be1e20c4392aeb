package simboot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// iccidCard is a card whose EF(ICCID) holds the octets.
func iccidCard(t testing.TB, octets string) *simcard.Card {
	t.Helper()
	return newCard(t, simcard.Files(simcard.EF(apdu.FIDICCID, unhex(t, octets))))
}

func TestICCID(t *testing.T) {
	for octets, want := range map[string]string{
		"98 88 11 00 00 00 00 00 00 F1":       "8988110000000000001",  // 19 digits
		"98 88 11 00 00 00 00 00 00 21":       "89881100000000000012", // 20
		"98 88 11 00 00 00 00 00 00 FF":       "898811000000000000",   // 18
		"98 68 70 8B 11 71 07 81 54 36":       "898607B8111770184563", // with a letter
		"98 88 11 00 00 00 00 00 00 F1 55 55": "8988110000000000001",  // of ten octets
	} {
		card := iccidCard(t, octets)
		got, stats, err := simboot.ICCID(t.Context(), card, nil)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, 4, stats.RoundTrips)
		require.Equal(t, 4, card.Total())
		require.Empty(t, card.OpenChannels())
	}
	card := newCard(t)
	got, stats, err := simboot.ICCID(t.Context(), card, &simboot.Config{Channel: simboot.BasicOnly})
	require.NoError(t, err)
	require.Equal(t, simcard.DefaultICCID, got)
	require.Equal(t, 2, stats.RoundTrips)
}

func TestWhatIsNoICCID(t *testing.T) {
	for name, octets := range map[string]string{
		"erased":                   "FF FF FF FF FF FF FF FF FF FF",
		"17 digits":                "98 88 11 00 00 00 00 00 F1 FF",
		"a digit behind the end":   "98 88 11 00 00 00 00 00 1F 11",
		"an octet behind the end":  "98 88 11 00 00 00 00 FF 00 11",
		"the high nibble is ended": "98 88 11 00 00 00 00 00 F0 11",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := simboot.ICCID(t.Context(), iccidCard(t, octets), nil)
			require.ErrorIs(t, err, simboot.ErrICCID)
		})
	}
	_, _, err := simboot.ICCID(t.Context(), iccidCard(t, "98 88 11 00 00 00 00 00 00"), nil)
	require.ErrorIs(t, err, apdu.ErrShortFile)
	_, _, err = simboot.ICCID(t.Context(), newCard(t, simcard.Blank()), nil)
	require.ErrorIs(t, err, apdu.ErrNotFound)
	_, _, err = simboot.ICCID(t.Context(), newCard(t), &simboot.Config{MaxBytes: -1})
	require.ErrorIs(t, err, simboot.ErrConfig)
	gone := newCard(t)
	gone.Remove()
	_, _, err = simboot.ICCID(t.Context(), gone, nil)
	require.ErrorIs(t, err, apdu.ErrNoCard)
}
