package personal_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestParseKeyTakesDigitsAndHex(t *testing.T) {
	for text, want := range map[string]string{
		"12345678":                "12345678",
		"1234":                    "1234\xFF\xFF\xFF\xFF",
		" 1234 5678 ":             "12345678",
		"3132333435363738":        "12345678",
		"\n 1234\t5678 \r\n":      "12345678",
		"00 11 22 33 44 55 66 fF": "\x00\x11\x22\x33\x44\x55\x66\xFF",
	} {
		k, err := personal.ParseKey(text)
		require.NoError(t, err, text)
		require.Equal(t, want, string(k.Bytes()), text)
	}
	for _, text := range []string{"", "123", "123456789", "1234567g", "31323334353637", "313233343536373839", "s3cr3t", "31323334353637zz",
		"1234\n5678", "12345678\r\n87654321\r\n", "31323334\r35363738"} {
		k, err := personal.ParseKey(text)
		require.ErrorIs(t, err, personal.ErrKey, text)
		require.True(t, k.IsZero())
		if len(text) > 3 {
			require.NotContains(t, err.Error(), text)
		}
	}
}

func TestWrongKeyIsSentOnce(t *testing.T) {
	card := newCard(t, other(t))
	var v verifies
	v.watch(card)
	res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, "87654321")})
	require.ErrorIs(t, err, personal.ErrWrongKey)
	var refused *personal.KeyError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 2, refused.Tries)
	require.Equal(t, apdu.RefADM1, refused.Reference)
	require.ErrorContains(t, err, "ADM1 (0A), 2 tries left")
	require.Equal(t, verifies{keys: 1, questions: 1}, v)
	require.Equal(t, []personal.KeyState{{Reference: apdu.RefADM1, Tries: 2}}, res.Keys)
	require.False(t, res.Changed)
	require.Equal(t, filled(other(t), 1024), onCard(t, card))
	left, _ := card.TriesLeft(simcard.ADM1)
	require.Equal(t, 2, left)
	require.NotContains(t, fmt.Sprintf("%v %+v", err, res), "87654321")
}

// wrong uses up tries of the issuer's key.
func wrong(t *testing.T, card *simcard.Card, times int) {
	for range times {
		_, err := apdu.BasicChannel(card).Transmit(t.Context(), apdu.Verify(0x0A, []byte("wrongkey")))
		require.NoError(t, err)
	}
}

func TestLastTryIsNotUsedUnlessForced(t *testing.T) {
	card := newCard(t, other(t))
	wrong(t, card, 2)
	var v verifies
	v.watch(card)
	opts := personal.Options{Key: key(t, adm)}
	_, err := personal.Write(t.Context(), card, file126(t), opts)
	require.ErrorIs(t, err, personal.ErrTries)
	require.ErrorContains(t, err, "1 try left")
	require.Zero(t, v.keys)

	opts.LastTry = true
	opts.Key = key(t, "00000000")
	_, err = personal.Write(t.Context(), card, file126(t), opts)
	require.ErrorIs(t, err, personal.ErrWrongKey)
	require.ErrorIs(t, err, personal.ErrBlocked)
	require.Equal(t, 1, v.keys)

	opts.Key = key(t, adm)
	_, err = personal.Write(t.Context(), card, file126(t), opts)
	require.ErrorIs(t, err, personal.ErrBlocked)
	require.Equal(t, 1, v.keys, "a key that is blocked is not sent to")
}

func TestTriesAreAskedForAgainWhenSomebodyWasAsked(t *testing.T) {
	card := newCard(t, other(t))
	var v verifies
	_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm), Confirm: func(context.Context, personal.Plan) error {
		wrong(t, card, 2) // another program
		v.watch(card)
		return nil
	}})
	require.ErrorIs(t, err, personal.ErrTries)
	require.Zero(t, v.keys)
}

func TestTwoTriesAreEnough(t *testing.T) {
	card := newCard(t, other(t))
	wrong(t, card, 1)
	_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
}

