package config

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// prefix is what text can begin with, to say how the rest is to be taken.
type prefix string

const (
	noPrefix     prefix = ""
	hexPrefix    prefix = "hex:"    // octets
	base64Prefix prefix = "base64:" // octets; RFC 4648 chapter 4, with or without padding
	textPrefix   prefix = "text:"   // the text behind it, whatever it begins with
	filePrefix   prefix = "file:"   // the octets of a file
	rawPrefix    prefix = "raw:"    // octets in hex, for a value of any type
	maskPrefix   prefix = "masked:" // what EncodeYAML writes in place of a secret
)

var prefixes = [...]prefix{hexPrefix, base64Prefix, textPrefix, filePrefix, rawPrefix, maskPrefix}

// prefixOf is the prefix that text begins with, in letters of any size.
func prefixOf(text string) prefix {
	for _, p := range prefixes {
		if len(text) >= len(p) && strings.EqualFold(text[:len(p)], string(p)) {
			return p
		}
	}
	return noPrefix
}

// prefix is the prefix of n's text.
func (n Node) prefix() prefix {
	if n.Literal {
		return noPrefix
	}
	return prefixOf(n.Text)
}

// escaped is n's text for a syntax that has no literal texts.
func (n Node) escaped() string {
	if n.Literal && prefixOf(strings.TrimLeft(n.Text, " \t")) != noPrefix {
		return string(textPrefix) + n.Text
	}
	return n.Text
}

// cutPrefix splits the text of n. A prefix in capitals is refused: taken for
// text it would be a key of quite other octets.
func cutPrefix(n Node) (p prefix, rest string, err error) {
	p = n.prefix()
	if trimmed := strings.TrimLeft(n.Text, " \t"); p == noPrefix && !n.Literal && trimmed != n.Text && prefixOf(trimmed) != noPrefix {
		return p, "", Errorf(n.At, ErrValue, "a blank stands before %s - take it away, or put text: before it if it is the text itself", prefixOf(trimmed))
	}
	rest, exact := strings.CutPrefix(n.Text, string(p))
	if !exact {
		return p, "", Errorf(n.At, ErrValue, "write %s in small letters, or put text: before it if it is the text itself", p)
	}
	return p, rest, nil
}

// append appends the value that rest, behind the prefix p in n, stands for.
func (p prefix) append(dst []byte, f Field, n Node, rest string, files *files) ([]byte, error) {
	was := len(dst)
	var err error
	switch p {
	case rawPrefix:
		return appendHex(dst, n, p, rest)
	case maskPrefix:
		return dst, Errorf(n.At, ErrMasked, "the value was masked when this was written: decode with --show-secrets to have it")
	}
	switch f.typ() {
	case objects.TypeNone, objects.TypeOpaque, objects.TypeString, objects.TypeCorelnk:
	default:
		return dst, Errorf(n.At, ErrValue, "%s where a value of type %v belongs; raw: takes octets for any type", p, f.typ())
	}
	switch p {
	case textPrefix:
		return append(dst, rest...), nil
	case hexPrefix:
		dst, err = appendHex(dst, n, p, rest)
	case base64Prefix:
		dst, err = appendBase64(dst, n, rest)
	case filePrefix:
		dst, err = files.append(dst, n, rest)
	}
	if err != nil {
		return dst, err
	}
	if t := f.typ(); (t == objects.TypeString || t == objects.TypeCorelnk) && !utf8.Valid(dst[was:]) {
		return dst, notUTF8(n)
	}
	return dst, nil
}

// appendHex appends the octets of hex digits; spaces may stand between octets.
func appendHex(dst []byte, n Node, p prefix, digits string) ([]byte, error) {
	for i := 0; i < len(digits); i++ {
		if digits[i] == ' ' {
			continue
		}
		high, ok := nibble(digits[i])
		if i++; !ok || i == len(digits) {
			return dst, badHex(n, p)
		}
		low, ok := nibble(digits[i])
		if !ok {
			return dst, badHex(n, p)
		}
		dst = append(dst, high<<4|low)
	}
	return dst, nil
}

func badHex(n Node, p prefix) error {
	return Errorf(n.At, ErrValue, "%s not followed by hex digits, two for each octet", p)
}

func nibble(c byte) (v byte, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

func appendBase64(dst []byte, n Node, text string) ([]byte, error) {
	coding := base64.StdEncoding
	if !strings.HasSuffix(text, "=") {
		coding = base64.RawStdEncoding
	}
	out, err := coding.Strict().AppendDecode(dst, []byte(text))
	if err != nil {
		return dst, Errorf(n.At, ErrValue, "base64: not followed by base64 (RFC 4648 chapter 4)")
	}
	return out, nil
}
