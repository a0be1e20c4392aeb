package apdu_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// The files of a simulated card, and what their content asks for.
var (
	refODF       = apdu.FileRef{Path: apdu.Path{0x5031}}
	refDODF      = apdu.FileRef{Path: apdu.Path{0x6430}}
	refBootstrap = apdu.FileRef{Path: apdu.Path{0x6432}}
)

// padded is a Need of a directory: it ends where FF begins.
func padded(head []byte) (int, error) {
	if i := bytes.IndexByte(head, 0xFF); i >= 0 {
		return i, nil
	}
	return apdu.UntilEnd, nil
}

// bootstrapFile is a content of n bytes for bootstrapNeed.
func bootstrapFile(n int) []byte {
	return append([]byte{0, 1, byte((n - 4) >> 8), byte(n - 4)}, pattern(n-4)...)
}

func bootstrapNeed(head []byte) (int, error) {
	if len(head) < 4 {
		return 4, nil
	}
	return 4 + int(head[2])<<8 + int(head[3]), nil
}

// standardRead is what a client does to read the bootstrap file: the commands
// of LwM2M Core G.2.1, with the application's AID.
func standardRead(t *testing.T, card apdu.CardTransport) (content []byte, stats apdu.Stats, err error) {
	ch, err := apdu.OpenChannel(t.Context(), card)
	if err != nil {
		return nil, stats, err
	}
	defer func() {
		err = errors.Join(err, ch.Close(t.Context()))
		stats = ch.Stats()
	}()
	if _, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15); err != nil {
		return nil, stats, err
	}
	for _, ref := range []apdu.FileRef{refODF, refDODF} {
		if _, err := ch.ReadFile(t.Context(), ref, padded); err != nil {
			return nil, stats, err
		}
	}
	content, err = ch.ReadFile(t.Context(), refBootstrap, bootstrapNeed)
	return content, stats, err
}

func newCard(t testing.TB, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	card, err := simcard.New(opts...)
	require.NoError(t, err)
	return card
}

func TestStandardReadCosts8AndNRoundTrips(t *testing.T) {
	for size, n := range map[int]int{126: 1, 256: 1, 257: 2, 300: 2, 1024: 4, 32768: 128, 32772: 129} {
		t.Run(fmt.Sprintf("%d bytes", size), func(t *testing.T) {
			file := bootstrapFile(size)
			card := newCard(t, simcard.BootstrapFile(file), simcard.BootstrapFileSize(40000))
			got, stats, err := standardRead(t, card)
			require.NoError(t, err)
			require.True(t, bytes.Equal(file, got))
			require.Equal(t, 8+n, stats.RoundTrips)
			require.Equal(t, 8+n, card.Total())
			require.Empty(t, card.OpenChannels())
		})
	}
}

// faults are the behaviours behind which no client can read the file, and how
// that shows.
var faults = map[simcard.Behaviour]error{
	simcard.ReadOnlyAtZero: apdu.ErrShortFile,
	simcard.RefuseAID:      apdu.ErrNotFound,
}

func TestStandardReadOfCardsOfEveryKind(t *testing.T) {
	file := bootstrapFile(700)
	for _, b := range simcard.Behaviours() {
		for _, size := range []int{700, 768, 1024} {
			t.Run(fmt.Sprintf("%v, %d bytes", b, size), func(t *testing.T) {
				card := newCard(t, simcard.BootstrapFile(file), simcard.BootstrapFileSize(size), b)
				got, stats, err := standardRead(t, card)
				require.Empty(t, card.OpenChannels())
				require.Equal(t, card.Total(), stats.RoundTrips)
				if want := faults[b]; want != nil {
					require.ErrorIs(t, err, want)
					return
				}
				require.NoError(t, err)
				require.Equal(t, file, got)
				require.LessOrEqual(t, stats.RoundTrips, 18)
			})
		}
	}
}

// Two at a time: the file comes whole or not at all, and the channel is closed.
func TestStandardReadOfCardsOfTwoKinds(t *testing.T) {
	file := bootstrapFile(700)
	all := simcard.Behaviours()
	for i, a := range all {
		for _, b := range all[:i] {
			card, err := simcard.New(simcard.BootstrapFile(file), simcard.BootstrapFileSize(768), a, b)
			if err != nil {
				continue // they exclude each other
			}
			got, stats, err := standardRead(t, card)
			require.Empty(t, card.OpenChannels(), "%v, %v", a, b)
			require.LessOrEqual(t, stats.RoundTrips, 60, "%v, %v", a, b)
			if faults[a] != nil || faults[b] != nil {
				require.Error(t, err, "%v, %v", a, b)
				continue
			}
			if err == nil {
				require.Equal(t, file, got, "%v, %v", a, b)
				continue
			}
			// GET RESPONSE brings nothing, and the card selects without an answer in no form.
			require.True(t, a == simcard.GetResponseEmpty || b == simcard.GetResponseEmpty, "%v, %v: %v", a, b, err)
			require.ErrorIs(t, err, apdu.ErrEndless, "%v, %v", a, b)
		}
	}
}

