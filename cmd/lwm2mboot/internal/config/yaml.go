package config

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParseYAML reads one document of YAML 1.2 as data. Aliases, anchors, merge
// keys and tags other than the core ones are refused, whatever they stand for:
// so nothing in the result is larger than in the text. !!binary gives Bytes.
// Limits are [MaxSize] and [MaxDepth]. Errors are an [*Error].
func ParseYAML(content []byte) (n Node, err error) {
	content, err = Prepare(content)
	if err != nil {
		return Node{}, err
	}
	if err := flowDepth(content); err != nil {
		return Node{}, err
	}
	if err := crowded(content); err != nil {
		return Node{}, err
	}
	if at := bytes.Index(append([]byte("\n"), content...), []byte("\n%TAG")); at >= 0 {
		return Node{}, Errorf(positionOf(content, at), ErrSyntax, "a %%TAG directive, which is not taken")
	}
	d := yaml.NewDecoder(bytes.NewReader(content))
	var doc, next yaml.Node
	if err := decodeYAML(d, &doc); errors.Is(err, io.EOF) {
		return Node{}, Errorf(Position{}, ErrSyntax, "an empty configuration; {} is the one of an empty file")
	} else if err != nil {
		return Node{}, err
	}
	if err := decodeYAML(d, &next); err == nil {
		return Node{}, Errorf(Position{Line: next.Line, Column: next.Column}, ErrSyntax, "a second document; one is taken")
	} else if !errors.Is(err, io.EOF) {
		return Node{}, err
	}
	return yamlNode(doc.Content[0], 0)
}

// flowDepth refuses brackets deep in each other before the parser, which calls
// itself for each, and scans back for each that stays open, meets them. Those
// in quotes and comments count, too: no honest text has so many.
func flowDepth(content []byte) error {
	const most = 1000
	depth := 0
	for at, c := range content {
		switch c {
		case '[', '{':
			if depth++; depth > most {
				return tooDeep(positionOf(content, at))
			}
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return nil
}

// decodeYAML reads the next document. The parser may panic on what its authors
// did not think of; that is one more error of syntax.
func decodeYAML(d *yaml.Decoder, doc *yaml.Node) (err error) {
	defer func() {
		if recover() != nil {
			err = Errorf(Position{}, ErrSyntax, "not YAML that can be read")
		}
	}()
	if err := d.Decode(doc); errors.Is(err, io.EOF) {
		return err
	} else if err != nil {
		return yamlError(err)
	}
	return nil
}

// What the parser writes before its reason. It leaves the line out when it is
// the first, and counts from 0 where it missed a token.
var (
	yamlLine   = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	yamlMissed = regexp.MustCompile(`^did not find expected ([<'-]|node content|key$)`)
)

// yamlError takes the line from the parser's text; where a mapping or a list
// does not end as it should it is the one on which that began. A text that
// quotes the input is replaced: only those of anchors do, and what begins with
// an & or * may well be a key that lacks its quotes.
func yamlError(err error) error {
	text := err.Error()
	at := Position{Line: 1}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		if m[1] != "" {
			at.Line, _ = strconv.Atoi(m[1])
			if yamlMissed.MatchString(text) {
				at.Line++
			}
		}
	}
	if strings.Contains(text, "anchor") {
		text = noAlias
	}
	return Errorf(at, ErrSyntax, "%s", text)
}

// What is refused of YAML, in words.
const (
	noAlias = "an alias (*) or anchor (&), which are not taken; text that begins so needs quotes"
	noTag   = "a tag (!) that is not taken; text that begins so needs quotes"
)

// yamlNode converts what the parser made.
func yamlNode(y *yaml.Node, depth int) (Node, error) {
	n := Node{At: Position{Line: y.Line, Column: y.Column}}
	tag := y.ShortTag()
	switch {
	case y.Kind == yaml.AliasNode || y.Anchor != "":
		return n, Errorf(n.At, ErrSyntax, noAlias)
	case y.Kind != yaml.ScalarNode && depth == MaxDepth:
		return n, tooDeep(n.At)
	case tag == "!!merge":
		return n, Errorf(n.At, ErrSyntax, "a merge key (<<), which is not taken")
	case y.Kind == yaml.MappingNode && tag == "!!map":
		return yamlMapping(n, y, depth)
	case y.Kind == yaml.SequenceNode && tag == "!!seq":
		n.Kind = Sequence
		for _, item := range y.Content {
			v, err := yamlNode(item, depth+1)
			if err != nil {
				return n, err
			}
			n.Items = append(n.Items, v)
		}
		return n, nil
	case y.Kind == yaml.ScalarNode:
		return yamlScalar(n, y, tag)
	}
	return n, Errorf(n.At, ErrSyntax, noTag)
}

// numberForm is what a number looks like. The parser calls one text that is too
// large for it, and a key of 128 bits in hex would become one of 34 letters.
var numberForm = regexp.MustCompile(`^[-+]?(0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|\.?[0-9][0-9_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?)$`)

func yamlMapping(n Node, y *yaml.Node, depth int) (Node, error) {
	n.Kind = Mapping
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, err := yamlNode(y.Content[i], depth+1)
		if err != nil {
			return n, err
		}
		value, err := yamlNode(y.Content[i+1], depth+1)
		if err != nil {
			return n, err
		}
		n.Entries = append(n.Entries, Entry{Key: key, Value: value})
	}
	return n, nil
}

// yamlScalar converts a scalar by its tag, which the parser resolves for those
// without quotes. What it makes of the text is not asked for: numbers are kept
// as they are written.
func yamlScalar(n Node, y *yaml.Node, tag string) (Node, error) {
	n.Text = y.Value
	switch tag {
	case "!!str", "!!timestamp":
		n.Kind = Text
		if y.Style == 0 && numberForm.MatchString(y.Value) {
			n.Kind = Number
		}
	case "!!int", "!!float":
		n.Kind = Number
	case "!!bool":
		n.Kind, n.Bool, n.Text = Bool, strings.EqualFold(y.Value, "true"), ""
		if !n.Bool && !strings.EqualFold(y.Value, "false") {
			return n, Errorf(n.At, ErrSyntax, "a truth value other than true and false")
		}
	case "!!null":
		n.Kind, n.Text = Null, ""
	case "!!binary":
		octets, err := base64.StdEncoding.Strict().DecodeString(y.Value)
		if err != nil {
			return n, Errorf(n.At, ErrSyntax, "not base64, behind !!binary")
		}
		n.Kind, n.Text, n.Octets = Bytes, "", octets
	default:
		return n, Errorf(n.At, ErrSyntax, noTag)
	}
	return n, nil
}
