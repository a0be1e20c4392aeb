//go:build interop

package interop

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/pcsc"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
	"github.com/lwm2mboot/lwm2mboot/transport/transporttest"
)

// bootstrapFile is the known good file of 126 bytes.
func bootstrapFile(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	require.NoError(t, err)
	return b
}

func newCard(t *testing.T, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	card, err := simcard.New(append(opts, simcard.BootstrapFile(bootstrapFile(t)))...)
	require.NoError(t, err)
	return card
}

func connect(t *testing.T, cfg *pcsc.Config) *pcsc.Card {
	t.Helper()
	card, err := pcsc.Connect(t.Context(), readerName, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, card.Close()) })
	return card
}

// handed puts a card back into the reader that fell out with the last command,
// as a person would before the next one.
type handed struct {
	*pcsc.Card
	t  *testing.T
	in *inserted
}

func (h handed) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	if h.in.out() {
		h.in.putIn(h.t)
	}
	return h.Card.Transmit(ctx, capdu)
}

func TestTransportKeepsItsContractOverPCSC(t *testing.T) {
	transporttest.Test(t, transporttest.Config{
		Concurrent: true,
		New: func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
			in := insert(t, card, atrT1)
			return handed{connect(t, nil), t, in}
		},
	})
}

func TestBootstrapOverPCSC(t *testing.T) {
	for _, tt := range []struct {
		name    string
		atr     []byte
		with    []simcard.Option
		shared  bool
		channel simboot.ChannelPolicy
		number  int
	}{
		{name: "T=1, logical channel", atr: atrT1, number: 1},
		{name: "T=1, basic channel", atr: atrT1, channel: simboot.BasicOnly},
		{name: "T=0, logical channel", atr: atrT0, with: []simcard.Option{simcard.T0}, number: 1},
		{name: "T=0, basic channel", atr: atrT0, with: []simcard.Option{simcard.T0}, channel: simboot.BasicOnly},
		{name: "T=0, no channels", atr: atrT0, with: []simcard.Option{simcard.T0, simcard.Channels(0)}, channel: simboot.LogicalOrBasic},
		{name: "shared", atr: atrT1, shared: true, number: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sim := newCard(t, tt.with...)
			insert(t, sim, tt.atr)
			card := connect(t, &pcsc.Config{Shared: tt.shared})
			atr, err := card.ATR(t.Context())
			require.NoError(t, err)
			require.Equal(t, tt.atr, atr)

			store := new(bootstrapper.MemStore)
			cfg := &simboot.Config{Channel: tt.channel}
			result, err := simboot.Bootstrap(t.Context(), card, store, cfg)
			require.NoError(t, err)
			require.True(t, result.Changed)
			require.Equal(t, tt.number, result.Found.Channel)
			require.Empty(t, sim.OpenChannels())

			check, err := simboot.Check(t.Context(), card, store, cfg)
			require.NoError(t, err)
			require.Equal(t, simboot.Unchanged, check.Change)
			require.NoError(t, check.Problem)

			file, _, err := simboot.Read(t.Context(), card, cfg)
			require.NoError(t, err)
			require.True(t, bytes.Equal(bootstrapFile(t), file))
		})
	}
}

func TestSecureChannelOverPCSC(t *testing.T) {
	keys, err := scp03.NewKeys(0x30, bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 16), nil)
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		atr  []byte
		with []simcard.Option
	}{"T=1": {atrT1, nil}, "T=0": {atrT0, []simcard.Option{simcard.T0}}} {
		t.Run(name, func(t *testing.T) {
			sim := newCard(t, append(tt.with, simcard.SecureChannel(keys),
				simcard.ReadCondition(simcard.Secured(scp03.Level33), pkcs15.FIDBootstrap))...)
			insert(t, sim, tt.atr)
			card := connect(t, nil)
			_, _, err := simboot.Read(t.Context(), card, nil)
			require.ErrorIs(t, err, apdu.ErrSecurity)
			file, found, err := simboot.Read(t.Context(), card, &simboot.Config{SecureChannel: simboot.SecureChannel{
				Mode: simboot.SecureRequired, Open: scp03.Opener(scp03.Config{KeysFor: scp03.FixedKeys(keys)})}})
			require.NoError(t, err)
			require.True(t, bytes.Equal(bootstrapFile(t), file))
			require.Equal(t, "SCP03 level 33", found.Secure)
		})
	}
}

