package simcard_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestVerify(t *testing.T) {
	card := newCard(t, small(
		simcard.PIN(simcard.PIN1, "1234", 3),
		simcard.PIN(simcard.PIN2, "567890", 1),
		simcard.ReadCondition(simcard.PIN1, 0x6F3A, 0x2F07),
	)...)
	play(t, card, `
		00A4080C04 7F106F3A          > 9000
		00B0000001                   > 6982
		00B1000003 540100 00         > 6982
		00B2013C00                   > 6A82 # not below 7F10
		00200001                     > 63C3 # asking costs nothing
		0020000100                   > 63C3
		0020000108 3132333500000000  > 63C2
		0020000108 31323334FFFFFF00  > 63C1
		00200001                     > 63C1
		0020000104 31323334          > 6700
		00200002                     > 6A88
		00200101                     > 6A86
		0020000108 31323334FFFFFFFF  > 9000
		00200001                     > 9000
		00B0000001                   > 30 9000
		0070000001                   > 01 9000
		01A4000C02 2F07              > 9000 # verified for the whole card
		01B2010400                   > 6162 9000
		0020000108 3132333500000000  > 63C2 # a wrong one takes it back, the counter began anew
		01B2010400                   > 6982
		0020008108 3132333500000000  > 63C0
		00200081                     > 6983
		0020008108 353637383930FFFF  > 6983`)
	if n, ok := card.TriesLeft(simcard.PIN1); n != 2 || !ok {
		t.Error(n, ok)
	}
	if n, ok := card.TriesLeft(simcard.PIN2); n != 0 || !ok {
		t.Error(n, ok)
	}
	if _, ok := card.TriesLeft(simcard.ADM1); ok {
		t.Error("there is no ADM1")
	}
	play(t, card, `0020000108 31323334FFFFFFFF > 9000`)
	if !card.Verified(simcard.PIN1) || card.Verified(simcard.PIN2) || card.Verified(simcard.ADM1) {
		t.Error("Verified")
	}
	card.Reset()
	if card.Verified(simcard.PIN1) {
		t.Error("verified after a reset")
	}
	play(t, card, `
		00200001 > 63C3
		00200081 > 6983`) // a blocked PIN stays blocked
}

func TestNeverAndReferencesWithoutPIN(t *testing.T) {
	play(t, newCard(t, small(
		simcard.ReadCondition(simcard.Never, 0x2F01),
		simcard.ReadCondition(simcard.ADM1, 0x6F02, 0x7F20), // a directory has no such condition
	)...), `
		00B0810000          > 6982
		00A4080C04 7F206F02 > 9000
		00B0000000          > 6982`)
}

func TestPINOptionRefuses(t *testing.T) {
	for _, o := range []simcard.Option{
		simcard.PIN(simcard.PIN1, "123", 3),
		simcard.PIN(simcard.PIN1, "123456789", 3),
		simcard.PIN(simcard.PIN1, "12a4", 3),
		simcard.PIN(simcard.PIN1, "1234", 0),
		simcard.PIN(simcard.PIN1, "1234", 16),
		simcard.PIN(simcard.Always, "1234", 3),
		simcard.PIN(simcard.Never, "1234", 3),
	} {
		if _, err := simcard.New(o); !errors.Is(err, simcard.ErrBadOption) || strings.Contains(err.Error(), "123") {
			t.Error(err)
		}
	}
}

// The last word on a PIN counts.
func TestPINGivenTwice(t *testing.T) {
	play(t, newCard(t, simcard.PIN(simcard.PIN1, "1234", 3), simcard.PIN(simcard.PIN1, "4321", 15)), `
		00200001                    > 63CF
		0020000108 34333231FFFFFFFF > 9000`)
}

func TestAccessRulesFile(t *testing.T) {
	card := newCard(t, simcard.BootstrapFile(bootstrapFile(t)), simcard.PIN(simcard.PIN1, "1234", 3),
		simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap),
		simcard.ReadCondition(simcard.Never, pkcs15.FIDTokenInfo))
	ch := apdu.BasicChannel(card)
	if _, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"80010190008001029000FFFFFFFFFFFFFFFFFFFFFFFF", // directories
		"8001019000800102A40683010A950108FFFFFFFF",     // read always, updated by ADM1
		"8001019700800102A40683010A950108FFFFFFFF",     // never read
		"800101A406830101950108800102A40683010A950108", // read with PIN1
	}
	for i, w := range want {
		w += strings.Repeat("F", 2*22-len(w))
		got := send(t, card, "00A4000C026F06") + send(t, card, fmt.Sprintf("00B2%02X0400", i+1))
		if got != "9000"+w+"9000" {
			t.Errorf("record %d: %s, want %s", i+1, got, w)
		}
	}
	resp, err := ch.Transmit(t.Context(), apdu.SelectFID(pkcs15.FIDBootstrap, apdu.ReturnFCP))
	if err != nil {
		t.Fatal(err)
	}
	fcp, err := apdu.ParseFCP(resp.Data)
	if err != nil || len(fcp.ARR) != 1 || fcp.ARR[0] != (apdu.ARRRef{FID: 0x6F06, SEID: 1, Record: 4}) {
		t.Errorf("%+v, %v", fcp.ARR, err)
	}
}

func TestOwnEFARRStays(t *testing.T) {
	play(t, newCard(t, simcard.Files(simcard.RecordEF(0x2F06, []byte("mine")))), `
		00A4000C02 2F06 > 9000
		00B2010400      > 6D696E65 9000`)
}
