package personal_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// adm is the key of the test's cards.
const adm = "12345678"

// shortKey is none that a card takes.
var shortKey = objects.NewSecret([]byte{1, 2, 3, 4})

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

// other is another content, of the same length.
func other(t testing.TB) []byte {
	b := file126(t)
	b[20]++
	return b
}

// short is a shorter one: the Server object alone.
func short(t testing.TB) []byte {
	b := file126(t)
	return append([]byte{0, 1, 0, 23}, b[103:]...)
}

// erased is n octets of FF.
func erased(n int) []byte { return bytes.Repeat([]byte{0xFF}, n) }

func key(t testing.TB, text string) objects.Secret {
	t.Helper()
	k, err := personal.ParseKey(text)
	require.NoError(t, err)
	return k
}

// newCard is a card with content in its file, and the issuer's key.
func newCard(t testing.TB, content []byte, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	opts = append([]simcard.Option{simcard.BootstrapFile(content), simcard.PIN(simcard.ADM1, adm, 3)}, opts...)
	card, err := simcard.New(opts...)
	require.NoError(t, err)
	return card
}

var bootstrapRef = apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{pkcs15.FIDBootstrap}}

// onCard is the whole bootstrap file.
func onCard(t testing.TB, card *simcard.Card) []byte {
	t.Helper()
	b, err := card.FileContent(bootstrapRef)
	require.NoError(t, err)
	return b
}

// filled is content with FF to n octets.
func filled(content []byte, n int) []byte {
	return append(bytes.Clone(content), erased(n-len(content))...)
}

// verifies counts the VERIFYs with a key in them, and those without.
type verifies struct{ keys, questions int }

func (v *verifies) watch(card *simcard.Card) {
	card.Observe(func(cmd apdu.Command, _ apdu.SW) {
		switch {
		case cmd.INS != apdu.INSVerify:
		case len(cmd.Data) > 0:
			v.keys++
		default:
			v.questions++
		}
	})
}

// mangling changes commands on their way: a card whose memory is bad.
type mangling struct {
	card   apdu.CardTransport
	change func(c *apdu.Command)
}

func (m mangling) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(bytes.Clone(capdu))
	if err != nil {
		return nil, err
	}
	m.change(&c)
	if capdu, err = c.Bytes(); err != nil {
		return nil, err
	}
	return m.card.Transmit(ctx, capdu)
}

// answering answers every SELECT of a file by sw.
type answering struct {
	card apdu.CardTransport
	file string
	sw   apdu.SW
}

func (a answering) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(capdu)
	if err == nil && c.INS == apdu.INSSelect && string(c.Data) == a.file {
		return apdu.Response{SW: a.sw}.AppendTo(nil), nil
	}
	return a.card.Transmit(ctx, capdu)
}
