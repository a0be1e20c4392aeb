package scp03_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// opened opens a session of the vector, whose card answers INITIALIZE UPDATE
// by update and EXTERNAL AUTHENTICATE by authenticated, both in hex with a
// status word; "" stands for what was published. The number is of exchanges.
func opened(t *testing.T, v vector, cfg scp03.Config, update, authenticated string) (int, error) {
	t.Helper()
	list := v.exchanges(t)[:2]
	if update != "" {
		list[0].answer = unhex(t, update)
	}
	if authenticated != "" {
		list[1].answer = unhex(t, authenticated)
	}
	list[0].command[2] = cfg.KeyVersion
	card := scripted(t, v.channel, list...)
	ch := openChannel(t, card)
	s, err := scp03.Open(t.Context(), ch, cfg)
	if err != nil {
		require.Nil(t, s)
		sent := card.next
		_, after := ch.Transmit(t.Context(), apdu.ReadBinary(0, 1))
		require.ErrorIs(t, after, errUnexpected, "the channel has no session")
		return sent, err
	}
	return card.next, nil
}

func TestOpenTellsFailuresApart(t *testing.T) {
	v := named(t, "pySim AES-128 level 33")
	good := v.field["update"] + "9000"
	i := func(parameter string) string { return strings.Replace(good, "300370", "3003"+parameter, 1) }
	for _, row := range []struct {
		name                  string
		change                func(*scp03.Config)
		update, authenticated string
		sent                  int
		want                  []error
	}{
		{name: "good", sent: 2},
		{name: "any version", change: func(c *scp03.Config) { c.KeyVersion = 0 }, sent: 2},
		{name: "level 33 is the default", change: func(c *scp03.Config) { c.Level = 0 }, sent: 2},
		{name: "proactive command behind the host's proof", authenticated: "9110", sent: 2},
		{name: "no secure channel", update: "6D00", sent: 1, want: []error{scp03.ErrNotOffered, apdu.ErrUnsupported}},
		{name: "no such keys", update: "6A88", sent: 1, want: []error{scp03.ErrNotOffered, apdu.ErrNotFound}},
		{name: "SCP02", update: strings.Replace(good, "3003", "3002", 1), sent: 1, want: []error{scp03.ErrNotOffered}},
		{name: "no R-MAC", update: i("10"), sent: 1, want: []error{scp03.ErrNotOffered}},
		{name: "no R-ENCRYPTION", update: i("30"), sent: 1, want: []error{scp03.ErrNotOffered}},
		{name: "R-ENCRYPTION alone", update: i("50"), sent: 1, want: []error{scp03.ErrNotOffered}},
		{name: "random challenge where none is wanted", update: i("60")[:58] + "9000", sent: 1, want: []error{scp03.ErrNotOffered}},
		{name: "S16 wanted", change: func(c *scp03.Config) { c.S16, c.Random = true, zeros{} }, update: good, sent: 0},
		{name: "empty answer", update: "9000", sent: 1, want: []error{apdu.ErrMalformed}},
		{name: "one byte more", update: v.field["update"] + "00" + "9000", sent: 1, want: []error{apdu.ErrMalformed}},
		{name: "no sequence counter", update: good[:58] + "9000", sent: 1, want: []error{apdu.ErrMalformed}},
		{name: "other version", update: strings.Replace(good, "300370", "310370", 1), sent: 1, want: []error{scp03.ErrKeys}},
		{name: "keys of another version", change: func(c *scp03.Config) {
			k := v.keys(t)
			k.Version = 0x31
			c.KeysFor = scp03.FixedKeys(k)
		}, sent: 1, want: []error{scp03.ErrKeys}},
		{name: "keys of two lengths", change: func(c *scp03.Config) {
			k := v.keys(t)
			k.MAC, _ = scp03.NewKey(make([]byte, 32))
			c.KeysFor = scp03.FixedKeys(k)
		}, sent: 1, want: []error{scp03.ErrKeys}},
		{name: "no keys", change: func(c *scp03.Config) {
			c.KeysFor = func(context.Context, scp03.Card) (scp03.Keys, error) { return scp03.Keys{}, nil }
		}, sent: 1, want: []error{scp03.ErrKeys}},
		{name: "source fails", change: func(c *scp03.Config) {
			c.KeysFor = func(context.Context, scp03.Card) (scp03.Keys, error) { return scp03.Keys{}, errUnknownCard }
		}, sent: 1, want: []error{errUnknownCard}},
		{name: "wrong keys", change: func(c *scp03.Config) {
			k := v.keys(t)
			k.ENC, k.MAC = k.MAC, k.ENC
			c.KeysFor = scp03.FixedKeys(k)
		}, sent: 1, want: []error{scp03.ErrNotAuthenticated}},
		{name: "challenge of another application", change: func(c *scp03.Config) { c.ChallengeAID += "\x00" }, sent: 1, want: []error{scp03.ErrNotAuthenticated}},
		{name: "host refused", authenticated: "6300", sent: 2, want: []error{scp03.ErrHostRefused, apdu.SW(0x6300)}},
		{name: "host refused, blocked", authenticated: "6983", sent: 2, want: []error{scp03.ErrHostRefused, apdu.ErrBlocked}},
		{name: "answer to the host's proof", authenticated: "009000", sent: 2, want: []error{apdu.ErrMalformed}},
		{name: "no randomness", change: func(c *scp03.Config) { c.Random = iotest.ErrReader(errUnknownCard) }, want: []error{errUnknownCard}},
		{name: "short randomness", change: func(c *scp03.Config) { c.Random = strings.NewReader("1234567") }, want: []error{}},
		{name: "no source", change: func(c *scp03.Config) { c.KeysFor = nil }, want: []error{}},
		{name: "no such level", change: func(c *scp03.Config) { c.Level = 0x31 }, want: []error{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			cfg := v.config(t)
			if row.change != nil {
				row.change(&cfg)
			}
			sent, err := opened(t, v, cfg, row.update, row.authenticated)
			if row.want == nil && row.sent == 2 {
				require.NoError(t, err)
			} else {
				require.Error(t, err)
			}
			for _, want := range row.want {
				require.ErrorIs(t, err, want)
			}
			require.Equal(t, row.sent, sent)
		})
	}
}

