package dict

import (
	"strings"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// literal consumes a text or octets with all that are adjacent, which Python
// joins: 'a' "b" is 'ab', also with a comment or the end of a line between.
func (s *scanner) literal() error {
	at := s.at
	var value strings.Builder
	first, _ := s.prefix()
	for prefix, ok := first, true; ok; prefix, ok = s.prefix() {
		p := strings.ToLower(prefix)
		if strings.Contains(p, "f") {
			return s.refuse("a text with an f before it is computed: %s", asData)
		}
		octets := strings.Contains(p, "b")
		if octets != strings.Contains(strings.ToLower(first), "b") {
			return s.refuse("a text and a b'…' cannot be joined: put a b before both or none")
		}
		one := literal{scanner: s, octets: octets, raw: strings.Contains(p, "r"), at: s.at, value: &value}
		s.take(len(prefix))
		if err := one.read(); err != nil {
			return err
		}
		s.blank()
	}
	form := textLiteral
	if strings.ContainsAny(first, "bB") {
		form = bytesLiteral
	}
	s.add(at, form, value.String())
	return nil
}

// prefix is what stands before a quote, if a literal comes next
// (The Python Language Reference, 2.4.1).
func (s *scanner) prefix() (prefix string, ok bool) {
	n := word(s.rest[:min(3, len(s.rest))])
	if n == len(s.rest) || s.rest[n] != '\'' && s.rest[n] != '"' {
		return "", false
	}
	switch strings.ToLower(s.rest[:n]) {
	case "", "u", "r", "b", "br", "rb", "f", "fr", "rf":
		return s.rest[:n], true
	}
	return "", false
}

// literal is one text, or one b'…', of several adjacent ones.
type literal struct {
	*scanner
	octets, raw bool
	at          config.Position // where it begins
	value       *strings.Builder
}

// read consumes a literal from its first quote to its last.
func (l *literal) read() error {
	quote := l.rest[:1]
	long := strings.HasPrefix(l.rest, strings.Repeat(quote, 3))
	if long {
		quote = strings.Repeat(quote, 3)
	}
	l.take(len(quote))
	for {
		n := strings.IndexAny(l.rest, "\n\\"+quote[:1])
		if n < 0 {
			return config.Errorf(l.at, config.ErrSyntax, "a text that never ends")
		}
		if err := l.plain(n); err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(l.rest, quote):
			l.take(len(quote))
			return nil
		case l.rest[0] == '\n' && !long:
			return config.Errorf(l.at, config.ErrSyntax, "a text that does not end on its line")
		case l.rest[0] == '\\':
			if err := l.escape(); err != nil {
				return err
			}
		default: // a new line or a quote within a long one
			l.value.WriteString(l.take(1))
		}
	}
}

// plain consumes n octets that mean themselves.
func (l *literal) plain(n int) error {
	if l.octets {
		for i := range n {
			if l.rest[i] >= utf8.RuneSelf {
				l.take(i)
				return l.refuse("b'…' has ASCII characters only: write octets as \\xff")
			}
		}
	}
	l.value.WriteString(l.take(n))
	return nil
}
