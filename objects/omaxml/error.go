package omaxml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

// Error tells where a file is wrong. Its text is one line of bounded length,
// however long the names in the file are.
type Error struct {
	Line, Column int    // from 1, columns in octets: behind what is wrong
	Element      string // the innermost of the schema's that is open: LWM2M/Object/ObjectID; empty outside
	Err          error  // what errors.Is finds
}

// Error implements error.
func (e *Error) Error() string {
	element := e.Element
	if element != "" {
		element += ": "
	}
	return fmt.Sprintf("omaxml: line %d, column %d: %s%.300s", e.Line, e.Column, element, clean(fmt.Append(nil, e.Err)))
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// fault is err at the place where the parser is.
func (p *parser) fault(err error) *Error {
	line, column := p.xml.InputPos()
	return &Error{Line: line, Column: column, Element: strings.Join(p.open, "/"), Err: err}
}

// syntax is an error of the XML decoder, or of the reader below it.
func (p *parser) syntax(err error) *Error {
	var wrong *xml.SyntaxError
	switch {
	case errors.Is(err, ErrEncoding):
		err = ErrEncoding
	case errors.As(err, &wrong):
		err = errors.New("XML syntax: " + wrong.Msg) // without the line, which we know better
	}
	return p.fault(err)
}
