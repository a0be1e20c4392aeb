package transporttest

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

type wrap = func(t *testing.T, card apdu.CardTransport) apdu.CardTransport

func never(int, apdu.Command) bool { return false }

// overModem is a csim.Card over a simulated modem.
func overModem(opts ...simcard.ModemOption) wrap {
	return func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
		modem := csim.NewModem(simcard.NewModem(card, opts...), nil)
		t.Cleanup(func() { _ = modem.Close() })
		return csim.New(modem)
	}
}

// plainCommander is a Commander that is no Resyncer.
type plainCommander struct{ csim.Commander }

var good = map[string]struct {
	new        wrap
	concurrent bool
}{
	"the card itself": {func(_ *testing.T, card apdu.CardTransport) apdu.CardTransport { return card }, true},
	"Trace": {func(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
		return transport.Trace(card, func(transport.Exchange) {})
	}, true},
	"Record": {func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
		rec := transport.Record(card, io.Discard)
		t.Cleanup(func() { require.NoError(t, rec.Err()) })
		return rec
	}, false},
	"Fault without faults": {func(_ *testing.T, card apdu.CardTransport) apdu.CardTransport {
		return transport.Fault(card, never, nil)
	}, true},
	"csim":                        {overModem(), false},
	"csim, modem hands over 61xx": {overModem(simcard.HandsOver61()), false},
	"csim, modem hands over 6Cxx": {overModem(simcard.HandsOver6C()), false},
	"csim, modem without an echo": {overModem(simcard.NoEcho()), false},
	"csim, Commander without Resync": {func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
		modem := csim.NewModem(simcard.NewModem(card), nil)
		t.Cleanup(func() { _ = modem.Close() })
		return csim.New(plainCommander{modem})
	}, false},
	"all of them": {func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
		card = overModem()(t, card)
		card = transport.Fault(card, never, nil)
		card = transport.Trace(card, func(transport.Exchange) {})
		return transport.Record(card, io.Discard)
	}, false},
}

func TestGoodTransportsPass(t *testing.T) {
	for name, g := range good {
		t.Run(name, func(t *testing.T) {
			Test(t, Config{New: g.new, Bubble: true, Concurrent: g.concurrent})
		})
	}
}

// TestGoodTransportsPassInRealTime is for those that do no waiting of their
// own.
func TestGoodTransportsPassInRealTime(t *testing.T) {
	for _, name := range []string{"the card itself", "Record"} {
		t.Run(name, func(t *testing.T) { Test(t, Config{New: good[name].new}) })
	}
}

// knownOf are exchanges with a simulated card.
func knownOf(t *testing.T) (*simcard.Card, []Exchange) {
	t.Helper()
	card, err := simcard.New()
	require.NoError(t, err)
	var known []Exchange
	for _, c := range []apdu.Command{apdu.SelectFID(apdu.FIDMF, apdu.ReturnFCP), apdu.SelectFID(0x1234, apdu.ReturnFCP), apdu.ReadBinarySFI(2, 0, 10)} {
		capdu, err := c.Bytes()
		require.NoError(t, err)
		rapdu, err := card.Transmit(t.Context(), capdu)
		require.NoError(t, err)
		known = append(known, Exchange{Command: capdu, Answer: rapdu})
	}
	return card, known
}

func TestKnownExchangesOfASimulatedCard(t *testing.T) {
	card, known := knownOf(t)
	TestKnown(t, func(*testing.T) apdu.CardTransport { return card }, known...)
}

// TestKnownExchangesOfATranscript runs the one check that fits a card that
// answers in one order.
func TestKnownExchangesOfATranscript(t *testing.T) {
	card, known := knownOf(t)
	pipe, w := io.Pipe()
	var transcript *transport.Transcript
	parsed := make(chan error)
	go func() {
		var err error
		transcript, err = transport.ParseTranscript(pipe)
		parsed <- err
	}()
	knownAnswers(newBench(t, Config{}, transport.Record(card, w), nil), known)
	require.NoError(t, w.Close())
	require.NoError(t, <-parsed)
	replay := transport.Replay(transcript)
	knownAnswers(newBench(t, Config{}, replay, nil), known)
	require.NoError(t, replay.Close())
}

func ExampleTest() {
	_ = func(t *testing.T) { // func TestMine(t *testing.T)
		Test(t, Config{
			New: func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
				return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
					return card.Transmit(ctx, capdu) // and what yours does beside
				})
			},
			Bubble:     true,
			Concurrent: true,
		})
	}
}
