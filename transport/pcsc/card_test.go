package pcsc

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/transporttest"
)

var (
	selectMF = []byte{0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00}
	ok       = []byte{0x90, 0x00}
)

// fixed answers every command with rapdu.
func fixed(rapdu []byte) apdu.CardTransport {
	return apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) { return rapdu, nil })
}

// gate is a card that answers 61 and the number of the command when it is let.
func gate() (card apdu.CardTransport, arrived, let chan struct{}) {
	arrived, let = make(chan struct{}, 10), make(chan struct{})
	n := byte(0)
	return apdu.TransportFunc(func(ctx context.Context, _ []byte) ([]byte, error) {
		n++
		arrived <- struct{}{}
		select {
		case <-let:
			return []byte{0x61, n}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}), arrived, let
}

func mustConnect(t *testing.T, d *daemon, cfg *Config) *Card {
	t.Helper()
	card, err := Connect(t.Context(), testReader, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = card.Close() })
	return card
}

func wantOK(t *testing.T, card *Card) {
	t.Helper()
	rapdu, err := card.Transmit(t.Context(), selectMF)
	require.NoError(t, err)
	require.Equal(t, ok, rapdu)
}

func TestCardKeepsTheContract(t *testing.T) {
	transporttest.Test(t, transporttest.Config{
		Concurrent: true,
		New: func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
			d := startDaemon(t, card)
			return mustConnect(t, d, d.config())
		},
	})
}

func TestNewConnectsWithTheFirstCommand(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := New(testReader, d.config())
	d.set(func() { require.Zero(t, d.dials) })
	wantOK(t, card)
	require.NoError(t, card.Close())
}

func TestCloseResetsACardThatWasOursAlone(t *testing.T) {
	for shared, want := range map[bool]string{false: "reset", true: "leave"} {
		d := startDaemon(t, fixed(ok))
		card := mustConnect(t, d, &Config{Socket: d.socket, Shared: shared})
		wantOK(t, card)
		d.set(func() { require.Equal(t, !shared, d.alone) })
		require.NoError(t, card.Close())
		require.NoError(t, card.Close())
		require.Equal(t, want, d.log(t))
		_, err := card.Transmit(t.Context(), selectMF)
		require.ErrorIs(t, err, ErrClosed)
	}
}

func TestCloseTellsOfAFault(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := mustConnect(t, d, d.config())
	d.set(func() { d.refuse[cmdDisconnect] = []Code{CodeInternal} })
	require.ErrorIs(t, card.Close(), CodeInternal)
}

func TestCardInUseIsBusy(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	mustConnect(t, d, d.config())
	_, err := Connect(t.Context(), testReader, &Config{Socket: d.socket, Shared: true})
	require.ErrorIs(t, err, apdu.ErrCardBusy)
	var code Code
	require.ErrorAs(t, err, &code)
	require.Equal(t, CodeSharingViolation, code)
}

func TestSharedCardHasSeveralUsers(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	shared := &Config{Socket: d.socket, Shared: true}
	mustConnect(t, d, shared)
	wantOK(t, mustConnect(t, d, shared))
}

func TestLossIsToldOnceAndTheNextCommandConnects(t *testing.T) {
	for code, want := range map[Code]struct {
		err   error
		given string // back
	}{
		CodeResetCard:         {ErrReset, "leave"},
		CodeRemovedCard:       {apdu.ErrNoCard, "leave"},
		CodeReaderUnavailable: {ErrNoReader, "reset"},
		CodeServerTooBusy:     {apdu.ErrCardBusy, "reset"},
		0x801000FF:            {Code(0x801000FF), "reset"},
	} {
		d := startDaemon(t, fixed(ok))
		card := mustConnect(t, d, d.config())
		d.set(func() { d.refuse[cmdTransmit] = []Code{code} })
		_, err := card.Transmit(t.Context(), selectMF)
		require.ErrorIs(t, err, want.err)
		wantOK(t, card)
		require.Equal(t, want.given, d.log(t))
	}
}

func TestRestartedDaemonIsToldOnce(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := mustConnect(t, d, d.config())
	d.hangUp()
	_, err := card.Transmit(t.Context(), selectMF)
	require.ErrorIs(t, err, ErrNoService)
	wantOK(t, card)
}

