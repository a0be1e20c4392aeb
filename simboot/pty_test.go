//go:build linux || darwin

package simboot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard/pty"
)

func TestBootstrapOverASerialDevice(t *testing.T) {
	card := newCard126(t)
	terminal, err := pty.Open(simcard.NewModem(card))
	require.NoError(t, err)
	defer terminal.Close()
	port, err := serialport.Open(terminal.Path(), nil)
	require.NoError(t, err)
	modem := csim.NewModem(port, nil)
	defer modem.Close()

	res := bootstrap126(t, csim.New(modem))
	require.Equal(t, commandsBesideReads+1, res.Found.Stats.RoundTrips)
	require.Equal(t, commandsBesideReads+1, modem.Stats().RoundTrips)
	require.Equal(t, commandsBesideReads+1, card.Total())
	require.Empty(t, card.OpenChannels())
}
