package simboot_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// knowing is a policy that knows a PIN for some references.
func knowing(digits map[apdu.KeyReference]string) (*simboot.Config, *[]apdu.KeyReference) {
	var asked []apdu.KeyReference
	return &simboot.Config{PIN: simboot.PINPolicy{Ask: func(_ context.Context, r simboot.PINRequest) ([]byte, error) {
		asked = append(asked, r.Reference)
		return []byte(digits[r.Reference]), nil
	}}}, &asked
}

func refs(list ...apdu.KeyReference) []apdu.KeyReference { return list }

func TestWhichPINIsAskedFor(t *testing.T) {
	pin1, pin2 := simcard.PIN(simcard.PIN1, "1111", 3), simcard.PIN(simcard.PIN2, "2222", 3)
	read := func(c simcard.Condition) simcard.Option { return simcard.ReadCondition(c, pkcs15.FIDBootstrap) }
	all := map[apdu.KeyReference]string{apdu.RefPIN1: "1111", apdu.RefPIN2: "2222"}
	only2 := map[apdu.KeyReference]string{apdu.RefPIN2: "2222"}
	for name, tt := range map[string]struct {
		opts  []simcard.Option
		known map[apdu.KeyReference]string
		asked []apdu.KeyReference
		want  error
	}{
		"the first of two that would do": {
			[]simcard.Option{pin1, pin2, read(simcard.AnyOf(simcard.PIN1, simcard.PIN2))}, all, refs(1), nil},
		"the second when the first is not known": {
			[]simcard.Option{pin1, pin2, read(simcard.AnyOf(simcard.PIN1, simcard.PIN2))}, only2, refs(1, 0x81), nil},
		"neither is known": {
			[]simcard.Option{pin1, pin2, read(simcard.AnyOf(simcard.PIN1, simcard.PIN2))}, nil, refs(1, 0x81), simboot.ErrPINNeeded},
		"a PIN beside a key of the issuer": {
			[]simcard.Option{pin1, read(simcard.AnyOf(simcard.ADM1, simcard.PIN1))}, all, refs(1), nil},
		"both of two": {
			[]simcard.Option{pin1, pin2, read(simcard.AllOf(simcard.PIN1, simcard.PIN2))}, all, refs(1, 0x81), nil},
		"one of both is not known": {
			[]simcard.Option{pin1, pin2, read(simcard.AllOf(simcard.PIN1, simcard.PIN2))}, only2, refs(1), simboot.ErrPINNeeded},
		"one is switched off, by the card's own answer": {
			[]simcard.Option{pin1, pin2, simcard.PINDisabled(simcard.PIN1), read(simcard.AllOf(simcard.PIN1, simcard.PIN2))}, all, refs(0x81), nil},
		"of the application, when there is no rule": {
			[]simcard.Option{pin1, pin2, simcard.FCPWithoutRule, read(simcard.PIN2)}, all, refs(1, 0x81), nil},
		"of the application, the switched-off ones not": {
			[]simcard.Option{pin1, pin2, simcard.PINDisabled(simcard.PIN1), simcard.FCPWithoutRule, read(simcard.PIN2)}, all, refs(0x81), nil},
		"of the application by its path": {
			[]simcard.Option{pin1, simcard.RefuseAID, simcard.FCPWithoutRule, read(simcard.PIN1)}, all, refs(1), nil},
		"none is told": {
			[]simcard.Option{pin1, simcard.FCPWithoutRule, simcard.FCPWithoutPINs, read(simcard.PIN1)}, all, nil, simboot.ErrPINNeeded},
		"by pairs of environment and record": {
			[]simcard.Option{pin1, simcard.FCPRulePairs, read(simcard.PIN1)}, all, refs(1), nil},
		"in the FCP itself": {
			[]simcard.Option{pin1, simcard.FCPRuleExpanded, read(simcard.PIN1)}, all, refs(1), nil},
		"the card has no such PIN": {
			[]simcard.Option{read(simcard.PIN1)}, all, nil, simboot.ErrPINNeeded},
		"the tries are not told": {
			[]simcard.Option{pin1, simcard.VerifyEmptyRefused, read(simcard.PIN1)}, all, nil, simboot.ErrPINTries},
		"the tries are never told": {
			[]simcard.Option{pin1, simcard.VerifyWithoutCount, read(simcard.PIN1)}, all, nil, simboot.ErrPINTries},
		"a question of five octets": {
			[]simcard.Option{pin1, simcard.VerifyEmptyOfFive, read(simcard.PIN1)}, all, refs(1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard126(t, tt.opts...)
			cfg, asked := knowing(tt.known)
			var store bootstrapper.MemStore
			_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, tt.asked, *asked)
			if tt.want == nil {
				requireHolds(t, &store, file126(t))
			} else {
				require.ErrorIs(t, err, apdu.ErrSecurity)
				require.NotContains(t, err.Error(), "\n")
			}
			require.Empty(t, card.OpenChannels())
		})
	}
}

