package dict

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// reader turns a tree into nodes. The depth of its recursion is that of the
// tree, which [scan] has bounded.
type reader struct {
	tokens []token // of line firstLine of the tree and those after it
	names  *config.Names
}

// node is any value.
func (r *reader) node(x syntax.Expr) (config.Node, error) {
	switch x := x.(type) {
	case *syntax.DictExpr:
		return r.mapping(x)
	case *syntax.ListExpr:
		return r.sequence(x.Lbrack, x.List)
	case *syntax.TupleExpr: // () alone; others stand in a ParenExpr
		return r.sequence(x.Lparen, x.List)
	case *syntax.ParenExpr:
		if tuple, ok := x.X.(*syntax.TupleExpr); ok {
			return r.sequence(x.Lparen, tuple.List)
		}
		return r.node(x.X)
	}
	value, at, err := r.value(x)
	if err != nil {
		return config.Node{}, err
	}
	return scalar(value, at), nil
}

// mapping is a dictionary. Python keeps the last of equal keys without a word;
// here a second one is an error, OID.Security after 0 too.
func (r *reader) mapping(x *syntax.DictExpr) (config.Node, error) {
	node := config.Node{Kind: config.Mapping, At: r.at(int(x.Lbrace.Line))}
	seen := make(map[string]config.Position)
	for _, item := range x.List {
		entry := item.(*syntax.DictEntry)
		key, at, err := r.key(entry.Key)
		if err != nil {
			return config.Node{}, err
		}
		if before, twice := seen[key.String()]; twice {
			return config.Node{}, config.Errorf(at, config.ErrTwice, "the key of %v again", before)
		}
		seen[key.String()] = at
		value, err := r.node(entry.Value)
		if err != nil {
			return config.Node{}, err
		}
		node.Entries = append(node.Entries, config.Entry{Key: scalar(key, at), Value: value})
	}
	return node, nil
}

// key is an integer or a text.
func (r *reader) key(x syntax.Expr) (starlark.Value, config.Position, error) {
	value, at, err := r.value(x)
	if err != nil {
		return nil, at, err
	}
	switch value.(type) {
	case starlark.String, starlark.Int:
		return value, at, nil
	}
	return nil, at, config.Errorf(at, config.ErrKey, "a key is a number or a name such as OID.Server, not %v", scalar(value, at).Kind)
}

// sequence is a list or a tuple.
func (r *reader) sequence(open syntax.Position, items []syntax.Expr) (config.Node, error) {
	node := config.Node{Kind: config.Sequence, At: r.at(int(open.Line))}
	for _, item := range items {
		value, err := r.node(item)
		if err != nil {
			return config.Node{}, err
		}
		node.Items = append(node.Items, value)
	}
	return node, nil
}

// scalar is the node of a value that has no parts.
func scalar(value starlark.Value, at config.Position) config.Node {
	switch v := value.(type) {
	case starlark.String:
		return config.Node{Kind: config.Text, At: at, Text: string(v), Literal: true}
	case starlark.Bytes:
		return config.Node{Kind: config.Bytes, At: at, Octets: []byte(v)}
	case starlark.Bool:
		return config.Node{Kind: config.Bool, At: at, Bool: bool(v)}
	}
	return config.Node{Kind: config.Number, At: at, Text: value.String()}
}
