package apdu_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// marked is a SecureMessaging that puts AA before the data of commands and
// takes BB off the answers; the class gets bit 3.
type marked struct {
	nc, ne  int
	wrapped int // commands that are not taken back
	ended   []error
	refuse  error // what Wrap returns
}

func (m *marked) Limits() (nc, ne int) { return m.nc, m.ne }
func (m *marked) Unsent()              { m.wrapped-- }
func (m *marked) End(reason error)     { m.ended = append(m.ended, reason) }

func (m *marked) Wrap(c apdu.Command) (apdu.Command, error) {
	if m.refuse != nil {
		return apdu.Command{}, m.refuse
	}
	m.wrapped++
	c.CLA |= 0x04
	c.Data = append([]byte{0xAA}, c.Data...)
	return c, nil
}

var errMark = errors.New("no mark")

func (m *marked) Unwrap(r apdu.Response) (apdu.Response, error) {
	if r.SW.Err() != nil {
		return apdu.Response{SW: r.SW}, nil
	}
	if len(r.Data) == 0 || r.Data[0] != 0xBB {
		m.End(errMark)
		return apdu.Response{}, errMark
	}
	return apdu.Response{Data: r.Data[1:], SW: r.SW}, nil
}

// secured opens channel 1 on a scripted card, with a session.
func secured(t testing.TB, lines ...string) (*apdu.Channel, *marked) {
	ch := openScripted(t, lines...)
	m := &marked{nc: 200, ne: 100}
	ch.Secure(m)
	return ch, m
}

func TestSecuredCommandIsWrappedAndItsAnswerJoined(t *testing.T) {
	ch, m := secured(t,
		"8505000001AA10 > 6102",
		"01C0000002 > BB01 6101",
		"01C0000001 > 02 9000",
		"0506000001AA > BB 9000",
		"0507000001AA > BB 9000")
	r, err := ch.Transmit(t.Context(), apdu.Command{CLA: 0x80, INS: 0x05, Ne: 16})
	require.NoError(t, err)
	require.Equal(t, []byte{1, 2}, r.Data)
	for _, ins := range []byte{6, 7} {
		_, err = ch.Transmit(t.Context(), apdu.Command{INS: ins})
		require.NoError(t, err)
	}
	require.Equal(t, 3, m.wrapped)
	require.Empty(t, m.ended)
}

// TestSecuredWarningLeavesItsAnswerBehind, for a command that asks for nothing
// as well: what authenticates the answer waits.
func TestSecuredWarningLeavesItsAnswerBehind(t *testing.T) {
	ch, _ := secured(t,
		"0505000001AA > 6282",
		"01C0000000 > BB07 9000")
	r, err := ch.Transmit(t.Context(), apdu.Command{INS: 0x05})
	require.NoError(t, err)
	require.Equal(t, apdu.SWEndOfFile, r.SW)
	require.Equal(t, []byte{7}, r.Data)
}

func TestSecuredCommandIsNotRepeated(t *testing.T) {
	ch, m := secured(t, "05B0000001AA10 > 6C05")
	r, err := ch.Transmit(t.Context(), apdu.ReadBinary(0, 16))
	require.NoError(t, err)
	require.Equal(t, apdu.SW(0x6C05), r.SW)
	require.Equal(t, 1, m.wrapped)
}

func TestSecuredCommandThatWasRefusedIsTakenBack(t *testing.T) {
	ch, m := secured(t, "05B0000001AA10 > refused")
	_, err := ch.Transmit(t.Context(), apdu.ReadBinary(0, 16))
	require.ErrorIs(t, err, apdu.ErrRefused)
	require.Zero(t, m.wrapped)
	require.Empty(t, m.ended)
}

