package simboot_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// sizes are contents and the READs that they cost in an EF of ef octets.
var sizes = []struct{ content, ef, reads int }{
	{126, 126, 1},
	{126, 1024, 1},
	{255, 255, 1},
	{256, 256, 1},
	{256, 1024, 1},
	{257, 257, 2},
	{257, 1024, 2},
	{300, 32 << 10, 2}, // padding is not read
	{512, 512, 2},
	{513, 513, 3},
	{1000, 32 << 10, 4},
	{32767, 32767, 128},
	{32768, 32768, 128},
	{32769, 40000, 129},
	{32772, 32772, 129}, // the last four octets lie behind what P1 P2 can say
	{32772, 0xFFFF, 129},
}

func TestBootstrapCostsEightCommandsAndTheReadsOfTheFile(t *testing.T) {
	for _, tt := range sizes {
		t.Run(fmt.Sprintf("%d octets in an EF of %d", tt.content, tt.ef), func(t *testing.T) {
			file := fileOf(t, tt.content)
			card := newCard(t, simcard.BootstrapFile(file), simcard.BootstrapFileSize(tt.ef))
			var store bootstrapper.MemStore

			res, err := simboot.Bootstrap(t.Context(), card, &store, nil)
			require.NoError(t, err)
			require.Equal(t, tt.content, res.Found.Size)
			require.Equal(t, commandsBesideReads+tt.reads, res.Found.Stats.RoundTrips)
			require.Equal(t, commandsBesideReads+tt.reads, card.Total())
			require.Equal(t, 2, card.Commands(apdu.INSManageChannel))
			require.Equal(t, 4, card.Commands(apdu.INSSelect))
			require.Equal(t, 2+tt.reads, card.Commands(apdu.INSReadBinary))
			requireHolds(t, &store, file)
		})
	}
}

func TestEachCommandIsOneATRoundTrip(t *testing.T) {
	for _, tt := range sizes {
		t.Run(fmt.Sprintf("%d octets in an EF of %d", tt.content, tt.ef), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				file := fileOf(t, tt.content)
				card := newCard(t, simcard.BootstrapFile(file), simcard.BootstrapFileSize(tt.ef))
				modem := csim.NewModem(simcard.NewModem(card), nil)
				defer modem.Close()
				var store bootstrapper.MemStore

				res, err := simboot.Bootstrap(t.Context(), csim.New(modem), &store, nil)
				require.NoError(t, err)
				require.Equal(t, commandsBesideReads+tt.reads, res.Found.Stats.RoundTrips)
				require.Equal(t, commandsBesideReads+tt.reads, modem.Stats().RoundTrips)
				require.Equal(t, commandsBesideReads+tt.reads, card.Total())
				requireHolds(t, &store, file)
			})
		})
	}
}

func TestStatsCountTheBytesOfCommandsAndAnswers(t *testing.T) {
	card := newCard126(t)
	var sent, received int
	counted := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		sent += len(capdu)
		received += len(rapdu)
		return rapdu, err
	})
	_, found, err := simboot.Read(t.Context(), counted, nil)
	require.NoError(t, err)
	require.Equal(t, apdu.Stats{RoundTrips: 9, Sent: sent, Received: received}, found.Stats)
}

func TestKnownPlaceCostsFewerCommands(t *testing.T) {
	for _, tt := range []struct {
		name string
		file apdu.Path
		want int
	}{
		{"below the MF", fids(0x3F00, 0x7F50, 0x6432), 4},
		{"below the application", fids(0x6432), 5},
		{"below the current application", fids(0x7FFF, 0x6432), 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card := newCard126(t)
			_, found, err := simboot.Read(t.Context(), card, &simboot.Config{File: tt.file})
			require.NoError(t, err)
			require.Equal(t, tt.want, found.Stats.RoundTrips)
			require.Equal(t, tt.want, card.Total())
		})
	}
}
