package simcard_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

const (
	// hostChallenge is INITIALIZE UPDATE on the basic channel.
	hostChallenge = "8050000008 0102030405060708 00"
	selectPKCS15  = "00A4040C0C A000000063504B43532D3135 > 9000"
)

func TestSecureChannelEndToEnd(t *testing.T) {
	content := letters(700)
	for _, size := range []int{16, 24, 32} {
		for _, parameter := range []byte{0x00, 0x10, 0x20, 0x60, 0x70, 0x71, 0x61} {
			for _, level := range []scp03.Level{scp03.Level01, scp03.Level03, scp03.Level11, scp03.Level13, scp03.Level33} {
				for _, opts := range [][]simcard.Option{{}, {simcard.T0}} {
					keys := keysOf(t, 0x31, size)
					card := newCard(t, append(opts, simcard.BootstrapFile(content), simcard.SecureChannel(keys), simcard.SecureParameter(parameter),
						simcard.ReadCondition(simcard.Secured(level), pkcs15.FIDBootstrap))...)
					ch := selected(t, card)
					cfg := hostOf(keys)
					cfg.Level, cfg.S16 = level, parameter&scp03.ParameterS16 != 0
					_, err := scp03.Open(t.Context(), ch, cfg)
					if !level.OfferedBy(parameter) {
						require.ErrorIs(t, err, scp03.ErrNotOffered)
						continue
					}
					require.NoError(t, err)
					got, err := readHere(t.Context(), ch, len(content))
					require.NoError(t, err, "i %02X, level %v, %v", parameter, level, opts)
					require.Equal(t, content, got)
					require.NotZero(t, card.WrappedCommands(apdu.INSReadBinary))
					require.NoError(t, ch.Close(t.Context()))
					require.Empty(t, card.OpenChannels())
					require.Empty(t, card.SecureChannels())
				}
			}
		}
	}
}

// A host that knows the application computes the challenge again.
func TestPseudoRandomChallengeIsOfTheWholeAID(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.AIDAppended)
	ch := selected(t, card)
	cfg := hostOf(keys16(t))
	cfg.ChallengeAID = apdu.AIDPKCS15 + "\x01\x00\x00\xFF"
	_, err := scp03.Open(t.Context(), ch, cfg)
	require.NoError(t, err)
	cfg.ChallengeAID = apdu.AIDPKCS15
	_, err = scp03.Open(t.Context(), ch, cfg)
	require.ErrorIs(t, err, scp03.ErrNotAuthenticated)
}

// What the card tells of itself.
func TestInitializeUpdateAnswer(t *testing.T) {
	ask := func(t *testing.T, opts ...simcard.Option) string {
		t.Helper()
		card := demanding(t, []byte{1}, opts...)
		play(t, card, selectPKCS15)
		return send(t, card, hostChallenge)
	}
	answer := ask(t)
	require.Equal(t, "988812010000000000F1", answer[:20], "the ICCID")
	require.Equal(t, "300370", answer[20:26])
	require.Equal(t, "0000019000", answer[len(answer)-10:])
	require.Len(t, answer, 2*(10+3+8+8+3+2))

	answer = ask(t, simcard.SecureDiversification([10]byte{9: 0xAB}), simcard.SecureSequence(0xFFFFFE))
	require.Equal(t, "000000000000000000AB300370", answer[:26])
	require.Equal(t, "FFFFFE9000", answer[len(answer)-10:])

	answer = ask(t, simcard.SecureParameter(0), simcard.SecureRandom(strings.NewReader("CHALLENGE")))
	require.Equal(t, "300300"+fmt.Sprintf("%X", "CHALLENG"), answer[20:42])
	require.Len(t, answer, 2*(10+3+8+8+2))

	require.Equal(t, "6F00", ask(t, simcard.SecureParameter(0), simcard.SecureRandom(iotest.ErrReader(errors.New("none")))))
	require.NotEqual(t, ask(t, simcard.SecureParameter(0), simcard.SecureRandom(nil)), ask(t, simcard.SecureParameter(0)))
}

