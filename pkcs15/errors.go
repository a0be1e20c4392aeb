package pkcs15

import (
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Errors to be tested for with errors.Is.
var (
	// ErrUnsupported: the file uses a form of PKCS#15 that this package does
	// not read: enveloped values and directories, values behind a URL.
	ErrUnsupported = errors.New("form not supported")

	// ErrUnusedRecord: a record of EF(DIR) names no application.
	ErrUnusedRecord = errors.New("unused record")
)

// Error tells where a file is not what it should be. Its text holds tags,
// lengths and offsets, never contents.
type Error struct {
	File   string // "EF(DIR)", "ODF", "DODF", or "DODF 3F00/5015/4401"
	Offset int    // of the first octet of the element at fault
	Reason string
	Err    error // ErrUnsupported, ErrUnusedRecord or nil
}

// Error is one line: file, offset, reason.
func (e *Error) Error() string {
	return fmt.Sprintf("pkcs15: %s: offset %d: %s", e.File, e.Offset, e.Reason)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// fault is an error at an element of a file that in will name.
func fault(e ber.Element, format string, args ...any) error {
	return &Error{Offset: e.Offset, Reason: fmt.Sprintf(format, args...)}
}

// unsupported is a fault that is none of the file's.
func unsupported(e ber.Element, what string) error {
	return &Error{Offset: e.Offset, Reason: what + ": " + ErrUnsupported.Error(), Err: ErrUnsupported}
}

// in makes err, which is of a reader or of fault, an *Error that names the file.
func in(file string, err error) error {
	var malformed *ber.Error
	if errors.As(err, &malformed) {
		return &Error{File: file, Offset: malformed.Offset, Reason: malformed.Reason}
	}
	var e *Error
	if errors.As(err, &e) {
		e.File = file
	}
	return err
}