func TestPINIsVerifiedOverPCSCAndAskedForAgainAfterClose(t *testing.T) {
	sim := newCard(t, simcard.PIN(simcard.PIN1, "2468", 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	insert(t, sim, atrT1)
	cfg := &simboot.Config{Channel: simboot.BasicOnly, PIN: simboot.PINPolicy{
		Ask: func(context.Context, simboot.PINRequest) ([]byte, error) { return []byte("2468"), nil },
	}}
	card := connect(t, nil)
	_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
	require.NoError(t, err)
	require.True(t, sim.Verified(simcard.PIN1))
	require.NoError(t, card.Close())
	require.False(t, sim.Verified(simcard.PIN1))
}

func TestSecondProgramIsToldThatTheCardIsBusy(t *testing.T) {
	insert(t, newCard(t), atrT1)
	connect(t, nil)
	for _, shared := range []bool{false, true} {
		_, err := pcsc.Connect(t.Context(), readerName, &pcsc.Config{Shared: shared})
		require.ErrorIs(t, err, apdu.ErrCardBusy)
		require.ErrorIs(t, err, pcsc.CodeSharingViolation)
	}
}

func TestResetByAnotherProgramIsToldOnce(t *testing.T) {
	sim := newCard(t)
	insert(t, sim, atrT1)
	mine, other := connect(t, &pcsc.Config{Shared: true}), connect(t, &pcsc.Config{Shared: true})
	channel, err := apdu.OpenChannel(t.Context(), mine)
	require.NoError(t, err)
	require.NoError(t, other.Reset(t.Context()))
	require.Empty(t, sim.OpenChannels())
	_, err = channel.Transmit(t.Context(), apdu.Status(0))
	require.ErrorIs(t, err, pcsc.ErrReset)

	file, _, err := simboot.Read(t.Context(), mine, nil)
	require.NoError(t, err)
	require.True(t, bytes.Equal(bootstrapFile(t), file))
}

func TestCheckFollowsACardThatIsTakenOut(t *testing.T) {
	sim := newCard(t)
	in := insert(t, sim, atrT1)
	card := connect(t, nil)
	store := new(bootstrapper.MemStore)
	cfg := &simboot.Config{RemovalDelay: time.Millisecond}
	_, err := simboot.Bootstrap(t.Context(), card, store, cfg)
	require.NoError(t, err)

	in.fallOut(t)
	check, err := simboot.Check(t.Context(), card, store, cfg)
	require.NoError(t, err)
	require.Equal(t, simboot.Removed, check.Change)
	require.ErrorIs(t, check.Problem, apdu.ErrNoCard)
	_, err = card.ATR(t.Context())
	require.ErrorIs(t, err, apdu.ErrNoCard)

	in.putIn(t)
	check, err = simboot.Check(t.Context(), card, store, cfg)
	require.NoError(t, err)
	require.Equal(t, simboot.Changed, check.Change)
	require.NoError(t, check.Problem)
}

func TestNoCardAndNoReaderAreTold(t *testing.T) {
	awaitReader(t, "no card", isEmpty)
	_, err := pcsc.Connect(t.Context(), readerName, nil)
	require.ErrorIs(t, err, apdu.ErrNoCard)
	_, err = pcsc.Connect(t.Context(), "No such reader", nil)
	require.ErrorIs(t, err, pcsc.ErrNoReader)
	require.Contains(t, err.Error(), readerName)
}
