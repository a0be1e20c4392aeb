package apdu_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

var (
	case1 = apdu.Command{INS: 0x44}
	case2 = apdu.ReadBinary(0, 16)
	case3 = apdu.SelectFID(0x6432, apdu.ReturnNone)
	case4 = apdu.SelectFID(0x6432, apdu.ReturnFCP)
)

const (
	select4     = "00A4000402643200 > "
	getResponse = "00C00000"
)

func TestTransmitRunsTheLoopOfAHost(t *testing.T) {
	for _, v := range []struct {
		name   string
		c      apdu.Command
		script []string
		want   string
	}{
		{"answer at once", case4, []string{select4 + "6202AABB 9000"}, "6202AABB 9000"},
		{"case 1", case1, []string{"00440000 > 9000"}, "9000"},
		{"failure is an answer", case4, []string{select4 + "6A82"}, "6A82"},
		{"proactive command waits", case3, []string{"00A4000C026432 > 910B"}, "910B"},
		{"61xx", case4, []string{select4 + "6104", getResponse + "04 > 6202AABB 9000"}, "6202AABB 9000"},
		{"6100 is 256", case4, []string{select4 + "6100", getResponse + "00 > AA 9000"}, "AA 9000"},
		{"9Fxx", case4, []string{select4 + "9F04", getResponse + "04 > 6202AABB 9000"}, "6202AABB 9000"},
		{"61xx behind data", case2, []string{"00B0000010 > AA 6102", getResponse + "02 > BBCC 9000"}, "AABBCC 9000"},
		{"61xx in three pieces", case4, []string{
			select4 + "6103", getResponse + "03 > AABBCC 6102", getResponse + "02 > DDEE 6101", getResponse + "01 > FF 6282",
		}, "AABBCCDDEEFF 6282"},
		{"61xx to a case 3 command", case3, []string{"00A4000C026432 > 6102", getResponse + "02 > AABB 9000"}, "AABB 9000"},
		{"6Cxx", case2, []string{"00B0000010 > 6C02", "00B0000002 > AABB 9000"}, "AABB 9000"},
		{"6C00 is 256", case2, []string{"00B0000010 > 6C00", "00B0000000 > AA 9000"}, "AA 9000"},
		{"6Cxx once", case2, []string{"00B0000010 > 6C02", "00B0000002 > 6C02"}, "6C02"},
		{"6Cxx, then 61xx", case4, []string{select4 + "6C05", "00A4000402643205 > 6101", getResponse + "01 > AA 9000"}, "AA 9000"},
		{"6Cxx to GET RESPONSE", case4, []string{select4 + "6100", getResponse + "00 > 6C02", getResponse + "02 > AABB 9000"}, "AABB 9000"},
		{"6Cxx to the second GET RESPONSE", case4, []string{
			select4 + "6101", getResponse + "01 > AA 6109", getResponse + "09 > 6C01", getResponse + "01 > BB 9000",
		}, "AABB 9000"},
		{"61xx without data once", case4, []string{select4 + "6102", getResponse + "02 > 6102", getResponse + "02 > AABB 9000"}, "AABB 9000"},
		{"warning with data", case4, []string{select4 + "AA 6283"}, "AA 6283"},
		{"warning that hides data", case4, []string{select4 + "6283", getResponse + "00 > 6C02", getResponse + "02 > AABB 9000"}, "AABB 6283"},
		{"6310 announces data", case4, []string{select4 + "6310", getResponse + "00 > AABB 9000"}, "AABB 6310"},
		{"warning, data in pieces", case4, []string{
			select4 + "6283", getResponse + "00 > AA 6101", getResponse + "01 > BB 9000",
		}, "AABB 6283"},
		{"warning alone", case4, []string{select4 + "6283", getResponse + "00 > 6F00"}, "6283"},
		{"warning, GET RESPONSE refused", case4, []string{select4 + "6283", getResponse + "00 > refused"}, "6283"},
		{"warning to case 2 has no data", case2, []string{"00B0000010 > 6282"}, "6282"},
		{"warning to case 3 has no data", case3, []string{"00A4000C026432 > 6283"}, "6283"},
		{"wrong PIN is no warning", apdu.Command{INS: 0x20, Data: []byte{1}, Ne: 1}, []string{"002000000101 01 > 63C2"}, "63C2"},
		{"GET RESPONSE of a proprietary command is interindustry", apdu.Status(0), []string{"80F2000000 > 6101", getResponse + "01 > AA 9000"}, "AA 9000"},
		{"GET RESPONSE of class A0 is of class A0", apdu.Command{CLA: 0xA0, INS: 0xA4, Data: []byte{0x3F, 0}}, []string{"A0A40000023F00 > 9F02", "A0C0000002 > AABB 9000"}, "AABB 9000"},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := apdu.BasicChannel(scripted(t, v.script...))
			got, err := ch.Transmit(t.Context(), v.c)
			require.NoError(t, err)
			require.Equal(t, unhex(t, v.want), got.AppendTo(nil))
			require.Equal(t, len(v.script), ch.Stats().RoundTrips)
		})
	}
}

