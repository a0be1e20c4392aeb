package apdu

import (
	"context"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// piece is what one READ BINARY brought.
type piece struct {
	data []byte
	last bool // the card gave less than it was asked for
}

// maxSFIOffset is the largest offset that READ BINARY by SFI can name.
const maxSFIOffset = 0xFF

// readBinary reads up to ne bytes at offset of the current EF, or of the one
// with an SFI, which is current then. No data means that the file ends there.
// Where it mayEnd, at its first byte and behind what has been read, a card may
// also say so by a status word.
func (ch *Channel) readBinary(ctx context.Context, sfi byte, offset, ne int, mayEnd bool) (piece, error) {
	c, skip := readBinaryAt(offset, ne, ch.maxNe())
	if sfi != SFINone {
		c, mayEnd = ReadBinarySFI(sfi, byte(offset), ne), false
	}
	resp, err := ch.Transmit(ctx, c)
	if err == nil {
		switch sw := resp.SW; {
		case mayEnd && oneOf(sw, SWWrongOffset, 0x9402),
			mayEnd && sw == 0x6C00 && len(resp.Data) == 0: // exactly at the end, and again
			return piece{last: true}, nil
		case sw == SWCorrupted:
			err = sw
		default:
			err = sw.Err()
		}
	}
	data, last := resp.Data, len(resp.Data) < c.Ne || resp.SW == SWEndOfFile
	if err == nil && c.INS == INSReadBinaryOdd {
		// A short answer shows no end: the wrapping takes its share of Ne. Nor
		// does a long one hurt: over T=0 the card does not hear of Ne.
		last = resp.SW == SWEndOfFile
		data, err = discretionary(data)
		data = data[:min(len(data), ne)]
	}
	if err == nil && ch.secure != nil {
		last = resp.SW == SWEndOfFile // Le is not sent on over T=0: neither short nor long means anything
		data = data[:min(len(data), c.Ne)]
	}
	if err == nil && len(data) > c.Ne {
		err = fmt.Errorf("%d bytes where %d were asked for: %w", len(data), c.Ne, ErrMalformed)
	}
	if err != nil {
		return piece{}, fmt.Errorf("READ BINARY offset %d: %w", offset, err)
	}
	return piece{data: data[min(skip, len(data)):], last: last}, nil
}

// readBinaryAt is the command for ne bytes at offset, and the number of bytes
// before offset that its answer begins with; no Ne is above most.
//
//	offset   0 … 7FFF   P1 P2                  skip 0
//	      8000 … 807E   P1 P2 = 7FFF           skip 1 to 127, below half of most
//	      807F …        odd instruction code   skip 0
//
// The last bytes of a file of 32 KB and a header lie in the second row. Few
// cards know the odd instruction code, so they come with the byte at
// [MaxOffset].
func readBinaryAt(offset, ne, most int) (c Command, skip int) {
	if skip = offset - MaxOffset; skip > 0 && skip < most/2 {
		return ReadBinary(MaxOffset, min(most, ne+skip)), skip
	}
	if offset > MaxOffset {
		// Tag and length, which Ne counts, take three bytes at most.
		ne = min(most, ne+3)
	}
	return ReadBinary(offset, ne), 0
}

// discretionary unwraps the answer to an odd READ BINARY: 53 L data.
func discretionary(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	r := ber.NewReader(b)
	var e ber.Element
	if !r.Read(tagDiscretionary, &e) {
		return nil, r.Err()
	}
	return e.Value, nil
}
