package dict

import (
	"encoding/hex"
	"math/big"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// value is what an expression without parts comes to, and where it begins:
// an Int, Float, String, Bytes or Bool. This switch is the white list of what
// data may have; each operator is one step of Starlark's, with its result
// bounded, and no expression is longer than [MaxDepth].
func (r *reader) value(x syntax.Expr) (starlark.Value, config.Position, error) {
	switch x := x.(type) {
	case *syntax.ParenExpr:
		if _, ok := x.X.(*syntax.TupleExpr); ok {
			return r.refuse(x.Lparen, noParts)
		}
		value, at, err := r.value(x.X)
		if err != nil {
			return nil, at, err
		}
		return value, r.at(int(x.Lparen.Line)), nil
	case *syntax.Literal:
		return literalValue(x), r.at(int(x.TokenPos.Line)), nil
	case *syntax.Ident:
		return r.ident(x)
	case *syntax.DotExpr:
		return r.dotted(x)
	case *syntax.UnaryExpr:
		return r.unary(x)
	case *syntax.BinaryExpr:
		return r.binary(x)
	case *syntax.CallExpr:
		return r.call(x)
	case *syntax.IndexExpr:
		return r.refuse(x.Lbrack, "a '[' after a value takes a part of it: %s", asData)
	case *syntax.SliceExpr:
		return r.refuse(x.Lbrack, "a '[' after a value takes a part of it: %s", asData)
	}
	start, _ := x.Span()
	return r.refuse(start, noParts)
}

const noParts = "a dictionary, list or tuple cannot stand here"

// refuse is an error about the token of a line.
func (r *reader) refuse(pos syntax.Position, format string, args ...any) (starlark.Value, config.Position, error) {
	at := r.at(int(pos.Line))
	return nil, at, config.Errorf(at, config.ErrSyntax, format, args...)
}

// literalValue is the value of a literal, which [scan] has made sure of.
func literalValue(x *syntax.Literal) starlark.Value {
	switch x.Token {
	case syntax.STRING:
		return starlark.String(x.Value.(string))
	case syntax.BYTES:
		return starlark.Bytes(x.Value.(string))
	case syntax.FLOAT:
		return starlark.Float(x.Value.(float64))
	}
	if n, ok := x.Value.(int64); ok {
		return starlark.MakeInt64(n)
	}
	return starlark.MakeBigInt(x.Value.(*big.Int))
}

// ident is a name that stands alone.
func (r *reader) ident(x *syntax.Ident) (starlark.Value, config.Position, error) {
	switch x.Name {
	case "True", "False":
		return starlark.Bool(x.Name == "True"), r.at(int(x.NamePos.Line)), nil
	case "None":
		return r.refuse(x.NamePos, "None is no value: leave the key out")
	case "OID":
		return r.refuse(x.NamePos, "OID is no value: write OID.Server")
	case "RID":
		return r.refuse(x.NamePos, "RID is no value: write RID.Server.Binding")
	}
	return r.refuse(x.NamePos, "bytes is no value: write b'…' or bytes.fromhex('00ff')")
}

// unary is a number with its sign.
func (r *reader) unary(x *syntax.UnaryExpr) (starlark.Value, config.Position, error) {
	value, _, err := r.value(x.X)
	if err != nil {
		return nil, r.at(int(x.OpPos.Line)), err
	}
	switch value.(type) {
	case starlark.Int, starlark.Float:
		if value, err = starlark.Unary(x.Op, value); err == nil { // not a * of fromhex(*…)
			return r.bounded(value, x.OpPos)
		}
	}
	return r.refuse(x.OpPos, "a sign before what is no number")
}

// binary is an operator between two integers, texts or octets.
func (r *reader) binary(x *syntax.BinaryExpr) (starlark.Value, config.Position, error) {
	left, at, err := r.value(x.X)
	if err != nil {
		return nil, at, err
	}
	right, _, err := r.value(x.Y)
	if err != nil {
		return nil, at, err
	}
	if a, ok := left.(starlark.Bytes); ok && x.Op == syntax.PLUS { // Starlark has none
		if b, ok := right.(starlark.Bytes); ok {
			return a + b, at, nil
		}
	}
	_, ints := left.(starlark.Int)
	if left.Type() != right.Type() || !ints && (left.Type() != "string" || x.Op != syntax.PLUS) {
		return r.refuse(x.OpPos, "'%s' is for two integers, '+' for two texts or two b'…' too: %s", x.Op, asData)
	}
	value, err := starlark.Binary(x.Op, left, right)
	if err != nil {
		return r.refuse(x.OpPos, "a division by zero")
	}
	value, _, err = r.bounded(value, x.OpPos)
	return value, at, err
}

// bounded refuses integers that no Resource could have.
func (r *reader) bounded(value starlark.Value, op syntax.Position) (starlark.Value, config.Position, error) {
	at := r.at(int(op.Line))
	if n, ok := value.(starlark.Int); ok {
		_, signed := n.Int64()
		if _, unsigned := n.Uint64(); !signed && !unsigned {
			return nil, at, config.Errorf(at, config.ErrLimit, "a number that does not fit 64 bits")
		}
	}
	return value, at, nil
}

// call is bytes.fromhex('00 ff'), the one call that is a literal by another
// name. White space may stand between octets, not within one.
func (r *reader) call(x *syntax.CallExpr) (starlark.Value, config.Position, error) {
	fn, _ := x.Fn.(*syntax.DotExpr)
	if fn == nil || !isIdent(fn.X, "bytes") || fn.Name.Name != "fromhex" || len(x.Args) != 1 {
		return r.refuse(x.Lparen, "a call, and of calls there is bytes.fromhex('00ff') alone: %s", asData)
	}
	arg, argAt, err := r.value(x.Args[0])
	if err != nil {
		return nil, argAt, err
	}
	text, ok := arg.(starlark.String)
	if !ok {
		return nil, argAt, config.Errorf(argAt, config.ErrSyntax, "bytes.fromhex takes a text")
	}
	var octets strings.Builder
	for _, digits := range strings.FieldsFunc(string(text), func(c rune) bool { return strings.ContainsRune(" \t\n\r\f\v", c) }) {
		part, err := hex.DecodeString(digits)
		if err != nil {
			return nil, argAt, config.Errorf(argAt, config.ErrSyntax, "bytes.fromhex takes pairs of hexadecimal digits")
		}
		octets.Write(part)
	}
	return starlark.Bytes(octets.String()), r.at(int(fn.X.(*syntax.Ident).NamePos.Line)), nil
}
