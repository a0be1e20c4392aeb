package transporttest

import (
	"bytes"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// moreDataIsNeverHalf: an answer that the card announces by 61xx is handed over
// as it comes, so that the host sends GET RESPONSE, or as a whole. Either way
// the host ends up with all of it.
func moreDataIsNeverHalf(b *bench) {
	whole := pattern(40)
	for _, atOnce := range []int{0, 10} {
		rest := 0 // of whole, not answered yet
		b.card.answers(func(c apdu.Command) apdu.Response {
			switch c.INS {
			case apdu.INSSelect:
				rest = len(whole) - atOnce
				return apdu.Response{Data: whole[:atOnce], SW: 0x6100 | apdu.SW(min(rest, 16))}
			case apdu.INSGetResponse:
				at := len(whole) - rest
				n := min(rest, c.Ne, 16)
				rest -= n
				if rest == 0 {
					return apdu.Response{Data: whole[at:], SW: apdu.SWOK}
				}
				return apdu.Response{Data: whole[at : at+n], SW: 0x6100 | apdu.SW(min(rest, 16))}
			}
			return apdu.Response{SW: apdu.SWWrongINS}
		})
		command := []byte{0x00, apdu.INSSelect, 0x00, apdu.ReturnFCP, 2, 0x64, 0x32, 0x00}
		var got []byte
		for range 8 {
			r, err := apdu.ParseResponse(b.transmit("answer in pieces", command))
			if err != nil {
				b.Fatalf("answer in pieces: %v", err)
			}
			got = append(got, r.Data...)
			if !r.SW.MoreData() {
				if r.SW != apdu.SWOK {
					b.Fatalf("answer in pieces: ends with %v", r.SW)
				}
				break
			}
			command = []byte{0x00, apdu.INSGetResponse, 0, 0, r.SW.SW2()}
		}
		if !bytes.Equal(got, whole) {
			b.Fatalf("of an answer of %d bytes that comes in pieces %d arrive, or others", len(whole), len(got))
		}
	}
}

// wrongLeIsNeverHalf: 6Cxx is handed over, so that the host repeats the
// command, or the answer to the repeated command is.
func wrongLeIsNeverHalf(b *bench) {
	whole := pattern(20)
	b.card.answers(func(c apdu.Command) apdu.Response {
		if c.Ne != len(whole) {
			return apdu.Response{SW: 0x6C00 | apdu.SW(len(whole))}
		}
		return apdu.Response{Data: whole, SW: apdu.SWOK}
	})
	for _, le := range []byte{0x00, 0xFF} {
		r, err := apdu.ParseResponse(b.transmit("wrong Le", []byte{0x00, apdu.INSReadBinary, 0, 0, le}))
		if err == nil && r.SW.WrongLe() && len(r.Data) == 0 {
			r, err = apdu.ParseResponse(b.transmit("right Le", []byte{0x00, apdu.INSReadBinary, 0, 0, r.SW.SW2()}))
		}
		switch {
		case err != nil:
			b.Fatalf("Le %02X: %v", le, err)
		case r.SW != apdu.SWOK || !bytes.Equal(r.Data, whole):
			b.Fatalf("Le %02X: of %d bytes %d arrive, or others, and %v", le, len(whole), len(r.Data), r.SW)
		}
	}
}
