package senmljson

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
)

// text reads a string of JSON. It refuses half of a surrogate pair, which is
// no character, and in whose place encoding/json puts U+FFFD.
func text(raw json.RawMessage, out *string) bool {
	return raw[0] == '"' && paired(raw) && json.Unmarshal(raw, out) == nil
}

// paired reports whether in a string of JSON every escaped high surrogate is
// followed by an escaped low one, and every low one follows a high one.
func paired(raw json.RawMessage) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++ // at the letter of the escape
		switch escaped(raw[i:]) & 0xFC00 {
		case 0xDC00:
			return false
		case 0xD800:
			i += 5
			if raw[i] != '\\' || escaped(raw[i+1:])&0xFC00 != 0xDC00 {
				return false
			}
			i++
		}
	}
	return true
}

// escaped is the number of an escape of u and four hex digits, 0 for others.
func escaped(escape []byte) uint64 {
	if escape[0] != 'u' {
		return 0
	}
	n, _ := strconv.ParseUint(string(escape[1:5]), 16, 16)
	return n
}

// number reports whether the JSON is a number.
func number(raw json.RawMessage) bool {
	return raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9'
}

// integer reads a number of JSON that is whole and fits, as 86400, 864e2 or
// 86400.0.
func integer(s string) (int64, bool) {
	digits, ok := whole(s)
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, ok && err == nil
}

// unsigned is integer for numbers up to 2^64-1.
func unsigned(s string) (uint64, bool) {
	digits, ok := whole(s)
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, ok && err == nil
}

// maxDigits is the most that a 64-bit number has.
const maxDigits = 20

// whole returns a number of JSON without point and exponent, as -?[0-9]+, when
// it is whole and has no more than maxDigits. It calculates with the digits,
// for a float64 has 53 bits only.
func whole(s string) (digits string, ok bool) {
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
	}
	sign := ""
	if strings.HasPrefix(mantissa, "-") {
		sign, mantissa = "-", mantissa[1:]
	}
	integral, fraction, _ := strings.Cut(mantissa, ".")
	digits = strings.TrimLeft(integral+fraction, "0")
	kept := strings.TrimRight(digits, "0")
	if kept == "" {
		return "0", true
	}
	shift := 0
	if exponent != "" {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil {
			return "", false
		}
	}
	shift += len(digits) - len(kept) - len(fraction)
	if shift < 0 || len(kept) > maxDigits || shift > maxDigits-len(kept) {
		return "", false
	}
	return sign + kept + strings.Repeat("0", shift), true
}

// data reads base64url without padding (RFC 8428 5), and the common base64
// with or without it: Core says "Base64", and peers differ.
func data(s string) ([]byte, bool) {
	if len(s)%4 == 0 {
		s = strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	}
	if strings.ContainsAny(s, "\r\n") { // which encoding/base64 would skip
		return nil, false
	}
	s = strings.NewReplacer("+", "-", "/", "_").Replace(s)
	octets, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return octets, err == nil
}
