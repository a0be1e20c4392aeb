package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// number reads an integer: decimal, or 0x…, 0o…, 0b…, with a sign or without.
// Go, Python and YAML disagree about 010, so leading zeros are refused.
func number(n Node) (negative bool, magnitude uint64, err error) {
	if n.Kind != Number && n.Kind != Text {
		return false, 0, Errorf(n.At, ErrValue, "%v where an integer belongs", n.Kind)
	}
	sign, digits := cutSign(n.Text)
	if leadingZero(digits) {
		return false, 0, Errorf(n.At, ErrValue, "a number with a leading zero: leave it out, or write 0x, 0o or 0b")
	}
	magnitude, err = strconv.ParseUint(withoutUnderscores(digits), 0, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return false, 0, Errorf(n.At, ErrValue, "a number of more than 64 bits")
	case err != nil:
		return false, 0, Errorf(n.At, ErrValue, "not an integer")
	}
	return sign == "-", magnitude, nil
}

// integer reads an integer that fits 64 bits with its sign.
func integer(n Node) (int64, error) {
	negative, magnitude, err := number(n)
	switch {
	case err != nil:
		return 0, err
	case negative && magnitude <= -math.MinInt64:
		return -int64(magnitude), nil
	case negative || magnitude > math.MaxInt64:
		return 0, Errorf(n.At, ErrValue, "a number that an Integer of 64 bits does not hold")
	}
	return int64(magnitude), nil
}

// float reads a number that may have a fraction, and YAML's .inf and .nan, with
// the point or without.
func float(n Node) (float64, error) {
	if n.Kind != Number && n.Kind != Text {
		return 0, Errorf(n.At, ErrValue, "%v where a number belongs", n.Kind)
	}
	sign, digits := cutSign(n.Text)
	if based(digits) || leadingZero(digits) {
		negative, magnitude, err := number(n)
		if negative {
			return -float64(magnitude), err
		}
		return float64(magnitude), err
	}
	switch strings.ToLower(digits) {
	case ".inf", ".nan":
		digits = digits[1:]
	}
	v, err := strconv.ParseFloat(sign+withoutUnderscores(digits), 64)
	if err != nil {
		return 0, Errorf(n.At, ErrValue, "not a number that a Float holds")
	}
	return v, nil
}

func cutSign(text string) (sign, digits string) {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		return text[:1], text[1:]
	}
	return "", text
}

// leadingZero reports 007 and 0_1, and not 0 or 0x7.
func leadingZero(digits string) bool {
	return len(digits) > 1 && digits[0] == '0' && (digits[1] == '_' || digits[1] >= '0' && digits[1] <= '9')
}

// withoutUnderscores makes 86_400 a number, as it is in Python and in YAML 1.1;
// strconv refuses those that stand elsewhere than between digits.
func withoutUnderscores(digits string) string {
	if !strings.Contains(digits, "_") || strings.HasPrefix(digits, "_") ||
		strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") {
		return digits
	}
	return strings.ReplaceAll(digits, "_", "")
}

// based reports 0x…, 0o… and 0b….
func based(digits string) bool {
	return len(digits) > 1 && digits[0] == '0' && strings.Contains("xXoObB", digits[1:2])
}

// isInteger reports whether text is a whole number in form, and so no decimal
// fraction.
func isInteger(text string) bool {
	_, digits := cutSign(text)
	return based(digits) || !strings.ContainsAny(digits, ".eEnN")
}
