package tlv

import "fmt"

// MaxValueLength is the longest value of an entry: a length field of 24 bits.
const MaxValueLength = 1<<24 - 1

// AppendEntry appends e with the shortest coding of its identifier and length
// and returns the extended slice. The value is not looked into. One longer than
// [MaxValueLength] is [ErrTooLong], and dst comes back as it was.
func AppendEntry(dst []byte, e Entry) ([]byte, error) {
	n := len(e.Value)
	if n > MaxValueLength {
		return dst, fmt.Errorf("tlv: %s %d: value of %d octets: %w", e.Kind, e.ID, n, ErrTooLong)
	}
	typ := byte(e.Kind) << kindShift
	if e.ID > 0xFF {
		typ |= wideID
	}
	octets := lengthOctets(n)
	if octets == 0 {
		typ |= byte(n)
	}
	dst = append(dst, typ|byte(octets)<<lengthShift)
	if e.ID > 0xFF {
		dst = append(dst, byte(e.ID>>8))
	}
	dst = append(dst, byte(e.ID))
	for i := octets - 1; i >= 0; i-- {
		dst = append(dst, byte(n>>(8*i)))
	}
	return append(dst, e.Value...), nil
}

// lengthOctets is the number of octets in the length field of a value of n
// octets: none up to 7, which fit the type octet.
func lengthOctets(n int) int {
	switch {
	case n <= shortLength:
		return 0
	case n < 1<<8:
		return 1
	case n < 1<<16:
		return 2
	}
	return 3
}
