package batch

import (
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// What a caller may want to tell apart, with errors.Is. What is wrong with a
// value of a row has the classes of package config.
var (
	// ErrTemplate: the configuration cannot serve as a template.
	ErrTemplate = errors.New("template")
	// ErrMaster: values are derived, and there is no master key or a short one.
	ErrMaster = errors.New("master key")
	// ErrOption: options that contradict each other or say nothing of sense.
	ErrOption = errors.New("option")
	// ErrColumn: a column that the template asks for is not there.
	ErrColumn = errors.New("column")
	// ErrRow: a row that is not of its format.
	ErrRow = errors.New("row")
	// ErrTorn: a line of CSV ends inside quotes. The run ends, for what follows
	// could be text that only looks like rows.
	ErrTorn = errors.New("torn quotes")
	// ErrName: a name that a file cannot have.
	ErrName = errors.New("name")
	// ErrExists: a file of the name is there already.
	ErrExists = errors.New("exists")
	// ErrResume: there is nothing that can be gone on with.
	ErrResume = errors.New("resume")
)

// RowError tells what is wrong with a row. It never shows a value.
type RowError struct {
	Row    int64  // of data, from 1
	Line   int64  // of the input, from 1
	Path   string // of the value in names, Security/1/SecretKey; may be empty
	Reason string // in words, one line
	Err    error  // the class, for errors.Is
}

// Error is "row 3, line 4: Security/1/SecretKey: …".
func (e *RowError) Error() string { return fmt.Sprintf("row %d, line %d: %s", e.Row, e.Line, e.what()) }

// what is the error without its place.
func (e *RowError) what() string {
	if e.Path == "" {
		return e.Reason
	}
	return e.Path + ": " + e.Reason
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// rowErrorf is a RowError whose place the run fills in. The arguments must not
// be values of a row.
func rowErrorf(class error, format string, args ...any) *RowError {
	return &RowError{Reason: fmt.Sprintf(format, args...), Err: class}
}

// rowError is an error of package config for a row. Its place in the template
// is left out: the path tells it, and it is the row that is wrong.
func rowError(err error, path string) error {
	var bad *config.Error
	if !errors.As(err, &bad) {
		return err
	}
	if bad.Path != "" {
		path = bad.Path
	}
	return &RowError{Path: path, Reason: bad.Reason, Err: bad.Err}
}