func TestUnknownOutcomeEndsTheSession(t *testing.T) {
	for name, lines := range map[string][]string{
		"command lost":         {"05B0000001AA10 > busy"},
		"GET RESPONSE lost":    {"05B0000001AA10 > 6105", "01C0000005 > busy"},
		"GET RESPONSE refused": {"05B0000001AA10 > 6105", "01C0000005 > refused"},
		"GET RESPONSE fails":   {"05B0000001AA10 > 6105", "01C0000005 > 6F00"},
		"no status word":       {"05B0000001AA10 > 90"},
	} {
		ch, m := secured(t, lines...)
		_, err := ch.Transmit(t.Context(), apdu.ReadBinary(0, 16))
		require.Error(t, err, name)
		require.Len(t, m.ended, 1, name)
		require.ErrorIs(t, m.ended[0], err, name)
	}
}

func TestSecuredCommandIsNotSentWhenItCannotBeWrapped(t *testing.T) {
	ch, m := secured(t)
	m.refuse = errMark
	_, err := ch.Transmit(t.Context(), apdu.ReadBinary(0, 16))
	require.ErrorIs(t, err, errMark)
	_, err = ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}}, nil)
	require.ErrorIs(t, err, errMark)
	_, err = ch.ReadRecord(t.Context(), apdu.Path{0x6F30}, 1)
	require.ErrorIs(t, err, errMark)
}

func TestSecuredCommandIsNotWrappedInAContextThatHasEnded(t *testing.T) {
	ch, m := secured(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := ch.Transmit(ctx, apdu.ReadBinary(0, 16))
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, m.wrapped)
	require.Empty(t, m.ended)
}

func TestCloseEndsTheSessionAndGoesPlain(t *testing.T) {
	ch, m := secured(t, "00708001 > 9000")
	require.NoError(t, ch.Close(t.Context()))
	require.Len(t, m.ended, 1)
	_, err := ch.Transmit(t.Context(), apdu.ReadBinary(0, 1))
	require.Error(t, err)
}

func TestSecureEndsTheSessionBefore(t *testing.T) {
	ch, first := secured(t, "0505000001AA > BB 9000", "01050000 > 9000")
	second := &marked{}
	ch.Secure(second)
	require.Len(t, first.ended, 1)
	_, err := ch.Transmit(t.Context(), apdu.Command{INS: 0x05})
	require.NoError(t, err)
	ch.Secure(nil)
	require.Len(t, second.ended, 1)
	_, err = ch.Transmit(t.Context(), apdu.Command{INS: 0x05})
	require.NoError(t, err, "in the clear")
}

// reader is a channel with a session, on a card of one file whose answers are
// marked. Its FCP tells size, unless that is 0.
func reader(t testing.TB, card *fileCard, size int) (*apdu.Channel, *[]apdu.Command) {
	sent := new([]apdu.Command)
	ch := openOn(t, apdu.TransportFunc(func(ctx context.Context, b []byte) ([]byte, error) {
		c, err := apdu.ParseCommand(b)
		require.NoError(t, err)
		if c.CLA&0x04 == 0 {
			return []byte{1, 0x90, 0}, nil // MANAGE CHANNEL
		}
		c.CLA, c.Data = 0, slices.Clone(c.Data[1:])
		*sent = append(*sent, c)
		if c.INS == apdu.INSReadBinary {
			c.P1 &= 0x7F // by SFI
			if (*sent)[0].P1&0x80 != 0 && len(*sent) == 1 {
				c.P1 = 0
			}
		}
		if c.INS == apdu.INSSelect {
			switch {
			case size > 0:
				return []byte{0xBB, 0x62, 0x04, 0x80, 0x02, byte(size >> 8), byte(size), 0x90, 0}, nil
			case c.P2 != apdu.ReturnNone:
				return []byte{0x6A, 0x86}, nil
			}
			return []byte{0xBB, 0x90, 0}, nil
		}
		b, err = c.Bytes()
		require.NoError(t, err)
		r, err := card.Transmit(ctx, b)
		if sw := apdu.SW(r[len(r)-2])<<8 | apdu.SW(r[len(r)-1]); err != nil || sw.Err() != nil {
			return r, err
		}
		return append([]byte{0xBB}, r...), nil
	}))
	ch.Secure(&marked{nc: 200, ne: 100})
	return ch, sent
}

