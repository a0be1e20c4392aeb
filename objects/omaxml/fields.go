package omaxml

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// fields are the leaves of an Object or an Item. When all are read and p stands
// at its end, the methods tell what they say; the first mistake stays in err.
type fields struct {
	p      *parser
	names  []string
	leaves map[string]leaf
	err    error
}

// leaf is the text of an element, and an error at its end that does not yet say
// what is wrong. The zero leaf is that of an element which is not there.
type leaf struct {
	text  string
	fault *Error
}

func (p *parser) fields(names ...string) *fields {
	return &fields{p: p, names: names, leaves: make(map[string]leaf, len(names))}
}

func (f *fields) wants(name string) bool {
	return f != nil && slices.Contains(f.names, name)
}

// wrong notes what is wrong with a leaf, unless there was something before.
func (f *fields) wrong(at leaf, err error) {
	if f.err == nil {
		at.fault.Err = err
		f.err = at.fault
	}
}

func (f *fields) missing(name string) {
	f.wrong(leaf{fault: f.p.fault(nil)}, fmt.Errorf("no %s in it", name))
}

func (f *fields) optional(name string) leaf { return f.leaves[name] }

func (f *fields) required(name string) leaf {
	l, ok := f.leaves[name]
	if !ok {
		f.missing(name)
	}
	return l
}

// choice is the index of a text among those that an element may have.
func (f *fields) choice(name string, texts ...string) int {
	l := f.required(name)
	i := slices.Index(texts, l.text)
	if i < 0 {
		f.wrong(l, fmt.Errorf("%.40q is none of %q", l.text, texts))
		return 0
	}
	return i
}

// id is a number up to limit.
func (f *fields) id(name string, limit uint64) uint64 {
	l := f.required(name)
	n, err := number(l.text, limit)
	if err != nil {
		f.wrong(l, err)
	}
	return n
}

// version is that of ObjectVersion, else that at the end of ObjectURN
// (urn:oma:lwm2m:oma:0:1.2), else 1.0.
func (f *fields) version(id objects.ObjectID) tlv.Version {
	l := f.optional("ObjectVersion")
	text := l.text
	if text == "" {
		l = f.optional("ObjectURN")
		part := strings.SplitN(l.text, ":", 7)
		if len(part) != 6 {
			return tlv.Version{Major: 1}
		}
		if part[4] != strconv.Itoa(int(id)) {
			f.wrong(l, fmt.Errorf("of another object than %d", id))
		}
		text = part[5]
	}
	major, minor, _ := strings.Cut(text, ".")
	a, err1 := number(major, 255)
	b, err2 := number(minor, 255)
	if err1 != nil || err2 != nil || a == 0 {
		f.wrong(l, fmt.Errorf("version %.40q is not 1.0 to 255.255", text))
	}
	return tlv.Version{Major: uint8(a), Minor: uint8(b)}
}

// limit is the range of values of a type.
func (f *fields) limit(name string, t objects.Type) objects.Range {
	l := f.optional(name)
	r, err := limit(l.text, t)
	if err != nil {
		f.wrong(l, err)
	}
	return r
}

// number reads a decimal number up to limit; 0 with an error.
func number(text string, limit uint64) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > limit {
		return 0, fmt.Errorf("%.40q is no number from 0 to %d", text, limit)
	}
	return n, nil
}

// clean is a text of a file as it may stand in a log: line breaks are spaces,
// and there are none around it. Spaces within stay; the registry has doubled
// ones in names.
func clean(text []byte) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, string(text)))
}

// The words of the schema. A type's index is its number.
var (
	operationNames = []string{"", "R", "W", "RW", "E"}
	operations     = []objects.Operations{0, objects.OpRead, objects.OpWrite, objects.OpRead | objects.OpWrite, objects.OpExecute}
	typeNames      = []string{"", "String", "Integer", "Unsigned Integer", "Float", "Boolean", "Opaque", "Time", "Objlnk", "Corelnk"}
)
