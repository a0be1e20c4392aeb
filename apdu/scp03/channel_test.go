package scp03_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

var ef = apdu.FileRef{Path: apdu.Path{0x6432}}

// pattern is n bytes, no two neighbouring runs of which are alike.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8*31)
	}
	return b
}

// exactly is a Need of n bytes.
func exactly(n int) apdu.Need {
	return func([]byte) (int, error) { return n, nil }
}

func TestFileOf32KGoesThroughInEveryLevelAndMode(t *testing.T) {
	content := pattern(32 << 10)
	for _, parameter := range []byte{0, scp03.ParameterS16} {
		for _, level := range []scp03.Level{scp03.Level01, scp03.Level03, scp03.Level11, scp03.Level13, scp03.Level33} {
			for _, raw := range []bool{false, true} {
				t.Run(fmt.Sprintf("i %02X, level %v, raw 61xx %t", parameter, level, raw), func(t *testing.T) {
					card := newFileCard(t, parameter, content)
					card.raw = raw
					card.deaf, card.chunk = true, 239
					ch, s := card.open(scp03.Config{Level: level, S16: parameter != 0})
					got, err := ch.ReadFile(t.Context(), ef, exactly(len(content)))
					require.NoError(t, err)
					require.Equal(t, content, got)
					require.NoError(t, s.Err())
					require.Empty(t, card.plain, "everything was wrapped")
				})
			}
		}
	}
}

func TestReadAsksForWhatFits(t *testing.T) {
	card := newFileCard(t, 0, pattern(500))
	ch, _ := card.open(scp03.Config{})
	got, err := ch.ReadFile(t.Context(), ef, exactly(500))
	require.NoError(t, err)
	require.Equal(t, pattern(500), got)
	require.Equal(t, []int{239, 239, 22}, card.nes)
}

// TestReadGoesOnFromWhatCame is T=0: the card gives as much as it likes, less
// or more than was asked for.
func TestReadGoesOnFromWhatCame(t *testing.T) {
	for _, chunk := range []int{1, 100, 239} {
		for _, n := range []int{1, 99, 100, 238, 239, 240, 700} {
			for _, need := range []apdu.Need{exactly(n), nil} {
				t.Run(fmt.Sprintf("%d of %d, need %t", chunk, n, need != nil), func(t *testing.T) {
					card := newFileCard(t, 0, pattern(n))
					card.deaf, card.chunk = true, chunk
					ch, _ := card.open(scp03.Config{})
					got, err := ch.ReadFile(t.Context(), ef, need)
					require.NoError(t, err)
					require.Equal(t, pattern(n), got)
				})
			}
		}
	}
}

// Neither a short answer nor a status word without a MAC ends it.
func TestNothingEndsAFileOfUnknownSize(t *testing.T) {
	card := newFileCard(t, 0, pattern(300))
	card.noFCP = true
	card.deaf, card.chunk = true, 100
	ch, _ := card.open(scp03.Config{})
	_, err := ch.ReadFile(t.Context(), ef, nil)
	require.ErrorIs(t, err, apdu.SWWrongOffset)
	got, err := ch.ReadFile(t.Context(), ef, exactly(300))
	require.NoError(t, err)
	require.Equal(t, pattern(300), got)
}

func TestUpdateGoesThroughInPiecesThatFit(t *testing.T) {
	for _, row := range []struct {
		parameter byte
		lcs       []int
	}{{0, []int{239, 239, 122}}, {scp03.ParameterS16, []int{223, 223, 154}}} {
		card := newFileCard(t, row.parameter, make([]byte, 600))
		ch, _ := card.open(scp03.Config{S16: row.parameter != 0})
		require.NoError(t, ch.UpdateFile(t.Context(), ef, 0, pattern(600)))
		require.Equal(t, pattern(600), card.content)
		require.Equal(t, row.lcs, card.lcs)
	}
}

// TestRecordsAreAskedForByTheirLength: the card answers 6Cxx to any other.
func TestRecordsAreAskedForByTheirLength(t *testing.T) {
	card := newFileCard(t, 0, nil)
	ch, s := card.open(scp03.Config{})
	var got [][]byte
	for r, err := range ch.ReadRecords(t.Context(), apdu.Path{0x6F30}) {
		require.NoError(t, err)
		got = append(got, r)
	}
	require.Equal(t, card.records, got)
	record, err := ch.ReadRecord(t.Context(), apdu.Path{0x6F30}, 2)
	require.NoError(t, err)
	require.Equal(t, card.records[1], record)
	require.NoError(t, s.Err())

	_, err = ch.Transmit(t.Context(), apdu.ReadRecord(1, 0, 239))
	require.ErrorIs(t, err, apdu.SW(0x6C14))
	require.ErrorIs(t, s.Err(), scp03.ErrSessionOver, "whether the card counted it is not known")
}

