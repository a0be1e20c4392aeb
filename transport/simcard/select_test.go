package simcard_test

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestSelectForms(t *testing.T) {
	tests := []struct{ name, script string }{
		{"by FID: a child of the current DF", `
			00A4000C02 2F01 > 9000
			00B0000002      > 6D66 9000`},
		{"by FID: the parent", `
			00A4080C04 7F105F20 > 9000
			00A4000C02 7F10     > 9000
			00A4000C02 6F3A     > 9000`},
		{"by FID: a DF beside the current one", `
			00A4000C02 7F10 > 9000
			00A4000C02 7F20 > 9000
			00A4000C02 6F02 > 9000
			00B0000003      > 78797A 9000`},
		{"by FID: no EF beside the current DF", `
			00A4000C02 7F10 > 9000
			00A4000C02 2F01 > 6A82`},
		{"by FID: the current DF itself", `
			00A4080C04 7F106F3A > 9000
			00B0000001          > 30 9000
			00A4000C02 7F10     > 9000
			00B0000001          > 6986`},
		{"by FID: the MF from anywhere", `
			00A4080C04 7F105F20 > 9000
			00A4000C02 3F00     > 9000
			00A4000C02 2F01     > 9000`},
		{"by FID: not a grandchild", `
			00A4000C02 5F20 > 6A82`},
		{"by FID: no identifier, without an answer, means the MF", `
			00A4000C02 7F10 > 9000
			00A4000C        > 9000
			00A4000C02 2F01 > 9000
			00A40004        > 6700`},
		{"by FID: 7FFF is the application", `
			00A4000C02 7FFF   > 6A82
			00A4040C05 A000000001 > 9000
			00A4000C02 3F00   > 9000
			00A4000C02 7FFF   > 9000
			00A4000C02 6F11   > 9000`},
		{"by FID: an ADF without identifier is not to be found by 0000", `
			00A4000C02 0000 > 6A82
			00A4080C02 0000 > 6A82
			00A4010C02 0000 > 6A82`},
		{"by FID: wrong lengths", `
			00A4000C01 7F     > 6700
			00A4000C03 7F1000 > 6700
			00A4010C00        > 6700
			00A4020C01 7F     > 6700`},
		{"child DF", `
			00A4010C02 7F10 > 9000
			00A4010C02 6F3A > 6A82
			00A4010C02 5F20 > 9000
			00A4010C02 7F10 > 6A82`},
		{"child EF", `
			00A4020C02 2F01 > 9000
			00A4020C02 7F10 > 6A82`},
		{"parent", `
			00A4080C04 7F105F20 > 9000
			00A4030C        > 9000
			00A4020C02 6F3A > 9000
			00A4030C        > 9000
			00A4030C        > 6A82
			00A4030C02 3F00 > 6700`},
		{"parent of an application is the MF", `
			00A4040C05 A000000001 > 9000
			00A4030C              > 9000
			00A4020C02 2F01       > 9000`},
		{"by AID, whole and cut on the right", `
			00A4040C06 A00000000102 > 9000
			00A4020C02 6F12         > 9000
			00A4040C05 A000000001   > 9000
			00A4020C02 6F11         > 9000
			00A4040C01 A0           > 9000
			00A4020C02 6F11         > 9000`},
		{"by AID: unknown, too long for the card's, wrong lengths", `
			00A4040C05 A000000002   > 6A82
			00A4040C07 A0000000010203 > 6A82
			00A4040C                > 6700
			00A4040C11 A000000001000000000000000000000000 > 6700`},
		{"by AID: last, next and previous occurrence", `
			00A4040D05 A000000001 > 9000 # last
			00A4020C02 6F12       > 9000
			00A4040E05 A000000001 > 6A82 # next
			00A4040F05 A000000001 > 9000 # previous
			00A4020C02 6F11       > 9000
			00A4040F05 A000000001 > 6A82
			00A4040E05 A000000001 > 9000
			00A4020C02 6F12       > 9000`},
		{"by AID: next and previous without an application begin at the ends", `
			00A4040E05 A000000001 > 9000
			00A4020C02 6F11       > 9000`},
		{"by AID: previous without an application is the last", `
			00A4040F05 A000000001 > 9000
			00A4020C02 6F12       > 9000`},
		{"by AID: the end of a session", `
			00A4040C05 A000000001 > 9000
			00A4044C05 A000000001 > 9000
			00A4000C02 7FFF       > 6A82
			00A4020C02 2F01       > 9000`},
		{"path from the MF", `
			00A4080C06 7F105F206F01 > 9000
			00B0000004              > 64656570 9000
			00A4080C02 2F01         > 9000
			00A4080C04 7F606F12     > 9000
			00A4080C04 3F002F01     > 6A82
			00A4080C06 7F106F3A6F01 > 6A82
			00A4080C03 7F1000       > 6700
			00A4080C                > 6700`},
		{"path from the application", `
			00A4080C04 7FFF6F11   > 6A82
			00A4040C05 A000000001 > 9000
			00A4080C02 7F10       > 9000
			00A4080C04 7FFF6F11   > 9000
			00A4080C02 7FFF       > 9000
			00A4020C02 6F11       > 9000`},
		{"an application entered by its path becomes the current one", `
			00A4080C04 7F606F12 > 9000
			00A4000C02 3F00     > 9000
			00A4080C04 7FFF6F12 > 9000`},
		{"path from the current DF", `
			00A4090C04 7F106F3A > 9000
			00A4090C04 5F206F01 > 9000
			00A4090C04 5F206F01 > 6A82
			00A4090C02 7FFF     > 6A82`},
		{"P1 and P2 that mean nothing", `
			00A4050C02 3F00 > 6A86
			00A4008402 3F00 > 6A86
			00A4000802 3F00 > 6A86
			00A4001402 3F00 > 6A86
			00A4000D02 3F00 > 6A86
			00A4004C02 3F00 > 6A86
			00A4042C05 A000000001 > 6A86
			00A4046C05 A000000001 > 6A86`},
		{"after a failure the old EF stays current", `
			00A4000C02 2F01 > 9000
			00A4000C02 1234 > 6A82
			00A4040C02 A001 > 6A82
			00B0000002      > 6D66 9000`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { play(t, newCard(t, small()...), tt.script) })
	}
}

