package transporttest

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// statusWords are of every class but those that announce more data or another
// Le, which a modem may deal with.
var statusWords = []apdu.SW{
	0x9000, 0x910B, 0x9240, 0x9300, 0x9400, 0x9408, 0x9804, 0x9862,
	0x6200, 0x6281, 0x6282, 0x6283, 0x63C0, 0x63C3, 0x6400, 0x6581, 0x6700, 0x6881, 0x6981, 0x6982, 0x6983, 0x6985, 0x6986,
	0x6A80, 0x6A81, 0x6A82, 0x6A83, 0x6A86, 0x6A88, 0x6B00, 0x6D00, 0x6E00, 0x6F00, 0x6FFF,
}

// statusWordIsData: a status word that tells of an error is an answer.
func statusWordIsData(b *bench) {
	for _, sw := range statusWords {
		for _, data := range [][]byte{nil, {1, 2, 3}} {
			r := apdu.Response{Data: data, SW: sw}
			b.card.answers(func(apdu.Command) apdu.Response { return r })
			got := b.transmit(fmt.Sprintf("SW %04X", uint16(sw)), read(1))
			if want := r.AppendTo(nil); !bytes.Equal(got, want) {
				b.Fatalf("SW %04X behind %d bytes of data comes as %d bytes", uint16(sw), len(data), len(got))
			}
		}
	}
}

// pattern is n bytes, every value among them from 256 on.
func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i)
	}
	return p
}

// commandArrivesUnchanged: all four cases of a short command reach the card as
// they were given.
func commandArrivesUnchanged(b *bench) {
	for _, c := range []struct {
		name    string
		command apdu.Command
	}{
		{"case 1", apdu.Command{INS: apdu.INSManageChannel, P1: 0x80, P2: 1}},
		{"case 2", apdu.ReadBinary(0x1234, 16)},
		{"case 2, Le 00", apdu.ReadBinary(0, 256)},
		{"case 3", apdu.SelectFID(0x6432, apdu.ReturnNone)},
		{"case 3, every value of a byte", apdu.UpdateBinary(0, pattern(200))},
		{"case 3, every other", apdu.UpdateBinary(0, slices.Clip(pattern(256)[100:]))},
		{"case 4", apdu.Command{INS: apdu.INSSelect, P2: apdu.ReturnFCP, Data: []byte{0x64, 0x32}, Ne: 16}},
		{"case 4, Le 00", apdu.SelectFID(0x6432, apdu.ReturnFCP)},
		{"of a SIM", apdu.Command{CLA: 0xA0, INS: apdu.INSSelect, Data: []byte{0x3F, 0x00}}},
		{"proprietary", apdu.Status(0)},
	} {
		capdu, err := c.command.Bytes()
		if err != nil {
			b.Fatalf("%s: %v", c.name, err)
		}
		got := b.transmit(c.name, bytes.Clone(capdu))
		seen := b.card.arrived()
		if len(seen) != 1 || !bytes.Equal(seen[0], capdu) {
			b.Fatalf("%s: %d commands arrive, and not just the one that was sent", c.name, len(seen))
		}
		if !bytes.Equal(got, ownAnswer(capdu)) {
			b.Fatalf("%s: the answer of %d bytes is not the card's", c.name, len(got))
		}
	}
}

// longestCommandAndAnswer: 255 bytes of data go to the card, 256 come back.
func longestCommandAndAnswer(b *bench) {
	update, err := apdu.UpdateBinary(0, pattern(apdu.MaxShortNc)).Bytes()
	if err != nil {
		b.Fatalf("%v", err)
	}
	b.transmit("255 bytes of data", bytes.Clone(update))
	if seen := b.card.arrived(); len(seen) != 1 || !bytes.Equal(seen[0], update) {
		b.Fatalf("255 bytes of data do not arrive as they are")
	}
	for n := range apdu.MaxShortNe + 1 {
		r := apdu.Response{Data: pattern(n), SW: apdu.SWOK}
		b.card.answers(func(apdu.Command) apdu.Response { return r })
		got := b.transmit("long answer", []byte{0x00, apdu.INSReadBinary, 0, 0, 0})
		if !bytes.Equal(got, r.AppendTo(nil)) {
			b.Fatalf("an answer of %d bytes of data comes as %d bytes", n, len(got))
		}
	}
}

// classOfEveryChannel: the channel's number in the class byte is the caller's
// affair.
func classOfEveryChannel(b *bench) {
	for channel := range apdu.MaxChannel + 1 {
		for _, cla := range []byte{0x00, 0x80} {
			class, err := apdu.ClassForChannel(cla, channel)
			if err != nil {
				b.Fatalf("%v", err)
			}
			capdu := read(channel)
			capdu[0] = class
			got := b.transmit("command on a channel", bytes.Clone(capdu))
			if seen := b.card.arrived(); len(seen) != 1 || seen[0][0] != class {
				b.Fatalf("channel %d: class %02X does not arrive as it is", channel, class)
			}
			if !bytes.Equal(got, ownAnswer(capdu)) {
				b.Fatalf("channel %d: the answer is not the card's", channel)
			}
		}
	}
}

// commandIsNotWrittenTo: the slice is the caller's.
func commandIsNotWrittenTo(b *bench) {
	update, err := apdu.UpdateBinary(0, pattern(100)).Bytes()
	if err != nil {
		b.Fatalf("%v", err)
	}
	for _, want := range [][]byte{read(1), update} {
		whole := append(bytes.Clone(want), 0x5A, 0x5A, 0x5A)
		b.transmit("command", whole[:len(want)])
		if !bytes.Equal(whole, append(bytes.Clone(want), 0x5A, 0x5A, 0x5A)) {
			b.Fatalf("Transmit writes into the command, or behind it")
		}
	}
}

// answerIsTheCallers: it is not written to by later commands, and may be
// written to by the caller.
func answerIsTheCallers(b *bench) {
	var kept [][]byte
	for i := range 4 {
		got := b.transmit("command", read(i))
		for n, old := range kept {
			if !bytes.Equal(old, bytes.Repeat([]byte{byte(n)}, len(old))) {
				b.Fatalf("the answer to command %d changes with a later command", n+1)
			}
		}
		if !bytes.Equal(got, ownAnswer(read(i))) {
			b.Fatalf("the answer to command %d is wrong when the caller wrote into an older one", i+1)
		}
		for j := range got {
			got[j] = byte(i)
		}
		kept = append(kept, got)
	}
}
