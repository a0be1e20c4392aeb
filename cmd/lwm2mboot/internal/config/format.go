package config

import "fmt"

// What holds values prints without them, by every verb of fmt.

// String tells how many Objects there are.
func (d Document) String() string {
	if d.Raw != nil {
		return fmt.Sprintf("a raw file of %d octets", len(d.Raw))
	}
	return fmt.Sprintf("a document of %d objects", len(d.Objects))
}

// Format prints [Document.String] for every verb.
func (d Document) Format(f fmt.State, _ rune) { fmt.Fprint(f, d.String()) }

// String tells ID, version and how many Object Instances there are.
func (o Object) String() string {
	if o.Raw != nil {
		return fmt.Sprintf("object %d version %v, %d raw octets", o.ID, o.Version, len(o.Raw))
	}
	return fmt.Sprintf("object %d version %v, %d instances", o.ID, o.Version, len(o.Instances))
}

// Format prints [Object.String] for every verb.
func (o Object) Format(f fmt.State, _ rune) { fmt.Fprint(f, o.String()) }

// String tells ID and length.
func (v Value) String() string {
	if v.Template {
		return fmt.Sprintf("value %d, a template", v.ID)
	}
	return fmt.Sprintf("value %d, %d octets", v.ID, len(v.Octets))
}

// Format prints [Value.String] for every verb.
func (v Value) Format(f fmt.State, _ rune) { fmt.Fprint(f, v.String()) }
