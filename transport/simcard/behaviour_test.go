package simcard_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// What each behaviour changes; the styles of READ BINARY have their own test.
var behaviourScripts = map[simcard.Behaviour]string{
	simcard.T0: `
		00A4000402 2F01 00  > 611E
		00C000001E          > 621C 82024121 83022F01 A503C00140 8A0105 8B032F0602 80020002 880108 9000
		00C000001E          > 6985 # only once
		00A4000402 2F01     > 611E # Le does not reach the card
		00C0000000          > 6C1E
		00C00000            > 6C1E
		00C0000002          > 621C 611C
		00C000001D          > 6C1C
		00C000001C          > 82024121 83022F01 A503C00140 8A0105 8B032F0602 80020002 880108 9000
		00A4000402 2F01 00  > 611E
		00B0000001          > 6D 9000
		00C000001E          > 6985 # interrupted
		0070000000          > 6C01
		0070000001          > 01 9000
		00A4000402 2F01 00  > 611E
		01C000001E          > 6985 # another channel
		00C000001E          > 6985
		00A4000402 2F01 00  > 611E
		00C001001E          > 6A86
		80F2000000          > 6C20
		80F200001F          > 6C20
		80F2000020          > *9000
		00B2013C00          > 6C02
		00B0810000          > 6D66 9000`,
	simcard.GetResponseInterrupted6F00: `
		00C0000000          > 6F00
		00A4000402 2F01 02  > 621C 611C
		00B0000001          > 6D 9000
		00C000001C          > 6F00`,
	simcard.GetResponseEmpty: `
		00A4000402 2F01 00  > 611E
		00C000001E          > 611E
		00C000001E          > 611E
		00C0000000          > 611E`,
	simcard.MoreData6310: `
		00A4000402 2F01 00  > 6310
		00C0000000          > 6C1E
		00C000001E          > *9000`,
	simcard.ProactivePending: `
		00A4000C02 2F01     > 910B
		00B0000000          > 6D66 910B
		00A4000C02 2F02     > 6A82`,
	simcard.No2G: `
		A0A4000002 3F00     > 6E00
		A0CA000000          > 6E00
		00A4000C02 3F00     > 9000`,
	simcard.ManageChannel6C01: `
		00700000            > 6C01
		0070000001          > 01 9000
		00700002            > 9000`,
	simcard.RefuseChosenChannel: `
		00700002            > 6A86
		0070000001          > 01 9000`,
	simcard.SharedFilePointer: `
		0070000001          > 01 9000
		01A4080C02 2F01     > 9000
		00A4040C05 A000000001 > 9000
		01B0000000          > 6986
		01A4000C02 6F11     > 9000
		00B0000000          > 6F6E65 9000
		0170000001          > 02 9000
		02B0000000          > 6F6E65 9000`,
	simcard.RefuseNoAnswer: `
		00A4000C02 2F01     > 6A86
		00A4000402 2F01 00  > *9000`,
	simcard.RefuseFCI: `
		00A4000002 2F01 00  > 6A86
		00A4000402 2F01 00  > *9000
		00A4000C02 2F01     > 9000`,
	simcard.RefuseFIDWithLe: `
		00A4000402 2F01 00  > 6700
		00A4000402 2F01     > *9000
		00A4000C02 2F01     > 9000
		00A4080402 2F01 00  > *9000`,
	simcard.RefusePaths: `
		00A4080C02 2F01     > 6A86
		00A4090C02 2F01     > 6A86
		00A4000C02 2F01     > 9000`,
	simcard.RefusePath7FFF: `
		00A4040C05 A000000001 > 9000
		00A4080C04 7FFF6F11   > 6A82
		00A4080C02 2F01       > 9000
		00A4000C02 7FFF       > 9000`,
	simcard.RefusePath7F50: `
		00A4080C04 7F502F01   > 6A82
		00A4080C02 7F50       > 6A82
		00A4000C02 7F50       > 9000
		00A4090C02 6F09       > 9000
		00A4080C02 2F01       > 9000`,
	simcard.RefusePathAfterEF: `
		00A4090C02 2F01     > 9000
		00A4090C02 2F01     > 6A82
		00A4080C02 2F01     > 9000
		00A4000C02 3F00     > 9000
		00A4090C02 2F01     > 9000`,
	simcard.RefuseAID: `
		00A4040C05 A000000001 > 6A82
		00A4080C04 7F606F12   > 9000`,
	simcard.RefusePartialAID: `
		00A4040C04 A0000000     > 6A82
		00A4040C06 A00000000102 > 9000
		00A4040C05 A000000001   > 9000`,
	simcard.SelectAIDAnswersFCI: `
		00A4040405 A000000001 00 > 6F0D 8405A000000001 A5049F6501FF 9000
		00A4040C05 A000000001    > 9000
		00A4000402 6F11 00       > 621C 82024121 83026F11 A503C00140 8A0105 8B036F0602 80020003 880100 9000`,
	simcard.SelectAIDAnswersNothing: `
		00A4040405 A000000001 00 > 9000
		00A4000402 6F11 00       > *9000`,
	simcard.FCPNested: `
		00A4000402 2F01 00 > 6225 A50C 80020000 82027821 83023F00 82024121 83022F01 8A0105 8B032F0602 80020002 880108 9000`,
	simcard.FCPTotalSizeOnly: `
		00A4000402 2F01 00 > 621C 82024121 83022F01 A503C00140 8A0105 8B032F0602 81020014 880108 9000
		00A4000402 2F07 00 > 621F 82054221000202 83022F07 A503C00140 8A0105 8B032F0602 81020016 880138 9000`,
	simcard.FCPSizeTooSmall: `
		00A4000402 2F01 00 > 621C 82024121 83022F01 A503C00140 8A0105 8B032F0602 80020010 880108 9000
		00A4000402 2F07 00 > 621F 82054221000202 83022F07 A503C00140 8A0105 8B032F0602 80020004 880138 9000`,
	simcard.FCPSizeTooLarge: `
		00A4000402 2F01 00 > 621C 82024121 83022F01 A503C00140 8A0105 8B032F0602 8002FFFF 880108 9000`,
	simcard.FCPNotShareable: `
		00A4000402 2F01 00 > 621C 82020121 83022F01 A503C00140 8A0105 8B032F0602 80020002 880108 9000
		00A4000402 2F07 00 > 621F 82050221000202 83022F07 A503C00140 8A0105 8B032F0602 80020004 880138 9000
		80F2000000         > 621E 82023821 83023F00 A507800171 8302C1DC 8A0105 8B032F0601 C603900100 9000`,
	simcard.FCPWithoutRule: `
		00A4000402 2F01 00 > 6217 82024121 83022F01 A503C00140 8A0105 80020002 880108 9000
		80F2000000         > 6219 82027821 83023F00 A507800171 8302C1DC 8A0105 C603900100 9000
		00A4000C02 2F06    > 9000 # the rules are there
		00B2020400         > *9000`,
	simcard.FCPWithoutPINs: `
		00A4000402 2F01 00 > 621C 82024121 83022F01 A503C00140 8A0105 8B032F0602 80020002 880108 9000
		80F2000000         > 6219 82027821 83023F00 A507800171 8302C1DC 8A0105 8B032F0601 9000`,
	simcard.FCPRulePairs: `
		00A4000402 2F01 00 > 621F 82024121 83022F01 A503C00140 8A0105 8B062F0600010102 80020002 880108 9000
		80F2000000         > 6221 82027821 83023F00 A507800171 8302C1DC 8A0105 8B062F0600010101 C603900100 9000`,
	simcard.FCPRuleExpanded: `
		00A4000402 2F01 00 > 6229 82024121 83022F01 A503C00140 8A0105 AB10 800101 9000 800102 A406 83010A 950108 80020002 880108 9000`,
	simcard.VerifyEmptyRefused: `
		00200001                    > 6700
		0020000100                  > 6700
		0020000108 3132333500000000 > 63C2
		0020000108 31323334FFFFFFFF > 9000
		00200002                    > 6A88`,
	simcard.VerifyEmptyOfFive: `
		00200001                    > 6700
		0020000100                  > 63C3
		0020000108 31323334FFFFFFFF > 9000
		0020000100                  > 9000`,
	simcard.VerifyWithoutCount: `
		00200001                    > 6300
		0020000108 3132333500000000 > 6300
		A020000108 3132333500000000 > 9804
		0020000108 3132333500000000 > 6300
		00200001                    > 6983
		0020000108 31323334FFFFFFFF > 6983`,
}

