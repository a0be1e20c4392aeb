package csim

import (
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// resultWord is a final result code of one word, other than OK.
type resultWord struct {
	word string
	err  error // nil when it does not tell what became of the command

	// call marks the result codes of calls (V.250 table 1). They answer no
	// command that this package sends, and modems send them unasked too.
	call bool
}

func (r resultWord) Error() string { return r.word }
func (r resultWord) Unwrap() error { return r.err }

// resultWords: V.250 6.3.4, TS 27.007 9.1 and what SIMCom adds.
var resultWords = map[string]resultWord{
	"ERROR":               {word: "ERROR", err: apdu.ErrRefused},
	"COMMAND NOT SUPPORT": {word: "COMMAND NOT SUPPORT", err: apdu.ErrRefused},
	"ABORTED":             {word: "ABORTED"},
	"NO CARRIER":          {word: "NO CARRIER", call: true},
	"NO DIALTONE":         {word: "NO DIALTONE", call: true},
	"NO ANSWER":           {word: "NO ANSWER", call: true},
	"BUSY":                {word: "BUSY", call: true},
	"CONNECT":             {word: "CONNECT", call: true},
}

// ParseResult tells whether line is a final result code, and the error that
// it stands for: nil for OK; a [CMEError] or [CMSError]; otherwise an error
// whose text is the line, and which wraps apdu.ErrRefused for ERROR. Case and
// surrounding blanks do not matter. It is for those who write a [Commander].
func ParseResult(line string) (final bool, err error) {
	line = strings.TrimSpace(line)
	if strings.EqualFold(line, "OK") {
		return true, nil
	}
	if r, ok := resultWords[strings.ToUpper(line)]; ok {
		return true, r
	}
	if what, ok := cutPrefixFold(line, "+CME ERROR"); ok {
		return true, newCMEError(what)
	}
	if what, ok := cutPrefixFold(line, "+CMS ERROR"); ok {
		return true, newCMSError(what)
	}
	return false, nil
}

// CMEError is the final result code +CME ERROR (TS 27.007 9.2). With
// errors.Is it matches apdu.ErrNoCard (code 10), ErrCardPIN (11),
// ErrCardLocked (12), ErrCardFault (13, 15), ErrCardBusy (14) and ErrRefused
// (3, 4, 50, 51, 55). Others, and above all 0 and 100, match none: nothing is
// known about the command then.
type CMEError struct {
	Code int    // -1 when the modem sent a text that has no known code
	Text string // the code's name, or the modem's text
}

// CMSError is the final result code +CMS ERROR (TS 27.005 3.2.5), which some
// modems use for any trouble with the SIM. The codes 302 to 316 match the same
// errors as their counterparts of [CMEError].
type CMSError struct {
	Code int
	Text string
}

// Error shows the code and its name.
func (e CMEError) Error() string { return resultText("+CME ERROR: ", e.Code, e.Text) }

// Unwrap returns the error of package apdu that e stands for, or nil.
func (e CMEError) Unwrap() error { return cmeCodes[e.Code].err }

// Error shows the code and its name.
func (e CMSError) Error() string { return resultText("+CMS ERROR: ", e.Code, e.Text) }

// Unwrap returns the error of package apdu that e stands for, or nil.
func (e CMSError) Unwrap() error { return cmsCodes[e.Code].err }

func newCMEError(what string) CMEError {
	code, text := resultCode(cmeCodes, what)
	return CMEError{Code: code, Text: text}
}

func newCMSError(what string) CMSError {
	code, text := resultCode(cmsCodes, what)
	return CMSError{Code: code, Text: text}
}

// resultCode reads the number or text behind "+CME ERROR", in either case
// with or without its colon.
func resultCode(codes map[int]resultName, what string) (code int, text string) {
	what = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(what), ":"))
	if n, err := strconv.ParseUint(what, 10, 16); err == nil {
		return int(n), codes[int(n)].text
	}
	for n, name := range codes {
		if strings.EqualFold(what, name.text) || name.alias != "" && strings.EqualFold(what, name.alias) {
			return n, name.text
		}
	}
	return -1, printable(what)
}

func resultText(prefix string, code int, text string) string {
	switch {
	case code < 0:
		return prefix + text
	case text == "":
		return prefix + strconv.Itoa(code)
	}
	return prefix + strconv.Itoa(code) + ": " + text
}

// maxErrorText bounds what a modem can put into an error.
const maxErrorText = 64

// printable makes a modem's text fit for a line of an error: ASCII, bounded.
func printable(s string) string {
	if strings.ContainsAny(s, "\"=") || namesAnswer(s) {
		return "a text that another line is part of" // of which bytes are not shown
	}
	if len(s) > maxErrorText {
		s = s[:maxErrorText]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, s)
}

// cutPrefixFold is strings.CutPrefix that ignores the case of ASCII letters.
func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
