package main

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func bootstrapFile(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	file, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	return file
}

func TestBootstrapReturnsTheServersOfTheSIM(t *testing.T) {
	card, err := simcard.New(simcard.BootstrapFile(bootstrapFile(t)))
	require.NoError(t, err)
	modem := simcard.NewModem(card)
	defer modem.Close()

	accounts, err := bootstrap(t.Context(), newATQueue(modem), &flash{})
	require.NoError(t, err)
	require.Len(t, accounts, 1)
	require.Equal(t, "coaps://eu.iot.avsystem.cloud:5684", accounts[0].Security.URI)
	require.Empty(t, card.OpenChannels())
}

func TestBootstrapWithoutDataGoesOnWithTheStore(t *testing.T) {
	card, err := simcard.New()
	require.NoError(t, err)
	modem := simcard.NewModem(card)
	defer modem.Close()

	accounts, err := bootstrap(t.Context(), newATQueue(modem), &flash{})
	require.NoError(t, err)
	require.Empty(t, accounts)
}

func TestATQueueTellsWhatTheModemRefuses(t *testing.T) {
	card, err := simcard.New()
	require.NoError(t, err)
	card.Remove()
	modem := simcard.NewModem(card)
	defer modem.Close()

	_, err = newATQueue(modem).Command(t.Context(), `AT+CSIM=10,"0070000001"`)
	require.Error(t, err)
}

func TestFlashKeepsAllOfAState(t *testing.T) {
	var memory bootstrapper.MemStore
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(bootstrapFile(t)), &memory, nil)
	require.NoError(t, err)
	want := res.State
	want.Disable(bootstrapper.Smartcard, "another card")
	want.Put(bootstrapper.Server, objects.ObjectServer, objects.Server{ShortServerID: 7, Lifetime: 60}.Instance(3))
	want.SetDigest(bootstrapper.Smartcard, res.Digest)

	var store flash
	require.NoError(t, store.Replace(t.Context(), want))
	got, err := store.Load(t.Context())
	require.NoError(t, err)
	require.True(t, want.Equal(got))
}