// Cards that do not tell the tries: a PIN is sent when the caller says so, and
// a wrong one is not sent twice.
func TestACardThatDoesNotTellTheTries(t *testing.T) {
	for _, b := range []simcard.Behaviour{simcard.VerifyEmptyRefused, simcard.VerifyWithoutCount} {
		t.Run(b.String(), func(t *testing.T) {
			card := pinCard(t, b)
			sent := verifies(card)
			var store bootstrapper.MemStore
			cfg, _ := answering(wrongPIN)
			cfg.PIN.MinTries = 1
			for range 5 {
				card.Reset()
				_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
				require.ErrorIs(t, err, simboot.ErrPINRefused)
			}
			require.Equal(t, 1, *sent)

			cfg, _ = answering(rightPIN)
			cfg.PIN.MinTries = 1
			for range 3 {
				card.Reset()
				_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
				require.NoError(t, err)
			}
			require.Equal(t, 4, *sent)
		})
	}
	t.Run("and whose answer is lost", func(t *testing.T) {
		card := pinCard(t, simcard.VerifyWithoutCount)
		var store bootstrapper.MemStore
		cfg, _ := answering(rightPIN)
		cfg.PIN.MinTries = 1
		_, err := simboot.Bootstrap(t.Context(), losing(card), &store, cfg)
		require.ErrorIs(t, err, errPower)
		card.Reset()
		_, err = simboot.Bootstrap(t.Context(), card, &store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused, "whether it was right cannot be known")
	})
}

// losing is a card whose answers to a PIN are lost.
func losing(card apdu.CardTransport) apdu.CardTransport {
	return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := card.Transmit(ctx, capdu)
		if capdu[1] == apdu.INSVerify && len(capdu) > 5 {
			return nil, errPower
		}
		return rapdu, err
	})
}

// A fault at each command of the way to a file behind a PIN: an error or the
// data, and at most one try.
func TestAFaultAtEachCommandOfThePINsWay(t *testing.T) {
	for _, opts := range [][]simcard.Option{nil, {simcard.FCPWithoutRule}, {simcard.RefuseAID, simcard.FCPWithoutRule}} {
		total := 30
		for n := 1; n <= total; n++ {
			card := pinCard(t, opts...)
			sent := verifies(card)
			at := 0
			faulty := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
				if at++; at == n {
					return nil, apdu.ErrCardFault
				}
				return card.Transmit(ctx, capdu)
			})
			cfg, _ := answering(rightPIN)
			var store bootstrapper.MemStore
			_, err := simboot.Bootstrap(t.Context(), faulty, &store, cfg)
			if err != nil {
				require.ErrorIs(t, err, apdu.ErrCardFault)
				require.Zero(t, load(t, &store).Tree().Len())
			}
			require.LessOrEqual(t, *sent, 1)
			_, err = simboot.Bootstrap(t.Context(), card, &store, cfg)
			require.NoError(t, err)
		}
	}
}

// Status words in the place of each answer on the way.
func TestAnyStatusWordInThePINsWay(t *testing.T) {
	for _, sw := range []apdu.SW{0x6300, 0x63C0, 0x6700, 0x6982, 0x6983, 0x6984, 0x6985, 0x6A82, 0x6A88, 0x6D00, 0x6F00, 0x9804} {
		for n := 1; n <= 25; n++ {
			card := pinCard(t)
			sent := verifies(card)
			at := 0
			odd := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
				if at++; at == n {
					return apdu.Response{SW: sw}.AppendTo(nil), nil
				}
				return card.Transmit(ctx, capdu)
			})
			cfg, _ := answering(rightPIN)
			var store bootstrapper.MemStore
			_, err := simboot.Bootstrap(t.Context(), odd, &store, cfg)
			require.LessOrEqual(t, *sent, 1, "%v at %d", sw, n)
			if err == nil {
				requireHolds(t, &store, file126(t))
			} else {
				require.Zero(t, load(t, &store).Tree().Len())
			}
		}
	}
}

func TestMarksOfManyPINsAreBounded(t *testing.T) {
	card := newCard126(t, simcard.PIN(simcard.PIN1, rightPIN, 15), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	var store bootstrapper.MemStore
	for i := range 13 {
		cfg, _ := answering("10" + string(rune('0'+i/10)) + string(rune('0'+i%10)))
		_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
	}
	require.Len(t, load(t, &store).Card().PINs, 13)
	require.LessOrEqual(t, 13, bootstrapper.MaxPINMarks)
}

func TestACardWithoutAnICCIDHasItsPINsToo(t *testing.T) {
	for name, file := range map[string]simcard.File{
		"erased":  simcard.EF(apdu.FIDICCID, slices.Repeat([]byte{0xFF}, 10)),
		"short":   simcard.EF(apdu.FIDICCID, []byte{0x98}),
		"records": simcard.RecordEF(apdu.FIDICCID, []byte{1, 2}),
	} {
		t.Run(name, func(t *testing.T) {
			card := pinCard(t, simcard.Files(file))
			cfg, asked := answering(rightPIN)
			_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
			require.NoError(t, err)
			require.Empty(t, (*asked)[0].ICCID)
			require.Equal(t, "PIN1 (01), 3 tries left", (*asked)[0].String())
		})
	}
}

func TestErrorsOfPINsReadAsSentences(t *testing.T) {
	for want, err := range map[string]*simboot.PINError{
		"the card does not tell which PIN: x":    {Tries: simboot.TriesUnknown, Err: errors.New("x")},
		"PIN1 (01), tries left unknown: x":       {Reference: 1, Tries: simboot.TriesUnknown, Err: errors.New("x")},
		"universal PIN (11), 1 try left: x":      {Reference: 0x11, Tries: 1, Err: errors.New("x")},
		"PIN2 (81), 0 tries left: x":             {Reference: 0x81, Err: errors.New("x")},
		"ADM1 (0A), 12 tries left: " + "blocked": {Reference: 0x0A, Tries: 12, Err: apdu.ErrBlocked},
	} {
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, apdu.ErrSecurity)
	}
}
