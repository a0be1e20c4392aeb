package pkcs15

import (
	"iter"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Tags of an ODF. Those of keys, certificates and PINs, A0 to A6 and A8, are
// passed over.
const (
	tagDataObjects    ber.Tag = 0xA7
	tagObjectsInPlace ber.Tag = 0xA0
)

// Tags of enveloped directories and values, by reference and in place.
const (
	tagIndirectProtected ber.Tag = 0xA1
	tagDirectProtected   ber.Tag = 0xA2
)

const fileODF = "ODF"

// Directory is an entry of an ODF that leads to data objects.
type Directory struct {
	// Ref is the DODF; zero when the objects stand in place.
	Ref apdu.FileRef

	// InPlace are the objects themselves, to be read with [ParseDODF]; nil
	// when they are in a DODF.
	InPlace Octets

	// Offset of the entry in the ODF; not written.
	Offset int
}

// ParseODF yields the directories of data objects that an ODF names, the one
// of highest priority first, among up to [MaxODFEntries] entries of all kinds
// (PKCS #15 v1.1, 6.2). A malformed entry is yielded as its error, and the
// next one follows; when its outer length is wrong there is no next one. An
// enveloped one is [ErrUnsupported]. InPlace aliases b.
func ParseODF(b []byte) iter.Seq2[Directory, error] {
	return func(yield func(Directory, error) bool) {
		for d, err := range directories(b) {
			if !yield(d.Directory, err) {
				return
			}
		}
	}
}

// directory is a Directory as it was read.
type directory struct {
	Directory
	row ber.Element // the objects, when they stand in place
}

func directories(odf []byte) iter.Seq2[directory, error] {
	return entries(fileODF, ber.NewReader(odf), MaxODFEntries, func(e ber.Element) (directory, bool, error) {
		if e.Tag != tagDataObjects {
			return directory{}, false, nil
		}
		d, err := parseDirectory(e)
		return d, true, err
	})
}

// parseDirectory reads an entry of data objects.
//
//	PathOrObjects ::= CHOICE {
//	  path               Path,
//	  objects            [0] SEQUENCE OF PKCS15Data,
//	  indirect-protected [1] …,
//	  direct-protected   [2] … }
func parseDirectory(entry ber.Element) (d directory, err error) {
	d.Offset = entry.Offset
	r := entry.Reader()
	var e ber.Element
	if !r.Next(&e) {
		if err := r.Err(); err != nil {
			return d, err
		}
		return d, fault(entry, "directory of data objects without a place")
	}
	switch e.Tag {
	case tagSequence:
		d.Ref, err = parsePath(e)
	case tagObjectsInPlace:
		d.InPlace, d.row = Octets(e.Value), e
	case tagIndirectProtected, tagDirectProtected:
		err = unsupported(e, "enveloped directory")
	default:
		err = fault(e, "tag %02X is neither a path nor objects", uint16(e.Tag))
	}
	return d, err
}
