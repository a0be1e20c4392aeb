package image_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// adm is the key of the test's cards.
const adm = "12345678"

// file126 is the known good bootstrap file.
func file126(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../../../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	require.NoError(t, err)
	require.Len(t, b, 126)
	return b
}

func built(t testing.TB, content []byte, o image.Options) *image.Image {
	t.Helper()
	m, err := image.Build(content, o)
	require.NoError(t, err)
	return m
}

// erased is n octets of FF.
func erased(n int) []byte { return bytes.Repeat([]byte{0xFF}, n) }

// cardOf is a card with the image's application; content says what is in each
// file.
func cardOf(t testing.TB, m *image.Image, content func(image.File) []byte) *simcard.Card {
	t.Helper()
	app := simcard.ADF(m.AID)
	app.FID = m.DF
	for _, f := range m.Files() {
		if f.Ref.App != "" {
			app.Children = append(app.Children, simcard.EF(f.Ref.Path[0], content(f)))
		}
	}
	dir := simcard.RecordEF(apdu.FIDDir, content(m.Dir), erased(len(m.Dir.Content)))
	card, err := simcard.New(simcard.PIN(simcard.ADM1, adm, 3), simcard.Files(app, dir))
	require.NoError(t, err)
	return card
}

// readBack is what a device reads.
func readBack(t testing.TB, card apdu.CardTransport, search simboot.Search, oids ...pkcs15.OID) []byte {
	t.Helper()
	content, _, err := simboot.Read(t.Context(), card, &simboot.Config{Search: search, OIDs: oids})
	require.NoError(t, err)
	return content
}