func TestTransmitPutsTheChannelIntoEveryClass(t *testing.T) {
	for number, want := range map[byte][3]string{
		1:  {"01", "81", "01"},
		3:  {"03", "83", "03"},
		4:  {"40", "C0", "40"},
		19: {"4F", "CF", "4F"},
	} {
		card := scripted(t,
			fmt.Sprintf("0070000001 > %02X 9000", number),
			want[0]+"A4000402643200 > 6101", want[2]+"C0000001 > AA 9000",
			want[1]+"F2000000 > 6101", want[2]+"C0000001 > BB 9000")
		ch, err := apdu.OpenChannel(t.Context(), card)
		require.NoError(t, err)
		require.Equal(t, int(number), ch.Number())
		_, err = ch.Transmit(t.Context(), case4)
		require.NoError(t, err)
		_, err = ch.Transmit(t.Context(), apdu.Status(0))
		require.NoError(t, err)
		_, err = ch.Transmit(t.Context(), apdu.Command{CLA: 0xA0, INS: 0xA4})
		require.Error(t, err, "class A0 has no channels")
	}
}

// What got lost behind a command that was carried out is not the command's
// own status word: a READ BINARY would take 6B00 for the end of the file.
func TestTransmitFailsWhenGetResponseFails(t *testing.T) {
	for _, v := range []struct {
		name   string
		script []string
		want   error
	}{
		{"status word", []string{select4 + "6102", getResponse + "02 > 6F00"}, apdu.SWNoDiagnosis},
		{"status word with data", []string{select4 + "6102", getResponse + "02 > AA 6B00"}, apdu.SWWrongOffset},
		{"second piece", []string{select4 + "6102", getResponse + "02 > AABB 6102", getResponse + "02 > 6985"}, apdu.SWConditions},
		{"6Cxx twice", []string{select4 + "6102", getResponse + "02 > 6C01", getResponse + "01 > 6C01"}, apdu.ErrWrongLength},
		{"transport", []string{select4 + "6102", getResponse + "02 > busy"}, apdu.ErrCardBusy},
		{"transport behind a warning", []string{select4 + "6283", getResponse + "00 > busy"}, apdu.ErrCardBusy},
		{"second piece behind a warning", []string{select4 + "6283", getResponse + "00 > AA 6102", getResponse + "02 > 6F00"}, apdu.SWNoDiagnosis},
		{"answer of one byte", []string{select4 + "6102", getResponse + "02 > 90"}, apdu.ErrMalformed},
		{"61xx without data twice", []string{select4 + "6102", getResponse + "02 > 6102", getResponse + "02 > 6102"}, apdu.ErrEndless},
	} {
		t.Run(v.name, func(t *testing.T) {
			got, err := apdu.BasicChannel(scripted(t, v.script...)).Transmit(t.Context(), case4)
			require.ErrorIs(t, err, v.want)
			require.True(t, strings.HasPrefix(err.Error(), "GET RESPONSE: "), err.Error())
			require.Zero(t, got)
		})
	}
}

func TestTransmitFailsWithTheTransport(t *testing.T) {
	for name, answer := range map[string]string{"busy": "busy", "no answer": "", "one byte": "90"} {
		t.Run(name, func(t *testing.T) {
			_, err := apdu.BasicChannel(scripted(t, select4+answer)).Transmit(t.Context(), case4)
			require.Error(t, err)
			_, err = apdu.BasicChannel(scripted(t, "00B0000010 > 6C02", "00B0000002 > "+answer)).Transmit(t.Context(), case2)
			require.Error(t, err)
		})
	}
}

