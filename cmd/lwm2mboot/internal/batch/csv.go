package batch

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// csvLine is the input of a csv.Reader that gets one line at a time.
type csvLine struct {
	rest []byte
	end  bool // the line end is still to be read
}

// errTorn comes to light when the csv.Reader wants more than the line.
var errTorn = errors.New("line ends in quotes")

func (c *csvLine) Read(p []byte) (n int, err error) {
	n = copy(p, c.rest)
	if c.rest = c.rest[n:]; len(c.rest) == 0 && n < len(p) && c.end {
		p[n], c.end = '\n', false
		n++
	}
	if n == 0 {
		err = errTorn
	}
	return n, err
}

// torn ends the run. A field with line ends in it is legal in CSV, but from a
// missing quote it cannot be told, and that would swallow cards without a word.
func torn() *RowError {
	return rowErrorf(ErrTorn, "the line ends inside quotes: a row is one line here, and what follows is not safe to read")
}

// openCSV reads the header and tells which columns of the template it lacks.
func (r *reader) openCSV(wanted []string, o InputOptions) error {
	line := new(csvLine)
	c := csv.NewReader(line)
	c.ReuseRecord = true
	c.FieldsPerRecord = len(o.Header)
	if o.Comma != 0 {
		c.Comma = o.Comma
	}
	if strings.ContainsRune("\"\r\n\x00", c.Comma) || !utf8.ValidRune(c.Comma) || c.Comma == utf8.RuneError {
		return fmt.Errorf("%w: a sign that cannot separate fields", ErrOption)
	}
	header := o.Header
	if len(header) == 0 {
		octets, err := r.line()
		if err == io.EOF {
			return nil // nothing at all: no rows, as of an empty part of a data engine
		}
		if err == nil {
			header, err = csvRecord(c, line, octets)
		}
		var bad *RowError
		if errors.As(err, &bad) {
			return fmt.Errorf("%w: line %d, the header: %s", ErrColumn, r.number, bad.Reason)
		}
		if err != nil {
			return fmt.Errorf("the header: %w", err)
		}
	}
	index, err := indexColumns(header, wanted)
	if err != nil {
		return err
	}
	r.parse = func(octets []byte) error {
		record, err := csvRecord(c, line, octets)
		if err != nil {
			return err
		}
		for i, at := range index {
			r.values[i] = record[at]
		}
		return nil
	}
	return nil
}

// indexColumns finds the columns in the header. No name of the header is in an
// error: where the header is missing it is a row, with a key in it.
func indexColumns(header, wanted []string) ([]int, error) {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.Trim(name, " ")
		if names[i] == "" {
			return nil, fmt.Errorf("%w: the header has no name for column %d", ErrColumn, i+1)
		}
		if at := slices.Index(names[:i], names[i]); at >= 0 {
			return nil, fmt.Errorf("%w: the header has the same name for the columns %d and %d", ErrColumn, at+1, i+1)
		}
	}
	index := make([]int, len(wanted))
	for i, name := range wanted {
		if index[i] = slices.Index(names, name); index[i] < 0 {
			if len(names) == 1 {
				return nil, fmt.Errorf("%w: %s in the header, which has one column: another sign between fields is told by --comma", ErrColumn, missing(name))
			}
			return nil, fmt.Errorf("%w: %s in the header, which has %d columns", ErrColumn, missing(name), len(names))
		}
	}
	return index, nil
}

// csvRecord reads the one record of a line; it stands until the next call.
func csvRecord(c *csv.Reader, line *csvLine, octets []byte) ([]string, error) {
	*line = csvLine{rest: octets, end: true}
	want := c.FieldsPerRecord // 0: the first record decides
	record, err := c.Read()
	switch {
	case errors.Is(err, errTorn):
		return nil, torn()
	case errors.Is(err, csv.ErrFieldCount):
		return nil, rowErrorf(ErrRow, "%d fields, not %d", len(record), want)
	case err != nil: // csv.ErrQuote, csv.ErrBareQuote
		return nil, rowErrorf(ErrRow, "a quote where none can be: a field with quotes has them around it, and those in it twice")
	}
	return record, checkText(octets)
}
