package image_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// FuzzBuild: whatever Build makes is read back by a device, and by a card that
// the script has written.
func FuzzBuild(f *testing.F) {
	f.Add(file126(f), uint16(0), "", "", []byte(nil), uint16(0), uint16(0), uint16(0), uint16(0))
	f.Add(file126(f), uint16(0b1_0101), "label", "name", []byte{1}, uint16(32), uint16(200), uint16(0x6F31), uint16(9))
	f.Add([]byte{0, 0, 0, 0}, uint16(0b10), "", "x", []byte{}, uint16(0), uint16(4), uint16(0), uint16(0))
	f.Fuzz(func(t *testing.T, content []byte, bits uint16, label, name string, authID []byte, offset, size, fid, chunk uint16) {
		o := image.Options{
			Form: pkcs15.Form(bits & 1), Paths: image.Paths(bits >> 1 & 3), Index: bits&8 != 0, NoDF: bits&16 != 0,
			Private: bits&32 != 0, Modifiable: bits&64 != 0,
			Label: label, ApplicationName: name, AppLabel: name, AuthID: authID,
			Offset: int(offset), Size: int(size), File: apdu.FID(fid),
		}
		if bits&128 != 0 {
			o.More = []pkcs15.DataObject{otherObject}
		}
		m, err := image.Build(content, o)
		if err != nil {
			return
		}
		n, err := tlv.FileSize(content)
		require.NoError(t, err)
		want := content[:n]
		for object, err := range pkcs15.ParseDODF(m.DODF.Content) {
			require.NoError(t, err)
			if object.ID != otherObject.ID {
				require.Equal(t, label, object.Label)
				require.Equal(t, o.Private, object.Private)
				require.True(t, bytes.Equal(authID, object.AuthID))
			}
		}
		check := func(card apdu.CardTransport) {
			got, _, err := simboot.Read(t.Context(), card, nil)
			if tlv.Empty(content) {
				require.ErrorIs(t, err, simboot.ErrNoData)
				return
			}
			require.NoError(t, err)
			require.Equal(t, want, []byte(got))
		}
		if len(name) > 32 || apdu.FID(fid) == 0x6F06 { // no label, and no identifier, of the simulated card's
			return
		}
		check(cardOf(t, m, func(f image.File) []byte { return f.Content }))
		card := cardOf(t, m, func(f image.File) []byte { return erased(len(f.Content)) })
		run(t, card, apdus(t, m, image.ScriptOptions{Chunk: 4 + int(chunk%252)}), all)
		check(card)
	})
}
