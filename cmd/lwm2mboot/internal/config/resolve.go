package config

import (
	"errors"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Resolve makes a Document of the mapping n:
//
//	Security:                 an Object: its name, its number, Security@1.1
//	  1:                      an Object Instance
//	    ServerURI: coaps://…  a Resource: its name or its number
//	    16: [0xC0A8, 0xC0AE]  several values, or {0: 0xC0A8, 3: 0xC0AE},
//	                          or [[0, 0xC0A8], [3, 0xC0AE]]
//	Server/1/Lifetime: 60     a path of two to four parts, among the others
//
// Text can begin with a prefix that says what the rest is:
//
//	hex:33782F     octets          base64:M3gv   octets
//	file:key.bin   a file's, below Options.Dir   text:hex:   text, this one "hex:"
//	raw:00015180   the octets of a value of any type; raw: in place of an Object
//	               or of the whole configuration are its octets in the file
//
// Everything of one Object may stand in several places, but nothing twice. An
// error is an [*Error]; its class is one of this package's sentinels.
func Resolve(n Node, opts *Options) (*Document, error) {
	r := &resolver{
		names: NewNames(nil), doc: new(Document),
		index: make(map[objects.Path]int), given: make(map[objects.Path]Position),
	}
	if opts != nil {
		r.opts = *opts
		r.names = NewNames(opts.Registry)
	}
	if err := r.document(n); err != nil {
		return nil, err
	}
	return r.doc, nil
}

// resolver builds one Document.
type resolver struct {
	opts  Options
	names *Names
	doc   *Document

	index map[objects.Path]int      // where a part is, in the list of its parent
	given map[objects.Path]Position // where a part was given by a key of its own
}

// wrap gives an error the path of what it is about.
func (r *resolver) wrap(err error, p objects.Path) error {
	var bad *Error
	if errors.As(err, &bad) && bad.Path == "" {
		bad.Path = r.names.Path(p)
	}
	return err
}

// once notes that p is given at a place, and refuses it the second time.
func (r *resolver) once(p objects.Path, at Position) error {
	if before, twice := r.given[p]; twice {
		return r.wrap(Errorf(at, ErrTwice, "given twice%s", since(before)), p)
	}
	r.given[p] = at
	return nil
}

func since(before Position) string {
	if before == (Position{}) {
		return ""
	}
	return ", first at " + before.String()
}

func (r *resolver) document(n Node) (err error) {
	r.doc.At = n.At
	if n.Kind == Text && n.prefix() != noPrefix {
		r.doc.Raw, err = rawOctets(n, tlv.MaxAcceptedSize)
		return err
	}
	if n.Kind != Mapping {
		return Errorf(n.At, ErrValue, "%v where the mapping of Objects belongs, as Security: {1: {ServerURI: …}}", n.Kind)
	}
	keys, err := r.objects(n)
	if err != nil {
		return err
	}
	for i, e := range n.Entries {
		if err := r.entry(keys[i], e.Value); err != nil {
			return err
		}
	}
	return nil
}

// topKey is a key of the outermost mapping.
type topKey struct {
	at       Position
	object   int      // index in the Document
	segments []string // behind the Object's, of a path
}

// objects makes the Objects that the keys name, in their order. It goes before
// the rest because any one key can tell the version that decides over all.
func (r *resolver) objects(n Node) ([]topKey, error) {
	keys := make([]topKey, len(n.Entries))
	for i, e := range n.Entries {
		text, err := keyText(e.Key)
		if err != nil {
			return nil, err
		}
		k := topKey{at: e.Key.At}
		if isPath(text) {
			segments, err := splitPath(k.at, text)
			if err != nil {
				return nil, err
			}
			text, k.segments = segments[0], segments[1:]
		}
		if k.object, err = r.object(k.at, text); err != nil {
			return nil, err
		}
		keys[i] = k
	}
	for i := range r.doc.Objects {
		o := &r.doc.Objects[i]
		o.Definition, _ = r.opts.Registry.Lookup(objects.ObjectID(o.ID), o.Version)
	}
	return keys, nil
}

// object finds or makes the Object that text names.
func (r *resolver) object(at Position, text string) (index int, err error) {
	id, version, err := r.names.object(at, text)
	if err != nil {
		return 0, err
	}
	p := objects.ObjectPath(objects.ObjectID(id))
	index, ok := r.index[p]
	if !ok {
		index = len(r.doc.Objects)
		r.index[p] = index
		r.doc.Objects = append(r.doc.Objects, Object{ID: id, At: at})
	}
	o := &r.doc.Objects[index]
	switch {
	case version == tlv.Version{}:
	case o.Version != tlv.Version{} && o.Version != version:
		return 0, r.wrap(Errorf(at, ErrTwice, "version %v, and %v elsewhere", version, o.Version), p)
	default:
		o.Version = version
	}
	return index, nil
}

// entry takes the value of one key of the outermost mapping.
func (r *resolver) entry(k topKey, value Node) error {
	o := &r.doc.Objects[k.object]
	p := objects.ObjectPath(objects.ObjectID(o.ID))
	if o.Raw != nil {
		return r.once(p, k.at)
	}
	if len(k.segments) > 0 {
		return r.path(o, p, k, value)
	}
	if err := r.once(p, k.at); err != nil {
		return err
	}
	if value.Kind == Text && value.prefix() != noPrefix {
		if len(o.Instances) > 0 {
			return r.wrap(Errorf(k.at, ErrTwice, "raw: beside Object Instances"), p)
		}
		octets, err := rawOctets(value, tlv.MaxFileSize)
		o.Raw = octets
		return r.wrap(err, p)
	}
	return r.each(p, value, func(at Position, text string, v Node) error {
		id, err := instanceID(at, text)
		if err != nil {
			return err
		}
		return r.instance(o, p, at, id, v)
	})
}

// each walks a mapping, and says of what else stands there that it should be
// one.
func (r *resolver) each(p objects.Path, n Node, do func(at Position, key string, value Node) error) error {
	if n.Kind != Mapping {
		what := "Object Instances, as 0: {…}"
		if p.Depth() == 2 {
			what = "Resources, as Lifetime: 86400"
		}
		return r.wrap(Errorf(n.At, ErrValue, "%v where the mapping of %s belongs", n.Kind, what), p)
	}
	for _, e := range n.Entries {
		text, err := keyText(e.Key)
		if err == nil && isPath(text) {
			err = Errorf(e.Key.At, ErrKey, "a path as a key stands in the outermost mapping only")
		}
		if err == nil {
			err = do(e.Key.At, text, e.Value)
		}
		if err != nil {
			return r.wrap(err, p)
		}
	}
	return nil
}

// rawOctets reads raw:<hex>, the octets of more than one value.
func rawOctets(n Node, most int) ([]byte, error) {
	p, digits, err := cutPrefix(n)
	switch {
	case err != nil:
		return nil, err
	case p == maskPrefix:
		return nil, Errorf(n.At, ErrMasked, "the octets were masked when this was written: decode with --show-secrets to have them")
	case p != rawPrefix:
		return nil, Errorf(n.At, ErrValue, "%s where raw: or a mapping belongs", p)
	case strings.Contains(digits, "${"):
		return nil, Errorf(n.At, ErrValue, "${…} stands in values only")
	}
	octets, err := appendHex([]byte{}, n, p, digits)
	if err == nil && len(octets) > most {
		return nil, Errorf(n.At, ErrLimit, "%d octets, at most %d are possible", len(octets), most)
	}
	return octets, err
}
