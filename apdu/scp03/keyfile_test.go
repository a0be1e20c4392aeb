package scp03_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

const keyFileText = `# of one card
version 30
enc 000102030405060708090A0B0C0D0E0F
mac 1011 1213 1415 1617 1819 1A1B 1C1D 1E1F # in groups

`

func TestKeyFileOfOneCard(t *testing.T) {
	for _, dek := range []string{"", "dek 202122232425262728292A2B2C2D2E2F"} {
		source, err := scp03.ParseKeyFile([]byte(keyFileText + dek))
		require.NoError(t, err)
		for range 2 {
			keys, err := source(t.Context(), scp03.Card{KeyVersion: 0x30})
			require.NoError(t, err)
			require.Equal(t, byte(0x30), keys.Version)
			enc, _ := keys.ENC.CheckValue()
			mac, _ := keys.MAC.CheckValue()
			require.Equal(t, [][3]byte{{0xC3, 0x52, 0x80}, {0x01, 0x38, 0x08}}, [][3]byte{enc, mac})
			_, ok := keys.DEK.CheckValue()
			require.Equal(t, dek != "", ok)
			keys.Wipe() // the source has its own
		}
	}
}

func TestKeyFileOfAMaster(t *testing.T) {
	const master = "404142434445464748494A4B4C4D4E4F"
	card := scp03.Card{Diversification: [10]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}
	for _, text := range []string{
		"master " + master, "master " + master + "\ndiversified",
		"enc " + master + "\r\nmac " + master + "\r\ndek " + master + "\r\ndiversified\r\n",
	} {
		source, err := scp03.ParseKeyFile([]byte(text))
		require.NoError(t, err)
		keys, err := source(t.Context(), card)
		require.NoError(t, err)
		enc, _ := keys.ENC.CheckValue()
		mac, _ := keys.MAC.CheckValue()
		require.Equal(t, [][3]byte{{0xE7, 0x9C, 0x05}, {0xD1, 0xBD, 0x77}}, [][3]byte{enc, mac}, text)
	}
}

func TestTextThatIsNoKeyFile(t *testing.T) {
	const key = "000102030405060708090A0B0C0D0E0F"
	for name, tt := range map[string]struct{ text, where string }{
		"nothing":           {"", ""},
		"no mac":            {"enc " + key, ""},
		"no enc":            {"mac " + key, ""},
		"of two lengths":    {"enc " + key + "\nmac " + key + key, ""},
		"of no length":      {"enc 00\nmac 00", ""},
		"odd digits":        {"enc " + key + "\nmac 0", "line 2"},
		"no digits":         {"enc", "line 1"},
		"no hex":            {"enc " + key + "\nmac xx" + key[2:], "line 2"},
		"twice":             {"enc " + key + "\nenc " + key, "line 2"},
		"version twice":     {"version 30\nversion 30", "line 2"},
		"no version":        {"version 300", "line 1"},
		"an unknown name":   {"key " + key, "line 1"},
		"master and others": {"master " + key + "\nenc " + key, ""},
		"diversified by":    {"diversified " + key, "line 1"},
		"too long":          {strings.Repeat("#", scp03.MaxKeyFile+1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scp03.ParseKeyFile([]byte(tt.text))
			require.ErrorIs(t, err, scp03.ErrKeyFile)
			require.Contains(t, err.Error(), tt.where)
			require.NotContains(t, err.Error(), key[4:16])
		})
	}
}
