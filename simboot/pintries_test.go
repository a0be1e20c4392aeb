package simboot_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// verify is a VERIFY of somebody else, on the basic channel.
func verify(t testing.TB, card apdu.CardTransport, digits string) {
	t.Helper()
	pin, ok := apdu.PadPIN(digits)
	require.True(t, ok)
	_, err := apdu.BasicChannel(card).Transmit(t.Context(), apdu.Verify(1, pin))
	require.NoError(t, err)
}

// Every answer is lost, and the owner has set the counter back since.
func TestACounterThatRoseAllowsOneTryMore(t *testing.T) {
	card := newCard126(t, simcard.PIN(simcard.PIN1, rightPIN, 10), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	for range 7 {
		verify(t, card, "0000")
	}
	cfg, _ := answering(wrongPIN)
	var store bootstrapper.MemStore
	_, err := simboot.Bootstrap(t.Context(), losing(card), &store, cfg)
	require.ErrorIs(t, err, errPower)
	verify(t, card, rightPIN) // the counter is at 10
	sent := verifies(card)
	for range 20 {
		card.Reset()
		_, err = simboot.Bootstrap(t.Context(), losing(card), &store, cfg)
		require.Error(t, err)
	}
	require.Equal(t, 1, *sent)
}

func TestTriesThatWereUsedWhileSomebodyWasAskedCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := pinCard(t)
		cfg := &simboot.Config{PIN: simboot.PINPolicy{Ask: func(context.Context, simboot.PINRequest) ([]byte, error) {
			time.Sleep(time.Minute) // a person
			verify(t, card, "0000")
			verify(t, card, "1111")
			return []byte(wrongPIN), nil
		}}}
		_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
		require.ErrorIs(t, err, simboot.ErrPINTries)
		left, _ := card.TriesLeft(simcard.PIN1)
		require.Equal(t, 1, left)
	})
}

func TestAPINVerifiedWhileSomebodyWasAskedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := pinCard(t)
		cfg := &simboot.Config{PIN: simboot.PINPolicy{Ask: func(context.Context, simboot.PINRequest) ([]byte, error) {
			time.Sleep(time.Minute)
			verify(t, card, rightPIN)
			return []byte(wrongPIN), nil
		}}}
		_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
		require.NoError(t, err)
		left, _ := card.TriesLeft(simcard.PIN1)
		require.Equal(t, 3, left)
	})
}

// An ICCID that cannot be read for a moment must not make another card of it.
func TestAnICCIDThatFailsOnceCostsNoTry(t *testing.T) {
	card := pinCard(t)
	sent := verifies(card)
	cfg, _ := answering(wrongPIN)
	var store bootstrapper.MemStore
	_, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINRefused)
	for _, sw := range []apdu.SW{0x6F00, 0x6985, 0x6400} {
		odd := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			if len(capdu) == 7 && capdu[1] == apdu.INSSelect && capdu[5] == 0x2F && capdu[6] == 0xE2 {
				return apdu.Response{SW: sw}.AppendTo(nil), nil
			}
			return card.Transmit(ctx, capdu)
		})
		_, err = simboot.Bootstrap(t.Context(), odd, &store, cfg)
		require.ErrorIs(t, err, sw)
	}
	require.Equal(t, 1, *sent)
}

func TestStatusWordsThatJudgeNoPINLeaveItOpen(t *testing.T) {
	for _, sw := range []apdu.SW{0x6982, 0x6983, 0x6F00, 0x6CFF} {
		t.Run(fmt.Sprintf("%04X", uint16(sw)), func(t *testing.T) {
			card := pinCard(t)
			stray, seen := true, 0
			odd := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
				if capdu[1] == apdu.INSVerify && len(capdu) > 5 && stray {
					seen++
					return apdu.Response{SW: sw}.AppendTo(nil), nil
				}
				return card.Transmit(ctx, capdu)
			})
			cfg, _ := answering(rightPIN)
			var store bootstrapper.MemStore
			_, err := simboot.Bootstrap(t.Context(), odd, &store, cfg)
			require.Error(t, err)
			require.Equal(t, 1, seen, "each is a try")
			stray = false
			_, err = simboot.Bootstrap(t.Context(), odd, &store, cfg)
			require.NoError(t, err)
		})
	}
}

