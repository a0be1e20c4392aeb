package simcard_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestReadBinary(t *testing.T) {
	play(t, newCard(t, small()...), `
		00B0000000          > 6986     # no EF
		00A4000C02 7F10     > 9000
		00B0000000          > 6986
		00A4000C02 6F3A     > 9000
		00B0000000          > 30313233343536373839 9000
		00B00000            > 30313233343536373839 9000
		00B000030A          > 33343536373839 9000
		00B0000302          > 3334 9000
		00B0000901          > 39 9000
		00B0000A01          > 6B00     # the end
		00B0000B00          > 6B00
		00B07FFF00          > 6B00
		00B0830201          > 32 9000  # SFI 03
		00B0840001          > 6A82
		00B0800001          > 6A82
		00B0A30001          > 6A86
		00A4000C02 3F00     > 9000
		00B0810000          > 6D66 9000
		00B0000000          > 6D66 9000 # has become the current one
		00B0870001          > 6981     # records
		00A4000C02 2F07     > 9000
		00B0000001          > 6981`)
}

func TestReadPastEnd(t *testing.T) {
	tests := []struct {
		behaviour simcard.Behaviour
		script    string
	}{
		{simcard.ReadPastEnd6C, `
			00B0000000 > 6C0A
			00B000000B > 6C0A
			00B000000A > 30313233343536373839 9000
			00B0000800 > 6C02
			00B0000A00 > 6B00`},
		{simcard.ReadPastEnd6282, `
			00B0000000 > 30313233343536373839 6282
			00B0000802 > 3839 9000
			00B0000803 > 3839 6282
			00B0000A00 > 6B00`},
		{simcard.ReadAtEndEmpty, `
			00B0000800 > 3839 9000
			00B0000A00 > 9000
			00B0000B05 > 9000`},
		{simcard.ReadAtEnd6C00, `
			00B0000800 > 3839 9000
			00B0000A05 > 6C00
			00B0000A00 > 9000
			00B0000A00 > 6C00
			00B0000001 > 30 9000
			00B0000A00 > 6C00
			00B0000B00 > 6B00`},
		{simcard.ReadOnlyAtZero, `
			00B0000004 > 30313233 9000
			00B0000401 > 9000
			00B0000B00 > 9000`},
	}
	for _, tt := range tests {
		t.Run(tt.behaviour.String(), func(t *testing.T) {
			play(t, newCard(t, small(tt.behaviour)...), "00A4080C04 7F106F3A > 9000\n"+tt.script)
		})
	}
}

func TestReadBinaryBehind32767(t *testing.T) {
	content := letters(0x9000)
	card := newCard(t, simcard.Files(simcard.EF(0x2F09, content)))
	at := func(offset, n int) string {
		return strings.ToUpper(hex.EncodeToString(content[offset : offset+n]))
	}
	play(t, card, `
		00A4080C02 2F09            > 9000
		00B0700004                 > `+at(0x7000, 4)+` 9000
		00B07FFF02                 > `+at(0x7FFF, 2)+` 9000
		00B1000004 54028000 04     > 5302`+at(0x8000, 2)+` 9000
		00B1000005 5403008F00 81   > 537F`+at(0x8F00, 127)+` 9000
		00B1000004 54028000 82     > 537F`+at(0x8000, 127)+` 9000
		00B1000004 54028000 83     > 538180`+at(0x8000, 128)+` 9000
		00B1000004 54028000 00     > 5381FD`+at(0x8000, 253)+` 9000
		00B1000004 54028000        > 5381FD`+at(0x8000, 253)+` 9000
		00B1000003 540100 03       > 5301`+at(0, 1)+` 9000
		00B1000004 54028FFF 00     > 5301`+at(0x8FFF, 1)+` 9000
		00B1000004 54029000 00     > 6B00
		00B1000004 54028000 02     > 6700 # no room
		00B1000003 540280 00       > 6A80
		00B1000002 5400 00         > 6A80
		00B1000006 540400000000 00 > 6A80
		00B1000005 5402800000 00   > 6A80
		00B1000004 55028000 00     > 6A80
		00B1000104 54028000 00     > 6A86
		00A4000C02 3F00            > 9000
		00B1000004 54028000 00     > 6986`)
}

