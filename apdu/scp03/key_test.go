package scp03_test

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// secret is what no text may hold, in any notation.
const secret = "a secret of 16 b"

var traces = []string{
	secret, "secret",
	fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprintf("% x", secret[:4]),
	strings.Trim(fmt.Sprint([]byte(secret)[:4]), "[]"), "YSBzZWNyZXQ",
	"0x61, 0x20", "0x61 0x20",
}

func TestKeyIsNotShown(t *testing.T) {
	keys, err := scp03.NewKeys(0x30, []byte(secret), []byte(secret), []byte(secret))
	require.NoError(t, err)
	hidden := struct{ k scp03.Keys }{keys}
	pointer := &keys
	for _, v := range []any{keys, pointer, &pointer, hidden, &hidden, keys.ENC, &keys.ENC, []scp03.Key{keys.ENC}, map[string]scp03.Keys{"a": keys}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%o", "%t", "%p", "%c", "%U"} {
			text := fmt.Sprintf(verb, v)
			for _, trace := range traces {
				require.NotContains(t, text, trace, "%s of %T", verb, v)
			}
		}
	}
	require.Equal(t, "[redacted]", keys.ENC.String())
	require.Equal(t, "[redacted]", keys.String())
}

func TestKeyDoesNotMarshal(t *testing.T) {
	key := mustKey(t, []byte(secret))
	keys := scp03.Keys{ENC: key, MAC: key}
	for _, v := range []any{key, &key, keys, []scp03.Key{key}} {
		_, err := json.Marshal(v)
		require.ErrorContains(t, err, "does not marshal")
		require.Error(t, gob.NewEncoder(new(bytes.Buffer)).Encode(v))
	}
	var m encoding.TextMarshaler = key
	_, err := m.MarshalText()
	require.ErrorIs(t, err, scp03.ErrSecret)
	_, err = key.MarshalJSON()
	require.ErrorIs(t, err, scp03.ErrSecret)
	_, err = key.MarshalBinary()
	require.ErrorIs(t, err, scp03.ErrSecret)
}

func TestKeyIsOfALengthOfAES(t *testing.T) {
	for n := range 40 {
		k, err := scp03.NewKey(make([]byte, n))
		if n == 16 || n == 24 || n == 32 {
			require.NoError(t, err)
			require.Equal(t, n, k.Len())
			continue
		}
		require.ErrorIs(t, err, scp03.ErrKeys)
		require.Zero(t, k.Len())
	}
}

func TestKeysAreCheckedTogether(t *testing.T) {
	k16, k24 := make([]byte, 16), make([]byte, 24)
	for _, row := range []struct {
		name          string
		enc, mac, dek []byte
		ok            bool
	}{
		{"all", k16, k16, k16, true},
		{"DEK may be missing", k24, k24, nil, true},
		{"DEK may be of another length", k16, k16, k24, true},
		{"lengths differ", k16, k24, nil, false},
		{"no ENC", nil, k16, nil, false},
		{"no MAC", k16, nil, nil, false},
		{"empty DEK", k16, k16, []byte{}, false},
	} {
		_, err := scp03.NewKeys(1, row.enc, row.mac, row.dek)
		if row.ok {
			require.NoError(t, err, row.name)
		} else {
			require.ErrorIs(t, err, scp03.ErrKeys, row.name)
		}
	}
}

// TestCheckValues are those of pySim's test and GlobalPlatformPro's.
func TestCheckValues(t *testing.T) {
	for octets, want := range map[string]string{
		"000102030405060708090A0B0C0D0E0F": "C35280",
		"101112131415161718191A1B1C1D1E1F": "013808",
		"202122232425262728292A2B2C2D2E2F": "840DE5",
		"404142434445464748494A4B4C4D4E4F": "504A77",
		"6C858E63BABC4028EDC67DC9FDBCB04A": "C25559",
		"036C5E747D9500229B7C99D225506DDD": "0E12CC",
		"AD97DA99A96DB51B765277D6E988B1D9": "9ACB9C",
	} {
		kcv, ok := mustKey(t, unhex(t, octets)).CheckValue()
		require.True(t, ok)
		require.Equal(t, want, upperHex(kcv[:]))
	}
	_, ok := scp03.Key{}.CheckValue()
	require.False(t, ok)
}

func TestWipeWipesCopiesAndNoClones(t *testing.T) {
	octets := []byte(secret)
	keys, err := scp03.NewKeys(7, octets, octets, octets)
	require.NoError(t, err)
	clear(octets) // the keys are copies
	clone, same := keys.Clone(), keys
	want, _ := clone.ENC.CheckValue()
	keys.Wipe()
	zero, _ := mustKey(t, make([]byte, 16)).CheckValue()
	for _, k := range []scp03.Key{same.ENC, same.MAC, same.DEK} {
		got, _ := k.CheckValue()
		require.Equal(t, zero, got)
	}
	for _, k := range []scp03.Key{clone.ENC, clone.MAC, clone.DEK} {
		got, _ := k.CheckValue()
		require.Equal(t, want, got)
	}
	require.Equal(t, byte(7), clone.Version)
	scp03.Keys{}.Wipe() // nothing to wipe, nothing to clone
	require.Zero(t, scp03.Keys{}.Clone().ENC.Len())
}
