package batch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Options say how files are made of a template.
type Options struct {
	// Config says how files are encoded, validated and padded. Its Registry must
	// be the one that the document was resolved with. Dir and Template do not
	// count.
	Config config.Options

	// Name is the name of a row's file, as ${iccid}.bin, and its id in a stream.
	// Files need it.
	Name string

	// Columns are copied to the lines of a stream. Nil: those that the template
	// has in values that are not secret, or in the name; what the template does
	// not use is not copied unasked, for it could be another key. One that a
	// secret is made of, or with the name of a key of the stream (row, id, hex,
	// error), is refused here and left out of the default.
	Columns []string

	// Master is the key that derived values come from, Salt goes with it; both
	// are not needed otherwise. They are not kept.
	Master Master
	Salt   []byte
}

// Template is a configuration with columns in it, ready for rows. It does not
// change and is safe for concurrent use. It prints as how many columns it has.
type Template struct {
	doc     *config.Document
	config  config.Options
	columns columns
	spots   []spot
	name    text
	prk     []byte // nil when nothing is derived
}

// spot is a value that varies.
type spot struct {
	value   int // its number among all values of the document
	path    string
	field   config.Field
	at      config.Position
	text    text // of a derived value, its info
	derived int  // octets; 0: not derived
}

// Compile makes a Template of a document that was resolved with
// config.Options.Template. It keeps d, which must not change any more.
//
// An error about a place in the configuration is a *config.Error. The classes
// are [ErrTemplate], [ErrMaster] and [ErrOption].
func Compile(d *config.Document, opts *Options) (*Template, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	t := &Template{doc: d, config: o.Config}
	if err := t.values(config.NewNames(o.Config.Registry)); err != nil {
		return nil, err
	}
	if len(t.columns.names) == 0 {
		return nil, fmt.Errorf("%w: no ${column} in it, so that every row would make the same file", ErrTemplate)
	}
	if err := t.setName(o.Name); err != nil {
		return nil, err
	}
	if err := t.columns.choose(o.Columns); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(t.spots, func(s spot) bool { return s.derived > 0 }) {
		var err error
		if t.prk, err = extract(o.Master, o.Salt); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Columns are the columns that rows must have. The slice is the caller's.
func (t *Template) Columns() []string { return slices.Clone(t.columns.names) }

// String tells how many columns the template has.
func (t *Template) String() string {
	return fmt.Sprintf("template with %d columns", len(t.columns.names))
}

// Format prints [Template.String] for every verb.
func (t *Template) Format(f fmt.State, _ rune) { fmt.Fprint(f, t.String()) }

// values finds the values that vary.
func (t *Template) values(names *config.Names) error {
	n := 0
	for _, o := range t.doc.Objects {
		for _, in := range o.Instances {
			for _, res := range in.Resources {
				for _, v := range res.Values {
					p := objects.ResourcePath(objects.ObjectID(o.ID), in.ID, objects.ResourceID(res.ID))
					if res.Multiple {
						p, _ = p.Child(v.ID)
					}
					s := spot{value: n, path: names.Path(p), field: res.Field, at: v.Node.At}
					if reason := t.spot(s, v); reason != "" {
						return &config.Error{At: s.at, Path: s.path, Reason: reason, Err: ErrTemplate}
					}
					n++
				}
			}
		}
	}
	return nil
}

// spot adds v when it varies. The reason is what is wrong with it, or "".
func (t *Template) spot(s spot, v config.Value) (reason string) {
	words, text := v.Node.Text, v.Node.Kind == config.Text
	derived := text && isDerived(words)
	switch {
	case !v.Template && !derived:
		return ""
	case strings.HasPrefix(strings.ToLower(words), "file:"):
		return "file: cannot have a ${column}"
	case derived:
		if s.derived, words, reason = cutDerived(words, s.field); reason != "" {
			return reason
		}
	}
	use := inValue
	if s.field.Secret() && !derived {
		use = inSecret
	}
	s.text, reason = parseText(words, func(name string) int { return t.columns.add(name, use) })
	if reason == "" && derived && !s.text.varies() {
		reason = "derive: without a ${column} in its info gives every card the same; text: before it makes it text"
	}
	t.spots = append(t.spots, s)
	return reason
}

// setName takes the template of the name.
func (t *Template) setName(name string) (err error) {
	var secret bool
	var reason string
	t.name, reason = parseText(name, func(name string) int {
		i := t.columns.add(name, inName)
		secret = secret || t.columns.uses[i]&inSecret != 0
		return i
	})
	switch {
	case reason != "":
	case secret:
		reason = "a column of a secret, as values without a definition are taken for, cannot be in it"
	case name != "" && !t.name.varies():
		reason = "a name without a ${column} is the same for every row"
	default:
		return nil
	}
	return fmt.Errorf("%w: name: %s", ErrOption, reason)
}
