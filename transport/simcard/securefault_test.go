package simcard_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestSecureFaultsAreNamed(t *testing.T) {
	names := map[string]bool{}
	for _, f := range simcard.SecureFaults() {
		require.NotEmpty(t, f.String())
		names[f.String()] = true
	}
	require.Len(t, names, 11)
	require.Equal(t, "ChannelCloses", simcard.ChannelCloses.String())
	require.Equal(t, "SecureFault(11)", simcard.SecureFault(11).String())
}

// A fault of the opening strikes every time, or once.
func TestFaultsOfTheOpening(t *testing.T) {
	for fault, want := range map[simcard.SecureFault]error{
		simcard.WrongCryptogram: scp03.ErrNotAuthenticated,
		simcard.ShortInitialize: apdu.ErrMalformed,
		simcard.LongInitialize:  apdu.ErrMalformed,
		simcard.TellsLess:       scp03.ErrNotOffered,
		simcard.RefusesHost:     scp03.ErrHostRefused,
	} {
		for _, opts := range [][]simcard.Option{{fault}, {fault, simcard.SecureParameter(0x71)}, {fault, simcard.T0}, {fault.At(2)}} {
			card := demanding(t, []byte{1}, opts...)
			ch := selected(t, card)
			for n := 1; n <= 3; n++ {
				cfg := hostOf(keys16(t))
				cfg.S16 = len(opts) == 2 && opts[1] != simcard.Option(simcard.T0)
				_, err := scp03.Open(t.Context(), ch, cfg)
				if opts[0] == simcard.Option(fault) || n == 2 {
					require.ErrorIs(t, err, want, "%v", fault)
					require.Empty(t, card.SecureChannels())
				} else {
					require.NoError(t, err)
				}
			}
			wantAuthenticated := 2
			if opts[0] == simcard.Option(fault) {
				wantAuthenticated = 0
			}
			require.Equal(t, wantAuthenticated, card.Authenticated())
		}
	}
}

// A card that tells less has what it does not tell.
func TestTellsLessIsALie(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.TellsLess)
	play(t, card, selectPKCS15)
	answer := send(t, card, hostChallenge)
	require.Equal(t, "10", answer[24:26])
	cfg := hostOf(keys16(t))
	cfg.Level = scp03.Level03
	_, _ = secured(t, card, cfg)
}

// open reads the bootstrap file of 600 octets, in commands of which the third
// goes wrong.
func readWith(t *testing.T, level scp03.Level, opts ...simcard.Option) (card *simcard.Card, content []byte, err error) {
	t.Helper()
	card = newCard(t, append(opts, simcard.BootstrapFile(letters(600)), simcard.SecureChannel(keys16(t)))...)
	cfg := hostOf(keys16(t))
	cfg.Level = level
	ch, _ := secured(t, card, cfg)
	content, err = readHere(t.Context(), ch, 600)
	return card, content, err
}

func TestFaultsInsideASession(t *testing.T) {
	for fault, want := range map[simcard.SecureFault]error{
		simcard.FlippedMAC:     scp03.ErrMAC,
		simcard.FlippedData:    scp03.ErrMAC,
		simcard.ReplayedAnswer: scp03.ErrMAC,
		simcard.BareAnswer:     scp03.ErrMAC,
		simcard.ChannelCloses:  apdu.SWNoSuchChannel,
	} {
		for _, level := range []scp03.Level{scp03.Level11, scp03.Level13, scp03.Level33} {
			for _, opts := range [][]simcard.Option{{fault.At(3)}, {fault.At(3), simcard.T0}} {
				card, content, err := readWith(t, level, opts...)
				require.ErrorIs(t, err, want, "%v at level %v", fault, level)
				require.Nil(t, content)
				require.Less(t, card.WrappedCommands(apdu.INSReadBinary), 3)
				if fault == simcard.ChannelCloses {
					require.Empty(t, card.OpenChannels())
				}
			}
			_, _, err := readWith(t, level, fault)
			require.Error(t, err, "%v, always", fault)
			_, content, err := readWith(t, level, fault.At(100))
			require.NoError(t, err)
			require.Equal(t, letters(600), content)
		}
	}
}

