package simcard_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// twoPINs are 1111 and 2222.
func twoPINs(opts ...simcard.Option) []simcard.Option {
	return append(opts, simcard.PIN(simcard.PIN1, "1111", 3), simcard.PIN(simcard.PIN2, "2222", 3))
}

const (
	verifyPIN1 = "0020000108 31313131FFFFFFFF > 9000"
	verifyPIN2 = "0020008108 32323232FFFFFFFF > 9000"
)

func TestAnyOfIsMetByOnePIN(t *testing.T) {
	for _, verify := range []string{verifyPIN1, verifyPIN2} {
		play(t, newCard(t, small(twoPINs(
			simcard.ReadCondition(simcard.AnyOf(simcard.PIN1, simcard.PIN2), 0x2F01, 0x2F07))...)...), `
			00A4000C02 2F01 > 9000
			00B0000002      > 6982
			00B1000003 540100 00 > 6982
			00A4000C02 2F07 > 9000
			00B2010402      > 6982
			`+verify+`
			00B2010402      > 6162 9000
			00A4000C02 2F01 > 9000
			00B0000002      > 6D66 9000`)
	}
}

func TestAllOfIsMetByAllPINs(t *testing.T) {
	card := newCard(t, small(twoPINs(
		simcard.ReadCondition(simcard.AllOf(simcard.PIN1, simcard.PIN2), 0x2F01))...)...)
	play(t, card, `
		00A4000C02 2F01 > 9000
		00B0000002      > 6982
		`+verifyPIN1+`
		00B0000002      > 6982
		`+verifyPIN2+`
		00B0000002      > 6D66 9000`)
	card.Reset()
	play(t, card, `
		00A4000C02 2F01 > 9000
		`+verifyPIN2+`
		00B0000002      > 6982`)
}

// What EF(ARR) says is what the card does.
func TestJoinedConditionsInEFARR(t *testing.T) {
	for _, v := range []struct {
		condition simcard.Condition
		want      string
	}{
		{simcard.PIN1, "PIN1 (01)"},
		{simcard.AnyOf(simcard.PIN1), "PIN1 (01)"},
		{simcard.AnyOf(simcard.PIN1, simcard.ADM1), "PIN1 (01) or ADM1 (0A)"},
		{simcard.AllOf(simcard.PIN1, simcard.PIN2), "PIN1 (01) and PIN2 (81)"},
		{simcard.AnyOf(simcard.ADM1, simcard.AllOf(simcard.UniversalPIN, simcard.PIN2)), "ADM1 (0A) or universal PIN (11) and PIN2 (81)"},
		{simcard.AllOf(simcard.Always, simcard.AnyOf(simcard.Never, simcard.PIN1)), "PIN1 (01)"},
		{simcard.AllOf(simcard.PIN1, simcard.Never), "never"},
		{simcard.AnyOf(simcard.PIN1, simcard.Always), "always"},
	} {
		for _, b := range []simcard.Option{simcard.T0, simcard.FCPRulePairs, simcard.FCPRuleExpanded, simcard.AbsolutePaths} {
			card := newCard(t, b, simcard.BootstrapFile([]byte{1}), simcard.ReadCondition(v.condition, pkcs15.FIDBootstrap))
			ch, err := apdu.OpenChannel(t.Context(), card)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15); err != nil {
				t.Fatal(err)
			}
			for _, path := range []apdu.Path{{pkcs15.FIDBootstrap}, {apdu.FIDMF, simcard.FIDPKCS15, pkcs15.FIDBootstrap}} {
				rule, err := ch.ReadAccessRule(t.Context(), path)
				if err != nil || rule.Read().String() != v.want || rule.Update().String() != "ADM1 (0A)" {
					t.Errorf("%v, %v: %v, want READ %v: %v", b, path, rule, v.want, err)
				}
			}
		}
	}
}

