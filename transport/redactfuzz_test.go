package transport_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// FuzzRedactedBootstrapFile: whatever the file holds, its redacted session
// goes the same way.
func FuzzRedactedBootstrapFile(f *testing.F) {
	f.Add(file126(f), uint8(0))
	f.Add([]byte{0, 0, 0, 9}, uint8(1))
	f.Add([]byte{0xFF, 0xFF, 0x80, 0}, uint8(2))
	f.Add([]byte{0, 1, 0, 11, 0, 0, 0, 0, 6, 8, 0, 3, 0xC1, 5, 0x31}, uint8(4))
	f.Fuzz(func(t *testing.T, content []byte, kind uint8) {
		if len(content) > 1024 {
			return
		}
		opts := [][]simcard.Option{nil, {simcard.T0}, {simcard.IndexAndLength}, {simcard.ReadPastEnd6282}, {simcard.DirectContent}}[kind%5]
		if kind%5 == 4 && len(content) > 150 {
			return // EF(DODF) has room for no more
		}
		card := newCard(t, append(opts, simcard.BootstrapFile(content))...)
		recorded, want, failed := recordRead(t, card, nil)
		replay := transport.Replay(recorded.Redacted())
		got, _, err := simboot.Read(t.Context(), replay, nil)
		require.NoError(t, replay.Close())
		require.Equal(t, failed == nil, err == nil, "%v, not %v", err, failed)
		require.Len(t, got, len(want))
	})
}

// FuzzRedactedDirectories: whatever ODF and DODF hold, no row of their bytes
// stays that is not a path or an OID; and redacting again changes nothing.
func FuzzRedactedDirectories(f *testing.F) {
	f.Add(unhex(f, "A706300404026430"), unhex(f, "A11E300030110C0F4C774D324D20426F6F747374726170A10730050603672B09"))
	f.Add(unhex(f, "FF A706300404026430"), unhex(f, "A119 3000 3000 A000 A111 300F 0604672B0901 A007 0405 3132333435"))
	f.Fuzz(func(t *testing.T, odf, dodf []byte) {
		if len(odf) == 0 || len(dodf) == 0 || len(odf) > 256 || len(dodf) > 256 {
			return
		}
		app := simcard.ADF(apdu.AIDPKCS15, simcard.EF(0x5031, odf), simcard.EF(0x6430, dodf), simcard.EF(0x6432, file126(t)))
		recorded, _, _ := recordRead(t, newCard(t, simcard.Files(app)), nil)
		redacted := recorded.Redacted()
		require.Equal(t, shape(format(t, recorded)), shape(format(t, redacted)))
		require.Equal(t, redacted, redacted.Redacted())
		var text bytes.Buffer
		require.NoError(t, transport.Redact(&text, bytes.NewBufferString(format(t, recorded))))
		require.Equal(t, format(t, redacted), text.String())
	})
}