// Each answer promises more, so that the loop ends by its bounds alone.
func TestTransmitEndsWhenMoreIsPromisedForEver(t *testing.T) {
	for _, v := range []struct {
		name   string
		answer string
		most   int
	}{
		{"Quectel EC800G: no data", "6100", 3},
		{"a byte at a time", "AA 6101", 257},
		{"256 bytes at a time", strings.Repeat("AA", 256) + "6100", 257},
		{"8 KB at a time", strings.Repeat("AA", 8192) + "6100", 10},
	} {
		t.Run(v.name, func(t *testing.T) {
			answer, n := unhex(t, v.answer), 0
			card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) {
				n++
				return slices.Clone(answer), nil
			})
			_, err := apdu.BasicChannel(card).Transmit(t.Context(), case4)
			require.ErrorIs(t, err, apdu.ErrEndless)
			require.LessOrEqual(t, n, v.most)
		})
	}
}

func TestTransmitJoins64KilobytesInPieces(t *testing.T) {
	whole, sent := pattern(apdu.MaxExtendedNe), 0
	card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		r := apdu.Response{SW: 0x6100}
		if capdu[1] == apdu.INSGetResponse {
			r.Data = whole[sent : sent+256]
			sent += 256
		}
		if sent == len(whole) {
			r.SW = apdu.SWOK
		}
		return r.AppendTo(nil), nil
	})
	got, err := apdu.BasicChannel(card).Transmit(t.Context(), case4)
	require.NoError(t, err)
	require.Equal(t, whole, got.Data)
}

func TestTransmitRefusesAnAnswerOfMoreThan64Kilobytes(t *testing.T) {
	for n, ok := range map[int]bool{apdu.MaxExtendedNe + 2: true, apdu.MaxExtendedNe + 3: false} {
		card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return make([]byte, n), nil })
		_, err := apdu.BasicChannel(card).Transmit(t.Context(), case2)
		if ok {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, apdu.ErrMalformed)
		}
	}
}

// The pieces are joined in memory of the channel's own.
func TestTransmitWritesIntoNoAnswer(t *testing.T) {
	first, second := append(unhex(t, "AA 6101"), 0x55, 0x55)[:3], unhex(t, "BB 9000")
	card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		if capdu[1] == apdu.INSGetResponse {
			return second, nil
		}
		return first, nil
	})
	got, err := apdu.BasicChannel(card).Transmit(t.Context(), case4)
	require.NoError(t, err)
	require.Equal(t, unhex(t, "AABB"), got.Data)
	require.Equal(t, unhex(t, "AA61015555"), first[:5])
}

func TestTransmitSendsNothingWhenTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ch := apdu.BasicChannel(scripted(t))
	_, err := ch.Transmit(ctx, case2)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, ch.Stats())
}

func TestTransmitStopsBetweenCommandsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) {
		n++
		cancel()
		return []byte{0x61, 0x10}, nil
	})
	_, err := apdu.BasicChannel(card).Transmit(ctx, case4)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, n)
}

func TestTransmitRefusesACommandThatCannotBeCoded(t *testing.T) {
	ch := apdu.BasicChannel(scripted(t))
	_, err := ch.Transmit(t.Context(), apdu.Command{Data: data(256)})
	require.Error(t, err)
	require.Zero(t, ch.Stats())
}

func TestTransmitLeavesNoPINBehind(t *testing.T) {
	var sent []byte
	card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		require.Equal(t, unhex(t, "0020000104 31323334"), capdu)
		sent = capdu
		return []byte{0x90, 0x00}, nil
	})
	_, err := apdu.BasicChannel(card).Transmit(t.Context(), apdu.Verify(1, []byte("1234")))
	require.NoError(t, err)
	require.Equal(t, make([]byte, 9), sent)
}

func TestStatsCountWhatWasSentAndReceived(t *testing.T) {
	ch := openScripted(t,
		"01A4000402643200 > 6102", "01C0000002 > AABB 9000",
		"01B0000010 > 6C02", "01B0000002 > AABB 9000",
		"01B0000010 > busy",
		"00708001 > refused", "0070800100 > 9000")
	_, err := ch.Transmit(t.Context(), case4)
	require.NoError(t, err)
	_, err = ch.Transmit(t.Context(), case2)
	require.NoError(t, err)
	_, err = ch.Transmit(t.Context(), case2)
	require.Error(t, err)
	require.Equal(t, apdu.Stats{RoundTrips: 6, Sent: 5 + 8 + 5 + 5 + 5 + 5, Received: 3 + 2 + 4 + 2 + 4}, ch.Stats())
	require.NoError(t, ch.Close(t.Context()))
	require.Equal(t, apdu.Stats{RoundTrips: 8, Sent: 33 + 4 + 5, Received: 15 + 2}, ch.Stats())
}
