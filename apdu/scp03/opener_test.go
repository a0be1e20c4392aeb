package scp03_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

func TestOpenerOpensAndNamesTheSession(t *testing.T) {
	card := newFileCard(t, 0, pattern(10))
	ch := apdu.BasicChannel(card)
	_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	var heard []string
	source := scp03.FixedKeys(card.keys)
	cfg := scp03.Config{ICCID: "its own", KeysFor: func(ctx context.Context, c scp03.Card) (scp03.Keys, error) {
		heard = append(heard, c.ICCID)
		return source(ctx, c)
	}}
	for _, iccid := range []string{"8988211", ""} {
		name, err := scp03.Opener(cfg)(t.Context(), ch, iccid)
		require.NoError(t, err)
		require.Equal(t, "SCP03 level 33", name)
	}
	require.Equal(t, []string{"8988211", "its own"}, heard)
	card.info.Parameter = 0
	_, err = scp03.Opener(cfg)(t.Context(), ch, "")
	require.ErrorIs(t, err, scp03.ErrNotOffered)
}
