package tlv

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// ParseInteger reads an Integer: two's complement in 1, 2, 4 or 8 octets, of
// which more than needed are accepted. Any other length is [ErrValue].
func ParseInteger(b []byte) (int64, error) {
	switch len(b) {
	case 1:
		return int64(int8(b[0])), nil
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b))), nil
	case 4:
		return int64(int32(binary.BigEndian.Uint32(b))), nil
	case 8:
		return int64(binary.BigEndian.Uint64(b)), nil
	}
	return 0, badLength("Integer", b, "1, 2, 4 or 8")
}

// AppendInteger appends v in the fewest octets of 1, 2, 4 or 8 that keep its
// sign: 200 is 00 C8, for C8 would be -56.
func AppendInteger(dst []byte, v int64) []byte {
	switch {
	case v == int64(int8(v)):
		return append(dst, byte(v))
	case v == int64(int16(v)):
		return binary.BigEndian.AppendUint16(dst, uint16(v))
	case v == int64(int32(v)):
		return binary.BigEndian.AppendUint32(dst, uint32(v))
	}
	return binary.BigEndian.AppendUint64(dst, uint64(v))
}

// ParseUnsigned reads an Unsigned Integer (Core 1.1 and later) of 1, 2, 4 or
// 8 octets, of which more than needed are accepted. Any other length is
// [ErrValue].
func ParseUnsigned(b []byte) (uint64, error) {
	switch len(b) {
	case 1:
		return uint64(b[0]), nil
	case 2:
		return uint64(binary.BigEndian.Uint16(b)), nil
	case 4:
		return uint64(binary.BigEndian.Uint32(b)), nil
	case 8:
		return binary.BigEndian.Uint64(b), nil
	}
	return 0, badLength("Unsigned Integer", b, "1, 2, 4 or 8")
}

// AppendUnsigned appends v in the fewest octets of 1, 2, 4 or 8.
func AppendUnsigned(dst []byte, v uint64) []byte {
	switch {
	case v <= math.MaxUint8:
		return append(dst, byte(v))
	case v <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(dst, uint16(v))
	case v <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(dst, uint32(v))
	}
	return binary.BigEndian.AppendUint64(dst, v)
}

// ParseTime reads a Time: the seconds since 1970-01-01T00:00:00Z, coded as an
// Integer. The result is in UTC.
func ParseTime(b []byte) (time.Time, error) {
	sec, err := ParseInteger(b)
	if err != nil {
		return time.Time{}, badLength("Time", b, "1, 2, 4 or 8")
	}
	return time.Unix(sec, 0).UTC(), nil
}

// AppendTime appends t as whole seconds; fractions are cut off towards the
// past.
func AppendTime(dst []byte, t time.Time) []byte { return AppendInteger(dst, t.Unix()) }

// ParseFloat reads a Float: IEEE 754 in 4 or 8 octets. Infinities and NaN are
// numbers like others here. Any other length is [ErrValue].
func ParseFloat(b []byte) (float64, error) {
	switch len(b) {
	case 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b))), nil
	case 8:
		return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
	}
	return 0, badLength("Float", b, "4 or 8")
}

// AppendFloat appends v in 4 octets when that loses nothing, otherwise in 8.
func AppendFloat(dst []byte, v float64) []byte {
	short := float32(v)
	if math.Float64bits(float64(short)) == math.Float64bits(v) {
		return binary.BigEndian.AppendUint32(dst, math.Float32bits(short))
	}
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(v))
}

// badLength tells a value's length, which is no secret, and not its content.
func badLength(typ string, b []byte, want string) error {
	return fmt.Errorf("tlv: %s of %d octets, not %s: %w", typ, len(b), want, ErrValue)
}
