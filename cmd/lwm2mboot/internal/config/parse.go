package config

import (
	"bytes"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Limits of what is parsed, far above what a file of 32 KB needs.
const (
	MaxSize  = 1 << 20 // octets of a configuration
	MaxDepth = 8       // mappings and lists in each other; five are of use

	// maxMarks limits commas, colons and ends of lines, and so what parsers make
	// of them: a few hundred bytes for an octet or two.
	maxMarks = 1 << 17
)

// Format is a syntax of configurations.
type Format string

// The syntaxes.
const (
	YAML Format = "yaml"
	JSON Format = "json"
	Dict Format = "dict" // the known generator's dictionary of Python
)

// Parser reads one syntax: [ParseYAML], [ParseJSON], and the one of Dict, which
// is in a package of its own.
type Parser func(content []byte) (Node, error)

// Detect chooses the syntax: by the ending of the file's name, and by the
// content where that tells nothing. A content that begins with a brace is JSON
// when a double quote or the closing brace is next, Dict when a single quote, a
// digit or OID. is, as the known generator's are, and otherwise YAML.
func Detect(name string, content []byte) Format {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		return YAML
	case ".json":
		return JSON
	case ".py", ".dict":
		return Dict
	}
	first, rest := token(trimBOM(content))
	if first != '{' {
		return YAML
	}
	switch c, rest := token(rest); {
	case c == '"' || c == '}':
		return JSON
	case c == '\'' || c >= '0' && c <= '9' || bytes.HasPrefix(rest, []byte("ID.")) && c == 'O':
		return Dict
	}
	return YAML
}

// token is the first octet that is neither space nor in a comment, and what
// follows it; 0 when there is none.
func token(b []byte) (c byte, rest []byte) {
	for len(b) > 0 {
		switch b[0] {
		case ' ', '\t', '\r', '\n':
			b = b[1:]
		case '#':
			_, b, _ = bytes.Cut(b, []byte("\n"))
		default:
			return b[0], b[1:]
		}
	}
	return 0, nil
}

// Parse reads content in a format; dict is the parser of Dict.
func Parse(content []byte, f Format, dict Parser) (Node, error) {
	switch {
	case f == YAML:
		return ParseYAML(content)
	case f == JSON:
		return ParseJSON(content)
	case f == Dict && dict != nil:
		return dict(content)
	}
	return Node{}, Errorf(Position{}, ErrSyntax, "no parser for the format; yaml, json and dict are known")
}

func trimBOM(content []byte) []byte { return bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF")) }

// Prepare is what every parser does first: it bounds the size, takes away a
// byte order mark, and refuses what is no text in UTF-8 or has a NUL in it.
func Prepare(content []byte) ([]byte, error) {
	if len(content) > MaxSize {
		return nil, Errorf(Position{}, ErrLimit, "a configuration of %d octets, at most %d are read", len(content), MaxSize)
	}
	content = trimBOM(content)
	if at := bytes.IndexByte(content, 0); at >= 0 {
		return nil, Errorf(positionOf(content, at), ErrSyntax, "a NUL: is this a text file? (UTF-8 is wanted)")
	}
	if !utf8.Valid(content) {
		return nil, Errorf(positionOf(content, invalidUTF8(content)), ErrSyntax, "not UTF-8")
	}
	return content, nil
}

// invalidUTF8 is the offset of the first octet that is not UTF-8.
func invalidUTF8(b []byte) int {
	at := 0
	for at < len(b) {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return at
}

// positionOf counts lines and columns to an offset.
func positionOf(content []byte, offset int) Position {
	before := content[:offset]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return Position{Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(line)}
}

// crowded refuses a text that holds far more keys and values than a file can.
func crowded(content []byte) error {
	marks := 0
	for at, c := range content {
		if c == ',' || c == ':' || c == '\n' {
			if marks++; marks > maxMarks {
				return Errorf(positionOf(content, at), ErrLimit, "more than %d commas, colons and ends of lines", maxMarks)
			}
		}
	}
	return nil
}

// tooDeep is the error for a collection that MaxDepth others are around.
func tooDeep(at Position) error {
	return Errorf(at, ErrLimit, "nested more than %d deep", MaxDepth)
}
