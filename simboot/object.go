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
	for o, err := range pkcs15.Find(ctx, s, s.OIDs...) {
		switch {
		case err != nil && passable(err) && !s.doubts(err):
			s.pass(ctx, "directory or entry passed over", err)
			continue
		case err != nil:
			return nil, s.odfError(ctx, err)
		}
		s.Logger.DebugContext(ctx, "entry found", "entry", o.String(), "directory", o.Directory.String())
		content, err := s.value(ctx, o)
		switch {
		case errors.Is(err, apdu.ErrNotFound):
			s.pass(ctx, "the entry's file is not there", err)
		case err != nil:
			return nil, err
		case len(content) > 0:
			s.note(o)
			return content, nil
		default:
			s.Logger.DebugContext(ctx, "the entry is empty", "entry", o.String())
			empty++
		}
	}
	switch {
	case len(s.found.Passed) > 0: // the data may stand where we could not read
		return nil, s.passed()
	case s.short != nil:
		return nil, s.short
	case empty > 0:
		return nil, fmt.Errorf("%w: the bootstrap file is empty", ErrNoData)
	}
	return nil, fmt.Errorf("%w: no entry of OID %v", ErrNoData, s.OIDs[0])
}

// pass remembers what could not be read and may not matter.
func (s *search) pass(ctx context.Context, what string, err error) {
	s.Logger.WarnContext(ctx, what, "err", err)
	s.found.Passed = append(s.found.Passed, err)
}

// passed is what kept the data from being found: rather what may be gone the
// next time than what will not.
func (s *search) passed() error {
	for _, err := range s.found.Passed {
		if judge(err) == faulty {
			return err
		}
	}
	if s.short != nil {
		return fmt.Errorf("%w: %w", s.found.Passed[0], s.short)
	}
	return s.found.Passed[0]
}

// passable tells the errors of one directory behind which another may still
// lead to the data: those that will be the same the next time. Any other,
// which may pass by itself, must not let data of lower priority win: a PIN that
// was mistyped, too.
func passable(err error) bool {
	var malformed *pkcs15.Error
	var pin *PINError
	if errors.As(err, &pin) {
		return errors.Is(err, ErrPINNeeded)
	}
	return errors.As(err, &malformed) || errors.Is(err, apdu.ErrSecurity) || errors.Is(err, apdu.ErrBlocked)
}

// odfError tells a card without ODF from a fault.
func (s *search) odfError(ctx context.Context, err error) error {
	switch {
	case !errors.Is(err, apdu.ErrNotFound):
		return err
	case ctx.Err() != nil: // Find passes over a DODF that is not there, except now
		return ctx.Err()
	}
	return fmt.Errorf("%w: application %v: %w", ErrNoData, s.found.AID, err)
}

func (s *search) note(o pkcs15.DataObject) {
	f := &s.found
	f.Directory, f.OID, f.Label = o.Directory, o.Match, o.Label
	f.Private, f.Modifiable = o.Private, o.Modifiable
	f.InDODF = o.Direct != nil
}

// value reads what a data object holds; nothing when it is empty.
func (s *search) value(ctx context.Context, o pkcs15.DataObject) (pkcs15.Octets, error) {
	if o.Direct == nil {
		return s.file(ctx, o.Ref)
	}
	n, err := s.need(o.Direct)
	switch {
	case err != nil:
		return nil, fmt.Errorf("value in directory %v: %w", o.Directory, err)
	case n > len(o.Direct):
		return nil, fmt.Errorf("value in directory %v: %d of %d bytes: %w", o.Directory, len(o.Direct), n, tlv.ErrTruncated)
	case tlv.Empty(o.Direct):
		return nil, nil
	}
	s.found.Size = n
	return slices.Clone(o.Direct[:n]), nil
}

// file reads 4 + size bytes of a file; nothing when it is empty.
func (s *search) file(ctx context.Context, ref apdu.FileRef) (pkcs15.Octets, error) {
	ask := ref
	if fromApp := ref.App == "" && s.found.AID != "" && s.df == nil; s.learn && fromApp {
		ask.Told = new(apdu.FCP)
	}
	content, err := s.ReadFile(ctx, ask, s.need)
	if err != nil || len(content) == 0 || tlv.Empty(content) {
		return nil, err
	}
	if ask.Told != nil {
		ref.SFI = ask.Told.SFI
	}
	s.found.File, s.found.Size = ref, len(content)
	s.Logger.DebugContext(ctx, "bootstrap file read", "file", ref.String(), "bytes", len(content))
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
	case err != nil: // tlv.ErrTooLong, there is no other
		return 0, fmt.Errorf("%w: %w", ErrTooLarge, err)
	case n > s.MaxBytes:
		return 0, fmt.Errorf("%w: %d bytes, at most %d are accepted", ErrTooLarge, n, s.MaxBytes)
	}
	return n, nil
}