func openOn(t testing.TB, card apdu.CardTransport) *apdu.Channel {
	ch, err := apdu.OpenChannel(t.Context(), card)
	require.NoError(t, err)
	return ch
}

// nes are the Ne of the READ BINARYs among commands.
func nes(commands []apdu.Command) (list []int) {
	for _, c := range commands {
		if c.INS == apdu.INSReadBinary || c.INS == apdu.INSReadBinaryOdd {
			list = append(list, c.Ne)
		}
	}
	return list
}

func TestSecuredReadAsksForWhatFits(t *testing.T) {
	content := pattern(250)
	for _, row := range []struct {
		name string
		ref  apdu.FileRef
		need apdu.Need
		size int // told
		nes  []int
	}{
		{"a number", apdu.FileRef{}, exactly(250), 0, []int{100, 100, 50}},
		{"a number, size told", apdu.FileRef{}, exactly(250), 250, []int{100, 100, 50}},
		{"to the end, size told", apdu.FileRef{}, nil, 250, []int{100, 100, 50, 100}},
		{"whole entries, size told", apdu.FileRef{}, exactly(apdu.UntilEnd), 250, []int{100, 100, 50}},
		{"more than the size told", apdu.FileRef{}, exactly(250), 120, []int{100, 20, 100, 30}},
		{"a part", apdu.FileRef{Offset: 50, Length: 150}, nil, 250, []int{100, 50}},
		{"a part to the end", apdu.FileRef{Offset: 180}, exactly(apdu.UntilEnd), 250, []int{70}},
		{"by SFI", apdu.FileRef{SFI: 5}, exactly(250), 250, []int{100, 100, 50}},
	} {
		t.Run(row.name, func(t *testing.T) {
			ch, sent := reader(t, &fileCard{content: content}, row.size)
			row.ref.Path = apdu.Path{0x6432}
			got, err := ch.ReadFile(t.Context(), row.ref, row.need)
			require.NoError(t, err)
			end := len(content)
			if row.ref.Length > 0 {
				end = row.ref.Offset + row.ref.Length
			}
			require.Equal(t, content[row.ref.Offset:end], got)
			require.Equal(t, row.nes, nes(*sent))
		})
	}
}

// TestSecuredReadGoesOnBehindAShortAnswer and takes no more of a long one than
// it asked for.
func TestSecuredReadGoesOnBehindAShortAnswer(t *testing.T) {
	for _, need := range []apdu.Need{exactly(250), nil} {
		ch, _ := reader(t, &fileCard{content: pattern(250), most: 30}, 250)
		got, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}}, need)
		require.NoError(t, err)
		require.Equal(t, pattern(250), got)
	}
	ch := openOn(t, apdu.TransportFunc(func(_ context.Context, b []byte) ([]byte, error) {
		switch {
		case b[1] == apdu.INSManageChannel:
			return []byte{1, 0x90, 0}, nil
		case b[1] == apdu.INSSelect:
			return []byte{0xBB, 0x90, 0}, nil
		}
		return append(append([]byte{0xBB}, pattern(250)[int(b[3]):]...), 0x90, 0), nil
	}))
	ch.Secure(&marked{nc: 200, ne: 100})
	got, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}}, exactly(120))
	require.NoError(t, err)
	require.Equal(t, pattern(120), got)
}

// TestSecuredReadAtTheLastOffsets fits both the bytes read again and those of
// the odd instruction code.
func TestSecuredReadAtTheLastOffsets(t *testing.T) {
	content := pattern(apdu.MaxOffset + 300)
	for _, need := range []apdu.Need{exactly(400), nil} {
		ch, sent := reader(t, &fileCard{content: content}, len(content))
		ref := apdu.FileRef{Path: apdu.Path{0x6432}, Offset: apdu.MaxOffset - 100}
		got, err := ch.ReadFile(t.Context(), ref, need)
		require.NoError(t, err)
		require.Equal(t, content[ref.Offset:], got)
		for _, ne := range nes(*sent) {
			require.LessOrEqual(t, ne, 100)
		}
	}
}

