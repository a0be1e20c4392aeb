// Package table prints columns for people, for the tool and the examples.
package table

import (
	"bytes"
	"fmt"
	"io"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"
)

// Write aligns what rows writes, cells ended by tabs and rows by newlines, and
// writes it without blanks at the ends of lines.
func Write(w io.Writer, rows func(w io.Writer)) error {
	var b bytes.Buffer
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	rows(tw)
	tw.Flush() // to memory, which does not fail
	for line := range bytes.Lines(b.Bytes()) {
		if _, err := fmt.Fprintf(w, "%s\n", bytes.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// Readable reports whether octets are text that a terminal can take, and not
// empty.
func Readable(b []byte) bool {
	if len(b) == 0 || !utf8.Valid(b) {
		return false
	}
	for _, r := range string(b) {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
