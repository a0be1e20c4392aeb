package objects

import "fmt"

// Grade tells how bad a [Problem] is.
type Grade uint8

// The grades.
const (
	Warning Grade = iota // the data can be used all the same
	Error                // an account cannot be used, or the data contradict each other
)

// String is "warning" or "error".
func (g Grade) String() string {
	if g == Warning {
		return "warning"
	}
	return "error"
}

// Problem is something found wrong while reading or validating.
type Problem struct {
	Path  Path // as near to it as can be; of a Resource that is missing, where it should be
	Grade Grade
	Text  string // in words, one line, never a value that could be secret
}

// String is "/0/1/10: error: missing".
func (p Problem) String() string { return fmt.Sprintf("%v: %v: %s", p.Path, p.Grade, p.Text) }

// Problems is a list of what was found wrong.
type Problems []Problem

// Err is nil when no problem is of grade [Error], and otherwise an error that
// names the first such and counts the others. It is [ErrInconsistent].
func (ps Problems) Err() error {
	var first Problem
	n := 0
	for _, p := range ps {
		if p.Grade == Error {
			if n == 0 {
				first = p
			}
			n++
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("objects: %v: %s: %w", first.Path, first.Text, ErrInconsistent)
	}
	return fmt.Errorf("objects: %v: %s, and %d more: %w", first.Path, first.Text, n-1, ErrInconsistent)
}
