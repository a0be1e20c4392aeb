package config

import (
	"bytes"
	"errors"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Encode returns the octets of EF(LwM2M_Bootstrap) for the document, and all
// that validation has to say of them, in the order in which it is found.
//
// With a problem of grade objects.Error there are no octets, and the error,
// which is [ErrInvalid], tells the first such and counts the others; the list
// has them all. Options.NoValidate looks for none. A file longer than
// tlv.MaxFileSize, unless it is raw, or than Options.Size is [ErrLimit]; a
// document with a Template in it is [ErrValue]. The document does not change
// and shares nothing with the octets.
func (d *Document) Encode(opts *Options) (file []byte, problems []Problem, err error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if file, err = d.octets(o.Registry); err != nil {
		return nil, nil, err
	}
	if !o.NoValidate {
		problems = d.validate(file, &o)
		if err := problemsError(problems); err != nil {
			return nil, problems, err
		}
	}
	if file, err = pad(file, o.Size); err != nil {
		return nil, problems, err
	}
	return file, problems, nil
}

// Generate is [Resolve] and [Document.Encode].
func Generate(n Node, opts *Options) (file []byte, problems []Problem, err error) {
	d, err := Resolve(n, opts)
	if err != nil {
		return nil, nil, err
	}
	return d.Encode(opts)
}

// pad fills a file up with FF to a size; 0 leaves it as it is.
func pad(file []byte, size int) ([]byte, error) {
	switch {
	case size == 0:
		return file, nil
	case size < 0 || size > tlv.MaxAcceptedSize:
		return nil, Errorf(Position{}, ErrLimit, "a file of %d octets: at most %d are possible", size, tlv.MaxAcceptedSize)
	case len(file) > size:
		return nil, Errorf(Position{}, ErrLimit, "%d octets, %d more than the file's size of %d", len(file), len(file)-size, size)
	}
	return append(file, bytes.Repeat([]byte{0xFF}, size-len(file))...), nil
}

// octets is the file without padding.
func (d *Document) octets(reg *objects.Registry) ([]byte, error) {
	if d.Raw != nil {
		return bytes.Clone(d.Raw), nil
	}
	var f tlv.File
	for _, o := range d.Objects {
		octets, err := o.octets(reg)
		if err != nil {
			return nil, err
		}
		f.Objects = append(f.Objects, tlv.Object{ID: o.ID, Version: o.Version, Instances: octets})
	}
	file, err := tlv.AppendFile(nil, f)
	if err != nil { // versions were looked at before: too long
		return nil, tooLong(f)
	}
	return file, nil
}

// tooLong says by how much.
func tooLong(f tlv.File) error {
	n := 4
	for _, o := range f.Objects {
		if n += 5 + len(o.Instances); o.Version.Major != 0 {
			n++
		}
	}
	return Errorf(Position{}, ErrLimit, "a file of %d octets, %d more than the %d that are possible", n, n-tlv.MaxFileSize, tlv.MaxFileSize)
}

// octets is the object's TLV.
func (o Object) octets(reg *objects.Registry) (dst []byte, err error) {
	if o.Raw != nil {
		return o.Raw, nil
	}
	p := objects.ObjectPath(objects.ObjectID(o.ID))
	var resources []byte
	for _, in := range o.Instances {
		p, _ := p.Child(in.ID)
		if resources, err = in.octets(resources[:0], p, reg); err != nil {
			return nil, err
		}
		if dst, err = tlv.AppendEntry(dst, tlv.Entry{Kind: tlv.ObjectInstance, ID: in.ID, Value: resources}); err != nil {
			return nil, located(err, in.At, p, reg)
		}
	}
	return dst, nil
}

// octets appends the TLV of the instance's Resources.
func (in Instance) octets(dst []byte, p objects.Path, reg *objects.Registry) (_ []byte, err error) {
	var values []byte
	for _, res := range in.Resources {
		e := tlv.Entry{Kind: tlv.Resource, ID: res.ID}
		if res.Multiple {
			e.Kind = tlv.MultipleResource
		}
		if values, err = res.octets(values[:0]); err == nil {
			e.Value = values
			dst, err = tlv.AppendEntry(dst, e)
		}
		if err != nil {
			p, _ := p.Child(res.ID)
			return dst, located(err, res.At, p, reg)
		}
	}
	return dst, nil
}

// octets is what stands in the TLV of the Resource.
func (r Resource) octets(dst []byte) ([]byte, error) {
	for _, v := range r.Values {
		if v.Template {
			return dst, Errorf(v.Node.At, ErrValue, "${…} stands for a value that only a row of data gives")
		}
		if !r.Multiple {
			return append(dst, v.Octets...), nil
		}
		var err error
		if dst, err = tlv.AppendEntry(dst, tlv.Entry{Kind: tlv.ResourceInstance, ID: v.ID, Value: v.Octets}); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// located is an error of this package or of tlv with its place.
func located(err error, at Position, p objects.Path, reg *objects.Registry) error {
	var bad *Error
	if !errors.As(err, &bad) { // tlv's, which has one error: a value too long
		bad = Errorf(at, ErrLimit, "longer than a file can be")
	}
	bad.Path = NewNames(reg).Path(p)
	return bad
}
