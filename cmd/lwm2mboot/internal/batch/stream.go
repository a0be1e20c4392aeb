package batch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
)

// Stream writes a line of JSON for each row of in:
//
//	{"row":1,"id":"89490200001234567890","identity":"dev-1","hex":"0002007A…"}
//	{"row":2,"id":"89490200001234567891","error":"line 3: Security/1/SecretKey: …"}
//
// row counts from 1, id is Options.Name with the columns put in and is left out
// without one, between them and hex are the columns copied, as text. The
// second form is written with KeepGoing only. So there is a line for each row
// done, in order. An id has MaxName octets at most; whether two rows have the
// same is not looked at.
//
// Both ends may be pipes. Lines are written before more input is read, so that
// a partner that waits for them gets them; a Read that waits is not ended by
// ctx.
//
// With Resume, out has what an interrupted run wrote, and must be able to read,
// seek and truncate, as an *os.File opened with O_RDWR can: complete lines are
// counted, a line that is torn at the end is cut off, and as many rows are
// passed over, those with an error, too: they are not tried again. The last of
// them that has a file is made again and held against its line, so that other
// rows or another template are found out. in must begin with the first row
// again. Errors are [ErrResume].
//
// The error is a *RowError without KeepGoing, ctx's cause when it ended, or what
// kept the run from going on. The summary is right in every case.
func (t *Template) Stream(ctx context.Context, in io.Reader, out io.Writer, o *RunOptions) (Summary, error) {
	var done written
	if o != nil && o.Resume {
		var err error
		if done, err = resume(out); err != nil {
			return Summary{}, err
		}
	}
	s := &stream{t: t, out: bufio.NewWriterSize(out, MaxLine)}
	for _, i := range t.columns.copied {
		key := append([]byte{','}, appendQuoted(nil, t.columns.names[i])...)
		s.keys = append(s.keys, append(key, ':'))
	}
	r, err := t.newRun(in, s, o)
	if err == nil {
		err = s.passOver(r, done)
	}
	if err != nil {
		return Summary{}, err
	}
	return r.all(ctx)
}

// stream is the sink of Stream.
type stream struct {
	t    *Template
	out  *bufio.Writer
	keys [][]byte // of the columns copied: ,"name":
	line []byte
}

func (s *stream) put(row *reader, name string, file []byte) (made bool, err error) {
	if s.t.name != nil && (name == "" || len(name) > MaxName) {
		return false, rowErrorf(ErrName, "a name of %d octets: 1 to %d are possible", len(name), MaxName)
	}
	s.format(row, name, file)
	_, err = s.out.Write(s.line)
	return true, err
}

// format makes the line of a row.
func (s *stream) format(row *reader, name string, file []byte) {
	s.begin(row.row, name)
	for i, at := range s.t.columns.copied {
		s.line = append(s.line, s.keys[i]...)
		s.line = appendQuoted(s.line, row.values[at])
	}
	s.line = append(s.line, `,"hex":"`...)
	s.line = appendHex(s.line, file)
	s.line = append(s.line, "\"}\n"...)
}

func (s *stream) fail(bad *RowError, name string) error {
	s.begin(bad.Row, name)
	s.line = append(s.line, errorKey...)
	s.line = appendQuoted(s.line, fmt.Sprintf("line %d: %s", bad.Line, bad.what()))
	s.line = append(s.line, "}\n"...)
	_, err := s.out.Write(s.line)
	return err
}

func (s *stream) flush() error { return s.out.Flush() }

// Parts of a line.
const (
	rowKey   = `{"row":`
	errorKey = `,"error":`
)

// begin makes the beginning of a line.
func (s *stream) begin(row int64, name string) {
	s.line = append(s.line[:0], rowKey...)
	s.line = strconv.AppendInt(s.line, row, 10)
	if name != "" && len(name) <= MaxName {
		s.line = append(s.line, `,"id":`...)
		s.line = appendQuoted(s.line, name)
	}
}

const hexDigits = "0123456789ABCDEF"

func appendHex(dst, octets []byte) []byte {
	for _, c := range octets {
		dst = append(dst, hexDigits[c>>4], hexDigits[c&0xF])
	}
	return dst
}

// appendQuoted appends text, which is UTF-8, as a string of JSON.
func appendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ' || c == 0x7F:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
