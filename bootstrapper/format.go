package bootstrapper

import (
	"fmt"
	"strings"
)

// String is like "4 Object Instances (2 smartcard, 2 server), 2 disabled".
func (s State) String() string {
	var parts []string
	active, disabled := 0, 0
	for i := range s.sources {
		n := s.sources[i].active.Len()
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n, Origin(i+1)))
		}
		active += n
		disabled += s.sources[i].disabled.Len()
	}
	text := fmt.Sprintf("%d Object Instances", active)
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	if disabled > 0 {
		text += fmt.Sprintf(", %d disabled", disabled)
	}
	return text
}

// Format prints [State.String] for every verb, for a State and a *State.
func (s State) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }
