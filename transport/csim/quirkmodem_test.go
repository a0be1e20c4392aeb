package csim_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// over reads the bootstrap file over a modem with one quirk.
func over(t *testing.T, config *csim.Config, q simcard.Quirk, look func(t *testing.T, modem *csim.Modem, card *csim.Card, got []byte, err error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		file := file126(t)
		sim, err := simcard.New(simcard.BootstrapFile(file))
		require.NoError(t, err)
		modem := csim.NewModem(simcard.NewModem(sim, q), config)
		defer modem.Close()
		card := csim.New(modem)
		got, _, err := simboot.Read(t.Context(), card, nil)
		if err == nil {
			require.Equal(t, file, []byte(got))
		}
		look(t, modem, card, got, err)
	})
}

func works(t *testing.T, config *csim.Config, quirks ...simcard.Quirk) {
	t.Helper()
	for _, q := range quirks {
		over(t, config, q, func(t *testing.T, _ *csim.Modem, _ *csim.Card, _ []byte, err error) { require.NoError(t, err, q) })
	}
}

func TestQuirk1CommandsAreInUpperCase(t *testing.T) {
	works(t, nil, simcard.UpperCaseOnly, simcard.LowerCaseAnswers)
}

func TestQuirk10And11AnswersInAnyShape(t *testing.T) {
	works(t, nil, simcard.NoBlankAnswers, simcard.BlankAnswers, simcard.UnquotedAnswers, simcard.BareAnswers, simcard.LengthTooLarge, simcard.ZerosBeforeSW)
}

func TestQuirk13NoFinalResultEndsAtTheDeadline(t *testing.T) {
	works(t, &csim.Config{Setup: []string{"AT+ECSIMSLEEP=0"}}, simcard.NeedsECSIMSLEEP)
	over(t, nil, simcard.AnswerLost, func(t *testing.T, _ *csim.Modem, card *csim.Card, _ []byte, err error) {
		require.Error(t, err)
		_, _, err = simboot.Read(t.Context(), card, nil)
		require.NoError(t, err, "the next one")
	})
}

func TestQuirk14EndlessGetResponseEnds(t *testing.T) {
	over(t, nil, simcard.LongAnswerEndless, func(t *testing.T, modem *csim.Modem, _ *csim.Card, _ []byte, _ error) {
		require.Less(t, modem.Stats().RoundTrips, 60)
	})
}

func TestQuirk20SIMWithoutProfileIsAFault(t *testing.T) {
	over(t, nil, simcard.NoProfile, func(t *testing.T, _ *csim.Modem, _ *csim.Card, _ []byte, err error) {
		require.ErrorIs(t, err, apdu.ErrCardFault)
		require.NotErrorIs(t, err, simboot.ErrNoData)
	})
}

func TestQuirk22BusySIMIsWaitedFor(t *testing.T) {
	works(t, nil, simcard.NotReadyAtFirst)
	works(t, nil, simcard.BusyAtFirst) // which refuses the probes, too
}

func TestQuirk23LongAnswersOfEitherSort(t *testing.T) {
	works(t, nil, simcard.HandsOver61xx, simcard.HandsOver6Cxx)
}

func TestQuirk24ErrorBeforeOKIsAnError(t *testing.T) {
	over(t, nil, simcard.RefusesThenOK, func(t *testing.T, _ *csim.Modem, _ *csim.Card, _ []byte, err error) {
		require.ErrorAs(t, err, new(csim.CMEError))
	})
	play(t, nil, then(setUp, on(openLine, "+CME Error:PACM(AP),UNREGISTED\r\nOK\r\n"), reading), func(t *testing.T, _ *wire, m *csim.Modem) {
		_, err := m.Command(t.Context(), openLine)
		require.ErrorAs(t, err, new(csim.CMEError))
		wantRead(t, csim.New(m))
	})
}

func TestQuirk25LinesBetweenEchoAndAnswer(t *testing.T) {
	works(t, nil, simcard.UnsolicitedBetween, simcard.Garbage)
}

func TestQuirk26EchoNULsAndRestarts(t *testing.T) {
	works(t, nil, simcard.EchoStays, simcard.LeadingNULs, simcard.CRAlone)
	over(t, nil, simcard.Reboots, func(t *testing.T, modem *csim.Modem, card *csim.Card, _ []byte, err error) {
		require.ErrorIs(t, err, apdu.ErrCardReset)
		_, _, err = simboot.Read(t.Context(), card, nil)
		require.NoError(t, err, "it is set up anew")
		require.GreaterOrEqual(t, modem.Stats().SetUp, 3+3)
	})
}