func TestKeyVersions(t *testing.T) {
	first, second, unnamed := keysOf(t, 0x31, 16), keysOf(t, 0x32, 32), keysOf(t, 0, 16)
	card := newCard(t, simcard.BootstrapFile([]byte{1}), simcard.SecureChannel(first, second), simcard.SecureChannel(unnamed))
	ch := selected(t, card)
	for _, v := range []struct {
		ask  byte
		keys scp03.Keys
		told byte
	}{{0, first, 0x31}, {0x31, first, 0x31}, {0x32, second, 0x32}, {simcard.DefaultKeyVersion, unnamed, simcard.DefaultKeyVersion}} {
		cfg := hostOf(v.keys)
		cfg.KeyVersion = v.ask
		s, err := scp03.Open(t.Context(), ch, cfg)
		require.NoError(t, err)
		require.Equal(t, v.told, s.Card().KeyVersion)
	}
	require.Equal(t, 4, card.Authenticated())
	cfg := hostOf(first)
	cfg.KeyVersion = 0x33
	_, err := scp03.Open(t.Context(), ch, cfg)
	require.ErrorIs(t, err, apdu.SWReferenceNotFound)
	cfg.KeyVersion, cfg.KeysFor = 0, scp03.FixedKeys(keysOf(t, 0x31, 32))
	_, err = scp03.Open(t.Context(), ch, cfg)
	require.ErrorIs(t, err, scp03.ErrNotAuthenticated, "wrong keys")
}

// The card's keys are its own: the caller's may be wiped.
func TestCardKeepsCopiesOfKeys(t *testing.T) {
	mine := keys16(t)
	opt := simcard.SecureChannel(mine)
	mine.Wipe()
	card := newCard(t, simcard.BootstrapFile([]byte{1}), opt)
	_, s := secured(t, card, hostOf(keys16(t)))
	require.Equal(t, scp03.Level33, s.Level())
}

// The counter goes up with hosts that are authenticated, of each key set.
func TestSequenceCounter(t *testing.T) {
	first, second := keysOf(t, 0x31, 16), keysOf(t, 0x32, 16)
	card := newCard(t, simcard.BootstrapFile([]byte{1}), simcard.SecureChannel(first, second), simcard.SecureSequence(0xFFFFFE))
	ch := selected(t, card)
	sequence := func(version string) string {
		got := send(t, card, proprietary(t, class(ch.Number()))+"50"+version+"0008 0102030405060708 00")
		return got[max(0, len(got)-10):]
	}
	require.Equal(t, "FFFFFE9000", sequence("31"))
	require.Equal(t, "FFFFFE9000", sequence("31"), "nobody was authenticated")
	for range 2 {
		_, err := scp03.Open(t.Context(), ch, hostOf(first))
		require.NoError(t, err)
	}
	require.Equal(t, "6985", sequence("31"), "used up")
	require.Equal(t, "FFFFFE9000", sequence("32"))
	card.Reset()
	play(t, card, selectPKCS15+"\n8050310008 0102030405060708 00 > 6985")
}

func TestInitializeUpdateRefused(t *testing.T) {
	card := demanding(t, []byte{1})
	play(t, card, `
		`+hostChallenge+`                    > 6D00 # the MF is no application
		80820000                             > 6D00
		8482330010 00000000000000000000000000000000 > 6882
		00A4040C07 A0000000871002            > 9000
		`+hostChallenge+`                    > 6D00 # nor does the USIM have it
		04B0000008 0000000000000000          > 6882
		`+selectPKCS15+`
		0050000008 0102030405060708          > 6E00
		8050000108 0102030405060708          > 6A86
		8050000007 01020304050607            > 6700
		80500000                             > 6700
		8150000008 0102030405060708          > 6881
		8582330010 00000000000000000000000000000000 > 6881
		04B0000008 0000000000000000          > 6982 # no session
		8482330010 00000000000000000000000000000000 > 6985
		8082330010 00000000000000000000000000000000 > 6982
		`+hostChallenge+`                    > *9000
		0482330010 00000000000000000000000000000000 > 6982 # of the wrong class
		8482330010 00000000000000000000000000000000 > 6982
		8482330010 00000000000000000000000000000000 > 6985 # it is over
		`+hostChallenge+`                    > *9000
		8082330010 00000000000000000000000000000000 > 6982 # in the clear
		8482330010 00000000000000000000000000000000 > 6985
		`+hostChallenge+`                    > *9000
		8482330008 0000000000000000          > 6700
		`+hostChallenge+`                    > *9000
		8482340010 00000000000000000000000000000000 > 6A86
		`+hostChallenge+`                    > *9000
		`+selectPKCS15+`
		8482330010 00000000000000000000000000000000 > 6985 # it began anew
		0CB0000008 0000000000000000          > 6882 # secure messaging of ISO
		14B0000008 0000000000000000          > 6882`)
	require.Zero(t, card.Authenticated())
	require.Empty(t, card.SecureChannels())
}

