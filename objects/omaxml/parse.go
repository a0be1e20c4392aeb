package omaxml

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Limits of a file.
const (
	MaxSize  = 4 << 20 // octets; a file of OMA with one Object has 5 to 25 thousand
	MaxDepth = 32      // open elements; the schema has 5, and a description may hold markup
)

// ErrEncoding: the file declares another encoding than UTF-8.
var ErrEncoding = errors.New("encoding is not UTF-8")

// Parse reads the definitions in a file, at least one, in its order. Resources
// are sorted by ID. Each definition is one that [objects.Registry.Register]
// accepts.
//
// Marks of secrets come from known, where nil stands for the built-in
// definitions; see the package documentation. known is not changed, and what
// is returned is the caller's to change.
//
// A mistake in the file is an [*Error]. With errors.Is: [objects.ErrTwice] for
// what stands twice (an element, an Item ID, an Object in one version),
// [objects.ErrLimit] for what is above a limit, [ErrEncoding], and what r
// returned.
func Parse(r io.Reader, known *objects.Registry) ([]objects.Definition, error) {
	limited := &io.LimitedReader{R: r, N: MaxSize + 1}
	p := newParser(limited)
	list, err := p.file(newMarks(known))
	if limited.N == 0 {
		return nil, p.fault(fmt.Errorf("more than %d octets: %w", MaxSize, objects.ErrLimit))
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Register adds the definitions of a file to reg, or replaces those of the same
// object and version. Marks of secrets come from reg as it was before. After an
// error, those of [Parse], reg is unchanged.
func Register(reg *objects.Registry, r io.Reader) error {
	list, err := Parse(r, reg)
	for _, d := range list {
		err = errors.Join(err, reg.Register(d))
	}
	return err
}

func newParser(r io.Reader) *parser {
	b := bufio.NewReader(r)
	if bom, _ := b.Peek(3); bytes.Equal(bom, []byte("\uFEFF")) {
		b.Discard(len(bom))
	}
	p := &parser{xml: xml.NewDecoder(b)}
	p.xml.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, ErrEncoding }
	return p
}

// file reads the whole file.
func (p *parser) file(m marks) ([]objects.Definition, error) {
	type key struct {
		id      objects.ObjectID
		version tlv.Version
	}
	var list []objects.Definition
	seen := map[key]bool{}
	object := func(e xml.StartElement) error {
		d, err := p.object(e)
		if err != nil {
			return err
		}
		k := key{d.ID, d.Version}
		if seen[k] {
			return p.fault(fmt.Errorf("object %d version %v: %w", d.ID, d.Version, objects.ErrTwice))
		}
		seen[k] = true
		m.apply(&d)
		list = append(list, d)
		return nil
	}
	roots := 0
	err := p.inside(nil, branches{"LWM2M": func(xml.StartElement) error {
		if roots++; roots > 1 {
			return p.fault(objects.ErrTwice)
		}
		return p.inside(nil, branches{"Object": object})
	}})
	if err == nil && len(list) == 0 {
		err = p.fault(errors.New("no LWM2M with an Object"))
	}
	return list, err
}
