package tlv

import "fmt"

// What holds values prints without them, by every verb of fmt: a value may be
// a key, and which one is, the definition knows and we do not.

// String is kind, ID and length: "Resource 5 [19 octets]".
func (e Entry) String() string { return fmt.Sprintf("%s %d [%d octets]", e.Kind, e.ID, len(e.Value)) }

// Format prints [Entry.String] for every verb.
func (e Entry) Format(f fmt.State, _ rune) { fmt.Fprint(f, e.String()) }

// String is ID, version and length: "object 1 version 1.1 [15 octets]".
func (o Object) String() string {
	return fmt.Sprintf("object %d version %s [%d octets]", o.ID, o.Version, len(o.Instances))
}

// Format prints [Object.String] for every verb.
func (o Object) Format(f fmt.State, _ rune) { fmt.Fprint(f, o.String()) }
