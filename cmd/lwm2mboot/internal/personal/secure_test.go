package personal_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func scpKeys(t testing.TB, n byte) scp03.Keys {
	keys, err := scp03.NewKeys(0, bytes.Repeat([]byte{n}, 16), bytes.Repeat([]byte{n + 1}, 16), nil)
	require.NoError(t, err)
	return keys
}

func secureOptions(t testing.TB, mode simboot.SecureMode, n byte) personal.Options {
	return personal.Options{Key: key(t, adm), Search: simboot.Config{SecureChannel: simboot.SecureChannel{
		Mode: mode, ICCID: true, Open: scp03.Opener(scp03.Config{KeysFor: scp03.FixedKeys(scpKeys(t, n))})}}}
}

func TestWriteAndInspectThroughTheSecureChannel(t *testing.T) {
	demand := simcard.AllOf(simcard.ADM1, simcard.Secured(scp03.Level33))
	card := newCard(t, other(t), simcard.SecureChannel(scpKeys(t, 0x10)),
		simcard.ReadCondition(simcard.Secured(scp03.Level33), pkcs15.FIDBootstrap), simcard.UpdateCondition(demand, pkcs15.FIDBootstrap))
	var seen bytes.Buffer
	wire := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		seen.Write(capdu)
		rapdu, err := card.Transmit(ctx, capdu)
		seen.Write(rapdu)
		return rapdu, err
	})
	opts := secureOptions(t, simboot.SecureRequired, 0x10)
	var asked string
	opts.Confirm = func(_ context.Context, p personal.Plan) error {
		asked = p.String()
		return nil
	}
	res, err := personal.Write(t.Context(), wire, file126(t), opts)
	require.NoError(t, err)
	require.True(t, res.Verified)
	require.Equal(t, filled(file126(t), 1024), onCard(t, card))
	require.Contains(t, asked, "through      SCP03 level 33")
	require.False(t, strings.Contains(seen.String(), "example-psk-identity") || strings.Contains(seen.String(), adm))

	r, err := personal.Inspect(t.Context(), wire, &opts.Search)
	require.NoError(t, err)
	require.Contains(t, tree(t, r), "by AID, through SCP03 level 33")
	require.Contains(t, tree(t, r), "126 of 1024 octets, 2 objects")

	_, err = personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm), Force: true})
	require.ErrorIs(t, err, personal.ErrNoKey, "the card demands it")
}

func TestWrongKeysOfTheSecureChannelAreNoMissingFile(t *testing.T) {
	card := newCard(t, other(t), simcard.SecureChannel(scpKeys(t, 0x10)))
	_, err := personal.Write(t.Context(), card, file126(t), secureOptions(t, simboot.SecurePreferred, 0x20))
	require.ErrorIs(t, err, simboot.ErrSecureChannel)
	require.ErrorIs(t, err, scp03.ErrNotAuthenticated)
	require.NotErrorIs(t, err, personal.ErrNoFile)

	plain := newCard(t, other(t))
	_, err = personal.Write(t.Context(), plain, file126(t), secureOptions(t, simboot.SecureRequired, 0x10))
	require.ErrorIs(t, err, scp03.ErrNotOffered)
	res, err := personal.Write(t.Context(), plain, file126(t), secureOptions(t, simboot.SecurePreferred, 0x10))
	require.NoError(t, err)
	require.Empty(t, res.Plan.Secure)

	bad := secureOptions(t, 0, 0x10)
	_, err = personal.Write(t.Context(), plain, file126(t), bad)
	require.ErrorIs(t, err, personal.ErrOptions)
}

// Who sits on the line can end no file, and lead to no other one.
func TestBareStatusWordLeavesNothingBehindAndLeadsNowhere(t *testing.T) {
	old := bytes.Repeat([]byte("SECRET--"), 128)
	copy(old, []byte{0, 2, 3, 0xFC})
	for _, sw := range [][]byte{{0x6B, 0x00}, {0x6A, 0x82}, {0x94, 0x02}} {
		for k := range 30 {
			card := newCard(t, old, simcard.SecureChannel(scpKeys(t, 0x10)))
			n := 0
			wire := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
				rapdu, err := card.Transmit(ctx, capdu)
				if scp := capdu[0]&0b1100 != 0; scp && (capdu[1] == apdu.INSReadBinary || capdu[1] == apdu.INSSelect) {
					if n++; n-1 == k {
						return sw, nil
					}
				}
				return rapdu, err
			})
			res, err := personal.Write(t.Context(), wire, file126(t), secureOptions(t, simboot.SecureRequired, 0x10))
			if err == nil && res.Verified {
				require.Zero(t, bytes.Count(onCard(t, card), []byte("SECRET")), "at %d", k)
			}
		}
	}
}