// Where answers have no MAC, the host cannot know: the fault is there.
func TestFaultsWithoutMACReachTheHost(t *testing.T) {
	_, content, err := readWith(t, scp03.Level03, simcard.FlippedData.At(2))
	require.NoError(t, err)
	want := letters(600)
	want[0] ^= 0x01
	require.Equal(t, want, content)
	card, content, err := readWith(t, scp03.Level01, simcard.FlippedMAC.At(2))
	require.NoError(t, err)
	want = letters(600)
	want[255] ^= 0x01
	require.Equal(t, want, content)
	file, err := card.FileContent(apdu.FileRef{Path: apdu.Path{simcard.FIDPKCS15, pkcs15.FIDBootstrap}})
	require.NoError(t, err)
	require.Equal(t, letters(600), file[:600], "the file is as it was")
}

// The answer before comes again once, then the session goes on as it was; the
// first has none before it.
func TestReplayedAnswerIsTheOneBefore(t *testing.T) {
	_, content, err := readWith(t, scp03.Level01, simcard.ReplayedAnswer.At(3))
	require.NoError(t, err)
	want := letters(600)
	copy(want[256:512], letters(600)[:256])
	require.Equal(t, want, content)
	_, content, err = readWith(t, scp03.Level33, simcard.ReplayedAnswer.At(1))
	require.NoError(t, err)
	require.Equal(t, letters(600), content)
}

// A downgrade makes a success even of an error.
func TestBareAnswerSaysThatAllIsWell(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.BareAnswer)
	ch, s := secured(t, card, hostOf(keys16(t)))
	_, err := ch.Transmit(t.Context(), apdu.SelectFID(0x6FFF, apdu.ReturnNone))
	require.ErrorIs(t, err, scp03.ErrMAC)
	require.ErrorIs(t, s.Err(), scp03.ErrSessionOver)
}

// A counter that is one ahead spoils the data of commands, which the card
// finds out, and the first block of answers, which nobody can.
func TestCounterLost(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.CounterLost.At(1))
	ch, _ := secured(t, card, hostOf(keys16(t)))
	resp, err := ch.Transmit(t.Context(), apdu.SelectFID(pkcs15.FIDBootstrap, apdu.ReturnNone))
	require.NoError(t, err)
	require.Equal(t, apdu.SWWrongData, resp.SW)
	require.Empty(t, card.SecureChannels())

	_, content, err := readWith(t, scp03.Level33, simcard.CounterLost.At(2)) // READ BINARY
	require.NoError(t, err)
	want := letters(600)
	require.NotEqual(t, want[:16], content[:16])
	require.Equal(t, want[16:239], content[16:239])

	_, content, err = readWith(t, scp03.Level11, simcard.CounterLost)
	require.NoError(t, err, "nothing is encrypted")
	require.Equal(t, want, content)
}

// On the basic channel it is the session that goes.
func TestChannelClosesOnTheBasicChannel(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.ChannelCloses.At(1))
	basic := apdu.BasicChannel(card)
	_, err := basic.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	_, err = scp03.Open(t.Context(), basic, hostOf(keys16(t)))
	require.NoError(t, err)
	resp, err := basic.Transmit(t.Context(), apdu.SelectFID(pkcs15.FIDBootstrap, apdu.ReturnNone))
	require.NoError(t, err)
	require.Equal(t, apdu.SWSecurity, resp.SW)
	require.Empty(t, card.SecureChannels())
	play(t, card, "00A4000C02 6432 > 9000")
}

// Faults combine, and leave cards alone that have no secure channel.
func TestFaultsCombine(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.WrongCryptogram.At(1), simcard.RefusesHost.At(1), simcard.FlippedMAC.At(1))
	ch := selected(t, card)
	var got []error
	for range 3 {
		_, err := scp03.Open(t.Context(), ch, hostOf(keys16(t)))
		got = append(got, err)
	}
	require.ErrorIs(t, got[0], scp03.ErrNotAuthenticated)
	require.ErrorIs(t, got[1], scp03.ErrHostRefused)
	require.NoError(t, got[2])
	_, err := readHere(t.Context(), ch, 1)
	require.True(t, errors.Is(err, scp03.ErrMAC), "%v", err)
}
