package simulate

import (
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// NameError tells of a name that nothing has.
type NameError struct {
	Kind    string // "quirk"
	Name    string
	Nearest string // the name that was meant, perhaps; ""
}

// Error is one line.
func (e *NameError) Error() string {
	return fmt.Sprintf("no %s is called %.40q", e.Kind, e.Name)
}

// Names are the names of simcard.Quirks() and the like, in their order.
func Names[T fmt.Stringer](all []T) []string {
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = v.String()
	}
	return names
}

// maxName is the longest name that a nearest one is looked for.
const maxName = 64

// find is the one with that name, in any case of letters.
func find[T fmt.Stringer](kind, name string, all []T) (found T, err error) {
	bad := &NameError{Kind: kind, Name: name}
	near := max(2, len(name)/3) + 1 // further away than this is another word
	for _, v := range all {
		if strings.EqualFold(v.String(), name) {
			return v, nil
		}
		if len(name) > maxName {
			continue
		}
		if d := config.Distance(strings.ToLower(name), strings.ToLower(v.String())); d < near {
			near, bad.Nearest = d, v.String()
		}
	}
	return found, bad
}
