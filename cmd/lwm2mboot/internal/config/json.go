package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// ParseJSON reads one value of JSON (RFC 8259). The parser of YAML would read
// most of it, but not tabs and surrogate pairs. Half a surrogate pair is
// refused; numbers are kept as they are written. Limits are [MaxSize] and
// [MaxDepth]. Errors are an [*Error].
func ParseJSON(content []byte) (Node, error) {
	content, err := Prepare(content)
	if err != nil {
		return Node{}, err
	}
	if err := crowded(content); err != nil {
		return Node{}, err
	}
	var whole json.RawMessage // checks the syntax of all of it
	if err := json.Unmarshal(content, &whole); err != nil {
		return Node{}, jsonError(content, err)
	}
	p := jsonParser{content: content, d: json.NewDecoder(bytes.NewReader(content)), at: Position{1, 1}}
	p.d.UseNumber()
	return p.value(0)
}

func jsonError(content []byte, err error) error {
	var bad *json.SyntaxError
	if !errors.As(err, &bad) {
		return Errorf(Position{}, ErrSyntax, "not JSON")
	}
	if len(bytes.TrimSpace(content)) == 0 {
		return Errorf(Position{}, ErrSyntax, "an empty configuration; {} is the one of an empty file")
	}
	// The offset counts the octet at fault, too, but not the end of the input.
	at := min(int(bad.Offset), len(content))
	if text := bad.Error(); text == "unexpected end of JSON input" {
		return Errorf(positionOf(content, at), ErrSyntax, "JSON that ends too early")
	}
	return Errorf(positionOf(content, max(0, at-1)), ErrSyntax, "not JSON from here on")
}

// jsonParser walks content, which is known to be JSON.
type jsonParser struct {
	content []byte
	d       *json.Decoder

	seen int      // octets counted
	at   Position // of the octet behind them
}

// next reads a token and tells where it begins. Errors there are none: the
// syntax was looked at before.
func (p *jsonParser) next() (t json.Token, begin int) {
	begin = int(p.d.InputOffset())
	for begin < len(p.content) && bytes.IndexByte([]byte(" \t\r\n,:"), p.content[begin]) >= 0 {
		begin++
	}
	t, _ = p.d.Token()
	return t, begin
}

// position is that of an offset behind all asked for before.
func (p *jsonParser) position(offset int) Position {
	for ; p.seen < offset; p.seen++ {
		switch c := p.content[p.seen]; {
		case c == '\n':
			p.at = Position{Line: p.at.Line + 1, Column: 1}
		case utf8.RuneStart(c):
			p.at.Column++
		}
	}
	return p.at
}

func (p *jsonParser) value(depth int) (Node, error) {
	t, begin := p.next()
	n := Node{At: p.position(begin)}
	switch t := t.(type) {
	case json.Delim:
		if depth == MaxDepth {
			return n, tooDeep(n.At)
		}
		if t == '{' {
			return p.object(n, depth+1)
		}
		return p.array(n, depth+1)
	case string:
		n.Kind, n.Text = Text, t
		if at := loneSurrogate(p.content[begin:p.d.InputOffset()]); at >= 0 {
			return n, Errorf(p.position(begin+at), ErrSyntax, "half a surrogate pair, which is no character")
		}
	case json.Number:
		n.Kind, n.Text = Number, t.String()
	case bool:
		n.Kind, n.Bool = Bool, t
	}
	return n, nil
}

func (p *jsonParser) object(n Node, depth int) (Node, error) {
	n.Kind = Mapping
	for p.d.More() {
		key, err := p.value(depth)
		if err != nil {
			return n, err
		}
		value, err := p.value(depth)
		if err != nil {
			return n, err
		}
		n.Entries = append(n.Entries, Entry{Key: key, Value: value})
	}
	p.next()
	return n, nil
}

func (p *jsonParser) array(n Node, depth int) (Node, error) {
	n.Kind = Sequence
	for p.d.More() {
		item, err := p.value(depth)
		if err != nil {
			return n, err
		}
		n.Items = append(n.Items, item)
	}
	p.next()
	return n, nil
}

// loneSurrogate is the offset of a \u escape in a string of JSON that is half
// of a pair, or -1. The decoder makes U+FFFD of it without a word.
func loneSurrogate(literal []byte) int {
	for i := 0; i < len(literal); i++ {
		if literal[i] != '\\' {
			continue
		}
		r, ok := escaped(literal[i:])
		if !ok {
			i++ // what the backslash escapes is no escape itself
			continue
		}
		if utf16.IsSurrogate(r) {
			second, _ := escaped(literal[i+6:])
			if utf16.DecodeRune(r, second) == utf8.RuneError {
				return i
			}
			i += 6 // the second half is none by itself
		}
	}
	return -1
}

// escaped is the code unit of the \uXXXX that b begins with.
func escaped(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(v), err == nil
}