func TestKeyWhoseTriesAreNotToldIsSentWhenForced(t *testing.T) {
	for _, b := range []simcard.Behaviour{simcard.VerifyEmptyRefused, simcard.VerifyWithoutCount} {
		card := newCard(t, other(t), b)
		var v verifies
		v.watch(card)
		opts := personal.Options{Key: key(t, adm)}
		_, err := personal.Write(t.Context(), card, file126(t), opts)
		require.ErrorIs(t, err, personal.ErrTries)
		require.ErrorContains(t, err, "tries left unknown")
		require.Zero(t, v.keys)
		opts.LastTry, opts.Key = true, key(t, "0000")
		_, err = personal.Write(t.Context(), card, file126(t), opts)
		var refused *personal.KeyError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, 1, v.keys)
		opts.Key = key(t, adm)
		_, err = personal.Write(t.Context(), card, file126(t), opts)
		require.NoError(t, err)
		require.Equal(t, 2, v.keys)
	}
}

func TestKeyThatIsVerifiedAlreadyIsNotSent(t *testing.T) {
	card := newCard(t, other(t))
	_, err := apdu.BasicChannel(card).Transmit(t.Context(), apdu.Verify(0x0A, []byte(adm)))
	require.NoError(t, err)
	var v verifies
	v.watch(card)
	res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, "00000000")})
	require.NoError(t, err)
	require.Zero(t, v.keys)
	require.Empty(t, res.Plan.Verify)
}

func TestKeyIsNotSentWhereNoneIsNeeded(t *testing.T) {
	free := simcard.ADF(apdu.AIDPKCS15, simcard.File{Kind: apdu.StructureTransparent, FID: pkcs15.FIDBootstrap, Content: erased(200)})
	card := newCard(t, nil, simcard.Files(free))
	var v verifies
	v.watch(card)
	_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, "00000000")})
	require.NoError(t, err)
	require.Zero(t, v)
}

func TestKeyThatTheCardLacks(t *testing.T) {
	card, err := simcard.New(simcard.BootstrapFile(other(t)))
	require.NoError(t, err)
	_, err = personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrUnknownKey)
}

func TestAnotherReferenceIsTakenByItsNumber(t *testing.T) {
	file := simcard.File{Kind: apdu.StructureTransparent, FID: pkcs15.FIDBootstrap, Content: erased(200), Update: 0x0C}
	card := newCard(t, nil, simcard.Files(simcard.ADF(apdu.AIDPKCS15, file)), simcard.PIN(0x0C, "5555", 3))
	_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, "5555"), Reference: 0x0C})
	require.NoError(t, err)
}

func TestRuleThatIsNotToldTakesTheKeyThatIsGiven(t *testing.T) {
	card := newCard(t, other(t), simcard.FCPWithoutRule)
	res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Contains(t, res.Plan.Access, "no access rule")

	card = newCard(t, other(t), simcard.FCPWithoutRule)
	_, err = personal.Write(t.Context(), card, file126(t), personal.Options{})
	require.ErrorIs(t, err, apdu.ErrSecurity)
	require.Equal(t, filled(other(t), 1024), onCard(t, card))
}

func TestFileThatAsksForAPINIsReadWithIt(t *testing.T) {
	for _, rule := range [][]simcard.Option{nil, {simcard.FCPWithoutRule}} {
		locked := func(content []byte) *simcard.Card {
			return newCard(t, content, append(rule, simcard.PIN(simcard.PIN1, "1234", 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))...)
		}
		opts := personal.Options{Key: key(t, adm), PIN: key(t, "1234"), Search: simboot.Config{}}
		card := locked(other(t))
		res, err := personal.Write(t.Context(), card, file126(t), opts)
		require.NoError(t, err)
		require.True(t, res.Verified)
		require.True(t, res.Plan.Old.Unread)
		require.Len(t, res.Plan.Verify, 2)
		require.Equal(t, filled(file126(t), 1024), onCard(t, card))

		card = locked(file126(t))
		res, err = personal.Write(t.Context(), card, file126(t), opts)
		require.NoError(t, err)
		require.False(t, res.Changed, "it can be read now, and is the same")
		require.True(t, res.Verified)

		card = locked(other(t))
		opts.PIN = key(t, "9999")
		_, err = personal.Write(t.Context(), card, file126(t), opts)
		require.ErrorIs(t, err, personal.ErrWrongKey)
		require.ErrorContains(t, err, "PIN1 (01), 2 tries left")
		left, _ := card.TriesLeft(simcard.ADM1)
		require.Equal(t, 3, left)
	}
}

