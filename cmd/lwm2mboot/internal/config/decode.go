package config

import (
	"bytes"
	"encoding/hex"
	"strconv"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// DecodeOptions say how a file is made a configuration. The zero value has the
// built-in definitions and masks nothing.
type DecodeOptions struct {
	// Registry has the definitions; nil: the built-in ones.
	Registry *objects.Registry

	// Mask writes masked:19 in place of a secret of 19 octets: of values that
	// their definition calls secret, of those without a definition, and of all
	// that only raw: can tell. Such a configuration is not taken back:
	// [ErrMasked].
	Mask bool
}

// Decode makes a configuration of the octets of EF(LwM2M_Bootstrap): a mapping
// of names and values as people write them, from which [Generate] with
// NoValidate makes the same octets, up to padding behind them.
//
// What has no such form is kept octet for octet: a value that is coded longer
// than needed as raw:, an Object with Resources outside its Instances or with
// long lengths as raw:, a file that has an Object twice as raw:, whole. An
// error is that of tlv.ParseFile.
func Decode(file []byte, opts *DecodeOptions) (Node, error) {
	f, err := tlv.ParseFile(file)
	if err != nil {
		return Node{}, err
	}
	size, err := tlv.FileSize(file)
	if err != nil {
		return Node{}, err
	}
	d := decoder{names: NewNames(nil)}
	if opts != nil {
		d.opts, d.names = *opts, NewNames(opts.Registry)
	}
	return d.file(f, file[:size]), nil
}

// decoder makes nodes of octets.
type decoder struct {
	opts  DecodeOptions
	names *Names
}

func (d *decoder) file(f tlv.File, content []byte) Node {
	n := Node{Kind: Mapping}
	seen := make(map[uint16]bool)
	for _, o := range f.Objects {
		if seen[o.ID] {
			return d.raw(content)
		}
		seen[o.ID] = true
		key := d.names.ObjectName(o.ID)
		if o.Version != (tlv.Version{}) {
			key += "@" + o.Version.String()
		}
		n.Entries = append(n.Entries, Entry{Key: keyNode(key), Value: d.object(o)})
	}
	if again, err := tlv.AppendFile(nil, f); err != nil || !bytes.Equal(again, content) {
		return d.raw(content)
	}
	return n
}

// raw is the node of octets that are kept as they are, or masked.
func (d *decoder) raw(octets []byte) Node {
	if d.opts.Mask {
		return masked(octets)
	}
	return textNode(string(rawPrefix) + hex.EncodeToString(octets))
}

func masked(octets []byte) Node { return textNode(string(maskPrefix) + strconv.Itoa(len(octets))) }

func textNode(text string) Node { return Node{Kind: Text, Text: text} }

func numberNode(text string) Node { return Node{Kind: Number, Text: text} }

// keyNode is a name, or a number when it is in digits.
func keyNode(text string) Node {
	if letter(text[0]) {
		return textNode(text)
	}
	return numberNode(text)
}

// object is a mapping when its octets can be made of that again, else raw.
func (d *decoder) object(o tlv.Object) Node {
	def, _ := d.opts.Registry.Lookup(objects.ObjectID(o.ID), o.Version)
	n, again, ok := d.level(o.Reader(), func(e tlv.Entry) (key string, value Node, again []byte, ok bool) {
		if e.Kind != tlv.ObjectInstance {
			return "", value, nil, false
		}
		value, again, ok = d.instance(o.ID, def, e)
		return entryKey(e), value, again, ok
	})
	if !ok || !bytes.Equal(again, o.Instances) {
		return d.raw(o.Instances)
	}
	return n
}

// instance is the mapping of an Object Instance's Resources.
func (d *decoder) instance(object uint16, def *objects.Definition, in tlv.Entry) (n Node, again []byte, ok bool) {
	return d.level(in.Reader(), func(e tlv.Entry) (key string, value Node, again []byte, ok bool) {
		f := Field{Object: object, ID: e.ID}
		f.Definition, _ = def.Resource(objects.ResourceID(e.ID))
		switch e.Kind {
		case tlv.Resource:
			value, again, ok = d.value(f, e.Value), e.Value, true
		case tlv.MultipleResource:
			value, again, ok = d.values(f, e)
		}
		return d.names.ResourceName(object, e.ID), value, again, ok
	})
}

// values is the mapping of a Multiple Resource's values.
func (d *decoder) values(f Field, res tlv.Entry) (n Node, again []byte, ok bool) {
	return d.level(res.Reader(), func(e tlv.Entry) (key string, value Node, again []byte, ok bool) {
		return entryKey(e), d.value(f, e.Value), e.Value, e.Kind == tlv.ResourceInstance
	})
}

func entryKey(e tlv.Entry) string { return strconv.Itoa(int(e.ID)) }

// level is the mapping of the entries that r reads, each by entry, and their
// octets as they would be written: where lengths or identifiers are longer than
// needed these differ from those read. It fails where an ID is twice, or where
// entry does.
func (d *decoder) level(r tlv.Reader, entry func(tlv.Entry) (key string, value Node, again []byte, ok bool)) (Node, []byte, bool) {
	n, octets := Node{Kind: Mapping}, []byte{}
	seen := make(map[uint16]bool)
	for e := (tlv.Entry{}); r.Next(&e); {
		key, value, again, ok := entry(e)
		if !ok || seen[e.ID] {
			return n, nil, false
		}
		seen[e.ID] = true
		n.Entries = append(n.Entries, Entry{Key: keyNode(key), Value: value})
		octets, _ = tlv.AppendEntry(octets, tlv.Entry{Kind: e.Kind, ID: e.ID, Value: again}) // never longer than what was read
	}
	return n, octets, r.Err() == nil
}
