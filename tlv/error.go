package tlv

import (
	"errors"
	"fmt"
)

// What a caller may want to tell apart, with errors.Is.
var (
	// ErrTruncated: the input ends before the structure in it does;
	// [Error.Missing] says by how much.
	ErrTruncated = errors.New("truncated")
	// ErrInconsistent: number_of_objects, size and the lengths of the objects
	// in a file contradict each other.
	ErrInconsistent = errors.New("inconsistent")
	// ErrNesting: a kind of entry stands where it must not.
	ErrNesting = errors.New("wrong nesting")
	// ErrTooLong: a value, a file or a number does not fit the format, or
	// passes a limit of this package.
	ErrTooLong = errors.New("too long")
	// ErrValue: octets that are no value of the type asked for.
	ErrValue = errors.New("not a value of this type")
)

// Error tells where an input is wrong.
type Error struct {
	Offset  int    // of the first octet of the entry, object or header at fault
	Missing int    // octets that the input lacks; 0 unless Err is ErrTruncated
	Reason  string // in words
	Err     error  // one of ErrTruncated, ErrInconsistent, ErrNesting, ErrTooLong
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("tlv: offset %d: %s", e.Offset, e.Reason) }

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }
