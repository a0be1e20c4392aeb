package simcard_test

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestClassA0(t *testing.T) {
	card := newCard(t, small(simcard.T0,
		simcard.PIN(simcard.PIN1, "1234", 3), simcard.PIN(simcard.PIN2, "5678", 2),
		simcard.ReadCondition(simcard.PIN1, 0x6F3A), simcard.ReadCondition(simcard.PIN2, 0x6F02))...)
	play(t, card, `
		A0B0000001                  > 9400
		A0A4000002 3F00             > 9F17
		00C0000017                  > 6985 # of the other class
		A0A4000002 3F00             > 9F17
		A0C0000017                  > 0000 0000 3F00 01 0000000000 0A 01 04 04 02 00 83 83 82 83 00 9000
		A0A4000002 7F10             > 9F17
		A0C0000017                  > 0000 0000 7F10 02 0000000000 0A 01 01 01 02 00 83 83 82 83 00 9000
		A0F2000017                  > 0000 0000 7F10 02 0000000000 0A 01 01 01 02 00 83 83 82 83 00 9000
		A0F2000016                  > 6717
		A0F2000117                  > 6B00
		A0A4000002 6F3A             > 9F0F
		A0C0000010                  > 670F
		A0C000000F                  > 0000 000A 6F3A 04 00 14 FF FF 01 02 00 00 9000
		A0B0000001                  > 9804
		A0200001                    > 9804
		A020000108 3132333400000000 > 9804
		A020000108 31323334FFFFFFFF > 9000
		A0B0000002                  > 3031 9000
		A0B0000A01                  > 9402
		A0A4000002 2F01             > 9404
		A0A4000402 3F00             > 6B00
		A0A4000001 3F               > 6700
		A0A4000002 3F00             > 9F17
		A0A4000002 2F07             > 9F0F
		A0C000000F                  > 0000 0004 2F07 04 00 04 FF FF 01 02 01 02 9000
		A0B2020402                  > 6364 9000
		A0B2030402                  > 9402
		A0B0000001                  > 9408
		A0D6000001 00               > 9408
		A0A4000002 2F01             > 9F0F
		A0D6000001 00               > 9804
		A0200003                    > 9802
		A020000208 3030303030303030 > 9804
		A020000208 3030303030303030 > 9840
		A0200002                    > 9840
		A0200081                    > 9840`)
}

func TestClassA0IsJoinedBehindAModem(t *testing.T) {
	play(t, newCard(t, small()...), `
		A0A4000002 2F01 > 0000 0002 2F01 04 00 04 FF FF 01 02 00 00 9000
		A0F2000000      > 0000 0000 3F00 01 0000000000 0A 01 04 04 02 00 00 83 00 83 00 9000`)
}

func TestClassA0TellsConditions(t *testing.T) {
	for read, nibble := range map[simcard.Access]string{
		simcard.Always: "0", simcard.PIN1: "1", simcard.PIN2: "2", simcard.ADM1: "4", simcard.UniversalPIN: "4", simcard.Never: "F",
	} {
		play(t, newCard(t, small(simcard.ReadCondition(read, 0x2F01))...), `
			A0A4000002 2F01 > 0000 0002 2F01 04 00 `+nibble+`4 FF FF 01 02 00 00 9000`)
	}
}