func TestFailedExchangeWithACardThatIsGoneIsNoCard(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := mustConnect(t, d, d.config())
	asked := 0
	d.set(func() {
		d.refuse[cmdTransmit] = []Code{CodeNotTransacted}
		d.tamper = func(command uint32, b []byte) []byte {
			if command == cmdReaders { // pcscd takes a moment to see it
				if asked++; asked > 3 {
					copy(b, entry(testReader, absent, 0, nil, 0))
				}
			}
			return b
		}
	})
	_, err := card.Transmit(t.Context(), selectMF)
	require.ErrorIs(t, err, apdu.ErrNoCard)
	require.ErrorIs(t, err, CodeNotTransacted)
	d.set(func() { require.Equal(t, 4, asked) })
}

func TestFailedExchangeWithACardThatIsThereIsAFault(t *testing.T) {
	for name, refuse := range map[string]func(d *daemon){
		"transmit": func(d *daemon) { d.refuse[cmdTransmit] = []Code{CodeCommError} },
		"connect":  func(d *daemon) { d.refuse[cmdConnect] = []Code{CodeUnresponsiveCard} },
	} {
		t.Run(name, func(t *testing.T) {
			d := startDaemon(t, fixed(ok))
			card := New(testReader, d.config())
			refuse(d)
			_, err := card.Transmit(t.Context(), selectMF)
			require.ErrorIs(t, err, apdu.ErrCardFault)
			require.NotErrorIs(t, err, apdu.ErrNoCard)
			wantOK(t, card)
			require.NoError(t, card.Close())
		})
	}
}

func TestFaultStaysAFaultWhenReadersCannotBeListed(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := mustConnect(t, d, d.config())
	d.set(func() { d.refuse[cmdTransmit] = []Code{CodeCommError} })
	require.NoError(t, d.listener.Close())
	_, err := card.Transmit(t.Context(), selectMF)
	require.ErrorIs(t, err, apdu.ErrCardFault)
	require.NotErrorIs(t, err, apdu.ErrNoCard)
}

func TestAnswerWithoutStatusWordIsAFault(t *testing.T) {
	for _, short := range [][]byte{{}, {0x90}} {
		d := startDaemon(t, fixed(short))
		card := mustConnect(t, d, d.config())
		ctx, cancel := context.WithTimeout(t.Context(), 4*pace)
		_, err := card.Transmit(ctx, selectMF)
		cancel()
		require.ErrorIs(t, err, apdu.ErrCardFault)
		require.ErrorIs(t, err, apdu.ErrMalformed)
	}
}

func TestT0CommandHasFiveBytesOfHeaderAndNoSecondLength(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	d.protocol = protocolT0
	card := mustConnect(t, d, d.config())
	for _, tt := range []struct{ name, capdu, sent string }{
		{"case 1", "\x00\x44\x00\x00", "\x00\x44\x00\x00\x00"},
		{"case 2", "\x00\xB0\x00\x00\x08", "\x00\xB0\x00\x00\x08"},
		{"case 3", "\x00\xA4\x00\x0C\x02\x3F\x00", "\x00\xA4\x00\x0C\x02\x3F\x00"},
		{"case 4", "\x00\xA4\x00\x04\x02\x3F\x00\x00", "\x00\xA4\x00\x04\x02\x3F\x00"},
		{"extended case 4", "\x00\xA4\x00\x04\x00\x00\x02\x3F\x00\x00\x00", "\x00\xA4\x00\x04\x00\x00\x02\x3F\x00\x00\x00"},
	} {
		capdu := append([]byte(tt.capdu), 0xEE)[:len(tt.capdu)] // room behind it
		_, err := card.Transmit(t.Context(), capdu)
		require.NoError(t, err, tt.name)
		d.set(func() { require.Equal(t, []byte(tt.sent), d.commands[len(d.commands)-1], tt.name) })
		require.Equal(t, byte(0xEE), capdu[:len(capdu)+1][len(capdu)], tt.name)
	}
}

