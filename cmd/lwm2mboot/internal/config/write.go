package config

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// AppendYAML appends n as YAML, a mapping in blocks and every text in quotes,
// so that none can be taken for a number, a truth value or a date: no, 1e3,
// 2001-01-01. [ParseYAML] reads the same node from it, but for places.
func AppendYAML(dst []byte, n Node) []byte {
	return append(appendYAML(dst, n, 0), '\n')
}

func appendYAML(dst []byte, n Node, depth int) []byte {
	switch n.Kind {
	case Mapping:
		if len(n.Entries) == 0 {
			return append(dst, "{}"...)
		}
		for i, e := range n.Entries {
			if i > 0 {
				dst = append(dst, '\n')
			}
			dst = append(dst, strings.Repeat("  ", depth)...)
			dst = append(append(dst, e.Key.Text...), ':')
			if e.Value.Kind == Mapping && len(e.Value.Entries) > 0 {
				dst = appendYAML(append(dst, '\n'), e.Value, depth+1)
			} else {
				dst = appendYAML(append(dst, ' '), e.Value, depth+1)
			}
		}
		return dst
	case Text:
		return appendQuoted(dst, n.escaped(), `\x%02X`)
	}
	return appendPlain(dst, n)
}

// AppendJSON appends n as JSON, indented. [ParseJSON] reads the same node from
// it, but for places and for keys, which are all text.
func AppendJSON(dst []byte, n Node) []byte {
	return append(appendJSON(dst, n, 0), '\n')
}

func appendJSON(dst []byte, n Node, depth int) []byte {
	switch n.Kind {
	case Mapping:
		if len(n.Entries) == 0 {
			return append(dst, "{}"...)
		}
		dst = append(dst, '{')
		for i, e := range n.Entries {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = fmt.Appendf(dst, "\n%s%q: ", strings.Repeat("  ", depth+1), e.Key.Text)
			dst = appendJSON(dst, e.Value, depth+1)
		}
		dst = fmt.Appendf(dst, "\n%s}", strings.Repeat("  ", depth))
		return dst
	case Text:
		return appendQuoted(dst, n.escaped(), `\u%04X`)
	}
	return appendPlain(dst, n)
}

// appendPlain appends what both syntaxes write alike; [Decode] makes no other
// kinds.
func appendPlain(dst []byte, n Node) []byte {
	switch n.Kind {
	case Number:
		return append(dst, n.Text...)
	case Bool:
		return fmt.Append(dst, n.Bool)
	}
	return append(dst, "null"...)
}

// appendQuoted appends text in double quotes. What is not printable becomes an
// escape: control is the form of those that have one or two hex digits, which
// YAML and JSON write differently.
func appendQuoted(dst []byte, text, control string) []byte {
	dst = append(dst, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r < 0x20 || r == 0x7F:
			dst = fmt.Appendf(dst, control, r)
		case !unicode.IsPrint(r) && r <= 0xFFFF:
			dst = fmt.Appendf(dst, `\u%04X`, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
