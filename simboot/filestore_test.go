//go:build unix

package simboot_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// onDisk is all that is in a directory: names and contents.
func onDisk(t *testing.T, dir string) []byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var all []byte
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		all = append(append(all, e.Name()...), b...)
	}
	return all
}

// windows are all runs of n octets in a key.
func windows(key []byte, n int) (list [][]byte) {
	for i := range len(key) - n + 1 {
		list = append(list, key[i:i+n])
	}
	return list
}

func TestNoByteOfARemovedCardsKeysStaysOnTheDisk(t *testing.T) {
	const key, identity = "3x@mpl3P5K53cr3tK3y", "example-psk-identity"
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	card := newCard126(t)
	other := newCard(t, simcard.BootstrapFile(account(t, 9)))
	with := func(do func(store *bootstrapper.FileStore)) []byte {
		store, err := bootstrapper.OpenFileStore(path)
		require.NoError(t, err)
		do(store)
		require.NoError(t, store.Close())
		return onDisk(t, dir)
	}
	fast := &simboot.Config{RemovalDelay: 1}

	found := with(func(s *bootstrapper.FileStore) { require.Equal(t, simboot.Changed, check(t, card, s, fast).Change) })
	require.Contains(t, string(found), key, "or else this test shows nothing")
	found = with(func(s *bootstrapper.FileStore) { require.Equal(t, simboot.Changed, check(t, other, s, fast).Change) })
	require.Contains(t, string(found), key, "put aside")

	other.Remove()
	found = with(func(s *bootstrapper.FileStore) { require.Equal(t, simboot.Removed, check(t, other, s, fast).Change) })
	for _, secret := range []string{key, identity} {
		for _, w := range windows([]byte(secret), 4) {
			require.False(t, bytes.Contains(found, w))
			require.False(t, bytes.Contains(bytes.ToUpper(found), bytes.ToUpper([]byte(hex.EncodeToString(w)))))
		}
	}
}

func TestTenRebootsWithAWrongPINOnDiskUseOneTry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	card := pinCard(t)
	sent := verifies(card)
	cfg, _ := answering(wrongPIN)
	for range 10 {
		store, err := bootstrapper.OpenFileStore(path)
		require.NoError(t, err)
		card.Reset()
		_, err = simboot.Check(t.Context(), card, store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
		require.NoError(t, store.Close())
	}
	require.Equal(t, 1, *sent)
	left, _ := card.TriesLeft(simcard.PIN1)
	require.Equal(t, 2, left)
	require.NotContains(t, string(onDisk(t, filepath.Dir(path))), wrongPIN)
}

func TestABootstrapOutlivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	card := newCard126(t)
	for i, want := range []simboot.Change{simboot.Changed, simboot.Unchanged, simboot.Unchanged} {
		store, err := bootstrapper.OpenFileStore(path)
		require.NoError(t, err)
		before := card.Total()
		require.Equal(t, want, check(t, card, store, nil).Change)
		if i > 0 {
			require.Equal(t, 5, card.Total()-before)
		}
		requireHolds(t, store, file126(t))
		require.NoError(t, store.Close())
	}
}
