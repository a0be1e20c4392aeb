package personal_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestWriteAndInspectBehindAModem(t *testing.T) {
	for _, opts := range [][]simcard.ModemOption{nil, {simcard.HandsOver61(), simcard.HandsOver6C()}, {simcard.ZerosBeforeSW}} {
		synctest.Test(t, func(t *testing.T) {
			card := newCard(t, other(t), simcard.T0)
			modem := csim.NewModem(simcard.NewModem(card, opts...), nil)
			access := csim.NewAccess(modem, nil)
			res, err := personal.Write(t.Context(), access, file126(t), personal.Options{Key: key(t, adm)})
			require.NoError(t, err)
			require.True(t, res.Verified)
			require.Equal(t, filled(file126(t), 1024), onCard(t, card))
			r, err := personal.Inspect(t.Context(), access, nil)
			require.NoError(t, err)
			require.Contains(t, tree(t, r), "126 of 1024 octets, 2 objects")
			require.NoError(t, modem.Close())
		})
	}
}

func TestCardWithoutChannelsIsWrittenOnTheBasicOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard(t, other(t), simcard.Channels(0))
		modem := csim.NewModem(simcard.NewModem(card), nil)
		defer modem.Close()
		access := csim.NewAccess(modem, nil)
		opts := personal.Options{Key: key(t, adm)}
		_, err := personal.Write(t.Context(), access, file126(t), opts)
		require.ErrorIs(t, err, apdu.ErrNoChannel)

		opts.Search.Channel = simboot.LogicalOrBasic
		res, err := personal.Write(t.Context(), access, file126(t), opts)
		require.NoError(t, err)
		require.True(t, res.Verified)
		r, err := personal.Inspect(t.Context(), access, &opts.Search)
		require.NoError(t, err)
		require.Contains(t, tree(t, r), "126 of 1024 octets, 2 objects")
	})
}

func TestWriteBehindAModemThatOpensChannelsWithAnApplicationOnly(t *testing.T) {
	for _, how := range []simcard.ModemOption{simcard.NoCSIM, simcard.NoCRSM, simcard.CRSMReboots} {
		synctest.Test(t, func(t *testing.T) {
			card := newCard(t, other(t))
			modem := csim.NewModem(simcard.NewModem(card, simcard.NoCSIM, how), nil)
			defer modem.Close()
			res, err := personal.Write(t.Context(), csim.NewAccess(modem, nil), file126(t), personal.Options{Key: key(t, adm)})
			require.NoError(t, err, "%v", how)
			require.True(t, res.Verified)
			require.Equal(t, how == simcard.NoCSIM, res.Plan.ICCID != "", "%v", how)
			require.Equal(t, filled(file126(t), 1024), onCard(t, card))
		})
	}
}