// A proactive command that waits is told in the opening, too.
func TestProactivePendingInTheOpening(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.ProactivePending)
	told := map[byte]apdu.SW{}
	card.Observe(func(cmd apdu.Command, sw apdu.SW) { told[cmd.INS] = sw })
	secured(t, card, hostOf(keys16(t)))
	require.Equal(t, apdu.SW(0x910B), told[0x50])
	require.Equal(t, apdu.SW(0x910B), told[0x82])
}

// SecureApps names them by what their AIDs begin with.
func TestSecureApps(t *testing.T) {
	keys := keys16(t)
	card := newCard(t, small(simcard.BootstrapFile([]byte{1}), simcard.SecureChannel(keys), simcard.SecureApps("\xA0\x00\x00\x00\x01"))...)
	ch, err := apdu.OpenChannel(t.Context(), card)
	require.NoError(t, err)
	for _, aid := range []apdu.AID{"\xA0\x00\x00\x00\x01", "\xA0\x00\x00\x00\x01\x02"} {
		_, err = ch.SelectApp(t.Context(), aid)
		require.NoError(t, err)
		_, err = scp03.Open(t.Context(), ch, hostOf(keys))
		require.NoError(t, err)
		ch.Secure(nil)
	}
	_, err = ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	_, err = scp03.Open(t.Context(), ch, hostOf(keys))
	require.ErrorIs(t, err, scp03.ErrNotOffered)
}

// Without SecureChannel the other options change nothing.
func TestCardWithoutSecureChannel(t *testing.T) {
	opts := []simcard.Option{simcard.BootstrapFile([]byte{1}), simcard.SecureParameter(0), simcard.SecureApps("\xA0"), simcard.SecureSequence(1),
		simcard.SecureDiversification([10]byte{}), simcard.SecureRandom(bytes.NewReader(nil))}
	for _, f := range simcard.SecureFaults() {
		opts = append(opts, f)
	}
	for _, card := range []*simcard.Card{newCard(t, opts...), newCard(t, opts[0])} {
		play(t, card, selectPKCS15+`
			`+hostChallenge+`           > 6D00
			0082330000                  > 6D00
			8482330000                  > 6882
			04B0000008 0000000000000000 > 6882`)
		require.Zero(t, card.Authenticated())
		require.Zero(t, card.WrappedCommands(apdu.INSReadBinary))
		require.Empty(t, card.SecureChannels())
	}
}

func TestSecureOptionsThatMakeNoSense(t *testing.T) {
	keys := keys16(t)
	for name, opt := range map[string]simcard.Option{
		"no keys":           simcard.SecureChannel(),
		"a zero key":        simcard.SecureChannel(scp03.Keys{Version: 1}),
		"a version twice":   simcard.SecureChannel(keys, keys),
		"the default twice": simcard.SecureChannel(keys, keysOf(t, 0, 16)),
		"a large sequence":  simcard.SecureSequence(0x1000000),
		"an unknown fault":  simcard.SecureFault(200),
		"the 0th time":      simcard.FlippedMAC.At(0),
		"unknown, once":     simcard.SecureFault(200).At(1),
		"an unknown level":  simcard.ReadCondition(simcard.Secured(0x02), apdu.FIDICCID),
		"level, to update":  simcard.UpdateCondition(simcard.Secured(0), apdu.FIDICCID),
	} {
		_, err := simcard.New(opt)
		require.ErrorIs(t, err, simcard.ErrBadOption, name)
	}
	_, err := simcard.New(simcard.SecureChannel(scp03.Keys{Version: 1}))
	require.ErrorIs(t, err, scp03.ErrKeys)
	_, err = simcard.New(simcard.SecureSequence(0xFFFFFF))
	require.NoError(t, err)
}
