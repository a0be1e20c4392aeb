package simboot_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestUnchangedCardIsNotAppliedAgain(t *testing.T) {
	card := newCard126(t)
	var store counting
	for i := range 3 {
		res, err := simboot.Bootstrap(t.Context(), card, &store, nil)
		require.NoError(t, err)
		require.Equal(t, i == 0, res.Changed)
		require.Equal(t, i == 0, len(res.Applied) > 0)
		require.Equal(t, 126, res.Found.Size, "it was read all the same")
		require.Len(t, res.Accounts(), 1)
		require.Equal(t, 1, store.replaced)
		requireHolds(t, &store, file126(t))
	}
}

func TestOtherPaddingIsNoChange(t *testing.T) {
	var store counting
	for _, size := range []int{126, 200, 4000} {
		card := newCard(t, simcard.BootstrapFile(file126(t)), simcard.BootstrapFileSize(size))
		_, err := simboot.Bootstrap(t.Context(), card, &store, nil)
		require.NoError(t, err)
	}
	require.Equal(t, 1, store.replaced)
}

func TestChangedCardReplacesWhatItGaveBefore(t *testing.T) {
	card := newCard126(t)
	var store counting
	_, err := simboot.Bootstrap(t.Context(), card, &store, nil)
	require.NoError(t, err)

	other := fileOf(t, 400)
	require.NoError(t, card.SetBootstrapFile(other))
	res, err := simboot.Bootstrap(t.Context(), card, &store, nil)
	require.NoError(t, err)
	require.True(t, res.Changed)
	require.Equal(t, bootstrapper.DigestOf(other), res.Digest)
	require.Equal(t, 2, store.replaced)
	requireHolds(t, &store, other)
}

func TestCardThatBecameEmptyLeavesTheStoreAsItWas(t *testing.T) {
	card := newCard126(t)
	var store counting
	_, err := simboot.Bootstrap(t.Context(), card, &store, nil)
	require.NoError(t, err)

	require.NoError(t, card.SetBootstrapFile(nil))
	_, err = simboot.Bootstrap(t.Context(), card, &store, nil)
	require.ErrorIs(t, err, simboot.ErrNoData)
	require.Equal(t, 1, store.replaced)
	requireHolds(t, &store, file126(t))
}

func TestChannelIsClosedBeforeTheStoreIsAsked(t *testing.T) {
	card := newCard126(t)
	_, err := simboot.Bootstrap(t.Context(), card, &loading{load: func() {
		require.Empty(t, card.OpenChannels())
		require.Equal(t, commandsBesideReads+1, card.Total())
	}}, nil)
	require.NoError(t, err)
}

func TestOpenIsAStreamOfTheContent(t *testing.T) {
	card := newCard(t, simcard.BootstrapFile(fileOf(t, 513)))
	stream, err := simboot.Open(t.Context(), card, nil)
	require.NoError(t, err)
	require.Empty(t, card.OpenChannels())
	total := card.Total()

	content, err := io.ReadAll(stream)
	require.NoError(t, err)
	require.Equal(t, fileOf(t, 513), content)
	require.Equal(t, total, card.Total(), "everything has been read before")
	require.NoError(t, stream.Close())
}

func TestStreamThatWasClosedIsAtItsEnd(t *testing.T) {
	stream, err := simboot.Open(t.Context(), newCard126(t), nil)
	require.NoError(t, err)
	var head [4]byte
	_, err = io.ReadFull(stream, head[:])
	require.NoError(t, err)
	require.NoError(t, stream.Close())
	n, err := stream.Read(head[:])
	require.Zero(t, n)
	require.Equal(t, io.EOF, err)
	require.NoError(t, stream.Close())
}

func TestStreamHasNoOtherWayToItsContent(t *testing.T) {
	stream, err := simboot.Open(t.Context(), newCard126(t), nil)
	require.NoError(t, err)
	defer stream.Close()
	_, ok := stream.(io.WriterTo)
	require.False(t, ok)
	_, ok = stream.(io.Seeker)
	require.False(t, ok)
}

func TestOpenFailsAsReadDoes(t *testing.T) {
	stream, err := simboot.Open(t.Context(), newCard(t), nil)
	require.ErrorIs(t, err, simboot.ErrNoData)
	require.Nil(t, stream)
}

func TestStreamCanBeApplied(t *testing.T) {
	stream, err := simboot.Open(t.Context(), newCard126(t), nil)
	require.NoError(t, err)
	defer stream.Close()
	var store bootstrapper.MemStore
	_, err = bootstrapper.Apply(t.Context(), stream, &store, nil)
	require.NoError(t, err)
	requireHolds(t, &store, file126(t))
}
