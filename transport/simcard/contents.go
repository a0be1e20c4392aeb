package simcard

import (
	"bytes"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// SetFile replaces the content of a transparent EF. A file larger than content
// keeps its size and is filled with FF, a smaller one grows. ref names it by an
// application and a path in it, or by a path from the MF; its Offset and Length
// are not looked at. The errors are [ErrNoFile] and [ErrBadFile].
func (c *Card) SetFile(ref apdu.FileRef, content []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	ef, err := c.find(ref, apdu.StructureTransparent)
	if err != nil {
		return err
	}
	if len(content) > MaxFileSize {
		return fmt.Errorf("simcard: %w: %v: %d octets, at most %d", ErrBadFile, ref, len(content), MaxFileSize)
	}
	ef.Content = fill(content, len(ef.Content))
	return nil
}

// SetBootstrapFile replaces the content of EF(LwM2M_Bootstrap) as SetFile does.
// It is the file of the layout of [BootstrapFile], at offset 0.
func (c *Card) SetBootstrapFile(content []byte) error {
	return c.SetFile(bootstrapRef(), content)
}

func bootstrapRef() apdu.FileRef {
	return apdu.FileRef{Path: apdu.Path{apdu.FIDMF, FIDPKCS15, pkcs15.FIDBootstrap}}
}

// SetRecords replaces the records of a linear fixed EF; see [Card.SetFile] and
// [File].
func (c *Card) SetRecords(ref apdu.FileRef, records ...[]byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	ef, err := c.find(ref, apdu.StructureLinearFixed)
	if err != nil {
		return err
	}
	if err := RecordEF(ef.FID, records...).check(); err != nil {
		return fmt.Errorf("simcard: %w", err)
	}
	ef.Records = cloneRecords(records)
	return nil
}

// FileContent returns a copy of the content of a transparent EF, what UPDATE
// BINARY made of it included; see [Card.SetFile].
func (c *Card) FileContent(ref apdu.FileRef) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ef, err := c.find(ref, apdu.StructureTransparent)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(ef.Content), nil
}

// find is the EF that ref names.
func (c *Card) find(ref apdu.FileRef, kind apdu.Structure) (*node, error) {
	df, path := c.mf, ref.Path
	switch {
	case ref.App != "":
		df = byAID(c.mf, nil, string(ref.App), occurrenceFirst)
		if len(path) > 0 && path[0] == apdu.FIDCurrentADF {
			path = path[1:]
		}
	case len(path) > 0 && path[0] == apdu.FIDMF:
		path = path[1:]
	}
	if df != nil {
		df = walk(df, path)
	}
	switch {
	case df == nil:
		return nil, fmt.Errorf("simcard: %w: %v", ErrNoFile, ref)
	case df.Kind != kind:
		return nil, fmt.Errorf("simcard: %w: %v is %v, not %v", ErrBadFile, ref, df.Kind, kind)
	}
	return df, nil
}
