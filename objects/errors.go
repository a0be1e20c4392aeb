package objects

import (
	"errors"
	"fmt"
)

// What a caller may want to tell apart, with errors.Is. Beside these, errors
// of package tlv come through: tlv.ErrValue, tlv.ErrTruncated, tlv.ErrNesting,
// tlv.ErrTooLong.
var (
	// ErrInconsistent: the data contradict each other or leave out what an
	// account needs; see [Problems.Err].
	ErrInconsistent = errors.New("inconsistent data")
	// ErrTwice: something that may stand once stands twice.
	ErrTwice = errors.New("given twice")
	// ErrLimit: more of something than this package accepts.
	ErrLimit = errors.New("too many")
	// ErrPath: a payload and the path it is for do not go together.
	ErrPath = errors.New("wrong path")
	// ErrType: a value is not of the type that a view or a definition wants.
	ErrType = errors.New("wrong type")
)

// DecodeError tells where an input is wrong.
type DecodeError struct {
	Path   Path  // of what was being read
	Offset int   // of its first octet, in the outermost input
	Err    error // in words; what errors.Is finds
}

// Error implements error.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("objects: %v: offset %d: %v", e.Path, e.Offset, e.Err)
}

// Unwrap returns Err.
func (e *DecodeError) Unwrap() error { return e.Err }