func TestFCPWithoutRuleTellsNone(t *testing.T) {
	card := newCard(t, simcard.FCPWithoutRule, simcard.BootstrapFile([]byte{1}), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	_, err := apdu.BasicChannel(card).ReadAccessRule(t.Context(), apdu.Path{apdu.FIDMF, simcard.FIDPKCS15, pkcs15.FIDBootstrap})
	if !errors.Is(err, apdu.ErrNoRule) {
		t.Error(err)
	}
}

// Class A0 has a nibble for a condition, and none for two.
func TestJoinedConditionsInClassA0(t *testing.T) {
	play(t, newCard(t, small(twoPINs(
		simcard.ReadCondition(simcard.AnyOf(simcard.PIN1, simcard.PIN2), 0x2F01))...)...), `
		A0A4000002 2F01 > 0000 0002 2F01 04 00 44FFFF 01 02 00 00 9000`)
}

func TestConditionsThatCannotBeCoded(t *testing.T) {
	many := make([]simcard.Condition, 20)
	for i := range many {
		many[i] = simcard.Access(i + 1)
	}
	for name, v := range map[string]struct {
		condition simcard.Condition
		want      error
	}{
		"none":                {nil, simcard.ErrBadOption},
		"any of none":         {simcard.AnyOf(), simcard.ErrBadOption},
		"all of none":         {simcard.AllOf(), simcard.ErrBadOption},
		"none within":         {simcard.AllOf(simcard.PIN1, nil), simcard.ErrBadOption},
		"any of none, within": {simcard.AllOf(simcard.PIN1, simcard.AnyOf()), simcard.ErrBadOption},
		"too long for a rule": {simcard.AnyOf(many...), simcard.ErrBadFile},
	} {
		if _, err := simcard.New(simcard.ReadCondition(v.condition, apdu.FIDICCID)); !errors.Is(err, v.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := simcard.New(simcard.ReadCondition(simcard.AnyOf(many[:10]...), apdu.FIDICCID)); err != nil {
		t.Error(err)
	}
}

// The condition is the card's own copy.
func TestConditionsAreCopied(t *testing.T) {
	conditions := []simcard.Condition{simcard.PIN1, simcard.PIN2}
	card := newCard(t, small(twoPINs(simcard.ReadCondition(simcard.AllOf(conditions...), 0x2F01))...)...)
	conditions[0], conditions[1] = simcard.Always, simcard.Always
	play(t, card, `
		00A4000C02 2F01 > 9000
		00B0000002      > 6982`)
}

func TestDisabledPIN(t *testing.T) {
	card := newCard(t, small(twoPINs(
		simcard.PINDisabled(simcard.PIN1),
		simcard.ReadCondition(simcard.PIN1, 0x2F01),
		simcard.ReadCondition(simcard.AllOf(simcard.PIN1, simcard.PIN2), 0x2F07))...)...)
	play(t, card, `
		80F2000000                  > 6224 82027821 83023F00 A507800171 8302C1DC 8A0105 8B032F0601 C609 900140 830101 830181 9000
		00A4000C02 2F01             > 9000
		00B0000002                  > 6D66 9000
		00200001                    > 9000
		0020000108 31313131FFFFFFFF > 6984
		0020000108 39393939FFFFFFFF > 6984
		A020000108 39393939FFFFFFFF > 9808
		00A4000C02 2F07             > 9000
		00B2010402                  > 6982
		`+verifyPIN2+`
		00B2010402                  > 6162 9000`)
	if n, _ := card.TriesLeft(simcard.PIN1); n != 3 || card.Verified(simcard.PIN1) {
		t.Error(n)
	}
}

func TestPINDisabledWithoutPIN(t *testing.T) {
	_, err := simcard.New(simcard.PINDisabled(simcard.PIN1), simcard.PIN(simcard.PIN2, "1234", 3))
	if !errors.Is(err, simcard.ErrBadOption) || !strings.Contains(err.Error(), "01") {
		t.Error(err)
	}
}
