package batch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// written is what an interrupted run left in the output.
type written struct {
	rows, errors int64  // lines, and those of them with an error
	good         int64  // the number of the last line that has a file
	last         []byte // that line, with its end
}

// isError reports whether a line tells an error. No text in it can look like
// that: its quotes are escaped.
func isError(line []byte) bool { return bytes.Contains(line, []byte(errorKey)) }

// maxWritten is above the longest line written: a file, two digits for each
// octet, and columns with their names, of a line each, at most six octets for
// each.
const maxWritten = 2*tlv.MaxAcceptedSize + 2*6*MaxLine + 6*MaxName + 64

// resume counts the complete lines of out, and cuts a torn one off.
func resume(out io.Writer) (written, error) {
	file, ok := out.(interface {
		io.ReadSeeker
		Truncate(size int64) error
	})
	if !ok {
		return written{}, errPipe
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return written{}, errPipe
	}
	done, size, err := count(file)
	if err == nil {
		err = file.Truncate(size)
	}
	if err == nil {
		_, err = file.Seek(size, io.SeekStart)
	}
	return done, err
}

// errPipe is for an output that is gone once it is written.
var errPipe = fmt.Errorf("%w: what was written to a pipe or a terminal cannot be counted: write to a file, or begin anew", ErrResume)

// count reads lines to the last complete one; size is where that ends.
func count(in io.Reader) (done written, size int64, err error) {
	r := bufio.NewReaderSize(in, maxWritten)
	for {
		line, err := r.ReadSlice('\n')
		begin := strconv.AppendInt([]byte(rowKey), done.rows+1, 10)
		begin = append(begin, ',')
		n := min(len(line), len(begin)) // of a torn line there may be less
		switch {
		case err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull):
			return done, size, err
		case !bytes.Equal(line[:n], begin[:n]) || err != nil && err != io.EOF:
			return done, size, fmt.Errorf("%w: line %d of the output is not that of row %d: it is no stream of a run", ErrResume, done.rows+1, done.rows+1)
		case err == io.EOF:
			return done, size, nil
		}
		done.rows++
		size += int64(len(line))
		if isError(line) {
			done.errors++
			continue
		}
		done.good, done.last = done.rows, append(done.last[:0], line...)
	}
}

// passOver passes over the rows that are written already, and makes the last
// of them that has a file again.
func (s *stream) passOver(r *run, done written) error {
	if err := r.pass(done.good-1, done.rows); err != nil {
		return err
	}
	if done.good > 0 {
		var bad *RowError
		err := r.rows.next()
		if err == io.EOF {
			return tooFew(done.rows)
		}
		if err != nil && !errors.As(err, &bad) {
			return err
		}
		if !s.same(r, done, bad == nil) {
			return fmt.Errorf("%w: row %d is not as the output has it: other rows, another template or another key", ErrResume, done.good)
		}
	}
	if err := r.pass(done.rows-done.good, done.rows); err != nil {
		return err
	}
	r.summary = Summary{Rows: done.rows, Passed: done.rows - done.errors, Failed: done.errors}
	return nil
}

// pass passes over n rows, of those that the output has.
func (r *run) pass(n, of int64) error {
	skipped, err := r.rows.skip(n)
	if err == nil && skipped < n {
		err = tooFew(of)
	}
	return err
}

func tooFew(rows int64) error {
	return fmt.Errorf("%w: the output has %d rows, and the input fewer", ErrResume, rows)
}

// same reports whether the row read last, if it could be read, gives the last
// line written.
func (s *stream) same(r *run, done written, read bool) bool {
	if !read {
		return false
	}
	file, _, err := r.maker.file(r.rows.values)
	if err != nil {
		return false
	}
	s.format(r.rows, r.maker.name(r.rows.values), file)
	return bytes.Equal(s.line, done.last)
}
