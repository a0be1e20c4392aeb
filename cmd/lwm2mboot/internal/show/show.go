// Package show prints what a file holds, for people: each value with the path
// that an error names it by and the name that a configuration has for it.
//
//	/0/1  Security/1
//	  /0/1/0  ServerURI   "coaps://lwm2m.example.com"
//	  /0/1/5  SecretKey   ******** (19 octets, secret)
package show

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/internal/table"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Table prints a tree as a table of path, name and value, below a line for
// each Object Instance. Keys are masked unless secrets is set.
func Table(w io.Writer, t *objects.Tree, names *config.Names, secrets bool) error {
	return table.Write(w, func(tw io.Writer) {
		for object := range t.Objects() {
			for instance := range object.Instances() {
				path := objects.InstancePath(object.ID(), instance.ID())
				version := ""
				if v := object.Version(); v.Major != 0 {
					version = ", version " + v.String()
				}
				fmt.Fprintf(tw, "%v\t%s%s\t\n", path, names.Path(path), version)
				for resource := range instance.Resources() {
					path, _ := path.Child(uint16(resource.ID()))
					name := names.ResourceName(uint16(object.ID()), uint16(resource.ID()))
					if resource.Multiple() && resource.Len() == 0 {
						fmt.Fprintf(tw, "  %v\t%s\tno values\n", path, name)
					}
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
// hex. A key, and what could be one since nobody defines it, is shown as its
// length unless secrets is set.
func Value(v objects.Value, secrets bool) string {
	octets, ok := v.Octets()
	switch {
	case Hidden(v) && !secrets:
		return fmt.Sprintf("******** (%d octets, secret)", v.Len())
	case !ok:
		return v.String()
	case table.Readable(octets):
		return strconv.Quote(string(octets))
	case len(octets) == 0:
		return "no octets"
	}
	return strings.ToUpper(fmt.Sprintf("%x", octets)) + " (hex)"
}

// Hidden reports whether a value is kept from eyes that did not ask for it.
func Hidden(v objects.Value) bool { return v.IsSecret() || v.Type() == objects.TypeNone }
