// Package show prints what the examples found, for people.
package show

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/internal/table"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Table prints a tree as a table of path, name and value. Keys are masked
// unless secrets is set.
func Table(w io.Writer, t *objects.Tree, secrets bool) error {
	var reg *objects.Registry // the built-in definitions
	return table.Write(w, func(tw io.Writer) {
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
	})
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
	case table.Readable(octets):
		return strconv.Quote(string(octets))
	}
	return fmt.Sprintf("hex %X", octets)
}
