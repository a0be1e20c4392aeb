package transport_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport"
)

func TestRecordChangesNothing(t *testing.T) {
	oops := errors.New("oops")
	for _, want := range []struct {
		rapdu []byte
		err   error
	}{{[]byte{1, 2, 0x90, 0}, nil}, {nil, oops}, {nil, nil}, {[]byte{}, nil}} {
		sent := unhex(t, "00A4000402ABCD0A")
		card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
			require.Equal(t, sent, capdu)
			return want.rapdu, want.err
		})
		rapdu, err := transport.Record(card, &bytes.Buffer{}).Transmit(t.Context(), bytes.Clone(sent))
		require.Equal(t, want.rapdu, rapdu)
		require.Equal(t, want.err, err)
	}
}

func TestRecordWritesTheCommandBeforeItIsSent(t *testing.T) {
	var b bytes.Buffer
	card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) {
		require.Equal(t, "lwm2mboot transcript 1\n> 00 B0 00 00 01\n", b.String())
		panic("the program ends here")
	})
	require.Panics(t, func() { _, _ = transmit(t, transport.Record(card, &b), "00B0000001") })
	transcript, err := transport.ParseTranscript(&b)
	require.NoError(t, err)
	require.Equal(t, 1, transcript.Len())
}

func TestRecordFlushesEachExchange(t *testing.T) {
	var b bytes.Buffer
	rec := transport.Record(fixed([]byte{1, 0x90, 0}, nil), bufio.NewWriter(&b))
	for i := range 3 {
		_, err := transmit(t, rec, "00B0000001")
		require.NoError(t, err)
		require.Equal(t, i+1, strings.Count(b.String(), "< 01 90 00\n"))
	}
	require.NoError(t, rec.Err())
}

func TestRecordTellsTheErrorOfItsWriterAndGoesOn(t *testing.T) {
	oops := errors.New("oops")
	var whole bytes.Buffer
	_, err := transmit(t, transport.Record(fixed([]byte{1, 0x90, 0}, nil), &whole), "00B0000001")
	require.NoError(t, err)
	for limit := range whole.Len() {
		w := &limitedWriter{limit: limit, err: oops}
		rec := transport.Record(fixed([]byte{1, 0x90, 0}, nil), w)
		for range 2 {
			rapdu, err := transmit(t, rec, "00B0000001")
			require.NoError(t, err)
			require.Equal(t, []byte{1, 0x90, 0}, rapdu)
		}
		require.EqualError(t, rec.Err(), "transport: record: oops")
		require.ErrorIs(t, rec.Err(), oops)
		require.Equal(t, whole.String()[:limit], w.got.String(), "nothing behind the error")
	}
}

func TestRecordTellsThatFlushingFailed(t *testing.T) {
	oops := errors.New("oops")
	rec := transport.Record(fixed([]byte{0x90, 0}, nil), bufio.NewWriter(&limitedWriter{err: oops}))
	_, err := transmit(t, rec, "00B0000001")
	require.NoError(t, err)
	require.ErrorIs(t, rec.Err(), oops)
}

func TestRecordWritesTimesWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := lateCard{answer: []byte{0x90, 0}, TransportFunc: func(context.Context, []byte) ([]byte, error) {
			time.Sleep(66 * time.Millisecond)
			return []byte{0x90, 0}, nil
		}}
		for times, want := range map[bool]string{false: "", true: "@ 66ms\n"} {
			var b bytes.Buffer
			rec := transport.Record(slow, &b)
			rec.Times = times
			_, err := transmit(t, rec, "00B0000001")
			require.NoError(t, err)
			require.Equal(t, "lwm2mboot transcript 1\n> 00 B0 00 00 01\n< 90 00\n"+want, b.String())
		}
	})
}

func TestRecordOfALateAnswer(t *testing.T) {
	var b bytes.Buffer
	for _, tt := range []struct {
		card apdu.CardTransport
		want []byte
	}{
		{lateCard{answer: []byte{2, 0x90, 0}}, []byte{2, 0x90, 0}},
		{lateCard{}, nil},
		{apdu.TransportFunc(nil), nil},
	} {
		rapdu, ok := transport.Record(tt.card, &b).LateAnswer(t.Context())
		require.Equal(t, tt.want != nil, ok)
		require.Equal(t, tt.want, rapdu)
	}
	require.Equal(t, "lwm2mboot transcript 1\n~ 02 90 00\n", b.String(), "nothing is written when there is none")
}

