package csim_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

const (
	openAnswer = "\r\n+CSIM: 6,\"019000\"\r\n"
	readAnswer = "\r\n+CSIM: 8,\"0A0B9000\"\r\n"
	short      = 2 * time.Second          // what a command gets here
	late       = short + time.Millisecond // no tie of timers
)

// abandoned sends MANAGE CHANNEL and gives it up after short.
func abandoned(t *testing.T, card *csim.Card) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	start := time.Now()
	_, err := card.Transmit(ctx, unhex(t, open))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, short, time.Since(start))
}

func wantRead(t *testing.T, card *csim.Card) {
	t.Helper()
	rapdu, err := card.Transmit(t.Context(), unhex(t, read))
	require.NoError(t, err)
	require.Equal(t, unhex(t, "0A0B9000"), rapdu)
}

var reading = on(readLine, readAnswer+ok)

func TestAnswerToAnAbandonedCommandIsNotTheNextOnes(t *testing.T) {
	for _, tt := range []struct {
		name string
		tail []scene // from the abandoned command on
	}{
		{"late, before the probe", []scene{on(openLine, late, openAnswer+ok), probed(), reading}},
		{"dropped", []scene{on(openLine), probed(), reading}},
		{"result dropped", []scene{on(openLine, openAnswer), probed(), reading}},
		{"answer dropped", []scene{on(openLine, late, ok), probed(), reading}},
		{"answer before the deadline, result after the probe", []scene{on(openLine, openAnswer, late, ok), probed(), reading}},
		{"late error", []scene{on(openLine, late, 500*time.Millisecond, "\r\n+CME ERROR: 13\r\n"), probed(), reading}},
		{"late by 400 ms", []scene{on(openLine, late, 400*time.Millisecond, openAnswer, 10*time.Millisecond, ok), probed(), reading}},
		{"result far behind the answer", []scene{on(openLine, late, openAnswer, 800*time.Millisecond, ok), probed(), reading}},
		{"late by 2 s, two probes", []scene{on(openLine, late+2*time.Second, openAnswer+ok), probed(), second(), reading}},
		{"late by 5 s, three probes", []scene{on(openLine, late+5*time.Second, openAnswer+ok), probed(), second(), second(400 * time.Millisecond), probed(), reading}},
		{"probe swallowed", []scene{on(openLine), on("AT+CMEE?"), second(), reading}},
		{"probes answered one by one", []scene{
			on(openLine, late+3*time.Second, openAnswer+ok), probed(), second(time.Second), probed(), reading}},
		{"second probe swallowed", []scene{on(openLine, late+3*time.Second, openAnswer+ok), probed(), on("AT+CMEE=?"), probed(), reading}},
		{"both probes swallowed, and one more", []scene{on(openLine), on("AT+CMEE?"), on("AT+CMEE=?"), second(), probed(), reading}},
		{"copies of all lines", []scene{
			on(openLine, late, openAnswer, openAnswer, 250*time.Millisecond, ok, 250*time.Millisecond, ok),
			probed("\r\n+CMEE: 1\r\n", 200*time.Millisecond), reading}},
		{"URCs all over", []scene{
			on(openLine, late, "RDX\r", openAnswer, "^URC\r", ok, "^URC\r"), probed("RING\rNO CARRIER\r"), reading}},
		{"half a line before the probe", []scene{on(openLine, late, `+CSIM: 6,"0190`), probed(), reading}},
		{"half a line, never ended", []scene{
			on(openLine), probed(), on(readLine, `00"`, readAnswer+ok)}},
		{"garbage", []scene{on(openLine, "\xff\xfe+C\x00SI\r", short, "\r\n\x80\x81"), probed(), reading}},
		{"one probe unknown", []scene{
			on(openLine, late+time.Second, openAnswer+ok), probed(), on("AT+CMEE=?", 400*time.Millisecond, "\r\nERROR\r\n"), probed(), reading}},
		{"one probe unknown, in one burst", []scene{
			on(openLine, late+time.Second, openAnswer+ok), probed(), on("AT+CMEE=?", "\r\nERROR\r\n"), probed(), reading}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, nil, then(setUp, tt.tail...), func(t *testing.T, _ *wire, m *csim.Modem) {
				require.NoError(t, m.Init(t.Context()))
				card := csim.New(m)
				abandoned(t, card)
				wantRead(t, card)
				require.Equal(t, 1, m.Stats().Lost)
			})
		})
	}
}

const no = "\r\nERROR\r\n"

// ignorant is setUp with a modem that does not know the probes.
var ignorant = []scene{on("AT+CMEE?", no), on("AT+CMEE=?", no), on("AT+CMEE=?", no), setUp[1], setUp[2]}

