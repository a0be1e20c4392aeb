package transport_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// unhex reads hex with blanks.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

// file126 is the known good file.
func file126(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	return unhex(t, string(text))
}

func newCard(t testing.TB, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	card, err := simcard.New(opts...)
	require.NoError(t, err)
	return card
}

// parse reads a transcript; the version line is put ahead.
func parse(t testing.TB, text string) *transport.Transcript {
	t.Helper()
	parsed, err := transport.ParseTranscript(strings.NewReader("lwm2mboot transcript 1\n" + text))
	require.NoError(t, err)
	return parsed
}

func format(t testing.TB, transcript *transport.Transcript) string {
	t.Helper()
	var b bytes.Buffer
	n, err := transcript.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.String()
}

// redact redacts steps in the text form; the version line is put ahead, and
// not expected.
func redact(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, transport.Redact(&b, strings.NewReader("lwm2mboot transcript 1\n"+text)))
	rest, ok := strings.CutPrefix(b.String(), "lwm2mboot transcript 1\n")
	require.True(t, ok)
	return rest
}

// transmit sends one command in hex.
func transmit(t testing.TB, card apdu.CardTransport, capdu string) ([]byte, error) {
	t.Helper()
	return card.Transmit(t.Context(), unhex(t, capdu))
}

// recordRead records a simboot.Read. The error is Read's.
func recordRead(t testing.TB, card apdu.CardTransport, cfg *simboot.Config) (*transport.Transcript, []byte, error) {
	t.Helper()
	var b bytes.Buffer
	rec := transport.Record(card, &b)
	content, _, failed := simboot.Read(t.Context(), rec, cfg)
	require.NoError(t, rec.Err())
	transcript, err := transport.ParseTranscript(&b)
	require.NoError(t, err)
	return transcript, content, failed
}

// fixed answers every command alike.
func fixed(rapdu []byte, err error) apdu.CardTransport {
	return apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return bytes.Clone(rapdu), err })
}
