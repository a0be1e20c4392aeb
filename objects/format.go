package objects

import (
	"fmt"
	"strconv"
	"time"
)

// String shows the value for a log or a person: numbers and truths as they
// are, a Time in RFC 3339, a String or Corelnk quoted, and of an Opaque, raw
// or secret one the length alone: "[19 bytes]".
func (v Value) String() string {
	if v.secret || v.typ == TypeOpaque || v.typ == TypeNone {
		return "[" + strconv.Itoa(v.Len()) + " bytes]"
	}
	switch v.typ {
	case TypeInteger:
		return strconv.FormatInt(int64(v.number), 10)
	case TypeUnsigned:
		return strconv.FormatUint(v.number, 10)
	case TypeFloat:
		f, _ := v.Float()
		return strconv.FormatFloat(f, 'g', -1, 64)
	case TypeBoolean:
		return strconv.FormatBool(v.number != 0)
	case TypeTime:
		t, _ := v.Time()
		return t.Format(time.RFC3339)
	case TypeObjlnk:
		l, _ := v.Objlnk()
		return l.String()
	}
	return strconv.Quote(v.text())
}

// Format prints [Value.String] for every verb, width and alignment honoured.
func (v Value) Format(f fmt.State, _ rune) { format(f, v.String()) }

// String lists the Resource as "5=[19 bytes]", one of multiple instances as
// "6={0=1 1=5}".
func (r Resource) String() string { return string(r.appendText(nil)) }

// Format prints [Resource.String] for every verb.
func (r Resource) Format(f fmt.State, _ rune) { format(f, r.String()) }

// String lists the Resources: `/1{0=1 1=86400 7="U"}`.
func (in Instance) String() string { return string(in.appendText(nil)) }

// Format prints [Instance.String] for every verb.
func (in Instance) Format(f fmt.State, _ rune) { format(f, in.String()) }

// String lists the Instances: `/1/0{0=1 1=86400 7="U"} /1/1{0=2}`.
func (o Object) String() string { return string(o.appendText(nil)) }

// Format prints [Object.String] for every verb.
func (o Object) Format(f fmt.State, _ rune) { format(f, o.String()) }

// String lists all of the tree in one line, values as [Value.String] shows
// them.
func (t Tree) String() string {
	var b []byte
	for i, o := range t.objects {
		if i > 0 {
			b = append(b, ' ')
		}
		b = o.appendText(b)
	}
	return string(b)
}

// Format prints [Tree.String] for every verb.
func (t Tree) Format(f fmt.State, _ rune) { format(f, t.String()) }

func (o Object) appendText(b []byte) []byte {
	for i, in := range o.instances {
		if i > 0 {
			b = append(b, ' ')
		}
		b = ObjectPath(o.id).AppendTo(b)
		b = in.appendText(b)
	}
	return b
}

func (in Instance) appendText(b []byte) []byte {
	b = append(b, '/')
	b = strconv.AppendUint(b, uint64(in.id), 10)
	b = append(b, '{')
	for i, r := range in.resources {
		if i > 0 {
			b = append(b, ' ')
		}
		b = r.appendText(b)
	}
	return append(b, '}')
}

func (r Resource) appendText(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(r.id), 10)
	b = append(b, '=')
	if !r.multiple {
		return append(b, r.value.String()...)
	}
	b = append(b, '{')
	for i, ri := range r.values {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(ri.ID), 10)
		b = append(b, '=')
		b = append(b, ri.Value.String()...)
	}
	return append(b, '}')
}

// format prints text as %s would with the flags of f. Being asked for every
// verb, it leaves fmt no occasion to look into a struct.
func format(f fmt.State, text string) { fmt.Fprintf(f, fmt.FormatString(f, 's'), text) }