func TestModemThatKnowsNoProbeIsBroughtInStepByCounting(t *testing.T) {
	for name, tail := range map[string][]scene{
		"dropped": {on(openLine), on("AT+CMEE?", no), on("AT+CMEE=?", no), reading},
		"late":    {on(openLine, late, openAnswer+ok), on("AT+CMEE?", 500*time.Millisecond, no), reading},
		"later": {on(openLine, late+time.Second, openAnswer+ok), on("AT+CMEE?", no), on("AT+CMEE=?", no), // in one burst
			on("AT+CMEE=?", no), reading},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, nil, then(ignorant, tail...), func(t *testing.T, _ *wire, m *csim.Modem) {
				require.NoError(t, m.Init(t.Context()))
				card := csim.New(m)
				abandoned(t, card)
				wantRead(t, card)
			})
		})
	}
}

// The modem is busy for any time: whatever is sent meanwhile is answered in
// its order.
func TestLateAnswerAtAnyTimeIsNeverTheNextCommands(t *testing.T) {
	for delay := time.Duration(0); delay < 9*time.Second; delay += 37 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			w := newWire()
			m := csim.NewModem(w, nil)
			go func() {
				for line, ok := w.next(); ok; line, ok = w.next() {
					switch line {
					case "AT+CMEE?":
						w.send("+CMEE: 1\r\n")
					case "AT+CMEE=?":
						w.send("+CMEE: (0-2)\r\n")
					case openLine:
						time.Sleep(delay)
						w.send(openAnswer)
					case readLine:
						w.send(readAnswer)
					}
					w.send("\r\nOK\r\n")
				}
			}()
			require.NoError(t, m.Init(t.Context()))
			card := csim.New(m)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			rapdu, err := card.Transmit(ctx, unhex(t, open))
			cancel()
			if err == nil {
				require.Equal(t, unhex(t, "019000"), rapdu)
			}
			wantRead(t, card)
			require.NoError(t, m.Close())
		})
	}
}

func TestProbesComeLessAndLessOftenUntilTheContextEnds(t *testing.T) {
	var sent []time.Duration
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		m := csim.NewModem(w, nil)
		start := time.Now()
		go func() {
			for _, ok := w.next(); ok; _, ok = w.next() {
				sent = append(sent, time.Since(start))
			}
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		require.ErrorIs(t, m.Init(ctx), apdu.ErrLostStep)
		require.Equal(t, 30*time.Second, time.Since(start))
		require.NoError(t, m.Close())
	})
	require.Equal(t, []time.Duration{0, 1 * time.Second, 5 * time.Second, 13 * time.Second, 21 * time.Second, 29 * time.Second}, sent)
}

func TestFailureToFindStepIsAnErrorAndTheNextCommandGoesOn(t *testing.T) {
	play(t, nil, then(setUp, on(openLine, 6*time.Second+time.Millisecond, openAnswer+ok), probed(), second(), reading), func(t *testing.T, _ *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		card := csim.New(m)
		abandoned(t, card)
		ctx, cancel := context.WithTimeout(t.Context(), short)
		_, err := card.Transmit(ctx, unhex(t, open)) // never sent
		cancel()
		require.ErrorIs(t, err, apdu.ErrLostStep)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(4 * time.Second)
		wantRead(t, card)
	})
}

func TestStaleOKIsAnErrorAndNoAnswer(t *testing.T) {
	// The copy of an OK comes after the next command was sent.
	play(t, nil, then(setUp,
		on(openLine, openAnswer+ok, 20*time.Millisecond, ok),
		on(readLine, 30*time.Millisecond, readAnswer+ok), probed(), reading), func(t *testing.T, _ *wire, m *csim.Modem) {
		card := csim.New(m)
		_, err := card.Transmit(t.Context(), unhex(t, open))
		require.NoError(t, err)
		_, err = card.Transmit(t.Context(), unhex(t, read))
		require.ErrorIs(t, err, apdu.ErrLostStep)
		late, ok := card.LateAnswer(t.Context())
		require.True(t, ok, "it came after all")
		require.Equal(t, unhex(t, "0A0B9000"), late)
		wantRead(t, card)
	})
}

