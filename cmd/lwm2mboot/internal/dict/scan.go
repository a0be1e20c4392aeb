package dict

import (
	"strings"
	"unicode/utf8"

	"go.starlark.net/syntax"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// token is a word of the dictionary.
type token struct {
	at   config.Position
	form form
	text string // as Starlark spells it; of text and octets their value
}

type form uint8

const (
	sign form = iota
	name
	number
	textLiteral
	bytesLiteral
)

// starlark is the token as Starlark spells it.
func (t token) starlark() string {
	if t.form == textLiteral || t.form == bytesLiteral {
		return syntax.Quote(t.text, t.form == bytesLiteral)
	}
	return t.text
}

// kind is the token in an error, which shows signs and no values.
func (t token) kind() string {
	if t.form == sign {
		return "'" + t.text + "'"
	}
	return [...]string{name: "a name", number: "a number", textLiteral: "a text", bytesLiteral: "a b'…'"}[t.form]
}

// scanner takes tokens from the front of rest.
type scanner struct {
	rest   string
	at     config.Position // of rest
	tokens []token
	levels []level // open brackets; the first is the file itself
	depth  int     // of all levels: brackets and operators
}

// level is a bracket that is open, and the operators since its last comma or
// colon: each may be one more call deep in a parser.
type level struct {
	open      token
	operators int
}

// scan returns the tokens of a configuration. Brackets match in them, no more
// than [MaxDepth] things are pending anywhere, and names are those of data.
func scan(text string) ([]token, error) {
	s := scanner{rest: text, at: config.Position{Line: 1, Column: 1}, levels: make([]level, 1)}
	for s.blank(); s.rest != ""; s.blank() {
		if len(s.tokens) == MaxTokens {
			return nil, config.Errorf(s.at, config.ErrLimit, "more than %d words and signs", MaxTokens)
		}
		if err := s.token(); err != nil {
			return nil, err
		}
	}
	if open := s.levels[len(s.levels)-1].open; open.text != "" {
		return nil, config.Errorf(open.at, config.ErrSyntax, "'%s' is never closed", open.text)
	}
	return s.tokens, nil
}

// take consumes n octets.
func (s *scanner) take(n int) string {
	taken := s.rest[:n]
	s.rest = s.rest[n:]
	if i := strings.LastIndexByte(taken, '\n'); i >= 0 {
		s.at.Line += strings.Count(taken, "\n")
		s.at.Column = 1 + utf8.RuneCountInString(taken[i+1:])
	} else {
		s.at.Column += utf8.RuneCountInString(taken)
	}
	return taken
}

// blank consumes white space, comments and joined lines.
func (s *scanner) blank() {
	for s.rest != "" {
		switch {
		case strings.HasPrefix(s.rest, "\\\n"):
			s.take(2)
		case s.rest[0] == '#':
			line, _, _ := strings.Cut(s.rest, "\n")
			s.take(len(line))
		default:
			n := len(s.rest) - len(strings.TrimLeft(s.rest, " \t\f\n"))
			if n == 0 {
				return
			}
			s.take(n)
		}
	}
}

// token consumes one token, or several adjacent literals. There is no blank
// before it.
func (s *scanner) token() error {
	if _, ok := s.prefix(); ok {
		return s.literal()
	}
	c := s.rest[0]
	switch {
	case isDigit(c), c == '.' && len(s.rest) > 1 && isDigit(s.rest[1]):
		return s.number()
	case isLetter(c):
		return s.name()
	}
	return s.sign()
}

// add appends a token that begins at a place.
func (s *scanner) add(at config.Position, form form, text string) {
	s.tokens = append(s.tokens, token{at, form, text})
}

// refuse is an error about what comes next.
func (s *scanner) refuse(format string, args ...any) error {
	return config.Errorf(s.at, config.ErrSyntax, format, args...)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

// word is how many octets of letters and digits text begins with.
func word(text string) int {
	i := 0
	for i < len(text) && (isLetter(text[i]) || isDigit(text[i])) {
		i++
	}
	return i
}