func TestQuirk27LateAnswerIsNotTheNextOnes(t *testing.T) {
	over(t, nil, simcard.AnswerLate, func(t *testing.T, _ *csim.Modem, card *csim.Card, _ []byte, err error) {
		require.Error(t, err)
		_, _, err = simboot.Read(t.Context(), card, nil)
		require.NoError(t, err)
	})
}

func TestQuirk32SecondReaderIsTold(t *testing.T) {
	over(t, nil, simcard.SecondReader, func(t *testing.T, _ *csim.Modem, _ *csim.Card, _ []byte, err error) {
		require.Error(t, err)
	})
	for _, answer := range []string{"+CSIM: 6,\"0A0B900\"\r\n", "+CSIM: 8\r\n", "+CSIM: 8,\"0A+C9000\"\r\n"} {
		play(t, nil, then(setUp, on(readLine, answer+ok)), func(t *testing.T, _ *wire, m *csim.Modem) {
			_, err := csim.New(m).Transmit(t.Context(), unhex(t, read))
			require.ErrorIs(t, err, apdu.ErrMalformed)
			require.ErrorContains(t, err, "another program read")
			require.NotContains(t, err.Error(), "0A")
		})
	}
}

func TestQuirk33SleepingUARTIsWoken(t *testing.T) {
	over(t, nil, simcard.Sleeps, func(t *testing.T, modem *csim.Modem, card *csim.Card, _ []byte, err error) {
		require.NoError(t, err)
		for _, rest := range []time.Duration{4 * time.Second, 10 * time.Second, time.Hour} {
			time.Sleep(rest)
			start := time.Now()
			_, _, err = simboot.Read(t.Context(), card, nil)
			require.NoError(t, err)
			require.Less(t, time.Since(start), 2*time.Second)
		}
	})
}

func TestQuirk36CFUNIsTouchedOnlyWhenAsked(t *testing.T) {
	works(t, &csim.Config{RaiseCFUN: true}, simcard.StartsAtCFUN0)
	over(t, nil, simcard.StartsAtCFUN0, func(t *testing.T, _ *csim.Modem, _ *csim.Card, _ []byte, err error) {
		require.Error(t, err)
	})
}

func TestQuirk38And39CardThatGoesEndsTheSession(t *testing.T) {
	var events []csim.CardEvent
	config := &csim.Config{OnCard: func(e csim.CardEvent) { events = append(events, e) }}
	over(t, config, simcard.CardPulled, func(t *testing.T, _ *csim.Modem, _ *csim.Card, _ []byte, err error) {
		require.ErrorIs(t, err, apdu.ErrNoCard)
		require.Equal(t, []csim.CardEvent{csim.CardGone}, events)
	})
	events = nil
	over(t, config, simcard.CardBlinks, func(t *testing.T, _ *csim.Modem, card *csim.Card, _ []byte, err error) {
		require.ErrorIs(t, err, apdu.ErrNoCard)
		time.Sleep(5 * time.Second)
		_, _, err = simboot.Read(t.Context(), card, nil)
		require.NoError(t, err)
		require.Equal(t, []csim.CardEvent{csim.CardGone, csim.CardPresent}, events)
	})
}

// A Telit modem says that the card is gone, and 3 s later that it is there, at
// any point of a session: nobody deletes anything.
func TestQuirk9FakeRemovalDeletesNothing(t *testing.T) {
	works(t, nil, simcard.FakeRemoval)
	for at := range 16 {
		synctest.Test(t, func(t *testing.T) {
			sim, err := simcard.New(simcard.BootstrapFile(file126(t)))
			require.NoError(t, err)
			n := 0
			blink := simcard.On("AT+CSIM", func(_ simcard.Exchange, out []simcard.Chunk) []simcard.Chunk {
				if n++; n == at {
					return append([]simcard.Chunk{{Bytes: []byte("\r\n#QSS: 0\r\n")}}, out...)
				}
				return out
			})
			modem := csim.NewModem(simcard.NewModem(sim, simcard.Filtered(blink)), nil)
			defer modem.Close()
			card, store := csim.New(modem), new(bootstrapper.MemStore)
			_, err = simboot.Bootstrap(t.Context(), card, store, nil)
			if err != nil {
				_, err = simboot.Bootstrap(t.Context(), card, store, nil)
				require.NoError(t, err)
			}
			n = at - 2 // once more, in Check
			res, err := simboot.Check(t.Context(), card, store, nil)
			require.NoError(t, err, at)
			require.Equal(t, simboot.Unchanged, res.Change)
			state, err := store.Load(t.Context())
			require.NoError(t, err)
			require.NotZero(t, state.Source(bootstrapper.Smartcard).Len())
		})
	}
}
