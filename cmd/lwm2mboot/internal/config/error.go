package config

import (
	"errors"
	"fmt"
)

// What a caller may want to tell apart, with errors.Is.
var (
	// ErrSyntax: the text is not of its syntax, or uses a part of it that is
	// refused (aliases, tags, several documents).
	ErrSyntax = errors.New("syntax")
	// ErrLimit: too large, too deep, too many.
	ErrLimit = errors.New("limit")
	// ErrKey: a key that names nothing, or stands where it cannot.
	ErrKey = errors.New("key")
	// ErrTwice: something is given twice, maybe once by name and once by number.
	ErrTwice = errors.New("given twice")
	// ErrValue: a value that its Resource cannot have.
	ErrValue = errors.New("value")
	// ErrMasked: a value that was masked when the configuration was written.
	ErrMasked = errors.New("masked")
	// ErrFile: a file: that cannot be read.
	ErrFile = errors.New("file")
	// ErrInvalid: the data contradict each other, see [Document.Encode].
	ErrInvalid = errors.New("invalid")
)

// Error tells where a configuration is wrong. It never shows a value.
type Error struct {
	At     Position
	Path   string // in names, Security/1/Lifetime; may be empty
	Reason string // in words, one line, with what to do where that is known
	Err    error  // one of those above
}

// Error is "4:7: Security/1/Lifetime: not an integer"; parts that are not
// known are left out.
func (e *Error) Error() string {
	text := e.Reason
	if e.Path != "" {
		text = e.Path + ": " + text
	}
	if at := e.At.String(); at != "" {
		text = at + ": " + text
	}
	return text
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an Error at a place. The arguments must not be values of a
// configuration.
func Errorf(at Position, class error, format string, args ...any) *Error {
	return &Error{At: at, Reason: fmt.Sprintf(format, args...), Err: class}
}