func TestApplicationIsReadByItsPathWhereTheAIDIsRefused(t *testing.T) {
	file := bootstrapFile(300)
	for _, b := range simcard.Behaviours() {
		card, err := simcard.New(simcard.BootstrapFile(file), simcard.RefuseAID, b)
		if err != nil || b == simcard.ReadOnlyAtZero {
			continue
		}
		ch, err := apdu.OpenChannel(t.Context(), card)
		require.NoError(t, err)
		got, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{apdu.FIDMF, simcard.FIDPKCS15, 0x6432}}, bootstrapNeed)
		require.NoError(t, err, b)
		require.Equal(t, file, got)
	}
}

// EF(DIR) lies below the MF, the bootstrap file below the application: each is
// found again behind the other, on the basic channel as well.
func TestFilesAreFoundBehindEachOther(t *testing.T) {
	file := bootstrapFile(300)
	for _, b := range simcard.Behaviours() {
		if faults[b] != nil {
			continue
		}
		card := newCard(t, simcard.BootstrapFile(file), b)
		open, err := apdu.OpenChannel(t.Context(), card)
		require.NoError(t, err)
		for _, ch := range []*apdu.Channel{open, apdu.BasicChannel(card)} {
			_, err = ch.SelectApp(t.Context(), apdu.AIDPKCS15)
			require.NoError(t, err)
			for range 2 {
				var tags []byte
				for record, err := range ch.ReadRecords(t.Context(), apdu.Path{apdu.FIDMF, apdu.FIDDir}) {
					require.NoError(t, err, b)
					tags = append(tags, record[0])
				}
				require.Equal(t, []byte{0x61, 0x61, 0xFF}, tags)
				got, err := ch.ReadFile(t.Context(), refBootstrap, bootstrapNeed)
				require.NoError(t, err, b)
				require.Equal(t, file, got)
			}
		}
	}
}

// While the modem selects files of the USIM on the basic channel between ours.
func TestBasicChannelFindsItsFilesBesideTheModem(t *testing.T) {
	file := bootstrapFile(300)
	other := simcard.Files(simcard.ADF("\xA0\x00\x00\x00\x87\x10\x02", simcard.EF(0x6432, bootstrapFile(300)[1:])))
	card := newCard(t, other, simcard.BootstrapFile(file))
	ch, modem := apdu.BasicChannel(card), apdu.BasicChannel(card)
	_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	for range 3 {
		got, err := ch.ReadFile(t.Context(), refBootstrap, bootstrapNeed)
		require.NoError(t, err)
		require.Equal(t, file, got)
		_, err = modem.SelectApp(t.Context(), "\xA0\x00\x00\x00\x87")
		require.NoError(t, err)
	}
}

func TestFileBehindTheHighestOffset(t *testing.T) {
	for _, b := range []simcard.Behaviour{
		simcard.T0, simcard.MoreData6310, simcard.ReadPastEnd6C, simcard.ReadPastEnd6282,
		simcard.ReadAtEnd6C00, simcard.ReadAtEndEmpty, simcard.ProactivePending,
	} {
		for _, size := range []int{32767, 32772, 33024, 40000, 65535} {
			content := pattern(size)
			card := newCard(t, simcard.Files(simcard.EF(0x4F01, content)), b)
			ch, err := apdu.OpenChannel(t.Context(), card)
			require.NoError(t, err)
			for name, need := range map[string]apdu.Need{"number": exactly(size), "until end": nil} {
				got, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x4F01}}, need)
				require.NoError(t, err, "%v, %d bytes, %s", b, size, name)
				require.True(t, bytes.Equal(content, got), "%v, %d bytes, %s: %d bytes", b, size, name, len(got))
			}
		}
	}
}

func TestEveryChannelNumberWorks(t *testing.T) {
	file := bootstrapFile(300)
	card := newCard(t, simcard.BootstrapFile(file), simcard.Channels(apdu.MaxChannel), simcard.T0)
	var open []*apdu.Channel
	for n := range apdu.MaxChannel {
		ch, err := apdu.OpenChannel(t.Context(), card)
		require.NoError(t, err)
		require.Equal(t, n+1, ch.Number())
		open = append(open, ch)
	}
	_, err := apdu.OpenChannel(t.Context(), card)
	require.ErrorIs(t, err, apdu.ErrNoChannel)
	for _, ch := range open {
		got, err := ch.ReadFile(t.Context(), apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{0x6432}}, bootstrapNeed)
		require.NoError(t, err)
		require.Equal(t, file, got)
		require.NoError(t, ch.Close(t.Context()))
	}
	require.Empty(t, card.OpenChannels())
}
