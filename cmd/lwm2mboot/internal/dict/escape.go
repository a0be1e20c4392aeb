package dict

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// escapes are those of one letter.
var escapes = map[byte]string{
	'\n': "", // a joined line
	'\\': `\`, '\'': "'", '"': `"`,
	'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// escape consumes a backslash and what belongs to it
// (The Python Language Reference, 2.4.1):
//
//	\a \' \⏎ …          one character, or none
//	\o \oo \ooo         octal, to \377 (Python warns above)
//	\xhh                an octet of b'…', of a text the character U+00hh
//	\uhhhh \Uhhhhhhhh   in a text; in b'…' they are no escapes
//	\N{…}               refused: a table of names is not needed here
//	any other           the backslash stays
func (l *literal) escape() error {
	if len(l.rest) == 1 {
		return config.Errorf(l.at, config.ErrSyntax, "a text that never ends")
	}
	c := l.rest[1]
	value, known := escapes[c]
	switch {
	case l.raw:
		// r'\'' keeps the backslash, and the quote does not end the text.
	case known:
		l.value.WriteString(value)
		l.take(2)
		return nil
	case '0' <= c && c <= '7':
		n := 1
		for n < 3 && 1+n < len(l.rest) && '0' <= l.rest[1+n] && l.rest[1+n] <= '7' {
			n++
		}
		return l.code(1, n, 8)
	case c == 'x':
		return l.code(2, 2, 16)
	case c == 'u' && !l.octets:
		return l.code(2, 4, 16)
	case c == 'U' && !l.octets:
		return l.code(2, 8, 16)
	case c == 'N' && !l.octets:
		return l.refuse("\\N{…} is not known here: write the character itself or \\u and its number")
	}
	l.value.WriteString(l.take(1))
	if c >= utf8.RuneSelf {
		return nil // read goes on with it
	}
	l.value.WriteString(l.take(1))
	return nil
}

// code consumes an escape of n digits after skip octets.
func (l *literal) code(skip, n, base int) error {
	if len(l.rest) < skip+n || strings.Contains(l.rest[skip:skip+n], "_") {
		return l.refuse("an escape with too few digits")
	}
	c, err := strconv.ParseUint(l.rest[skip:skip+n], base, 32)
	if err != nil {
		return l.refuse("an escape with too few digits")
	}
	switch {
	case base == 8 && c > 0o377:
		return l.refuse("an octal escape above \\377")
	case l.octets:
		l.value.WriteByte(byte(c))
	case c > utf8.MaxRune || !utf8.ValidRune(rune(c)):
		return l.refuse("an escape of what is no character")
	default:
		l.value.WriteRune(rune(c))
	}
	l.take(skip + n)
	return nil
}
