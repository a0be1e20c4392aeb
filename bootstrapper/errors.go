package bootstrapper

import (
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Errors of [Apply] that a caller may want to tell apart, with errors.Is.
// Beside these, the reader's, the store's and those of the packages tlv and
// objects come through.
var (
	// ErrNoData: the file is empty. A card without bootstrap information is
	// no fault.
	ErrNoData = errors.New("no bootstrap data")
	// ErrTooLarge: the file says that it is larger than Appendix G allows.
	ErrTooLarge = errors.New("larger than is accepted")
	// ErrStore: the store failed, with an error of its own that is there too.
	ErrStore = errors.New("store")
	// ErrInconsistent: the data are well-formed and cannot be used; the error
	// is an [*InconsistentError].
	ErrInconsistent = objects.ErrInconsistent
)

// InconsistentError carries everything that was found wrong with the data,
// warnings as well as errors: what decoding noticed, in the order of the file,
// then what validation found, in the order of paths.
type InconsistentError struct {
	Problems objects.Problems
}

// Error names the first problem of grade error, and counts the other ones.
func (e *InconsistentError) Error() string {
	var first objects.Problem
	n := 0
	for _, p := range e.Problems {
		if p.Grade != objects.Error {
			continue
		}
		if n == 0 {
			first = p
		}
		n++
	}
	if n == 0 {
		return ErrInconsistent.Error()
	}
	text := fmt.Sprintf("%v: %v: %s", ErrInconsistent, first.Path, first.Text)
	if n > 1 {
		text += fmt.Sprintf(", and %d more", n-1)
	}
	return text
}

// Unwrap makes errors.Is find [ErrInconsistent].
func (e *InconsistentError) Unwrap() error { return ErrInconsistent }

// refusal is an InconsistentError when one of the problems is an error.
func refusal(problems objects.Problems) error {
	if problems.Err() == nil {
		return nil
	}
	return &InconsistentError{Problems: problems}
}
