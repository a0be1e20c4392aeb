package config

import "fmt"

// Node is one value of a configuration, in any of its syntaxes, and where it
// stands. It is data alone: nothing in it has been looked up or evaluated.
//
// It prints, by every verb of fmt, as its kind and place: it may hold a key.
type Node struct {
	Kind    Kind
	At      Position
	Text    string  // of Text, and Number as it was written
	Literal bool    // of Text: a prefix, hex: and the like, is part of it
	Octets  []byte  // of Bytes
	Bool    bool    // of Bool
	Entries []Entry // of Mapping, in the order of the file
	Items   []Node  // of Sequence
}

// String is kind and place: "text at 4:7".
func (n Node) String() string { return fmt.Sprintf("%v at %v", n.Kind, n.At) }

// Format prints [Node.String] for every verb.
func (n Node) Format(f fmt.State, _ rune) { fmt.Fprint(f, n.String()) }

// Entry is a key of a mapping, which is of any kind, with its value.
type Entry struct {
	Key, Value Node
}

// Kind is the kind of a Node.
type Kind uint8

// The kinds of nodes.
const (
	Null   Kind = iota
	Text        // 'U', coaps://…
	Bytes       // b'…' of a dictionary: Python's bytes; !!binary of YAML
	Number      // as written, an integer or a decimal fraction
	Bool
	Mapping
	Sequence // a list; of a dictionary a tuple, too
)

var kindNames = [...]string{"nothing", "text", "bytes", "a number", "a truth value", "a mapping", "a list"}

// String is the kind in words, as an error says it.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "invalid"
}

// scalar reports whether a node of this kind is one value and no collection.
func (k Kind) scalar() bool { return k == Text || k == Bytes || k == Number || k == Bool }

// Position is where something stands in a configuration; both count from 1,
// columns in characters. A Column of 0 is one that is not known.
type Position struct {
	Line, Column int
}

// String is line:column, line alone when the column is not known, or nothing
// for the zero Position.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return ""
	case p.Column == 0:
		return fmt.Sprint(p.Line)
	}
	return fmt.Sprintf("%d:%d", p.Line, p.Column)
}