func TestOKThatIsOwedToAnOlderCommandIsPassedOver(t *testing.T) {
	// By count: of AT+CSIM and two probes two were answered.
	play(t, nil, then(ignorant, on(openLine), on("AT+CMEE?", no), on("AT+CMEE=?", no), on(readLine, ok, time.Second, readAnswer+ok)),
		func(t *testing.T, _ *wire, m *csim.Modem) {
			card := csim.New(m)
			require.NoError(t, m.Init(t.Context()))
			abandoned(t, card)
			wantRead(t, card)
		})
	play(t, nil, then(ignorant, on(openLine), on("AT+CMEE?", no), on("AT+CMEE=?", no), on(readLine, ok, 400*time.Millisecond, ok), on("AT+CMEE=?", no), on("AT+CMEE=?", no), reading),
		func(t *testing.T, _ *wire, m *csim.Modem) {
			card := csim.New(m)
			require.NoError(t, m.Init(t.Context()))
			abandoned(t, card)
			_, err := card.Transmit(t.Context(), unhex(t, read))
			require.ErrorIs(t, err, apdu.ErrLostStep, "one was owed, not two")
			wantRead(t, card)
		})
	for _, stale := range []string{no, "\r\nE" + no} { // E could be a hex digit
		play(t, nil, then(ignorant, on(openLine), on("AT+CMEE?", no), on("AT+CMEE=?", no), on(readLine, stale), on("AT+CMEE=?", no), on("AT+CMEE=?", no), on("AT+CMEE=?", no), reading),
			func(t *testing.T, _ *wire, m *csim.Modem) {
				card := csim.New(m)
				require.NoError(t, m.Init(t.Context()))
				abandoned(t, card)
				_, err := card.Transmit(t.Context(), unhex(t, read))
				require.ErrorIs(t, err, apdu.ErrLostStep, "whose error it is, is not known")
				require.NotErrorIs(t, err, apdu.ErrRefused)
				wantRead(t, card)
			})
	}
}

func TestAnswerNobodyAskedForPutsTheModemOutOfStep(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		lost       bool
	}{
		{"answer", "+CSIM: 4,\"9000\"\r", true},
		{"result", "OK\r", true},
		{"URC", "+CREG: 1\r", false},
		{"result of a call", "NO CARRIER\r", false},
		{"digits", "123456\r", false},
		{"late answer to a probe", "+CMEE: 1\r", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scenes := then(setUp, reading)
			if tt.lost {
				scenes = then(setUp, probed(), reading)
			}
			play(t, nil, scenes, func(t *testing.T, w *wire, m *csim.Modem) {
				require.NoError(t, m.Init(t.Context()))
				time.Sleep(csim.QuietTime)
				w.send(tt.line)
				synctest.Wait()
				wantRead(t, csim.New(m))
			})
		})
	}
}

func TestAnswerNobodyAskedForIsSeenAfterALateOneToo(t *testing.T) {
	play(t, &csim.Config{Timeout: short}, then(setUp, on(openLine), probed(), reading, probed(), reading), func(t *testing.T, w *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = m.Command(t.Context(), readLine)
		require.NoError(t, err)
		w.send(openAnswer)
		synctest.Wait()
		_, err = m.Command(t.Context(), readLine)
		require.NoError(t, err)
		require.Equal(t, 2, m.Stats().Lost)
	})
}

func TestResultBehindTheEndOfAnOldLineIsNewAllTheSame(t *testing.T) {
	play(t, nil, then(setUp, probed(), reading), func(t *testing.T, w *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		w.send("+CREG") // within the quiet time, and ended after it
		time.Sleep(time.Second)
		w.send(": 1\r\nOK\r\n")
		synctest.Wait()
		require.Equal(t, 1, m.Stats().Lost)
		wantRead(t, csim.New(m))
	})
}

func TestWhatComesBehindAnAnswerInOnePieceIsSeenBeforeTheNextCommand(t *testing.T) {
	play(t, nil, then(setUp, on(openLine, openAnswer+ok+openAnswer+ok), probed(), reading), func(t *testing.T, _ *wire, m *csim.Modem) {
		card := csim.New(m)
		_, err := card.Transmit(t.Context(), unhex(t, open))
		require.NoError(t, err)
		wantRead(t, card)
	})
}

func TestResultOfACallDoesNotAnswerACommand(t *testing.T) {
	play(t, nil, then(setUp, on(openLine, "\r\nNO CARRIER\r\n", time.Second/2, openAnswer+ok), probed(), reading), func(t *testing.T, _ *wire, m *csim.Modem) {
		card := csim.New(m)
		_, err := card.Transmit(t.Context(), unhex(t, open))
		require.ErrorIs(t, err, apdu.ErrLostStep)
		wantRead(t, card)
	})
}

func TestFirstCommandWaitsForTheAnswerToAnotherProgramsCommand(t *testing.T) {
	scenes := []scene{probed(500*time.Millisecond, openAnswer+ok), setUp[1], setUp[2], reading}
	play(t, nil, scenes, func(t *testing.T, _ *wire, m *csim.Modem) {
		wantRead(t, csim.New(m))
	})
}

// An unsolicited line anywhere in an answer makes it an error at worst.
