package simboot_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// quirkOutcomes are the modems over which a bootstrap fails, as they come and
// without an option; over every other the file gets into the store. once is the
// first bootstrap's error, again that of a second one a minute later over the
// same modem, nil for success. left are the channels that stay open, if there
// is a reason.
var quirkOutcomes = map[simcard.Quirk]struct {
	why         string
	once, again error
	left        []int
}{
	simcard.RefusesThenOK: {why: "the modem lets nobody at the SIM, and gives a reason of its own",
		once:  csim.CMEError{Code: -1, Text: "PACM(AP),UNREGISTED"},
		again: csim.CMEError{Code: -1, Text: "PACM(AP),UNREGISTED"}},
	simcard.NoProfile: {why: "there is no SIM to speak to",
		once: apdu.ErrCardFault, again: apdu.ErrCardFault},
	simcard.StartsAtCFUN0: {why: "the SIM is off, and only Config.Setup says that it may be switched on",
		once: apdu.ErrCardFault, again: apdu.ErrCardFault},
	simcard.NeedsECSIMSLEEP: {why: "Config.Setup has to say so",
		once: apdu.ErrRefused, again: apdu.ErrRefused},

	simcard.NoChannels: {why: "LogicalOrBasic is needed",
		once: apdu.ErrNoChannel, again: apdu.ErrNoChannel},
	simcard.ReplaysSelects: {why: "LogicalOrBasic is needed",
		once: apdu.ErrNoChannel, again: apdu.ErrNoChannel},
	simcard.UsesChannel1: {why: "the modem's own channel is not ours to close",
		left: []int{1}},

	simcard.UnsolicitedInside: {why: "the answer is in two pieces", once: apdu.ErrLostStep},
	simcard.HalfLine:          {why: "there is no answer", once: context.DeadlineExceeded},
	simcard.AnswerLost:        {why: "there is no answer", once: context.DeadlineExceeded},
	simcard.AnswerLate:        {why: "there is none in time", once: context.DeadlineExceeded},
	simcard.Reboots:           {why: "channels are closed, PINs not verified", once: apdu.ErrCardReset},
	simcard.SecondReader: {why: "half of all answers go elsewhere",
		once: context.DeadlineExceeded, again: context.DeadlineExceeded},
	simcard.SecondProgram: {why: "the other program's answer cannot be told from ours: lock the port",
		once: apdu.ErrWrongPIN},

	simcard.CardPulled: {why: "the card is gone", once: apdu.ErrNoCard, again: apdu.ErrNoCard},
	simcard.CardBlinks: {why: "the card is gone for a while", once: apdu.ErrNoCard},
	simcard.CardResets: {why: "the channel is closed", once: apdu.SWNoSuchChannel},
	simcard.RefusesUntilReset: {why: "the card asks for a reset",
		once: apdu.SWConditions, again: apdu.SWConditions, left: []int{1}},
}

// quirkCards are a plain card, one over T=0, and one that is choosy.
func quirkCards(t *testing.T) map[string]struct {
	file []byte
	opts []simcard.Option
} {
	return map[string]struct {
		file []byte
		opts []simcard.Option
	}{
		"plain": {file: file126(t)},
		"T=0":   {fileOf(t, 600), []simcard.Option{simcard.T0, simcard.ReadPastEnd6C}},
		"choosy": {file126(t), []simcard.Option{
			simcard.BootstrapFileSize(200), simcard.Channels(2), simcard.RefuseNoAnswer, simcard.ReadPastEnd6282,
			simcard.TwoDirectories, simcard.ApplicationPaths}},
	}
}

// longestFailure bounds a bootstrap that fails: the time for one command, once
// more for getting in step before it, and the closing of the channel.
const longestFailure = 2*csim.DefaultTimeout + apdu.CloseGrace + time.Second

// overQuirks bootstraps over a modem with quirks and checks what comes of it.
func overQuirks(t *testing.T, wire apdu.CardTransport, cfg *simboot.Config, file []byte, want error) {
	t.Helper()
	store := &counting{}
	start := time.Now()
	res, err := simboot.Bootstrap(t.Context(), wire, store, cfg)
	require.LessOrEqual(t, time.Since(start), longestFailure)
	if want != nil {
		require.ErrorIs(t, err, want)
		require.NotErrorIs(t, err, simboot.ErrNoData, "a fault is not a card without data")
		requireEmpty(t, store)
		require.Zero(t, store.replaced)
		return
	}
	require.NoError(t, err)
	require.NoError(t, res.Found.CloseErr)
	requireHolds(t, store, file)
}

