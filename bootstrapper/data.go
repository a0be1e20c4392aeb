package bootstrapper

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Data is bootstrap information that has not been looked at yet: what
// [Provision] is given. It prints as its size. The zero value holds nothing.
type Data struct {
	digest Digest
	size   int
	read   func(o Options) (*objects.Tree, objects.Problems, error)
	err    error // why there are none
}

// FileData is a file EF(LwM2M_Bootstrap), as Appendix G has it; octets behind
// its content are padding. file is not copied and must stay as it is until the
// data are applied.
func FileData(file []byte) Data {
	file, err := withoutPadding(file)
	if err != nil {
		return Data{err: err}
	}
	return content(file)
}

// content is the data of a file without padding.
func content(file []byte) Data {
	return Data{
		digest: DigestOf(file),
		size:   len(file),
		read:   func(o Options) (*objects.Tree, objects.Problems, error) { return decode(file, o) },
	}
}

// PayloadData is a payload in the content format of codec that describes the
// whole of it from the root: senmljson.Codec reads SenML JSON. payload is not
// copied and must stay as it is until the data are applied.
func PayloadData(codec objects.Codec, payload []byte) Data {
	return Data{
		digest: DigestOf(payload),
		size:   len(payload),
		read: func(o Options) (*objects.Tree, objects.Problems, error) {
			t, warnings, err := codec.Parse(payload, objects.Path{}, o.Registry)
			if err != nil {
				return nil, nil, err
			}
			return known(t, warnings, o)
		},
	}
}

// TreeData is what t holds now.
func TreeData(t *objects.Tree) Data {
	t = t.Clone()
	digest, size, err := digestOfTree(t)
	return Data{
		digest: digest,
		size:   size,
		read:   func(o Options) (*objects.Tree, objects.Problems, error) { return known(t.Clone(), nil, o) },
		err:    err,
	}
}

// digestOfTree is the digest of the tree's objects as they stand in a file; of
// a tree that is too large for one, too.
func digestOfTree(t *objects.Tree) (d Digest, size int, err error) {
	f, err := t.Encode()
	if err != nil {
		return d, 0, err
	}
	h := sha256.New()
	for _, o := range f.Objects {
		head := binary.BigEndian.AppendUint16(nil, o.ID)
		head = append(head, o.Version.Major, o.Version.Minor)
		head = binary.BigEndian.AppendUint64(head, uint64(len(o.Instances)))
		h.Write(head)
		h.Write(o.Instances)
		clear(o.Instances) // it holds keys
		size += len(o.Instances)
	}
	h.Sum(d[:0])
	return d, size, nil
}

// decode makes a tree of the data, within the limits of what is accepted.
func (d Data) decode(o Options) (*objects.Tree, objects.Problems, error) {
	t, problems, err := d.read(o)
	if err != nil {
		return nil, nil, err
	}
	if err := refusal(problems); err != nil {
		return nil, nil, err
	}
	switch n := t.Len(); {
	case n == 0:
		return nil, nil, fmt.Errorf("%w: no Object Instances", ErrNoData)
	case n > maxInstances:
		return nil, nil, fmt.Errorf("%d Object Instances, not %d at most: %w", n, maxInstances, objects.ErrLimit)
	}
	return t, problems, nil
}

// known takes the objects without a definition out of t, unless they are to be
// kept, and reports them behind the warnings given.
func known(t *objects.Tree, warnings objects.Problems, o Options) (*objects.Tree, objects.Problems, error) {
	if n := len(slices.Collect(t.Objects())); n > maxObjects {
		return nil, nil, tooManyObjects(n)
	}
	for obj := range t.Objects() {
		if p, ok := o.unknown(obj.ID(), obj.Version()); ok {
			t.Delete(p.Path)
			warnings = append(warnings, p)
		}
	}
	return t, warnings, nil
}

// unknown is the problem of an object without a definition; ok is false when it
// has one, or is to be kept all the same.
func (o Options) unknown(id objects.ObjectID, v tlv.Version) (p objects.Problem, ok bool) {
	if o.Unknown == KeepUnknown {
		return p, false // decoding warns
	}
	if d, _ := o.Registry.Lookup(id, v); d != nil {
		return p, false
	}
	p = objects.Problem{Path: objects.ObjectPath(id), Grade: objects.Warning, Text: "no definition of this object, left out"}
	if o.Unknown == RefuseUnknown {
		p.Grade, p.Text = objects.Error, "no definition of this object"
	}
	return p, true
}

// String is the size: the data hold keys.
func (d Data) String() string { return fmt.Sprintf("%d bytes of bootstrap data", d.size) }

// Format prints [Data.String] for every verb.
func (d Data) Format(f fmt.State, _ rune) { fmt.Fprint(f, d.String()) }