func TestReadBinaryOddPastEnd(t *testing.T) {
	const selectNumbers = "00A4080C04 7F106F3A > 9000\n"
	play(t, newCard(t, small(simcard.ReadPastEnd6C)...), selectNumbers+`
		00B1000003 540108 00 > 6C04
		00B1000003 540108 04 > 53023839 9000`)
	play(t, newCard(t, small(simcard.ReadPastEnd6282)...), selectNumbers+`
		00B1000003 540108 00 > 53023839 6282`)
	play(t, newCard(t, small(simcard.ReadOnlyAtZero)...), selectNumbers+`
		00B1000003 540108 00 > 9000`)
	play(t, newCard(t, small(simcard.ReadAtEnd6C00)...), selectNumbers+`
		00B1000003 54010A 00 > 6C00
		00B1000003 54010A 00 > 9000`)
	play(t, newCard(t, small(simcard.T0)...), selectNumbers+`
		00B1000003 540108 03 > 6104
		00C0000004           > 53023839 9000`)
}

func TestReadRecord(t *testing.T) {
	play(t, newCard(t, small()...), `
		00B2010400      > 6986
		00B2013C00      > 6162 9000 # SFI 07
		00B2010402      > 6162 9000
		00B2020400      > 6364 9000
		00B2020403      > 6C02
		00B2020401      > 6C02
		00B20204        > 6364 9000
		00B2000400      > 6A83
		00B2030400      > 6A83
		00B2010200      > 6A86 # next
		00B2010C00      > 6981 # SFI 01
		00B2014400      > 6A82
		00A4000C02 2F01 > 9000
		00B2010400      > 6981`)
	play(t, newCard(t, small(simcard.T0)...), `
		00B2013C00      > 6C02
		00B2010402      > 6162 9000`)
}

func TestUpdateRecord(t *testing.T) {
	open := simcard.File{Kind: apdu.StructureLinearFixed, FID: 0x2F0A, SFI: 10, Records: [][]byte{[]byte("ab"), []byte("cd")}}
	card := newCard(t, small(simcard.Files(open), simcard.PIN(simcard.ADM1, "12345678", 3))...)
	play(t, card, `
		00DC010402 4142         > 6986
		00A4000C02 2F0A         > 9000
		00DC010402 4142         > 9000
		00DC025402 4344         > 9000 # SFI 0A
		00DC010401 41           > 6700
		00DC010403 414243       > 6700
		00DC0104                > 6700
		00DC000402 4142         > 6A83
		00DC030402 4142         > 6A83
		00DC010202 4142         > 6A86 # next
		00DC016402 4142         > 6A82
		00B2010400              > 4142 9000
		00B2020400              > 4344 9000
		00A4000C02 2F07         > 9000 # needs ADM1
		00DC010402 7A7A         > 6982
		0020000A08 3132333435363738 > 9000
		00DC010402 7A7A         > 9000
		00B2010400              > 7A7A 9000
		00A4000C02 2F01         > 9000
		00DC010402 4142         > 6981`)
}

func TestUpdateBinary(t *testing.T) {
	open := simcard.File{Kind: apdu.StructureTransparent, FID: 0x2F09, SFI: 9, Content: []byte("0123456789")}
	card := newCard(t, small(simcard.Files(open), simcard.PIN(simcard.ADM1, "12345678", 3))...)
	play(t, card, `
		00D6000001 41           > 6986
		00A4000C02 2F09         > 9000
		00D6000302 4142         > 9000
		00D6000901 5A           > 9000
		00D6000902 5A5A         > 6A84
		00D6000A01 5A           > 6B00
		00D60000                > 6700
		00D6890001 58           > 9000
		00D6880001 58           > 6A82
		00D7000007 540102 5302 5858 > 9000
		00D7000004 540102 53    > 6A80
		00D7000003 540102       > 6A80
		00D7000008 540102 5302585800 > 6A80
		00D7000107 540102 5302 5858 > 6A86
		00B0000000              > 583158584235363738 5A 9000
		00A4000C02 2F01         > 9000 # needs ADM1
		00D6000001 41           > 6982
		0020000A08 3132333435363738 > 9000
		00D6000001 41           > 9000
		00B0000000              > 4166 9000
		00A4000C02 2F07         > 9000
		00D6000001 41           > 6981`)
	got, err := card.FileContent(apdu.FileRef{Path: apdu.Path{0x3F00, 0x2F01}})
	if err != nil || string(got) != "Af" {
		t.Errorf("%q, %v", got, err)
	}
}
