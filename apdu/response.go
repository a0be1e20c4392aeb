package apdu

import (
	"fmt"
	"io"
)

// Response is a response APDU (ISO/IEC 7816-4:2013 5.1): data, then the
// status word. Data may be secret: package fmt shows its length alone,
// whatever the verb.
type Response struct {
	Data []byte
	SW   SW
}

// ParseResponse splits a response APDU. Data aliases rapdu. A response of
// fewer than two bytes is [ErrMalformed].
func ParseResponse(rapdu []byte) (Response, error) {
	n := len(rapdu) - 2
	if n < 0 {
		return Response{}, fmt.Errorf("apdu: response of %d bytes has no status word: %w", len(rapdu), ErrMalformed)
	}
	sw := SW(rapdu[n])<<8 | SW(rapdu[n+1])
	return Response{Data: rapdu[:n:n], SW: sw}, nil
}

// AppendTo appends the response's bytes to dst.
func (r Response) AppendTo(dst []byte) []byte {
	dst = append(dst, r.Data...)
	return append(dst, byte(r.SW>>8), byte(r.SW))
}

// String shows the number of data bytes and the status word.
func (r Response) String() string {
	return fmt.Sprintf("%d bytes, SW %04X", len(r.Data), uint16(r.SW))
}

// Format writes String for every verb, so that no %#v or %d tells a secret.
func (r Response) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }
