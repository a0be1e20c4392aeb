package simcard_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// keysOf are keys of size octets, different for each version.
func keysOf(t testing.TB, version byte, size int) scp03.Keys {
	t.Helper()
	enc, mac := bytes.Repeat([]byte{0xE0, version}, size/2), bytes.Repeat([]byte{0x3A, version}, size/2)
	keys, err := scp03.NewKeys(version, enc, mac, nil)
	require.NoError(t, err)
	return keys
}

func keys16(t testing.TB) scp03.Keys { return keysOf(t, 0x30, 16) }

// demanding is a card of which the bootstrap file cannot be read without the
// secure channel at level 33.
func demanding(t testing.TB, content []byte, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	return newCard(t, append([]simcard.Option{
		simcard.BootstrapFile(content), simcard.SecureChannel(keys16(t)), simcard.Channels(19),
		simcard.ReadCondition(simcard.Secured(scp03.Level33), pkcs15.FIDBootstrap),
	}, opts...)...)
}

// selected is a logical channel with the PKCS#15 application.
func selected(t testing.TB, card apdu.CardTransport) *apdu.Channel {
	t.Helper()
	ch, err := apdu.OpenChannel(t.Context(), card)
	require.NoError(t, err)
	_, err = ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	return ch
}

// hostOf is a host that has the keys.
func hostOf(keys scp03.Keys) scp03.Config {
	return scp03.Config{KeysFor: scp03.FixedKeys(keys), Random: same{}}
}

// same is a source of challenges that are all alike: of random ones, one in 256
// makes what is wrongly decrypted look like padding.
type same struct{}

func (same) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0x5A
	}
	return len(p), nil
}

// secured is a channel with a session on it.
func secured(t testing.TB, card apdu.CardTransport, cfg scp03.Config) (*apdu.Channel, *scp03.Session) {
	t.Helper()
	ch := selected(t, card)
	s, err := scp03.Open(t.Context(), ch, cfg)
	require.NoError(t, err)
	return ch, s
}

func bootstrapFID() apdu.FileRef { return apdu.FileRef{Path: apdu.Path{pkcs15.FIDBootstrap}} }

// readHere reads the bootstrap file on a channel; n octets are meant.
func readHere(ctx context.Context, ch *apdu.Channel, n int) ([]byte, error) {
	return ch.ReadFile(ctx, bootstrapFID(), func([]byte) (int, error) { return n, nil })
}

// raw is one command on a card and its answer, GET RESPONSE included.
func raw(t testing.TB, card apdu.CardTransport, command string) string {
	t.Helper()
	got := send(t, card, command)
	if n := len(got) - 4; got[n:n+2] == "61" {
		cla := apdu.ChannelOfClass(unhex(t, command[:2])[0])
		return got[:n] + raw(t, card, class(cla)+"C00000"+got[n+2:])
	}
	return got
}

// session is one of scp03's test data: its head, and for each command plain,
// wrapped, the wrapped answer and the plain one.
type session struct {
	name  string
	field map[string]string
	steps [][]string
}

func (s session) bytes(t testing.TB, key string) []byte { return unhex(t, s.field[key]) }

func sessions(t testing.TB, text []byte) (list []session) {
	t.Helper()
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "", "#":
		case "session":
			list = append(list, session{name: value, field: map[string]string{}})
		case "x":
			s := &list[len(list)-1]
			s.steps = append(s.steps, strings.Split(value, " | "))
		default:
			list[len(list)-1].field[key] = value
		}
	}
	return list
}

func hexed(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