var errUnknownCard = errors.New("unknown card")

// zeros is a source of nothing but 00.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestModeMustBeAsTheCardSays: a card that answers in the other mode.
func TestModeMustBeAsTheCardSays(t *testing.T) {
	for _, s16 := range []bool{false, true} {
		list := []exchange{{nil, nil}}
		host, size := make([]byte, 8), 16
		parameter := byte(0x61)
		if s16 {
			host, size, parameter = make([]byte, 16), 8, 0x60
		}
		list[0].command = append(append([]byte{0x80, 0x50, 0, 0, byte(len(host))}, host...), 0)
		list[0].answer = append(make([]byte, 10), 0x30, 3, parameter)
		list[0].answer = append(list[0].answer, make([]byte, 2*size)...)
		list[0].answer = append(list[0].answer, 0x90, 0)
		_, err := scp03.Open(t.Context(), apdu.BasicChannel(scripted(t, 0, list...)), scp03.Config{
			S16: s16, Random: zeros{}, KeysFor: scp03.FixedKeys(scp03.Keys{}),
		})
		require.ErrorIs(t, err, scp03.ErrNotOffered, "S16 %t", s16)
	}
}

func TestChallengeIsFreshUnlessItIsGiven(t *testing.T) {
	seen := map[string]bool{}
	for range 3 {
		card := apdu.TransportFunc(func(_ context.Context, c []byte) ([]byte, error) {
			seen[string(c)] = true
			return []byte{0x6D, 0}, nil
		})
		_, err := scp03.Open(t.Context(), apdu.BasicChannel(card), scp03.Config{KeysFor: scp03.FixedKeys(scp03.Keys{})})
		require.ErrorIs(t, err, scp03.ErrNotOffered)
	}
	require.Len(t, seen, 3)
}

func TestKeySourceHearsOfTheCard(t *testing.T) {
	v := named(t, "AES-128 level 33, channel 1")
	cfg := v.config(t)
	cfg.ICCID = "8988211"
	keys := v.keys(t)
	var heard scp03.Card
	cfg.KeysFor = func(_ context.Context, card scp03.Card) (scp03.Keys, error) {
		heard = card
		return keys, nil
	}
	_, err := opened(t, v, cfg, "", "")
	require.NoError(t, err)
	want := v.card(t)
	want.ICCID = "8988211"
	require.Equal(t, want, heard)
	kcv, _ := keys.ENC.CheckValue()
	zero, _ := mustKey(t, make([]byte, 16)).CheckValue()
	require.Equal(t, zero, kcv, "Open has wiped what it was given")
}

func TestOpenEndsTheSessionBefore(t *testing.T) {
	card := newFileCard(t, 0, pattern(10))
	ch, first := card.open(scp03.Config{})
	second, err := scp03.Open(t.Context(), ch, scp03.Config{KeysFor: scp03.FixedKeys(card.keys)})
	require.NoError(t, err)
	require.ErrorIs(t, first.Err(), scp03.ErrSessionOver)
	require.NoError(t, second.Err())
	got, err := ch.ReadFile(t.Context(), ef, nil)
	require.NoError(t, err)
	require.Equal(t, pattern(10), got)
}

func TestOpenStopsAtAContextThatHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	card := newFileCard(t, 0, pattern(10))
	ch, s := card.open(scp03.Config{})
	cancel()
	_, err := ch.Transmit(ctx, apdu.ReadBinary(0, 1))
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, s.Err(), "nothing was sent")
	_, err = scp03.Open(ctx, ch, scp03.Config{KeysFor: scp03.FixedKeys(card.keys)})
	require.ErrorIs(t, err, context.Canceled)
}

func TestSessionShowsItsLevelAlone(t *testing.T) {
	card := newFileCard(t, 0, nil)
	_, s := card.open(scp03.Config{})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		require.Equal(t, "SCP03 session at level 33", fmt.Sprintf(verb, s), verb)
		require.Equal(t, "SCP03 session of a card at level 33", fmt.Sprintf(verb, card.session), verb)
	}
	nc, ne := s.Limits()
	require.Equal(t, []int{239, 239}, []int{nc, ne})
}

func mustKey(t testing.TB, octets []byte) scp03.Key {
	k, err := scp03.NewKey(bytes.Clone(octets))
	require.NoError(t, err)
	return k
}