func TestFileThatCannotBeReadIsWrittenWholeAndTold(t *testing.T) {
	card := newCard(t, other(t), simcard.PIN(simcard.PIN1, "1234", 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrUnverified)
	require.Equal(t, "PIN1 (01)", res.Plan.Unreadable)
	require.Contains(t, res.Plan.String(), "reads back   nothing: reading asks for PIN1 (01), see --pin-file\n")
	require.NotContains(t, err.Error(), "no bootstrap data")
	require.True(t, res.Changed)
	require.False(t, res.Verified)
	require.Equal(t, filled(file126(t), 1024), onCard(t, card))
}

func TestVerifyWhoseAnswerIsLostIsNotRepeated(t *testing.T) {
	card := newCard(t, other(t))
	var v verifies
	v.watch(card)
	// Fault shows commands without their data: the second VERIFY is the one with the key.
	lossy := transport.Fault(card, transport.Nth(2, transport.OnINS(apdu.INSVerify)), transport.Lose(context.DeadlineExceeded))
	_, err := personal.Write(t.Context(), lossy, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "may have counted it")
	require.Equal(t, 1, v.keys)
}

func TestVerifyThatIsRefusedForAnotherReasonIsTold(t *testing.T) {
	for sw, want := range map[apdu.SW]error{
		apdu.SWConditions: apdu.SWConditions,
		apdu.SWBlocked:    personal.ErrBlocked,
		0x9804:            personal.ErrWrongKey,
		0x6300:            personal.ErrWrongKey,
	} {
		card := newCard(t, other(t))
		answering := transport.Fault(card, transport.Nth(2, transport.OnINS(apdu.INSVerify)), transport.Answer(apdu.Response{SW: sw}))
		_, err := personal.Write(t.Context(), answering, file126(t), personal.Options{Key: key(t, adm)})
		require.ErrorIs(t, err, want)
		require.Zero(t, card.Commands(apdu.INSUpdateBinary))
	}
}

func TestNeitherKeyNorContentIsPrinted(t *testing.T) {
	k := key(t, adm)
	opts := personal.Options{Key: k}
	card := newCard(t, nil)
	res, err := personal.Write(t.Context(), card, file126(t), opts)
	require.NoError(t, err)
	broken := transport.Fault(newCard(t, nil), transport.OnINS(apdu.INSUpdateBinary), transport.Fail(apdu.ErrCardFault))
	_, failed := personal.Write(t.Context(), broken, file126(t), opts)
	require.Error(t, failed)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", opts, opts, opts), fmt.Sprintf("%v %+v %#v", res, res, res), failed.Error(), errors.Unwrap(failed).Error()} {
		for _, secret := range []string{adm, "3132333435363738", "[49 50 51", "0x31, 0x32", "3x@mpl3", "33784"} {
			require.NotContains(t, text, secret)
		}
	}
}

func TestPlanTellsKeysThatNeedNotBeSent(t *testing.T) {
	card := newCard(t, other(t), simcard.PINDisabled(simcard.ADM1))
	var keys verifies
	keys.watch(card)
	res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Zero(t, keys.keys)
	require.Empty(t, res.Plan.Verify)
	require.Equal(t, []apdu.KeyReference{apdu.RefADM1}, res.Plan.Open)
	require.Contains(t, res.Plan.String(), "key          ADM1 (0A): verified already")
	require.Empty(t, res.Plan.Unreadable)
	require.NotContains(t, res.Plan.String(), "reads back")
}