func TestSecuredReadTellsOfTheFile(t *testing.T) {
	ch, _ := reader(t, &fileCard{content: pattern(10)}, 10)
	var told apdu.FCP
	_, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}, Told: &told}, nil)
	require.NoError(t, err)
	require.Equal(t, 10, told.Size)
}

func TestSecuredUpdateFits(t *testing.T) {
	for _, offset := range []int{0, apdu.MaxOffset + 1} {
		ch, sent := reader(t, &fileCard{}, 0)
		ref := apdu.FileRef{Path: apdu.Path{0x6432}}
		require.NoError(t, ch.UpdateFile(t.Context(), ref, offset, pattern(500)))
		n := 0
		for _, c := range *sent {
			if c.INS == apdu.INSSelect {
				continue
			}
			require.LessOrEqual(t, len(c.Data), 200)
			n += len(c.Data)
		}
		require.Greater(t, n, 499)
	}
}

func TestSecuredRecordsAreAskedForByTheirLength(t *testing.T) {
	ch, _ := secured(t,
		"05A4000403AA6F3000 > BB 620B 8205 4221 0014 02 8302 6F30 9000",
		"05B2010401AA14 > BB"+"0102030405060708090A0B0C0D0E0F1011121314 9000",
		"05B2020401AA14 > 6A83",
		"05A4000403AA6F3000 > BB 6200 9000",
		"05B2010401AA64 > BB0102 9000")
	n := 0
	for record, err := range ch.ReadRecords(t.Context(), apdu.Path{0x6F30}) {
		require.NoError(t, err)
		require.Len(t, record, 20)
		n++
	}
	require.Equal(t, 1, n)
	record, err := ch.ReadRecord(t.Context(), apdu.Path{0x6F30}, 1)
	require.NoError(t, err)
	require.Equal(t, []byte{1, 2}, record, "without a length in the FCP: what fits")
}

// TestSecuredBasicChannelGoesBackBy7FFF, not by the AID, which some cards end
// the session at.
func TestSecuredBasicChannelGoesBackBy7FFF(t *testing.T) {
	ch := apdu.BasicChannel(scripted(t,
		"00A4040C0CA000000063504B43532D3135 > 9000",
		"04A4000403AA643200 > BB 9000",
		"04B0000001AA64 > BB0102 9000",
		"04A4000403AA7FFF00 > BB 9000",
		"04A4000403AA643200 > BB 9000",
		"04B0000001AA64 > BB0102 9000"))
	_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	ch.Secure(&marked{nc: 200, ne: 100})
	for range 2 {
		_, err = ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}}, exactly(2))
		require.NoError(t, err)
	}
}

// TestSecuredSelectWithoutFCP falls back on a SELECT that asks for nothing,
// where the card says of all others that there is no such file.
func TestSecuredSelectWithoutFCP(t *testing.T) {
	ch := openOn(t, apdu.TransportFunc(func(_ context.Context, b []byte) ([]byte, error) {
		switch {
		case b[1] == apdu.INSManageChannel:
			return []byte{1, 0x90, 0}, nil
		case b[1] == apdu.INSSelect && b[3] != apdu.ReturnNone:
			return []byte{0x6A, 0x82}, nil
		case b[1] == apdu.INSSelect:
			return []byte{0xBB, 0x90, 0}, nil
		}
		return []byte{0xBB, 1, 2, 0x90, 0}, nil
	}))
	ch.Secure(&marked{nc: 200, ne: 100})
	got, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}}, exactly(2))
	require.NoError(t, err)
	require.Equal(t, []byte{1, 2}, got)
}

// TestSecuredReadBelievesNoBareEnd: whoever sits on the line can say 6B00.
func TestSecuredReadBelievesNoBareEnd(t *testing.T) {
	for _, need := range []apdu.Need{nil, exactly(apdu.UntilEnd)} {
		ch, _ := reader(t, &fileCard{content: pattern(250)}, 0)
		_, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}}, need)
		require.ErrorIs(t, err, apdu.SWWrongOffset)
	}
}
