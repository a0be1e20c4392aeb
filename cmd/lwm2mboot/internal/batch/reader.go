package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Format is how rows are written. A row is one line in both: of CSV, too, whose
// fields cannot have line ends in them here.
type Format string

// The formats.
const (
	Detect Format = ""       // NDJSON when the first line begins with a brace, else CSV
	CSV    Format = "csv"    // RFC 4180; the first line names the columns
	NDJSON Format = "ndjson" // a flat JSON object in each line
)

// InputOptions say how rows are read.
type InputOptions struct {
	Format Format

	// Header names the columns of CSV whose first line is a row already.
	Header []string

	// Comma separates the fields of CSV; 0: a comma.
	Comma rune
}

// reader reads rows. Every line that is not blank is one, also when something
// is wrong with it: so rows can be counted without looking into them.
type reader struct {
	*lines
	row    int64    // of the row read last, from 1
	values []string // of the columns wanted, of the row read last

	format Format
	parse  func(line []byte) error // sets values
	ahead  []byte                  // a line that detection read; nil when it is used up
}

// newReader reads as far as the first row: the header, when there is one.
func newReader(in io.Reader, wanted []string, o InputOptions) (*reader, error) {
	r := &reader{lines: newLines(in), values: make([]string, len(wanted)), format: o.Format}
	if r.format == Detect && len(o.Header) > 0 {
		r.format = CSV
	}
	if r.format == Detect {
		line, err := r.lines.next()
		if err == io.EOF {
			return r, nil
		}
		if err != nil {
			return nil, err
		}
		if r.format = CSV; bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("{")) {
			r.format = NDJSON
		}
		r.ahead = bytes.Clone(line)
	}
	switch r.format {
	case CSV:
		return r, r.openCSV(wanted, o)
	case NDJSON:
		return r, r.openNDJSON(wanted, o)
	}
	return nil, fmt.Errorf("%w: no format of rows is called that; there are csv and ndjson", ErrOption)
}

// line is the next line that is not blank.
func (r *reader) line() ([]byte, error) {
	if line := r.ahead; line != nil {
		r.ahead = nil
		return line, nil
	}
	return r.lines.next()
}

// next reads a row. An error is a *RowError, after which the next row can be
// read unless it is ErrTorn; or the input's own, io.EOF at its end.
func (r *reader) next() error {
	if r.parse == nil { // no line was there; a terminal has more behind its end
		return io.EOF
	}
	line, err := r.line()
	if err != nil && !errors.Is(err, errLong) {
		return err
	}
	r.row++
	switch {
	case err != nil && r.format == CSV && r.quotes%2 != 0:
		return torn()
	case err != nil:
		return rowErrorf(ErrRow, "a line of more than %d octets", MaxLine)
	}
	return r.parse(line)
}

// skip passes over rows without looking into them, and returns how many there
// were.
func (r *reader) skip(n int64) (skipped int64, err error) {
	for ; skipped < n; skipped++ {
		_, err := r.line()
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, errLong) {
			return skipped, err
		}
		r.row++
	}
	return skipped, nil
}

// checkText refuses what no text has in it.
func checkText(line []byte) error {
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		return rowErrorf(ErrRow, "a NUL in it")
	case !utf8.Valid(line):
		return rowErrorf(ErrRow, "not UTF-8")
	}
	return nil
}

// missing is a row or a header without a column. The name is the template's.
func missing(name string) string { return fmt.Sprintf("no column %q", name) }