func TestRecordTellsKindsOfErrorsAndNoText(t *testing.T) {
	for want, err := range map[string]error{
		"no-card":            apdu.ErrNoCard,
		"pin":                apdu.ErrCardPIN,
		"puk":                apdu.ErrCardLocked,
		"busy":               apdu.ErrCardBusy,
		"fault":              apdu.ErrCardFault,
		"refused":            apdu.ErrRefused,
		"lost-step deadline": fmt.Errorf("%w after %w", apdu.ErrLostStep, context.DeadlineExceeded),
		"malformed":          apdu.ErrMalformed,
		"canceled":           context.Canceled,
		"closed":             os.ErrClosed,
		"error":              errors.New("AT+CSIM=18,\"0020000108"),
	} {
		var b bytes.Buffer
		_, got := transmit(t, transport.Record(fixed(nil, fmt.Errorf("secret: %w", err)), &b), "00B0000001")
		require.ErrorIs(t, got, err)
		require.Equal(t, "lwm2mboot transcript 1\n> 00 B0 00 00 01\n! "+want+"\n", b.String())
	}
}

func TestRecordNeverWritesAPIN(t *testing.T) {
	const pin, masked = "31323334FFFFFFFF", " ** ** ** ** ** ** ** **"
	for _, tt := range []struct{ name, capdu, want string }{
		{"VERIFY", "00 20 00 01 08" + pin, "00 20 00 01 08" + masked},
		{"VERIFY on a channel", "42 20 00 01 08" + pin, "42 20 00 01 08" + masked},
		{"VERIFY of a SIM", "A0 20 00 01 08" + pin, "A0 20 00 01 08" + masked},
		{"VERIFY secured", "0C 20 00 01 08" + pin + "00", "0C 20 00 01 08" + masked + " **"},
		{"VERIFY in BER-TLV", "00 21 00 01 08" + pin, "00 21 00 01 08" + masked},
		{"VERIFY of extended length", "00 20 00 01 00 00 08" + pin, "00 20 00 01 00 ** **" + masked},
		{"VERIFY without Lc", "00 20 00 01" + pin, "00 20 00 01" + masked},
		{"VERIFY with a wrong Lc", "00 20 00 01 31" + pin, "00 20 00 01 **" + masked},
		{"VERIFY of nothing", "00 20 00 01 00", "00 20 00 01 00"},
		{"VERIFY, the header", "00 20 00 01", "00 20 00 01"},
		{"CHANGE REFERENCE DATA", "00 24 00 01 10" + pin + pin, "00 24 00 01 10" + masked + masked},
		{"DISABLE", "00 26 00 01 08" + pin, "00 26 00 01 08" + masked},
		{"ENABLE", "00 28 00 01 08" + pin, "00 28 00 01 08" + masked},
		{"RESET RETRY COUNTER", "00 2C 00 01 08" + pin, "00 2C 00 01 08" + masked},
		{"an UPDATE is not hidden here", "00 D6 00 00 02 31 32", "00 D6 00 00 02 31 32"},
		{"nor what is too short", "20", "20"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			_, err := transmit(t, transport.Record(fixed([]byte{0x90, 0}, nil), &b), tt.capdu)
			require.NoError(t, err)
			got, _, _ := strings.Cut(b.String(), "\n<")
			flat := strings.Join(strings.Fields(strings.ReplaceAll(got, "\\\n", "")), " ")
			require.Equal(t, "lwm2mboot transcript 1 > "+tt.want, flat)
			_, steps, _ := strings.Cut(b.String(), "\n")
			require.Equal(t, b.String(), format(t, parse(t, steps)))
		})
	}
}

func TestParsedTranscriptHoldsNoPIN(t *testing.T) {
	require.NotContains(t, format(t, parse(t, "> 00 20 00 01 08 31 32 33 34 FF FF FF FF\n< 63 C2\n")), "31")
}

func TestCreateTranscriptIsForItsOwnerAndOverwritesNothing(t *testing.T) {
	name := filepath.Join(t.TempDir(), "card.txt")
	f, err := transport.CreateTranscript(name)
	require.NoError(t, err)
	rec := transport.Record(fixed([]byte{0x90, 0}, nil), f)
	_, err = transmit(t, rec, "00B0000001")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())

	_, err = transport.CreateTranscript(name)
	require.ErrorIs(t, err, fs.ErrExist)
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "lwm2mboot transcript 1\n> 00 B0 00 00 01\n< 90 00\n", string(text))

	_, err = transmit(t, rec, "00B0000001")
	require.NoError(t, err)
	require.ErrorIs(t, rec.Err(), os.ErrClosed)
}
