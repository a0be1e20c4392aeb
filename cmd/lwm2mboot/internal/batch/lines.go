package batch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the longest line of input, its end included, in octets.
const MaxLine = 64 << 10

// errLong is a line that is too long; the next is read behind it.
var errLong = fmt.Errorf("%w: a line of more than %d octets", ErrRow, MaxLine)

// lines reads lines in constant memory.
type lines struct {
	in     *bufio.Reader
	number int64 // of the line read last, from 1
	octets int64 // read
	quotes int   // in the line read last, when it was too long
}

func newLines(in io.Reader) *lines { return &lines{in: bufio.NewReaderSize(in, MaxLine)} }

// next reads a line that is not blank, without its end, LF or CRLF; it stands
// until the next call. The end is io.EOF.
func (l *lines) next() ([]byte, error) {
	for {
		line, err := l.in.ReadSlice('\n')
		if len(line) == 0 && err != nil {
			return nil, err
		}
		l.number++
		l.octets += int64(len(line))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, l.pass(line)
		case err != nil && err != io.EOF:
			return nil, err // what there is of the line is not all of it
		}
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if l.number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
		}
		if len(bytes.Trim(line, " ")) > 0 {
			return line, nil
		}
	}
}

// pass reads to the end of a line that began with part, and counts its quotes.
func (l *lines) pass(part []byte) error {
	l.quotes = bytes.Count(part, []byte(`"`))
	for {
		part, err := l.in.ReadSlice('\n')
		l.octets += int64(len(part))
		l.quotes += bytes.Count(part, []byte(`"`))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil && err != io.EOF:
			return err
		default:
			return errLong
		}
	}
}
