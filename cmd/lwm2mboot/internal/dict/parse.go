package dict

import (
	"errors"
	"strings"

	"go.starlark.net/syntax"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// Limits of a configuration. What [Parse] does and keeps is in proportion to
// them, whatever the content.
const (
	// MaxSize is how many octets are read; an end of line is one.
	MaxSize = config.MaxSize
	// MaxTokens is how many words and signs are read: four for each octet of
	// the largest EF(LwM2M_Bootstrap), which is what the densest useful
	// configuration needs ("1:2,"). Comments do not count.
	MaxTokens = 4 * 32768
	// MaxDepth is how many brackets may be open and operators pending at one
	// place. A configuration needs 5 and a few; recursion, here and in the
	// parser, stays below a fixed multiple.
	MaxDepth = 200
)

// Parse reads a dictionary; names has the numbers of OID.X and RID.X.Y, and nil
// those of the built-in definitions. The result is a Mapping; its keys are Numbers,
// also those given as OID.X and RID.X.Y, or Texts. Numbers are decimal whatever
// they were written as, and a fraction has a point or an exponent.
//
// An error is a [*config.Error] with a place, and one of [config.ErrSyntax],
// [config.ErrLimit] (no place when content is larger than [MaxSize]),
// [config.ErrKey] and [config.ErrTwice]. The result shares no memory with
// content. Parse may be called from several goroutines.
func Parse(content []byte, names *config.Names) (config.Node, error) {
	content, err := config.Prepare([]byte(newlines.Replace(string(content))))
	if err != nil {
		return config.Node{}, err
	}
	tokens, err := scan(string(content))
	if err != nil {
		return config.Node{}, err
	}
	if names == nil {
		names = config.NewNames(nil)
	}
	r := reader{tokens: tokens, names: names}
	tree, err := r.tree()
	if err != nil {
		return config.Node{}, err
	}
	d, ok := unparen(tree).(*syntax.DictExpr)
	if !ok {
		return config.Node{}, config.Errorf(r.at(firstLine), config.ErrSyntax,
			"not one dictionary: write {OID.Security: {…}, OID.Server: {…}} and nothing more")
	}
	return r.mapping(d)
}

// newlines makes every end of line a "\n", as Python does when it reads a file.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// firstLine is where [reader.tree] puts the first token.
const firstLine = 2

// tree has Starlark parse the tokens: one a line, in brackets so that the ends
// of lines mean nothing, as they do inside a dictionary.
func (r *reader) tree() (syntax.Expr, error) {
	var b strings.Builder
	b.WriteString("(\n")
	for _, t := range r.tokens {
		b.WriteString(t.starlark())
		b.WriteByte('\n')
	}
	b.WriteString(")")
	tree, err := new(syntax.FileOptions).ParseExpr("", b.String(), 0)
	if e := (syntax.Error{}); errors.As(err, &e) {
		line := int(e.Pos.Line)
		if line-firstLine >= len(r.tokens) {
			return nil, config.Errorf(r.at(line), config.ErrSyntax, "something is missing after this")
		}
		return nil, config.Errorf(r.at(line), config.ErrSyntax,
			"%s cannot stand here: is a comma, a colon or a value missing before it?", r.tokens[line-firstLine].kind())
	}
	return tree, err
}

// at is the place of the token that stands on a line of the tree; of the last
// one for the line after them.
func (r *reader) at(line int) config.Position {
	if len(r.tokens) == 0 {
		return config.Position{Line: 1, Column: 1}
	}
	return r.tokens[min(line-firstLine, len(r.tokens)-1)].at
}

// unparen is what stands in any number of brackets around one value.
func unparen(x syntax.Expr) syntax.Expr {
	for {
		p, ok := x.(*syntax.ParenExpr)
		if !ok {
			return x
		}
		x = p.X
	}
}
