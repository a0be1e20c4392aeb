// Package show prints what the examples found, for people.
package show

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Table prints a tree as a table of path, name and value. Keys are masked
// unless secrets is set.
func Table(w io.Writer, t *objects.Tree, secrets bool) error {
	var reg *objects.Registry // the built-in definitions
	var table bytes.Buffer
	tw := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for object := range t.Objects() {
		def, _ := reg.Lookup(object.ID(), object.Version())
		name := "not a known object"
		if def != nil {
			name = def.Name
		}
		fmt.Fprintf(tw, "/%d\t%s\t\n", object.ID(), name)
		for instance := range object.Instances() {
			for resource := range instance.Resources() {
				name := "not a known resource"
				if def != nil {
					if r, ok := def.Resource(resource.ID()); ok {
						name = strings.Join(strings.Fields(r.Name), " ") // the registry has double blanks
					}
				}
				path := objects.ResourcePath(object.ID(), instance.ID(), resource.ID())
				for id, value := range resource.Values() {
					at := path
					if resource.Multiple() {
						at, _ = path.Child(id)
					}
					fmt.Fprintf(tw, "  %v\t%s\t%s\n", at, name, Value(value, secrets))
				}
			}
		}
	}
	tw.Flush() // to memory, which does not fail
	for line := range bytes.Lines(table.Bytes()) {
		if _, err := fmt.Fprintf(w, "%s\n", bytes.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// Value is a value in words: octets as text where they are text, otherwise in
// hex; a key as its length unless secrets is set.
func Value(v objects.Value, secrets bool) string {
	octets, ok := v.Octets()
	switch {
	case !ok:
		return v.String()
	case v.IsSecret() && !secrets:
		return fmt.Sprintf("******** (%d bytes, secret)", len(octets))
	case v.Type() == objects.TypeNone && !secrets:
		return v.String() // nobody knows whether it is a key
	case readable(octets):
		return strconv.Quote(string(octets))
	}
	return fmt.Sprintf("hex %X", octets)
}

func readable(b []byte) bool {
	if len(b) == 0 || !utf8.Valid(b) {
		return false
	}
	for _, r := range string(b) {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