func TestForgetPINsLetsARefusedOneBeSent(t *testing.T) {
	cfg, _ := answering(rightPIN)
	var store bootstrapper.MemStore
	before := newCard126(t, simcard.PIN(simcard.PIN1, wrongPIN, 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	_, err := simboot.Bootstrap(t.Context(), before, &store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINRefused)
	changed := pinCard(t) // the owner set the PIN to the one configured
	_, err = simboot.Bootstrap(t.Context(), changed, &store, cfg)
	require.ErrorIs(t, err, simboot.ErrPINRefused)
	require.NoError(t, simboot.ForgetPINs(t.Context(), &store))
	_, err = simboot.Bootstrap(t.Context(), changed, &store, cfg)
	require.NoError(t, err)
	require.ErrorIs(t, simboot.ForgetPINs(t.Context(), unloadable{errPower}), errPower)
}

func TestARefusedPINIsToldBeforeOneThatIsNotKnown(t *testing.T) {
	for name, condition := range map[string]simcard.Condition{
		"behind a key of the issuer": simcard.AnyOf(simcard.ADM1, simcard.PIN1),
		"ahead of one":               simcard.AnyOf(simcard.PIN1, simcard.ADM1),
		"beside a PIN not known":     simcard.AnyOf(simcard.PIN2, simcard.PIN1),
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard126(t, simcard.PIN(simcard.PIN1, rightPIN, 3), simcard.PIN(simcard.PIN2, "2222", 3),
				simcard.ReadCondition(condition, pkcs15.FIDBootstrap))
			cfg, _ := knowing(map[apdu.KeyReference]string{apdu.RefPIN1: wrongPIN})
			_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
			require.ErrorIs(t, err, simboot.ErrPINRefused)
			require.ErrorContains(t, err, "PIN1 (01), 2 tries left")
		})
	}
}

func TestAPINThatIsNotEnoughIsToldSo(t *testing.T) {
	card := newCard126(t, simcard.PIN(simcard.PIN1, rightPIN, 3), simcard.FCPWithoutRule,
		simcard.ReadCondition(simcard.Never, pkcs15.FIDBootstrap))
	cfg, _ := answering(rightPIN)
	_, err := simboot.Bootstrap(t.Context(), card, new(bootstrapper.MemStore), cfg)
	require.ErrorIs(t, err, apdu.ErrSecurity)
	require.NotErrorIs(t, err, simboot.ErrPINNeeded)
	require.ErrorContains(t, err, "PIN1 (01)")
	require.ErrorContains(t, err, "verified, and the file asks for more")
}

// A C6 that names PINs without end.
func TestPINsOfAHostileApplicationAreBounded(t *testing.T) {
	card := pinCard(t, simcard.FCPWithoutRule)
	var c6 []byte
	for i := range 60 {
		c6 = append(c6, 0x83, 1, byte(i%2)*0x80+byte(i%4)+1)
	}
	c6 = append([]byte{0x90, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, c6...)
	fcp := append([]byte{0x82, 2, 0x78, 0x21, 0xC6, 0x81, byte(len(c6))}, c6...)
	fcp = append([]byte{0x62, 0x81, byte(len(fcp))}, fcp...)
	n := 0
	hostile := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		n++
		switch {
		case capdu[1] == apdu.INSSelect && capdu[2] == apdu.SelectByAID && capdu[3] == apdu.ReturnFCP:
			return apdu.Response{Data: fcp, SW: apdu.SWOK}.AppendTo(nil), nil
		case capdu[1] == apdu.INSVerify:
			return []byte{0x90, 0x00}, nil
		}
		return card.Transmit(ctx, capdu)
	})
	cfg, _ := answering(rightPIN)
	_, err := simboot.Bootstrap(t.Context(), hostile, new(bootstrapper.MemStore), cfg)
	require.ErrorIs(t, err, apdu.ErrSecurity)
	require.Less(t, n, 100)
}

func TestMarksOfRefusedPINsOutliveThoseOfAcceptedOnes(t *testing.T) {
	var store bootstrapper.MemStore
	refusing := func() error {
		cfg, _ := answering(wrongPIN)
		_, err := simboot.Bootstrap(t.Context(), pinCard(t), &store, cfg)
		return err
	}
	require.ErrorIs(t, refusing(), simboot.ErrPINRefused)
	for i := range bootstrapper.MaxPINMarks {
		good := pinCard(t, simcard.ICCID(fmt.Sprintf("89882110000000001%02d", i)))
		cfg, _ := answering(rightPIN)
		_, err := simboot.Bootstrap(t.Context(), good, &store, cfg)
		require.NoError(t, err)
	}
	marks := load(t, &store).Card().PINs
	require.Len(t, marks, bootstrapper.MaxPINMarks)
	require.Equal(t, bootstrapper.PINRefused, marks[0].Outcome)

	for i := range bootstrapper.MaxPINMarks { // then the oldest goes
		bad := pinCard(t, simcard.ICCID(fmt.Sprintf("89882110000000002%02d", i)))
		cfg, _ := answering(wrongPIN)
		_, err := simboot.Bootstrap(t.Context(), bad, &store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
	}
	require.Len(t, load(t, &store).Card().PINs, bootstrapper.MaxPINMarks)
}
