package batch

import "strings"

// text is a text of the template, taken apart.
//
//	coaps://${host}:5684     "coaps://", host, ":5684"
type text []part

// part is a literal, or a column when its index is not negative.
type part struct {
	literal string
	column  int
}

const (
	open   = "${"
	escape = "$" + open
)

// parseText takes s apart; column gives a name its index. The reason is what is
// wrong with s, or "".
func parseText(s string, column func(name string) int) (t text, reason string) {
	for s != "" {
		at := strings.Index(s, open)
		switch {
		case at < 0:
			return t.literal(s), ""
		case at > 0 && s[at-1] == escape[0]:
			t, s = t.literal(s[:at-1]+open), s[at+len(open):]
			continue
		}
		name, rest, closed := strings.Cut(s[at+len(open):], "}")
		switch {
		case !closed:
			return nil, "${ without its }; write $${ for the signs themselves"
		case strings.TrimSpace(name) == "" || strings.ContainsAny(name, "${"):
			return nil, "${…} without the name of a column; write $${ for the signs themselves"
		}
		t, s = append(t.literal(s[:at]), part{column: column(name)}), rest
	}
	return t, ""
}

// literal adds text that does not vary.
func (t text) literal(s string) text {
	if s == "" {
		return t
	}
	if n := len(t); n > 0 && t[n-1].column < 0 {
		t[n-1].literal += s
		return t
	}
	return append(t, part{literal: s, column: -1})
}

// varies reports whether there is a column in t.
func (t text) varies() bool {
	for _, p := range t {
		if p.column >= 0 {
			return true
		}
	}
	return false
}

// fill puts the values of a row in; scratch is used and handed back.
func (t text) fill(values []string, scratch []byte) (string, []byte) {
	if len(t) == 1 && t[0].column >= 0 {
		return values[t[0].column], scratch
	}
	scratch = scratch[:0]
	for _, p := range t {
		if p.column >= 0 {
			scratch = append(scratch, values[p.column]...)
		} else {
			scratch = append(scratch, p.literal...)
		}
	}
	return string(scratch), scratch
}

// lacks reports whether a column in t is empty in the row.
func (t text) lacks(values []string) bool {
	for _, p := range t {
		if p.column >= 0 && values[p.column] == "" {
			return true
		}
	}
	return false
}
