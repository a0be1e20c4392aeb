package batch

import (
	"slices"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// maker makes the files of one run: it has a document of its own, whose values
// change with every row.
type maker struct {
	t       *Template
	doc     config.Document
	values  []*config.Value // those of t.spots
	scratch []byte
}

func (t *Template) maker() *maker {
	m := &maker{t: t, doc: *t.doc}
	var all []*config.Value
	m.doc.Objects = slices.Clone(m.doc.Objects)
	for i := range m.doc.Objects {
		o := &m.doc.Objects[i]
		o.Instances = slices.Clone(o.Instances)
		for i := range o.Instances {
			in := &o.Instances[i]
			in.Resources = slices.Clone(in.Resources)
			for i := range in.Resources {
				res := &in.Resources[i]
				res.Values = slices.Clone(res.Values)
				for i := range res.Values {
					all = append(all, &res.Values[i])
				}
			}
		}
	}
	for _, s := range t.spots {
		m.values = append(m.values, all[s.value])
	}
	return m
}

// file makes the file of a row, by the way on which config makes any, with
// what validation warns of. An error is a *RowError.
func (m *maker) file(row []string) (file []byte, warnings []config.Problem, err error) {
	for i := range m.t.spots {
		s, v := &m.t.spots[i], m.values[i]
		v.Template = false
		if v.Octets, err = m.value(v.Octets[:0], s, row); err != nil {
			return nil, nil, rowError(err, s.path)
		}
	}
	if file, warnings, err = m.doc.Encode(&m.t.config); err != nil {
		return nil, nil, rowError(err, "")
	}
	return file, warnings, nil
}

// value appends the octets of a value that varies.
func (m *maker) value(dst []byte, s *spot, row []string) ([]byte, error) {
	if s.derived > 0 && s.text.lacks(row) {
		return dst, config.Errorf(s.at, config.ErrValue, "derive: with an empty column in its info")
	}
	var text string
	text, m.scratch = s.text.fill(row, m.scratch)
	if s.derived > 0 {
		octets, err := derive(m.t.prk, text, s.derived)
		return append(dst, octets...), err
	}
	if isDerived(text) {
		return dst, config.Errorf(s.at, config.ErrValue, "derive: stands in the template and not in a row; text: before it makes it text")
	}
	return config.AppendValue(dst, s.field, config.Node{Kind: config.Text, Text: text, At: s.at})
}

// name is the name of the row; "" when the template has none.
func (m *maker) name(row []string) (name string) {
	name, m.scratch = m.t.name.fill(row, m.scratch)
	return name
}
