package csim

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

const (
	commandName  = "AT+CSIM"
	answerPrefix = "+CSIM:"
)

// commandLine is the command line for a command APDU (TS 27.007 8.17):
//
//	AT+CSIM=<length>,"<command>"
//
// The length counts hex digits. They are in upper case: Sierra EM7565 and
// Foxconn T99W696 refuse others. The quotes stay: Quectel wants them.
func commandLine(capdu []byte) string {
	b := make([]byte, 0, len(commandName)+len(`=65536,""`)+2*len(capdu))
	b = append(b, commandName...)
	b = append(b, '=')
	b = strconv.AppendInt(b, int64(2*len(capdu)), 10)
	b = append(b, ',', '"')
	for _, v := range capdu {
		const digits = "0123456789ABCDEF"
		b = append(b, digits[v>>4], digits[v&0x0F])
	}
	return string(append(b, '"'))
}

// isCSIM tells whether a command line is AT+CSIM in its set form.
func isCSIM(line string) bool {
	rest, ok := cutPrefixFold(line, commandName)
	return ok && strings.HasPrefix(rest, "=") && rest != "=?"
}

// isAnswer tells whether a line is, or may be a part of, an answer to AT+CSIM.
// It is a part when an unsolicited line came in the middle:
//
//	+CSIM: 8,"12     34     : 8,"12349000"     49000"
func isAnswer(line string) bool {
	if hasPrefixFold(line, answerPrefix) {
		return true
	}
	rest := strings.TrimRight(line, `0123456789ABCDEFabcdef" `)
	if rest == "" {
		return line != ""
	}
	rest, ok := strings.CutSuffix(rest, ",")
	rest = strings.TrimRight(rest, "0123456789 ")
	return ok && strings.HasSuffix(answerPrefix, strings.ToUpper(rest))
}

// Reasons for which an answer is not taken; they say nothing of its bytes.
var (
	errNoAnswer      = errors.New("OK without an answer to AT+CSIM")
	errSeveral       = errors.New("several answers to one AT+CSIM")
	errNotHex        = errors.New("not an even number of hex digits, 4 or more; does another program read the port?")
	errNotClosed     = errors.New("a quote is not closed")
	errUnquotedShort = errors.New("without quotes, and not as long as it says")
	errLost          = errors.New("shorter than it says; were characters lost on the line?")
)

// pickAnswer finds the one answer to AT+CSIM among the information lines of a
// [Commander]. A result code among them that is no OK is the command's error,
// even with an OK behind it, as a Samsung handset does it.
func pickAnswer(lines []string) (rapdu []byte, err error) {
	var found string
	n := 0
	for _, block := range lines {
		for _, line := range strings.FieldsFunc(block, func(r rune) bool { return r == '\r' || r == '\n' }) {
			line = strings.TrimSpace(line)
			if _, err := ParseResult(line); err != nil {
				return nil, err
			}
			if isAnswer(line) {
				found = line
				n++
			}
		}
	}
	switch n {
	case 0:
		return nil, fmt.Errorf("%w: %w", apdu.ErrLostStep, errNoAnswer)
	case 1:
		return parseAnswer(found)
	}
	return nil, fmt.Errorf("%w: %w", apdu.ErrLostStep, errSeveral)
}

// parseAnswer reads an answer to AT+CSIM in any shape that modems give it:
//
//	+CSIM: 4,"9000"    +CSIM:8, "000063C1"    +csim: 4,9000    9000
//
// Several modems count wrong (`+CSIM: 10,"63CF"`), so that the length need not be
// right when quotes show where the answer ends. But when data come with less
// than it says, characters were lost on the line, and what is left would be
// wrong bytes. Without quotes the length must be right: it is all that tells a
// whole line from one that was cut by an unsolicited line.
func parseAnswer(line string) (rapdu []byte, err error) {
	digits := line
	if rest, ok := cutPrefixFold(line, answerPrefix); ok {
		length, field, ok := strings.Cut(rest, ",")
		if !ok {
			return nil, malformed(errNotHex)
		}
		digits = strings.TrimSpace(field)
		inner, quoted := strings.CutPrefix(digits, `"`)
		if quoted {
			digits, ok = strings.CutSuffix(inner, `"`)
			if !ok {
				return nil, malformed(errNotClosed)
			}
		}
		n, err := strconv.Atoi(strings.TrimSpace(length))
		switch {
		case !quoted && (err != nil || n != len(digits)):
			return nil, malformed(errUnquotedShort)
		case n > len(digits) && len(digits) > swDigits:
			return nil, malformed(errLost)
		}
	}
	rapdu, ok := decodeHex(digits)
	if !ok || len(rapdu) < 2 {
		return nil, malformed(errNotHex)
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

func malformed(why error) error {
	return fmt.Errorf("answer to AT+CSIM: %w: %w", apdu.ErrMalformed, why)
}
