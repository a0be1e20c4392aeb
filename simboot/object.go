package simboot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// object walks ODF and DODFs and reads the first LwM2M object with content:
// an issuer may leave entries whose file is still empty.
func (s *search) object(ctx context.Context) (pkcs15.Octets, error) {
	empty := 0
	for o, err := range pkcs15.Find(ctx, s.ch, s.OIDs...) {
		if err != nil {
			if !passable(err) {
				return nil, s.odfError(err)
			}
			s.Logger.WarnContext(ctx, "directory passed over", "err", err)
			s.found.Passed = append(s.found.Passed, err)
			continue
		}
		s.Logger.DebugContext(ctx, "entry found", "entry", o, "dodf", o.Directory)
		content, err := s.value(ctx, o)
		switch {
		case errors.Is(err, apdu.ErrNotFound):
			s.Logger.WarnContext(ctx, "its file is not there", "entry", o, "err", err)
			s.found.Passed = append(s.found.Passed, err)
			continue
		case err != nil:
			return nil, err
		case len(content) > 0:
			s.note(o)
			return content, nil
		}
		s.Logger.DebugContext(ctx, "its file is empty", "entry", o)
		empty++
	}
	switch {
	case len(s.found.Passed) > 0: // the data may stand where we could not read
		return nil, s.found.Passed[0]
	case empty > 0:
		return nil, fmt.Errorf("%w: the bootstrap file is empty", ErrNoData)
	}
	return nil, fmt.Errorf("%w: no entry of OID %v", ErrNoData, s.OIDs[0])
}

// passable tells the errors of one directory behind which another may still
// lead to the data: those that will be the same the next time. Any other,
// which may pass by itself, must not let data of lower priority win.
func passable(err error) bool {
	var malformed *pkcs15.Error
	return errors.As(err, &malformed) || errors.Is(err, apdu.ErrSecurity) || errors.Is(err, apdu.ErrBlocked)
}

// odfError tells a card without ODF from a fault. Find passes over DODFs that
// are not there, so only the ODF can be meant.
func (s *search) odfError(err error) error {
	if errors.Is(err, apdu.ErrNotFound) {
		return fmt.Errorf("%w: application %v: %w", ErrNoData, s.found.AID, err)
	}
	return err
}

func (s *search) note(o pkcs15.DataObject) {
	f := &s.found
	f.Directory, f.OID, f.Label = o.Directory, o.Match, o.Label
	f.Private, f.Modifiable = o.Private, o.Modifiable
	f.File, f.InDODF = o.Ref, o.Direct != nil
}

// value reads what a data object holds; nothing when it is empty.
func (s *search) value(ctx context.Context, o pkcs15.DataObject) (pkcs15.Octets, error) {
	if o.Direct == nil {
		return s.file(ctx, o.Ref)
	}
	n, err := s.need(o.Direct)
	switch {
	case err != nil:
		return nil, fmt.Errorf("value in DODF %v: %w", o.Directory, err)
	case n > len(o.Direct):
		return nil, fmt.Errorf("value in DODF %v: %d of %d bytes: %w", o.Directory, len(o.Direct), n, apdu.ErrShortFile)
	case tlv.Empty(o.Direct):
		return nil, nil
	}
	s.found.Size = n
	return slices.Clone(o.Direct[:n]), nil
}

// file reads 4 + size bytes of a file; nothing when it is empty.
func (s *search) file(ctx context.Context, ref apdu.FileRef) (pkcs15.Octets, error) {
	content, err := s.ch.ReadFile(ctx, ref, s.need)
	if err != nil || len(content) == 0 || tlv.Empty(content) {
		return nil, err
	}
	s.found.File, s.found.Size = ref, len(content)
	s.Logger.DebugContext(ctx, "bootstrap file read", "file", ref, "bytes", len(content))
	return content, nil
}

// need tells from the header how much of the file is wanted. An EF of no bytes
// at all is empty as well.
func (s *search) need(head []byte) (int, error) {
	if len(head) == 0 {
		return 0, nil
	}
	n, err := tlv.FileSize(head)
	switch {
	case errors.Is(err, tlv.ErrTooLong):
		return 0, fmt.Errorf("%w: %w", ErrTooLarge, err)
	case err != nil:
		return 0, err
	case n > s.MaxBytes:
		return 0, fmt.Errorf("%w: %d bytes, at most %d are accepted", ErrTooLarge, n, s.MaxBytes)
	}
	return n, nil
}
