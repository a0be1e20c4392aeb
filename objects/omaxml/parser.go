package omaxml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// parser walks the elements of a file. It keeps no tree: a branch is read when
// its start was met, and read to its end.
type parser struct {
	xml  *xml.Decoder
	open []string // the open elements of the schema, for errors
}

// branches are the elements that hold others, by name. A function is called
// behind the start of its element and reads up to the end, the end included.
type branches map[string]func(start xml.StartElement) error

// next is the next token; io.EOF behind the end of the outermost element.
func (p *parser) next() (xml.Token, error) {
	token, err := p.xml.Token()
	if err != nil && err != io.EOF {
		return nil, p.syntax(err)
	}
	if _, is := token.(xml.Directive); is {
		return nil, p.fault(errors.New("a document type declaration, or another directive"))
	}
	return token, err
}

// inside reads what stands in the open element up to its end, or outside of
// any up to the end of the file: leaves into f, when it has their names,
// branches by their function; other elements are passed over.
func (p *parser) inside(f *fields, known branches) error {
	for {
		token, err := p.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return p.fault(errors.New("text where elements belong"))
			}
		case xml.StartElement:
			if err := p.element(t, f, known); err != nil {
				return err
			}
		}
	}
}

func (p *parser) element(start xml.StartElement, f *fields, known branches) error {
	name := start.Name.Local
	branch := known[name]
	leaf := f.wants(name)
	if branch == nil && !leaf {
		return p.skip()
	}
	p.open = append(p.open, name)
	defer func() { p.open = p.open[:len(p.open)-1] }()
	if leaf {
		return p.leaf(f, name)
	}
	return branch(start)
}

// leaf reads the text of the open element and its end.
func (p *parser) leaf(f *fields, name string) error {
	if _, twice := f.leaves[name]; twice {
		return p.fault(objects.ErrTwice)
	}
	var text []byte
	for {
		token, err := p.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.CharData: // several, when comments or CDATA part them
			text = append(text, t...)
		case xml.StartElement:
			return p.fault(errors.New("an element where text belongs"))
		case xml.EndElement:
			f.leaves[name] = leaf{text: clean(text), fault: p.fault(nil)}
			return nil
		}
	}
}

// skip passes over the open element, which is none of the schema's.
func (p *parser) skip() error {
	for depth := 1; depth > 0; {
		token, err := p.next()
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth+len(p.open) > MaxDepth {
				return p.fault(fmt.Errorf("elements deeper than %d: %w", MaxDepth, objects.ErrLimit))
			}
		case xml.EndElement:
			depth--
		}
	}
	return nil
}
