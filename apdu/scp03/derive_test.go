package scp03

import (
	"bufio"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/cmac"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// heads are the sessions of published.txt, without their exchanges.
func heads(t testing.TB) (list []map[string]string) {
	f, err := os.Open("testdata/published.txt")
	require.NoError(t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), " ")
		if key == "session" {
			list = append(list, map[string]string{})
		}
		if len(list) > 0 {
			list[len(list)-1][key] = value
		}
	}
	return list
}

// TestSessionKeysArePublishedOnes looks at what does not leave a session.
func TestSessionKeysArePublishedOnes(t *testing.T) {
	seen := 0
	for _, h := range heads(t) {
		if h["senc"] == "" {
			continue
		}
		seen++
		t.Run(h["session"], func(t *testing.T) {
			host, update := unhex(t, h["host"]), unhex(t, h["update"])
			card := update[13:21]
			for name, from := range map[string]string{"senc": "enc", "smac": "mac", "srmac": "mac"} {
				key, err := cmac.New(unhex(t, h[from]))
				require.NoError(t, err)
				got := make([]byte, len(h[from])/2)
				derive(key, map[string]byte{"senc": constSENC, "smac": constSMAC, "srmac": constSRMAC}[name], got, host, card)
				require.Equal(t, strings.ToLower(h[name]), hex.EncodeToString(got), name)
			}
			if h["chain"] == "" {
				return
			}
			keys, err := NewKeys(0, unhex(t, h["enc"]), unhex(t, h["mac"]), nil)
			require.NoError(t, err)
			s, err := seal(keys, host, card)
			require.NoError(t, err)
			authenticate, err := apdu.ParseCommand(unhex(t, h["authenticate"]))
			require.NoError(t, err)
			s.chainCommand(authenticate, authenticate.Data[:8])
			require.Equal(t, strings.ToLower(h["chain"]), hex.EncodeToString(s.chain[:]), "chaining value")
		})
	}
	require.GreaterOrEqual(t, seen, 9)
}

// TestSessionKDF is GlobalPlatformPro's TestPlaintextKeys, commit 236a610.
func TestSessionKDF(t *testing.T) {
	h, err := cmac.New(unhex(t, "404142434445464748494A4B4C4D4E4F"))
	require.NoError(t, err)
	for constant, want := range map[byte]string{
		constSENC:  "6c858e63babc4028edc67dc9fdbcb04a",
		constSMAC:  "036c5e747d9500229b7c99d225506ddd",
		constSRMAC: "ad97da99a96db51b765277d6e988b1d9",
	} {
		got := make([]byte, 16)
		derive(h, constant, got, unhex(t, "00010203040506070809"))
		require.Equal(t, want, hex.EncodeToString(got))
	}
}

// TestFirstCommandIsEncryptedAsPublished is test_Cdecrypt of asterix, whose
// session at level 01 is in published.txt; of this one it tells no MAC.
func TestFirstCommandIsEncryptedAsPublished(t *testing.T) {
	keys, err := NewKeys(0, unhex(t, "404142434445464748494A4B4C4D4E4F"), unhex(t, "401122334445566748494A4B4C4D4E4F"), nil)
	require.NoError(t, err)
	s, err := seal(keys, unhex(t, "0807060504030201"), unhex(t, "A3F5F144D19BE66E"))
	require.NoError(t, err)
	s.counter++
	got := s.encrypt(unhex(t, "0A45786572636973655236000006EF04C602068200"), toCard)
	require.Equal(t, "df31907fc027482d5dcb7dc028245f7c108ca4d2aff12275079768e1efe9429e", hex.EncodeToString(got))
}

func TestWipedSealingHoldsNoKey(t *testing.T) {
	keys, err := NewKeys(0, make([]byte, 16), make([]byte, 16), nil)
	require.NoError(t, err)
	s, err := seal(keys, make([]byte, 8), make([]byte, 8))
	require.NoError(t, err)
	mac, rmac := s.mac, s.rmac
	s.level = Level33
	s.wipe()
	require.Equal(t, sealing{level: Level33, macLen: 8}, *s)
	require.Equal(t, cmac.Hash{}, *mac)
	require.Equal(t, cmac.Hash{}, *rmac)
}

func TestLimitsOfLevels(t *testing.T) {
	for _, row := range []struct {
		level                Level
		nc8, ne8, nc16, ne16 int
	}{
		{Level01, 247, 256, 239, 256},
		{Level03, 239, 256, 223, 256},
		{Level11, 247, 248, 239, 240},
		{Level13, 239, 248, 223, 240},
		{Level33, 239, 239, 223, 239},
	} {
		nc, ne := row.level.limits(8)
		require.Equal(t, []int{row.nc8, row.ne8}, []int{nc, ne}, "%v, S8", row.level)
		nc, ne = row.level.limits(16)
		require.Equal(t, []int{row.nc16, row.ne16}, []int{nc, ne}, "%v, S16", row.level)
	}
}

// TestPaddingIsOfOneToSixteenBytes decrypts blocks of which the end is no
// padding of Amendment D.
func TestPaddingIsOfOneToSixteenBytes(t *testing.T) {
	keys, err := NewKeys(0, make([]byte, 16), make([]byte, 16), nil)
	require.NoError(t, err)
	s, err := seal(keys, make([]byte, 8), make([]byte, 8))
	require.NoError(t, err)
	for n := range 48 {
		data := make([]byte, n)
		if n > 0 {
			data[n-1] = 0x80 // looks like padding
		}
		got, ok := s.decrypt(nil, s.encrypt(append([]byte(nil), data...), toHost), toHost)
		require.True(t, ok)
		require.Equal(t, data, append([]byte{}, got...))
	}
	// encrypt pads with a block of its own, which is cut off here.
	for name, c := range map[string]struct {
		last string
		ok   bool
	}{
		"no mark":            {"00000000000000000000000000000000", false},
		"another mark":       {"00000000000000000000000000008100", false},
		"a mark, then a one": {"00000000000000000000000000800001", false},
		"the whole block":    {"80000000000000000000000000000000", true},
		"a byte":             {"00000000000000000000000000000080", true},
	} {
		data := append(unhex(t, "80000000000000000000000000000000"), unhex(t, c.last)...)
		sealed := s.encrypt(data, toHost)[:32]
		_, ok := s.decrypt(nil, sealed, toHost)
		require.Equal(t, c.ok, ok, name)
	}
	for _, n := range []int{0, 1, 15, 17} {
		_, ok := s.decrypt(nil, make([]byte, n), toHost)
		require.False(t, ok, "%d bytes", n)
	}
}
