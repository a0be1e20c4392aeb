package scp03_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// kcv is the check value of a key, in hex.
func kcv(t *testing.T, k scp03.Key) string {
	v, ok := k.CheckValue()
	require.True(t, ok)
	return upperHex(v[:])
}

// TestDiversifiedKeys are GlobalPlatformPro's TestPlaintextKeys, commit
// 236a610; one row there tells a key, which has the check value of ours.
func TestDiversifiedKeys(t *testing.T) {
	master := unhex(t, "404142434445464748494A4B4C4D4E4F")
	keys, err := scp03.NewKeys(0x21, master, master, master)
	require.NoError(t, err)
	got, err := scp03.Diversify(keys, [10]byte(unhex(t, "00010203040506070809")))
	require.NoError(t, err)
	require.Equal(t, []string{"E79C05", "D1BD77", "3FDE8C"}, []string{kcv(t, got.ENC), kcv(t, got.MAC), kcv(t, got.DEK)})
	require.Equal(t, byte(0x21), got.Version)
	require.Equal(t, "E79C05", kcv(t, mustKey(t, unhex(t, "808BC985A1069AD2A9AC94E0FE7B8843"))))

	master = unhex(t, "8C72C72CF908411653018807950D82FBAD947562F0828A0B10B8B9606ABF3BCD")
	keys, err = scp03.NewKeys(0, master, master, nil)
	require.NoError(t, err)
	got, err = scp03.Diversify(keys, [10]byte(unhex(t, "D9B1DE5D0362DEDCE4FB")))
	require.NoError(t, err)
	want := mustKey(t, unhex(t, "9AAC5D0B3601F89438A0D9D0B6B256CFB47E6462DFA5228D3420C4AC7C224781"))
	require.Equal(t, kcv(t, want), kcv(t, got.ENC))
	require.Equal(t, 32, got.ENC.Len())
	require.Zero(t, got.DEK.Len(), "a missing one stays missing")

	_, err = scp03.Diversify(scp03.Keys{}, [10]byte{})
	require.ErrorIs(t, err, scp03.ErrKeys)
}

func TestSourcesKeepTheirOwnKeys(t *testing.T) {
	octets := unhex(t, "404142434445464748494A4B4C4D4E4F")
	keys, err := scp03.NewKeys(0, octets, octets, octets)
	require.NoError(t, err)
	fixed, diversified := scp03.FixedKeys(keys), scp03.DiversifiedKeys(keys)
	keys.Wipe()
	card := scp03.Card{Diversification: [10]byte(unhex(t, "00010203040506070809"))}
	for range 2 {
		got, err := fixed(t.Context(), card)
		require.NoError(t, err)
		require.Equal(t, "504A77", kcv(t, got.ENC))
		got.Wipe()
		got, err = diversified(t.Context(), card)
		require.NoError(t, err)
		require.Equal(t, "E79C05", kcv(t, got.ENC))
		got.Wipe()
	}
}

func TestPseudoRandomChallengeWantsKeys(t *testing.T) {
	_, err := scp03.PseudoRandomChallenge(scp03.Keys{}, []byte{0, 0, 1}, apdu.AIDPKCS15, 8)
	require.ErrorIs(t, err, scp03.ErrKeys)
}

func TestOfferedLevels(t *testing.T) {
	levels := []scp03.Level{scp03.Level01, scp03.Level03, scp03.Level11, scp03.Level13, scp03.Level33}
	for parameter, want := range map[byte]int{0x00: 2, 0x01: 2, 0x10: 2, 0x20: 4, 0x31: 4, 0x40: 2, 0x60: 5, 0x71: 5} {
		n := 0
		for _, l := range levels {
			require.True(t, l.Valid())
			if l.OfferedBy(parameter) {
				n++
			}
		}
		require.Equal(t, want, n, "i = %02X", parameter)
	}
	for _, l := range []scp03.Level{0x00, 0x02, 0x10, 0x30, 0x31, 0x23, 0xFF} {
		require.False(t, l.Valid(), l)
		require.False(t, l.OfferedBy(0x70), l)
	}
}
