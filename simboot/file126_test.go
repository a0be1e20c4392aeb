package simboot_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// bootstrap126 brings the known good file into a store, over card, and checks
// every value of it.
func bootstrap126(t *testing.T, card apdu.CardTransport) simboot.Result {
	t.Helper()
	var store bootstrapper.MemStore
	res, err := simboot.Bootstrap(t.Context(), card, &store, nil)
	require.NoError(t, err)
	require.True(t, res.Changed)
	require.Equal(t, bootstrapper.Smartcard, res.Origin)
	require.Equal(t, bootstrapper.DigestOf(file126(t)), res.Digest)

	state, err := store.Load(context.Background())
	require.NoError(t, err)
	tree := state.Tree()
	require.Equal(t, 2, tree.Len(), "Object Instances")

	in, ok := tree.Instance(objects.ObjectSecurity, 1)
	require.True(t, ok)
	require.Equal(t, 6, in.Len(), "Resources of /0/1")
	security, err := in.Security()
	require.NoError(t, err)
	require.Equal(t, "coaps://eu.iot.avsystem.cloud:5684", security.URI)
	require.False(t, security.BootstrapServer)
	require.Equal(t, objects.ModePSK, security.Mode)
	require.Equal(t, "example-psk-identity", string(security.Identity))
	require.True(t, security.SecretKey.Equal(objects.NewSecret([]byte("3x@mpl3P5K53cr3tK3y"))))
	require.Equal(t, uint16(1), security.ShortServerID)

	in, ok = tree.Instance(objects.ObjectServer, 1)
	require.True(t, ok)
	require.Equal(t, 4, in.Len(), "Resources of /1/1")
	server, err := in.Server()
	require.NoError(t, err)
	require.Equal(t, objects.Server{
		ShortServerID: 1, Lifetime: 86400, NotificationStoring: objects.Some(false), Binding: "U",
	}, server)
	require.Len(t, res.Accounts(), 1)

	content, err := tree.Encode()
	require.NoError(t, err)
	written, err := tlv.AppendFile(nil, content)
	require.NoError(t, err)
	require.Equal(t, file126(t), written, "the tree written back is the file")
	return res
}

func TestBootstrapFromACard(t *testing.T) {
	card := newCard126(t)
	res := bootstrap126(t, card)
	require.Equal(t, simboot.Found{
		Way:       simboot.ByAID,
		Channel:   1,
		AID:       apdu.AIDPKCS15,
		Place:     "A000000063504B43532D3135 6432 0+0 0 126 672B0901",
		Directory: ref(pkcs15.FIDDODF),
		OID:       pkcs15.OIDLwM2M,
		File:      ref(pkcs15.FIDBootstrap),
		Size:      126,
		Stats:     res.Found.Stats,
	}, res.Found)
	require.Empty(t, card.OpenChannels())
}

func TestBootstrapOverAModem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard126(t)
		modem := csim.NewModem(simcard.NewModem(card), nil)
		defer modem.Close()
		bootstrap126(t, csim.New(modem))
		require.Empty(t, card.OpenChannels())
	})
}

func TestReadReturnsTheContentWithoutPadding(t *testing.T) {
	content, found, err := simboot.Read(t.Context(), newCard126(t), nil)
	require.NoError(t, err)
	require.Equal(t, pkcs15.Octets(file126(t)), content)
	require.Equal(t, 126, found.Size)
}

func TestFoundTellsWhatTheEntrySays(t *testing.T) {
	row := entry(t, pkcs15.DataObject{
		ID: pkcs15.OIDLwM2MDoubleWrapped, Ref: ref(0x7FFF, 0x6432),
		Label: "LwM2M", Private: true, Modifiable: true,
	})
	card := newCard126(t, simcard.Files(simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDDODF, row))))
	_, found, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.Equal(t, pkcs15.OIDLwM2MDoubleWrapped, found.OID)
	require.Equal(t, "LwM2M", found.Label)
	require.True(t, found.Private)
	require.True(t, found.Modifiable)
	require.Equal(t, ref(0x7FFF, 0x6432), found.File)
	require.False(t, found.InDODF)
}
