package csim

import (
	"errors"
	"strconv"
	"strings"
)

// commandLine is the command line for a command APDU (TS 27.007 8.17):
//
//	AT+CSIM=<length>,"<command>"
//
// The length counts hex digits. They are in upper case: Sierra EM7565 and
// Foxconn T99W696 refuse others. The quotes stay: Quectel wants them.
func commandLine(capdu []byte) string { return apduLine("AT+CSIM=", capdu) }

// apduLine is a command line that ends with the length and the bytes of capdu.
func apduLine(head string, capdu []byte) string {
	b := make([]byte, 0, len(head)+len(`65536,""`)+2*len(capdu))
	b = append(b, head...)
	b = strconv.AppendInt(b, int64(2*len(capdu)), 10)
	b = append(b, ',', '"')
	b = appendHex(b, capdu)
	return string(append(b, '"'))
}

// appendHex appends the upper-case hex digits of octets.
func appendHex(dst, octets []byte) []byte {
	for _, v := range octets {
		const digits = "0123456789ABCDEF"
		dst = append(dst, digits[v>>4], digits[v&0x0F])
	}
	return dst
}

// Reasons for which an answer is not taken; they say nothing of its bytes.
var (
	errNotHex        = errors.New("not an even number of hex digits, 4 or more; does another program read the port?")
	errNoStatus      = errors.New("it ends in no status word; does another program read the port?")
	errNotClosed     = errors.New("a quote is not closed")
	errUnquotedShort = errors.New("without quotes, and not as long as it says")
	errLost          = errors.New("shorter than it says; were characters lost on the line?")
)

// pickAnswer finds the one answer to AT+CSIM among the information lines of a
// [Commander].
func pickAnswer(lines []string) (rapdu []byte, err error) { return csimAnswer.pick(lines) }

// parseCSIM reads an answer to AT+CSIM in any shape that modems give it:
//
//	+CSIM: 4,"9000"    +CSIM:8, "000063C1"    +csim: 4,9000    9000
//
// bare tells that what comes before the first field is missing.
func parseCSIM(fields string, bare bool) (rapdu []byte, err error) {
	if bare {
		return apduOf(fields)
	}
	length, field, ok := strings.Cut(fields, ",")
	if !ok {
		return nil, errNotHex
	}
	return countedAPDU(length, field)
}

// countedAPDU reads a response APDU, which may be in quotes, and the number of
// its digits.
//
// Several modems count wrong (`+CSIM: 10,"63CF"`), so that the length need not be
// right when quotes show where the answer ends. But when data come with less
// than it says, characters were lost on the line, and what is left would be
// wrong bytes. Without quotes the length must be right: it is all that tells a
// whole line from one that was cut by an unsolicited line.
func countedAPDU(length, field string) (rapdu []byte, err error) {
	digits, quoted, err := unquoted(field)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(length))
	switch {
	case !quoted && (err != nil || n != len(digits)):
		return nil, errUnquotedShort
	case n > len(digits) && len(digits) > swDigits:
		return nil, errLost
	}
	return apduOf(digits)
}

// unquoted takes the quotes off a field, if it has them, and blanks around it.
func unquoted(field string) (text string, quoted bool, err error) {
	text = strings.TrimSpace(field)
	inner, quoted := strings.CutPrefix(text, `"`)
	if !quoted {
		return text, false, nil
	}
	text, closed := strings.CutSuffix(inner, `"`)
	if !closed {
		return "", true, errNotClosed
	}
	return text, true, nil
}

// apduOf reads a response APDU of hex digits: two bytes or more, and a status
// word as cards have them (ISO/IEC 7816-4 5.6), which digits of another line
// hardly end in.
func apduOf(digits string) ([]byte, error) {
	rapdu, ok := decodeHex(digits)
	if !ok || len(rapdu) < 2 {
		return nil, errNotHex
	}
	if class := rapdu[len(rapdu)-2] >> 4; class != 6 && class != 9 {
		return nil, errNoStatus
	}
	return rapdu, nil
}

const swDigits = 4 // of an answer without data

// decodeHex is hex.DecodeString without its error, which shows a byte of the
// answer, and with half of its memory.
func decodeHex(digits string) (b []byte, ok bool) {
	if len(digits)%2 != 0 {
		return nil, false
	}
	b = make([]byte, len(digits)/2)
	for i := range b {
		high, low := hexValue(digits[2*i]), hexValue(digits[2*i+1])
		if high > 0xF || low > 0xF {
			return nil, false
		}
		b[i] = high<<4 | low
	}
	return b, true
}

// hexValue is the value of a hex digit, or above 0xF.
func hexValue(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 0xFF
}