func TestQuirks(t *testing.T) {
	for _, q := range simcard.Quirks() {
		t.Run(q.String(), func(t *testing.T) {
			want := quirkOutcomes[q]
			for name, c := range quirkCards(t) {
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						card := newCard(t, append(c.opts, simcard.BootstrapFile(c.file))...)
						modem := csim.NewModem(simcard.NewModem(card, q), nil)
						defer modem.Close()
						wire := csim.NewAccess(modem, nil)
						overQuirks(t, wire, nil, c.file, want.once)
						time.Sleep(time.Minute)
						overQuirks(t, wire, nil, c.file, want.again)
						require.Equal(t, want.left, card.OpenChannels())
					})
				})
			}
		})
	}
}

// quirkOptions are what makes a bootstrap work over a modem of quirkOutcomes.
var quirkOptions = map[simcard.Quirk]struct {
	modem *csim.Config
	card  *simboot.Config
}{
	simcard.NoChannels:      {card: &simboot.Config{Channel: simboot.LogicalOrBasic}},
	simcard.ReplaysSelects:  {card: &simboot.Config{Channel: simboot.LogicalOrBasic}},
	simcard.StartsAtCFUN0:   {modem: &csim.Config{Setup: []string{"AT+CFUN=4"}}},
	simcard.NeedsECSIMSLEEP: {modem: &csim.Config{Setup: []string{"AT+ECSIMSLEEP=0"}}},
}

func TestQuirksWithTheirOption(t *testing.T) {
	for q, option := range quirkOptions {
		require.Contains(t, quirkOutcomes, q)
		for name, c := range quirkCards(t) {
			t.Run(q.String()+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					card := newCard(t, append(c.opts, simcard.BootstrapFile(c.file))...)
					modem := csim.NewModem(simcard.NewModem(card, q), option.modem)
					defer modem.Close()
					overQuirks(t, csim.NewAccess(modem, nil), option.card, c.file, nil)
					require.Empty(t, card.OpenChannels())
				})
			})
		}
	}
}

// TestPairsOfQuirks has every two modems in one over each of which alone a
// bootstrap works.
func TestPairsOfQuirks(t *testing.T) {
	var harmless []simcard.Quirk
	for _, q := range simcard.Quirks() {
		if o, ok := quirkOutcomes[q]; !ok || o.once == nil {
			harmless = append(harmless, q)
		}
	}
	file := file126(t)
	for i, a := range harmless {
		for _, b := range harmless[:i] {
			synctest.Test(t, func(t *testing.T) {
				card := newCard(t, simcard.BootstrapFile(file))
				modem := csim.NewModem(simcard.NewModem(card, a, b), nil)
				defer modem.Close()
				_, err := bootstrapOnce(t, t.Context(), csim.NewAccess(modem, nil), file)
				pair := func(x, y simcard.Quirk) bool { return a == x && b == y || a == y && b == x }
				switch {
				case pair(simcard.LengthTooLarge, simcard.UnquotedAnswers):
					require.ErrorIs(t, err, apdu.ErrMalformed, "whether the line is whole cannot be told")
				case pair(simcard.NoCSIM, simcard.NoCCHO), pair(simcard.NoCSIM, simcard.RefusesPKCS15):
					require.ErrorIs(t, err, apdu.ErrNoChannel, "neither AT+CSIM nor AT+CCHO gives one")
				case pair(simcard.ChannelsDead, simcard.NoCCHO), pair(simcard.ChannelsDead, simcard.RefusesPKCS15):
					require.ErrorIs(t, err, apdu.ErrRefused, "AT+CCHO is left, and opens nothing")
				case pair(simcard.Sleeps, simcard.BusyAtFirst):
					require.ErrorIs(t, err, apdu.ErrLostStep, "a probe was lost, and errors to the others are counted only: safe, works later")
				case pair(simcard.LongAnswerEndless, simcard.RefusesInstructions):
					require.ErrorIs(t, err, apdu.ErrRefused, "GET RESPONSE, which the other makes necessary")
				case pair(simcard.LongAnswerEndless, simcard.SelectsOwnFile):
					require.ErrorIs(t, err, apdu.SWConditions, "the modem's SELECT comes between the READ and its GET RESPONSE")
				default:
					require.NoError(t, err, "%v and %v", a, b)
				}
			})
		}
	}
}