func TestBehaviours(t *testing.T) {
	for _, b := range simcard.Behaviours() {
		t.Run(b.String(), func(t *testing.T) {
			script, ok := behaviourScripts[b]
			if !ok && !strings.HasPrefix(b.String(), "ReadPastEnd") && !strings.HasPrefix(b.String(), "ReadAtEnd") && b != simcard.ReadOnlyAtZero {
				t.Fatal("not tested")
			}
			pkcs15 := simcard.Files(simcard.DF(simcard.FIDPKCS15, simcard.EF(0x6F09, nil)))
			if b == simcard.FCPNotShareable {
				pkcs15 = simcard.Files()
			}
			opts := small(b, pkcs15)
			if strings.HasPrefix(b.String(), "Verify") {
				opts = append(opts, simcard.PIN(simcard.PIN1, "1234", 3))
			}
			play(t, newCard(t, opts...), script)
		})
	}
}

func TestBehavioursHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range simcard.Behaviours() {
		if s := b.String(); s == "" || seen[s] || strings.Contains(s, "(") {
			t.Errorf("%d is called %q", b, s)
		} else {
			seen[s] = true
		}
	}
	if s := simcard.Behaviour(200).String(); s != "Behaviour(200)" {
		t.Error(s)
	}
}

func TestBehavioursThatExcludeEachOther(t *testing.T) {
	for _, pair := range [][2]simcard.Option{
		{simcard.GetResponseEmpty, simcard.MoreData6310},
		{simcard.ReadPastEnd6282, simcard.ReadPastEnd6C},
		{simcard.ReadAtEndEmpty, simcard.ReadOnlyAtZero},
		{simcard.ReadAtEnd6C00, simcard.ReadAtEndEmpty},
		{simcard.SelectAIDAnswersFCI, simcard.SelectAIDAnswersNothing},
		{simcard.FCPSizeTooLarge, simcard.FCPTotalSizeOnly},
		{simcard.FCPWithoutRule, simcard.FCPRulePairs},
		{simcard.FCPRuleExpanded, simcard.FCPRulePairs},
		{simcard.VerifyEmptyOfFive, simcard.VerifyEmptyRefused},
		{simcard.AbsolutePaths, simcard.ApplicationPaths},
		{simcard.OpaqueObject, simcard.ApplicationOID},
		{simcard.DirectContent, simcard.IndexAndLength},
		{simcard.ObjectsInPlace, simcard.DirectoryErased},
		{simcard.DirFilled, simcard.DirTransparent},
	} {
		if _, err := simcard.New(pair[0], pair[1]); !errors.Is(err, simcard.ErrBadOption) {
			t.Errorf("%v with %v: %v", pair[0], pair[1], err)
		}
		if _, err := simcard.New(pair[0], pair[0]); err != nil {
			t.Errorf("%v twice: %v", pair[0], err)
		}
	}
}

// The behaviours and layouts combine, all pairs that New does not refuse, on a
// card that stays within the rules of APDUs.
func TestPairsOfOptions(t *testing.T) {
	var options []simcard.Option
	for _, b := range simcard.Behaviours() {
		options = append(options, b)
	}
	for _, l := range simcard.Layouts() {
		options = append(options, l)
	}
	refused := 0
	for i, a := range options {
		for _, b := range options[:i] {
			card, err := simcard.New(a, b, simcard.BootstrapFile([]byte("content")))
			if err != nil {
				refused++
				continue
			}
			resp, err := apdu.BasicChannel(card).Transmit(t.Context(), apdu.SelectFID(apdu.FIDMF, apdu.ReturnFCP))
			if err != nil && !errors.Is(err, apdu.ErrEndless) {
				t.Errorf("%v with %v: %v, %v", a, b, resp, err)
			}
		}
	}
	if refused != 18 {
		t.Errorf("%d pairs were refused", refused)
	}
}