func TestRefuseSelect(t *testing.T) {
	refuse := func(cmd apdu.Command, efSelected bool) apdu.SW {
		if cmd.P1 == apdu.SelectByFID && efSelected && len(cmd.Data) == 2 && cmd.Data[0] == 0x7F {
			return 0x6A86
		}
		return 0
	}
	play(t, newCard(t, small(simcard.RefuseSelect(refuse))...), `
		00A4000C02 7F10 > 9000
		00A4000C02 6F3A > 9000
		00A4000C02 7F20 > 6A86
		00A4000C02 3F00 > 9000
		00A4000C02 7F20 > 9000`)
}

func TestSelectAnswers(t *testing.T) {
	pins := []simcard.Option{
		simcard.PIN(simcard.PIN1, "1234", 3),
		simcard.PIN(simcard.ADM1, "88888888", 3),
		simcard.PIN(simcard.UniversalPIN, "0000", 3),
		simcard.PIN(simcard.PIN2, "5678", 3),
	}
	own := simcard.EF(0x2F09, nil)
	own.FCP = []byte{0x62, 0x00}
	play(t, newCard(t, small(append(pins, simcard.Files(own))...)...), `
		# transparent, SFI 01, rule 2 of EF(ARR) below the MF
		00A4000402 2F01 00 > 621C 82024121 83022F01 A503C00140 8A0105 8B032F0602 80020002 880108 9000
		# linear fixed, two records of two octets
		00A4000402 2F07 00 > 621F 82054221000202 83022F07 A503C00140 8A0105 8B032F0602 80020004 880138 9000
		# the MF: no SFI, the PINs in their order, without the issuer's
		00A4000402 3F00 00 > 622A 82027821 83023F00 A507800171 8302C1DC 8A0105 8B032F0601 C60F 9001E0 830101 950108 830111 830181 9000
		# an application without FID; EF(ARR) of its files is its own
		00A4040405 A000000001 00 > 622D 82027821 8405A000000001 A507800171 8302C1DC 8A0105 8B032F0601 C60F 9001E0 830101 950108 830111 830181 9000
		00A4000402 6F11 00 > 621C 82024121 83026F11 A503C00140 8A0105 8B036F0602 80020003 880100 9000
		# FCI of an application and of a file
		00A4040006 A00000000102 00 > 6F0E 8406A00000000102 A5049F6501FF 9000
		00A4000002 6F12 00 > 6F1C 82024121 83026F12 A503C00140 8A0105 8B036F0602 80020003 880100 9000
		# the file's own words
		00A4080402 2F09 00 > 6200 9000
		00A4080002 2F09 00 > 6200 9000
		# as much as Ne asks for, and the rest by GET RESPONSE; all of it without Le
		00A4080402 2F01 05 > 621C820241 6119
		00C0000019         > 2183022F01A503C001408A01058B032F060280020002880108 9000
		00A4080402 2F01    > *9000`)
}

// Every FCP that the card makes is one that the parser of this module reads.
func TestFCPIsParsed(t *testing.T) {
	for _, b := range simcard.Behaviours() {
		card := newCard(t, small(b, simcard.PIN(simcard.PIN1, "1234", 3))...)
		ch := apdu.BasicChannel(card)
		resp, err := ch.Transmit(t.Context(), apdu.SelectFID(0x2F07, apdu.ReturnFCP))
		if failed := err != nil || resp.SW.Err() != nil; failed != (b == simcard.GetResponseEmpty || b == simcard.RefuseFIDWithLe) {
			t.Errorf("%v: %v, %v", b, resp, err)
		} else if failed {
			continue
		}
		fcp, err := apdu.ParseFCP(resp.Data)
		if err != nil || fcp.FID != 0x2F07 || fcp.Structure != apdu.StructureLinearFixed ||
			fcp.Records != 2 || fcp.RecordLength != 2 || fcp.SFI != 7 || fcp.LifeCycle != 5 {
			t.Errorf("%v: %+v, %v", b, fcp, err)
		}
		if fcp.Shareable == (b == simcard.FCPNotShareable) {
			t.Errorf("%v: shareable %v", b, fcp.Shareable)
		}
	}
}
