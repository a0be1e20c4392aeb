package personal_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// FuzzWrite: a card, cut off at any command, holds the old file, an empty one,
// or the new content with nothing else behind it; an error changed nothing or
// emptied it.
func FuzzWrite(f *testing.F) {
	f.Add(file126(f), other(f), uint8(0), uint8(0))
	f.Add(short(f), file126(f), uint8(40), uint8(20))
	f.Add([]byte{0, 0, 0, 0}, file126(f), uint8(4), uint8(0))
	f.Fuzz(func(t *testing.T, next, old []byte, chunk, cut uint8) {
		old = append(old, erased(8)...)
		if len(old) > 2000 {
			return
		}
		card := newCard(t, nil, simcard.Files(inApp(simcard.EF(pkcs15.FIDBootstrap, old))))
		var way apdu.CardTransport = card
		if cut > 0 {
			way = transport.Fault(card, transport.Since(transport.At(int(cut))), transport.Fail(apdu.ErrNoCard))
		}
		_, err := personal.Write(t.Context(), way, next, personal.Options{Key: key(t, adm), Chunk: 4 + int(chunk)%252})
		got := onCard(t, card)
		require.Len(t, got, len(old))
		content, notOne := image.Exact(next)
		switch {
		case bytes.Equal(got, old):
		case tlv.Empty(got) && err != nil:
			require.NoError(t, notOne)
		default:
			require.NoError(t, notOne)
			require.True(t, bytes.HasPrefix(got, content))
			rest := got[len(content):]
			require.Empty(t, bytes.Trim(rest, "\x00\xFF"), "something is left of the old content")
		}
		if err == nil { // what is empty may stay so in its own way
			require.True(t, bytes.HasPrefix(got, content) || tlv.Empty(got) && tlv.Empty(content))
		}
	})
}