func TestGivenUpCommandIsWaitedForByTheNext(t *testing.T) {
	sim, arrived, let := gate()
	d := startDaemon(t, sim)
	card := mustConnect(t, d, d.config())
	giveUp := func() {
		ctx, cancel := context.WithTimeout(t.Context(), pace)
		defer cancel()
		_, err := card.Transmit(ctx, selectMF)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	giveUp()
	giveUp() // which waited for the first, and was not sent
	require.Len(t, arrived, 1)
	let <- struct{}{}
	_, late := card.LateAnswer(t.Context())
	require.False(t, late, "it is not the last command's")

	giveUp()
	let <- struct{}{}
	rapdu, late := card.LateAnswer(t.Context())
	require.True(t, late)
	require.Equal(t, []byte{0x61, 2}, rapdu)

	giveUp()
	close(let)
	rapdu, err := card.Transmit(t.Context(), selectMF)
	require.NoError(t, err)
	require.Equal(t, []byte{0x61, 4}, rapdu)
}

func TestLossBehindAGivenUpCommandIsTold(t *testing.T) {
	sim, _, let := gate()
	d := startDaemon(t, sim)
	card := mustConnect(t, d, d.config())
	ctx, cancel := context.WithTimeout(t.Context(), pace)
	defer cancel()
	_, err := card.Transmit(ctx, selectMF)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	d.set(func() {
		d.tamper = func(command uint32, b []byte) []byte {
			if command == cmdTransmit {
				return put(b[:transmitSize], 1, uint32(CodeResetCard))
			}
			return b
		}
	})
	close(let)
	_, err = card.Transmit(t.Context(), selectMF)
	require.ErrorIs(t, err, ErrReset)
	d.set(func() { d.tamper = nil })
	rapdu, err := card.Transmit(t.Context(), selectMF)
	require.NoError(t, err)
	require.Equal(t, []byte{0x61, 2}, rapdu)
}

func TestCloseDoesNotWaitForAGivenUpCommand(t *testing.T) {
	sim, _, _ := gate()
	d := startDaemon(t, sim)
	card := mustConnect(t, d, &Config{Socket: d.socket, Timeout: pace})
	_, err := card.Transmit(t.Context(), selectMF)
	require.ErrorIs(t, err, context.DeadlineExceeded, "Config.Timeout holds without a deadline")
	began := time.Now()
	require.NoError(t, card.Close())
	require.Less(t, time.Since(began), closeGrace)
}

func TestResetComesBeforeTheNextCommand(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := New(testReader, d.config())
	require.NoError(t, card.Reset(t.Context()))
	require.Equal(t, "reset", d.log(t))
	wantOK(t, card)
	d.set(func() { d.refuse[cmdDisconnect] = []Code{CodeInternal} })
	require.ErrorIs(t, card.Reset(t.Context()), CodeInternal)
	d.set(func() { d.refuse[cmdConnect] = []Code{CodeNoCard} })
	require.ErrorIs(t, card.Reset(t.Context()), apdu.ErrNoCard)
	wantOK(t, card)
	require.NoError(t, card.Close())
}

func TestATRIsTheCards(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := mustConnect(t, d, d.config())
	atr, err := card.ATR(t.Context())
	require.NoError(t, err)
	require.True(t, bytes.Equal(testATR, atr))
	d.set(func() { d.readers = entry(testReader, absent, 0, nil, 0) })
	_, err = card.ATR(t.Context())
	require.ErrorIs(t, err, apdu.ErrNoCard)
	require.NoError(t, d.listener.Close())
	_, err = card.ATR(t.Context())
	require.ErrorIs(t, err, ErrNoService)
	require.NoError(t, card.Close())
	_, err = New(testReader, d.config()).ATR(t.Context())
	require.ErrorIs(t, err, ErrNoService)
	require.ErrorIs(t, New(testReader, d.config()).Reset(t.Context()), ErrNoService)
}

func TestMissingDaemonIsNoService(t *testing.T) {
	t.Setenv(SocketEnv, "/nowhere/pcscd.comm")
	_, err := Connect(t.Context(), "", nil)
	require.ErrorIs(t, err, ErrNoService)
	require.True(t, errors.Is(err, os.ErrNotExist))
	_, err = Readers(t.Context(), nil)
	require.ErrorIs(t, err, ErrNoService)
}

func TestErrorsAreThoseOfOtherTransports(t *testing.T) {
	require.ErrorIs(t, CodeResetCard, apdu.ErrCardReset)
	require.ErrorIs(t, CodeResetCard, ErrReset)
	require.ErrorIs(t, ErrClosed, os.ErrClosed)
}

// A card held alone is reset behind a fault, too: nobody after us shall find our
// channels and PINs.
func TestCardIsResetBehindAFault(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	card := mustConnect(t, d, d.config())
	wantOK(t, card)
	d.set(func() { d.refuse[cmdTransmit] = []Code{CodeTimeout} })
	_, err := card.Transmit(t.Context(), selectMF)
	require.Error(t, err)
	require.NoError(t, card.Close())
	require.Equal(t, "reset", d.log(t))
}
