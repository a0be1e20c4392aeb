package simulate

import (
	"fmt"
	"strings"
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

// find is the one with that name, in any case of letters.
func find[T fmt.Stringer](kind, name string, all []T) (found T, err error) {
	bad := &NameError{Kind: kind, Name: name}
	near := max(2, len(name)/3) + 1 // further away than this is another word
	for _, v := range all {
		if strings.EqualFold(v.String(), name) {
			return v, nil
		}
		if d := distance(strings.ToLower(name), strings.ToLower(v.String())); d < near {
			near, bad.Nearest = d, v.String()
		}
	}
	return found, bad
}

// distance is the number of letters to be put in, taken out or changed to make
// b of a. A name that is too long to be meant is far from everything.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, last+1, row[j]+1)
		}
	}
	return row[len(b)]
}
