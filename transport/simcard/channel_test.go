package simcard_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestManageChannel(t *testing.T) {
	tests := []struct {
		name   string
		opts   []simcard.Option
		script string
		open   []int
	}{
		{"the card chooses the lowest that is closed", nil, `
			0070000001 > 01 9000
			0070000000 > 02 9000
			00708001   > 9000
			0070000001 > 01 9000`, []int{1, 2}},
		{"three and no more", nil, `
			0070000001 > 01 9000
			0070000001 > 02 9000
			0070000001 > 03 9000
			0070000001 > 6A81`, []int{1, 2, 3}},
		{"without Le the number comes all the same", nil, `
			00700000 > 01 9000`, []int{1}},
		{"one channel", []simcard.Option{simcard.Channels(1)}, `
			0070000001 > 01 9000
			0070000001 > 6A81`, []int{1}},
		{"no channels", []simcard.Option{simcard.Channels(0)}, `
			0070000001 > 6881`, nil},
		{"no channels, another refusal", []simcard.Option{simcard.Channels(0), simcard.ChannelRefusal(0x6D00)}, `
			0070000001 > 6D00`, nil},
		{"a chosen number", nil, `
			00700003   > 9000
			00700003   > 6A81
			00700004   > 6A81
			0070000001 > 01 9000`, []int{1, 3}},
		{"close", nil, `
			0070000001 > 01 9000
			00708001   > 9000
			00708001   > 6200 # closed already
			0070800100 > 6200 # a modem's fifth byte
			00708000   > 6A86 # the basic channel
			00708004   > 6881`, nil},
		{"a channel closes itself", nil, `
			0070000001 > 01 9000
			01708000   > 9000
			01A4000C   > 6881`, nil},
		{"wrong parameters", nil, `
			0070010001     > 6A86
			00704000       > 6A86
			00700000 01 00 > 6700`, nil},
		{"opened from channel 1, it starts where that is", small(), `
			0070000001            > 01 9000
			01A4040C05 A000000001 > 9000
			0170000001            > 02 9000
			02B0000001            > 6986
			02A4000C02 7FFF       > 9000
			02A4020C02 6F11       > 9000
			0070000001            > 03 9000
			03A4020C02 2F01       > 9000`, []int{1, 2, 3}},
		{"each has its own state", small(), `
			0070000001      > 01 9000
			00A4000C02 2F01 > 9000
			01A4080C04 7F106F3A > 9000
			00B0000002      > 6D66 9000
			01B0000002      > 3031 9000
			0170800000      > 9000
			00B0000002      > 6D66 9000
			0070000001      > 01 9000
			01B0000002      > 6986`, []int{1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			card := newCard(t, tt.opts...)
			play(t, card, tt.script)
			if got := card.OpenChannels(); !slices.Equal(got, tt.open) {
				t.Errorf("open %v, want %v", got, tt.open)
			}
		})
	}
}

func TestNineteenChannels(t *testing.T) {
	card := newCard(t, small(simcard.Channels(19))...)
	for n := 1; n <= 19; n++ {
		if got, want := send(t, card, "0070000001"), hexByte(n)+"9000"; got != want {
			t.Fatalf("channel %d: %s", n, got)
		}
	}
	play(t, card, `
		0070000001      > 6A81
		40A4000C02 2F01 > 9000      # channel 4
		40B0000002      > 6D66 9000
		4FA4000C02 2F01 > 9000      # channel 19
		CFF2000C        > 9000
		41B0000002      > 6986
		0070804F        > 6881
		00708013        > 9000
		4FB0000002      > 6881`)
	if n := len(card.OpenChannels()); n != 18 {
		t.Errorf("%d channels are open", n)
	}
}

func hexByte(n int) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[n>>4], digits[n&15]})
}

func TestClassAndInstruction(t *testing.T) {
	play(t, newCard(t, small()...), `
		00CA00FF00      > 6D00 # unknown
		A0CA00FF00      > 6D00
		80A4000C02 2F01 > 6E00 # proprietary class of an ISO command
		00F2000C        > 6E00 # and the reverse
		00AA000001 A9   > 6E00
		20A4000C02 2F01 > 6E00 # reserved
		30A4000C02 2F01 > 6E00
		B0F2000C        > 6E00
		FFA4000C02 2F01 > 6882
		A170000001      > 6E00
		A070000001      > 6E00 # not a command of class A0
		A0B1000004 54020000 > 6E00
		10A4000C02 2F01 > 6884 # chaining
		50A4000C02 2F01 > 6884
		04A4000C02 2F01 > 6882 # secure messaging
		0CA4000C02 2F01 > 6882
		60A4000C02 2F01 > 6882
		84F2000C        > 6882
		E0F2000C        > 6882
		01A4000C02 2F01 > 6881 # closed
		40A4000C02 2F01 > 6881
		00A4            > 6700 # cut short
		00              > 6700
		00A4000C03 2F01 > 6700
		00A4000C0000022F01 > 6700 # extended length
		80AA000003 A90181 > 9000 # TERMINAL CAPABILITY
		80AA0000        > 6700
		80AA010003 A90181 > 6A86`)
}

func TestStatus(t *testing.T) {
	play(t, newCard(t, small()...), `
		80F2000C              > 9000
		80F2000000            > 621E 82027821 83023F00 A507800171 8302C1DC 8A0105 8B032F0601 C603900100 9000
		80F2000020            > *9000
		80F200001F            > 6C20
		80F2000100            > 6A88
		00A4040C05 A000000001 > 9000
		80F2000100            > 8405A000000001 9000
		80F2020107            > 8405A000000001 9000
		80F2030100            > 6A86
		80F2000200            > 6A86`)
}

func TestEveryCommandIsCounted(t *testing.T) {
	card := newCard(t)
	play(t, card, strings.Repeat("00A4000C02 3F00 > 9000\n", 3)+"00 > 6700")
	if n := card.Commands(0xA4); n != 3 {
		t.Errorf("%d SELECTs", n)
	}
	if n := card.Total(); n != 4 {
		t.Errorf("%d commands", n)
	}
}
