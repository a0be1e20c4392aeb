package transport_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport"
)

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func TestTraceTellsHeaderLengthsSWAndDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want := fromHex(t, "A1A2A39000")
		card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
			require.Equal(t, fromHex(t, "00A4000402ABCD0A"), capdu)
			time.Sleep(66 * time.Millisecond)
			return want, nil
		})
		var got []transport.Exchange
		traced := transport.Trace(card, func(e transport.Exchange) { got = append(got, e) })
		rapdu, err := traced.Transmit(t.Context(), fromHex(t, "00A4000402ABCD0A"))
		require.NoError(t, err)
		require.Equal(t, want, rapdu)
		require.Equal(t, []transport.Exchange{{
			Command:  apdu.Command{INS: apdu.INSSelect, P2: 4, Ne: 10},
			Sent:     8,
			Received: 5,
			SW:       apdu.SWOK,
			Took:     66 * time.Millisecond,
		}}, got)
	})
}

func TestTraceShowsNoByteOfTheData(t *testing.T) {
	const secret = "31323334FFFFFFFF"
	card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return fromHex(t, secret+"9000"), nil })
	for _, capdu := range []string{
		"0020000108" + secret,
		"0020000109" + secret, // an Lc that is wrong
	} {
		var lines string
		traced := transport.Trace(card, func(e transport.Exchange) {
			e.Took = 0 // whose digits are no secret
			lines += fmt.Sprintf("%v %+v %#v", e, e, e)
		})
		_, err := traced.Transmit(t.Context(), fromHex(t, capdu))
		require.NoError(t, err)
		require.NotEmpty(t, lines)
		for _, leak := range []string{"31", "0x31", "49, 50", "FFFF"} {
			require.NotContains(t, lines, leak)
		}
	}
}

func TestTracePassesErrorsOn(t *testing.T) {
	card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return nil, apdu.ErrNoCard })
	var got transport.Exchange
	_, err := transport.Trace(card, func(e transport.Exchange) { got = e }).Transmit(t.Context(), fromHex(t, "0070000001"))
	require.Equal(t, apdu.ErrNoCard, err)
	require.Equal(t, apdu.ErrNoCard, got.Err)
}

type lateCard struct {
	apdu.TransportFunc
	answer []byte
}

func (c lateCard) LateAnswer(context.Context) ([]byte, bool) { return c.answer, c.answer != nil }

func TestTraceAnswersLateIfTheCardDoes(t *testing.T) {
	var got []transport.Exchange
	report := func(e transport.Exchange) { got = append(got, e) }
	traced := transport.Trace(lateCard{answer: []byte{1, 0x90, 0}}, report)
	rapdu, ok := traced.(apdu.LateAnswerer).LateAnswer(t.Context())
	require.True(t, ok)
	require.Equal(t, []byte{1, 0x90, 0}, rapdu)
	require.Len(t, got, 1)
	require.True(t, got[0].Late)
	require.Equal(t, apdu.SWOK, got[0].SW)

	_, ok = transport.Trace(lateCard{}, report).(apdu.LateAnswerer).LateAnswer(t.Context())
	require.False(t, ok)
	require.Len(t, got, 1, "no answer, no report")

	_, ok = transport.Trace(apdu.TransportFunc(nil), report).(apdu.LateAnswerer)
	require.False(t, ok)
}

func ExampleTrace() {
	card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		switch {
		case capdu[1] == apdu.INSManageChannel:
			return []byte{0x01, 0x90, 0x00}, nil
		case len(capdu) > 5:
			return nil, errors.New("AT+CSIM: +CME ERROR: 13: SIM failure")
		}
		return []byte{0x90}, nil
	})
	traced := transport.Trace(card, func(e transport.Exchange) {
		e.Took = 66 * time.Millisecond // so that the output is the same each time
		fmt.Println(e)
	})
	ctx := context.Background()
	traced.Transmit(ctx, []byte{0x00, 0x70, 0x00, 0x00, 0x01})
	traced.Transmit(ctx, []byte{0x00, 0x20, 0x00, 0x01, 0x04, '1', '2', '3', '4'})
	traced.Transmit(ctx, []byte{0x00, 0xB0, 0x00, 0x00, 0x00})
	fmt.Println(transport.Exchange{Late: true, Received: 3, SW: apdu.SWOK})
	// Output:
	// MANAGE CHANNEL 00 70 00 00 Ne=1, 5 bytes: 3 bytes, SW 9000: done (66ms)
	// VERIFY 00 20 00 01, 9 bytes: AT+CSIM: +CME ERROR: 13: SIM failure (66ms)
	// READ BINARY 00 B0 00 00 Ne=256, 5 bytes: 1 bytes, no SW (66ms)
	// late answer: 3 bytes, SW 9000: done (0s)
}
