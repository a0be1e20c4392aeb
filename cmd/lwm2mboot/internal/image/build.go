package image

import (
	"bytes"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Image is a file set, in the order in which it is written: what is pointed to
// before what points there.
type Image struct {
	AID apdu.AID
	DF  apdu.FID // 0: the application has no identifier

	Bootstrap, DODF, ODF, TokenInfo, Dir File
}

// File is one file of an image, or one record of EF(DIR).
type File struct {
	// Name is a file name that tells the place: 7F50-6432-bootstrap.bin.
	Name string

	// Ref is the file's place on the card. Of the bootstrap file, Offset and
	// Length are those of the part that holds the content; Length 0: all of it.
	Ref apdu.FileRef

	// Record is the number of the record, 0 if it is not known.
	Record int

	// Content is the whole file, or record, with its filling; the first Used
	// octets, of the part, mean something.
	Content pkcs15.Octets
	Used    int
}

// Build makes the file set for the content of EF(LwM2M_Bootstrap). Octets
// behind what the content's header tells are left out. The files are new
// slices.
func Build(content []byte, opts Options) (*Image, error) {
	m, err := build(content, opts)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	return m, nil
}

func build(content []byte, opts Options) (*Image, error) {
	o, err := opts.filled()
	if err != nil {
		return nil, err
	}
	if content, err = Exact(content); err != nil {
		return nil, err
	}
	if o.Size == 0 {
		o.Size = max(DefaultSize, o.Offset+len(content))
	}
	if most := o.Size - o.Offset; len(content) > most || o.Size > tlv.MaxFileSize {
		return nil, fmt.Errorf("%w: %d octets of content, %d fit", ErrTooSmall, len(content), max(0, min(most, tlv.MaxFileSize-o.Offset)))
	}
	return o.image(content)
}

// Exact is the content of EF(LwM2M_Bootstrap) without what stands behind it: 4
// + size octets; of an empty one 00 00 00 00. The error is [ErrContent]. It
// aliases content unless that is empty.
func Exact(content []byte) ([]byte, error) {
	if len(content) < 4 {
		return nil, fmt.Errorf("%w: %d octets", ErrContent, len(content))
	}
	if tlv.Empty(content) {
		return make([]byte, 4), nil
	}
	if _, err := tlv.ParseFile(content); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrContent, err)
	}
	n, err := tlv.FileSize(content)
	return content[:n], err
}

// image makes the files.
func (o Options) image(content []byte) (*Image, error) {
	entry := o.entry()
	app := pkcs15.Application{
		Dir:         pkcs15.DirRecord{AID: o.AID, Label: o.AppLabel},
		Token:       o.Token,
		Directories: []pkcs15.ObjectDirectory{{Ref: o.ref(o.DODF), Objects: append([]pkcs15.DataObject{entry}, o.More...)}},
	}
	if o.DF != 0 {
		app.Dir.Path = apdu.Path{apdu.FIDMF, o.DF}
	}
	built, err := app.Build()
	if err != nil {
		return nil, err
	}
	m := &Image{AID: o.AID, DF: o.DF}
	part := apdu.FileRef{Offset: entry.Ref.Offset, Length: entry.Ref.Length}
	whole := append(bytes.Repeat([]byte{0xFF}, o.Offset), content...)
	record := o.RecordLength
	if record == 0 {
		record = max(DefaultRecordLength, len(built.Dir))
	}
	for _, f := range []struct {
		to   *File
		what string
		fid  apdu.FID
		b    []byte
		size int
	}{
		{&m.Bootstrap, "bootstrap", o.File, whole, o.Size},
		{&m.DODF, "dodf", o.DODF, built.DODFs[0].Content, o.DODFSize},
		{&m.ODF, "odf", pkcs15.FIDODF, built.ODF, o.ODFSize},
		{&m.TokenInfo, "tokeninfo", pkcs15.FIDTokenInfo, built.TokenInfo, 0},
		{&m.Dir, "dir", apdu.FIDDir, built.Dir, record},
	} {
		if f.size > 0 && len(f.b) > f.size {
			return nil, fmt.Errorf("%w: %s: %d octets in %d", ErrTooSmall, f.what, len(f.b), f.size)
		}
		fill := bytes.Repeat([]byte{0xFF}, max(0, f.size-len(f.b)))
		*f.to = File{Name: m.name(f.fid, f.what), Ref: apdu.FileRef{App: o.AID, Path: apdu.Path{f.fid}},
			Content: append(bytes.Clone(f.b), fill...), Used: len(f.b)}
	}
	m.Bootstrap.Ref.Offset, m.Bootstrap.Ref.Length, m.Bootstrap.Used = part.Offset, part.Length, len(content)
	m.Dir.Ref, m.Dir.Record = apdu.FileRef{Path: apdu.Path{apdu.FIDMF, apdu.FIDDir}}, o.DirRecord
	return m, nil
}

// entry is the one for LwM2M.
func (o Options) entry() pkcs15.DataObject {
	d := pkcs15.DataObject{Form: o.Form, Label: o.Label, Private: o.Private, Modifiable: o.Modifiable, AuthID: o.AuthID,
		ApplicationName: o.ApplicationName, ID: o.OID, Ref: o.ref(o.File)}
	if o.Form == pkcs15.OpaqueDO {
		d.ID, d.ApplicationOID = "", o.OID
	}
	if o.Index {
		d.Ref.Offset, d.Ref.Length = o.Offset, o.Size-o.Offset
	}
	return d
}

// name is a file's name: directory, identifier, what it is.
func (m *Image) name(fid apdu.FID, what string) string {
	switch {
	case fid == apdu.FIDDir:
		return fmt.Sprintf("%v-%v-%s.bin", apdu.FIDMF, fid, what)
	case m.DF == 0:
		return fmt.Sprintf("%v-%v-%s.bin", m.AID, fid, what)
	}
	return fmt.Sprintf("%v-%v-%s.bin", m.DF, fid, what)
}

// Files are those of the image, in the order in which they are written.
func (m *Image) Files() []File {
	return []File{m.Bootstrap, m.DODF, m.ODF, m.TokenInfo, m.Dir}
}

// Contents are the contents by the names of the files. The slices are those of
// the image. The bootstrap file holds keys.
func (m *Image) Contents() map[string][]byte {
	all := map[string][]byte{}
	for _, f := range m.Files() {
		all[f.Name] = f.Content
	}
	return all
}
