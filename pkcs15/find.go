package pkcs15

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// FileReader reads transparent files of a card on which the PKCS#15
// application is selected. An [apdu.Channel] is one; [apdu.Need] tells how
// need is to be asked. need may keep head, which must not be written to
// afterwards.
//
// An error that is no answer of the card (see [Find]) means that no other
// file can be read either.
type FileReader interface {
	ReadFile(ctx context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error)
}

// Find walks the ODF and the DODFs it names, the one of highest priority
// first, and yields each data object whose ID or ApplicationOID is one of
// oids; without oids, [OIDLwM2M] and [OIDLwM2MDoubleWrapped]. It reads a file
// when its turn comes, each DODF once, and nothing after the consumer stops.
// Ranging again reads anew.
//
// A DODF that is not there is passed over, and so are entries with other OIDs.
// Everything else that goes wrong is yielded with the zero DataObject. Behind
// these errors the walk goes on if the consumer does:
//
//   - a malformed entry of an ODF or DODF ([*Error]); one of a DODF only when
//     an OID that is searched for stands in it;
//   - a DODF that the card refuses to read, as when it asks for a PIN first:
//     an [apdu.SW], or one of the errors by which apdu says that a file is not
//     what it should be.
//
// A context that is done, an error of the transport and an ODF that cannot be
// read end it. errors.Is(err, [apdu.ErrNotFound]): the card has no ODF. When
// nothing is yielded, the card has no such object.
func Find(ctx context.Context, r FileReader, oids ...OID) iter.Seq2[DataObject, error] {
	if len(oids) == 0 {
		oids = []OID{OIDLwM2M, OIDLwM2MDoubleWrapped}
	}
	return func(yield func(DataObject, error) bool) {
		s := search{ctx: ctx, files: r, oids: oids, yield: yield}
		s.walk()
	}
}

// search is one walk.
type search struct {
	ctx   context.Context // of one call of Find
	files FileReader
	oids  []OID
	yield func(DataObject, error) bool
	seen  []string // names of the DODFs read
}

// walk reads the ODF and follows its directories.
func (s *search) walk() {
	odf := apdu.FileRef{Path: apdu.Path{FIDODF}}
	content, err := s.read(odf)
	if err != nil {
		s.fail(fmt.Errorf("pkcs15: %s: %w", fileODF, err))
		return
	}
	for d, err := range directories(content) {
		var goOn bool
		switch {
		case err != nil:
			goOn = s.fail(err)
		case d.InPlace != nil:
			goOn = s.objects(odf, fileODF, d.row.Reader())
		default:
			goOn = s.dodf(d.Ref)
		}
		if !goOn {
			return
		}
	}
}

// fail yields an error; false means that the walk is over, here and below.
func (s *search) fail(err error) bool { return s.yield(DataObject{}, err) }

// dodf reads a DODF, unless it has been read, and walks its objects.
func (s *search) dodf(ref apdu.FileRef) bool {
	name := nameOf(ref)
	if slices.Contains(s.seen, name) {
		return true
	}
	s.seen = append(s.seen, name)
	file := fileDODF + " " + ref.String()
	content, err := s.read(ref)
	switch {
	case err == nil:
		return s.objects(ref, file, ber.NewReader(content))
	case s.ctx.Err() == nil && errors.Is(err, apdu.ErrNotFound):
		return true
	}
	return s.fail(fmt.Errorf("pkcs15: %s: %w", file, err)) && s.ctx.Err() == nil && ofTheFile(err)
}

// objects yields those of a row of objects that match.
func (s *search) objects(ref apdu.FileRef, file string, r ber.Reader) bool {
	for o, err := range objects(file, r, s.mentioned) {
		if err == nil {
			var ok bool
			if o.Match, ok = o.match(s.oids); !ok {
				continue
			}
			o.Directory = ref
		}
		if !s.yield(o, err) {
			return false
		}
	}
	return true
}

// mentioned reports whether an OID that is searched for stands in an object
// that could not be parsed. Others are of no concern.
func (s *search) mentioned(object []byte) bool {
	return slices.ContainsFunc(s.oids, func(oid OID) bool {
		return bytes.Contains(object, []byte(oid.Wrap()))
	})
}

// read reads a directory as far as it goes. Of a file that ends before its
// content does, what there is is returned: the parser will tell where it ends,
// and what stands before that is good.
func (s *search) read(ref apdu.FileRef) ([]byte, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	limit := MaxDirectory
	if ref.Length > 0 {
		limit = min(limit, ref.Length)
	}
	var seen []byte
	content, err := s.files.ReadFile(s.ctx, ref, func(head []byte) (int, error) {
		seen = head
		return needOf(head, limit), nil
	})
	if errors.Is(err, apdu.ErrShortFile) && len(seen) > 0 && s.ctx.Err() == nil {
		return seen, nil
	}
	return content, err
}

// ofTheFile tells errors that say something of one file from those of the
// transport.
func ofTheFile(err error) bool {
	var sw apdu.SW
	return errors.As(err, &sw) ||
		errors.Is(err, apdu.ErrFileTooLarge) ||
		errors.Is(err, apdu.ErrWrongFile) ||
		errors.Is(err, apdu.ErrBadPath) ||
		errors.Is(err, apdu.ErrSecurity)
}

// nameOf is the same for every way to write a reference that begins at the
// current application.
func nameOf(ref apdu.FileRef) string {
	if len(ref.Path) > 1 && ref.Path[0] == apdu.FIDCurrentADF {
		ref.Path = ref.Path[1:]
	}
	return ref.String()
}