func TestVerifyGoesWrapped(t *testing.T) {
	card := newFileCard(t, 0, nil)
	ch, s := card.open(scp03.Config{})
	sw, err := ch.AskPIN(t.Context(), apdu.RefPIN1)
	require.NoError(t, err)
	require.Equal(t, apdu.SW(0x63C2), sw)
	pin, ok := apdu.PadPIN("1234")
	require.True(t, ok)
	r, err := ch.Transmit(t.Context(), apdu.Verify(1, pin))
	require.NoError(t, err)
	require.Equal(t, apdu.SWOK, r.SW)
	require.Empty(t, card.plain)
	require.NoError(t, s.Err())
}

func TestSelectOfAnotherApplicationEndsTheSession(t *testing.T) {
	card := newFileCard(t, 0, pattern(10))
	ch, s := card.open(scp03.Config{})
	_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err, "the same goes wrapped")
	_, err = ch.SelectApp(t.Context(), "\xA0\x00\x00\x00\x87\x10\x02")
	require.Error(t, err)
	require.ErrorIs(t, s.Err(), scp03.ErrSessionOver)
	_, err = ch.ReadFile(t.Context(), ef, nil)
	require.ErrorIs(t, err, scp03.ErrSessionOver, "nothing goes out in the clear")
	require.Empty(t, card.plain)

	ch.Secure(nil)
	_, err = ch.SelectApp(t.Context(), "\xA0\x00\x00\x00\x87\x10\x02")
	require.ErrorIs(t, err, apdu.ErrNotFound, "it does once the caller has said so")
}

func TestSelectOfAnOccurrenceEndsTheSession(t *testing.T) {
	card := newFileCard(t, 0, nil)
	ch, _ := card.open(scp03.Config{})
	_, err := ch.Transmit(t.Context(), apdu.SelectAID(apdu.AIDPKCS15, apdu.ReturnNone|0b10))
	require.ErrorIs(t, err, scp03.ErrSessionOver)
}

func TestClosedSessionAndChannelSendNothing(t *testing.T) {
	card := newFileCard(t, 0, pattern(10))
	ch, s := card.open(scp03.Config{})
	s.Close()
	s.Close()
	_, err := ch.ReadFile(t.Context(), ef, nil)
	require.ErrorIs(t, err, scp03.ErrSessionOver)
	require.Empty(t, card.plain)

	_, s = card.open(scp03.Config{})
	require.NoError(t, s.Err())
	ch, s = card.open(scp03.Config{})
	require.NoError(t, ch.Close(t.Context()))
	require.ErrorIs(t, s.Err(), scp03.ErrSessionOver)
	require.Len(t, card.plain, 1, "MANAGE CHANNEL")
}

func TestLostAnswerEndsTheSession(t *testing.T) {
	lost := errors.New("lost")
	card := newFileCard(t, 0, pattern(10))
	ch, s := card.open(scp03.Config{})
	card.refuse = func(apdu.Command) error { return lost }
	_, err := ch.ReadFile(t.Context(), ef, nil)
	require.ErrorIs(t, err, lost)
	require.ErrorIs(t, s.Err(), scp03.ErrSessionOver)
	require.ErrorIs(t, s.Err(), lost)
}

// TestCommandThatTheModemRefusedIsTakenBack: the card never saw it, and the
// next one has its place in the chain.
func TestCommandThatTheModemRefusedIsTakenBack(t *testing.T) {
	card := newFileCard(t, 0, pattern(10))
	ch, s := card.open(scp03.Config{})
	n := 0
	card.refuse = func(apdu.Command) error {
		if n++; n == 1 || n == 3 {
			return apdu.ErrRefused
		}
		return nil
	}
	got, err := ch.ReadFile(t.Context(), ef, nil)
	for err != nil && n < 10 {
		got, err = ch.ReadFile(t.Context(), ef, nil)
	}
	require.NoError(t, err)
	require.Equal(t, pattern(10), got)
	require.NoError(t, s.Err())
}

func TestBasicChannelFindsItsFileWithoutTheAID(t *testing.T) {
	card := newFileCard(t, 0, pattern(10))
	ch := apdu.BasicChannel(card)
	_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	_, err = scp03.Open(t.Context(), ch, scp03.Config{KeysFor: scp03.FixedKeys(card.keys)})
	require.NoError(t, err)
	card.plain = nil
	for range 2 {
		got, err := ch.ReadFile(t.Context(), ef, nil)
		require.NoError(t, err)
		require.Equal(t, pattern(10), got)
	}
	require.Empty(t, card.plain)
}

// TestMiscountingCardIsNotRead: its answer decrypts to something else, and the
// MAC cannot tell. The length of one block cannot be padding then.
func TestMiscountingCardIsNotRead(t *testing.T) {
	card := newFileCard(t, 0, pattern(10))
	ch, s := card.open(scp03.Config{Random: bytes.NewReader(make([]byte, 8))}) // one in 256 others looks like padding
	card.session.Miscount()
	_, err := ch.Transmit(t.Context(), apdu.ReadBinary(0, 10))
	require.ErrorIs(t, err, scp03.ErrMAC)
	require.ErrorIs(t, s.Err(), scp03.ErrSessionOver)
}
