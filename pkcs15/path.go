package pkcs15

import (
	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Universal tags used in the files (ITU-T X.680 8.4).
const (
	tagInteger         ber.Tag = 0x02
	tagBitString       ber.Tag = 0x03
	tagOctetString     ber.Tag = 0x04
	tagOID             ber.Tag = 0x06
	tagUTF8String      ber.Tag = 0x0C
	tagPrintableString ber.Tag = 0x13
	tagSequence        ber.Tag = 0x30
)

// maxIndex is pkcs15-ub-index, the greatest index and length of a path.
const maxIndex = 65535

const tagPathLength ber.Tag = 0x80

// parsePath reads where a file, or a part of one, is (PKCS #15 v1.1, 6.1.3).
// Index and length come together or not at all; in a transparent file they
// are an offset and a number of bytes.
//
//	Path ::= SEQUENCE {
//	  path   OCTET STRING,
//	  index  INTEGER (0..65535) OPTIONAL,
//	  length [0] INTEGER (0..65535) OPTIONAL }
func parsePath(e ber.Element) (apdu.FileRef, error) {
	r := e.Reader()
	var path, index, length ber.Element
	var hasIndex, hasLength bool
	if !r.Read(tagOctetString, &path) ||
		!r.ReadOptional(tagInteger, &index, &hasIndex) ||
		!r.ReadOptional(tagPathLength, &length, &hasLength) ||
		!r.End() {
		return apdu.FileRef{}, r.Err()
	}
	ref, ok := fileRef(path.Value)
	if !ok {
		return apdu.FileRef{}, fault(path, "path of %d octets is neither identifiers nor an AID", len(path.Value))
	}
	switch {
	case hasIndex && !hasLength:
		return apdu.FileRef{}, fault(index, "path has an index but no length")
	case hasLength && !hasIndex:
		return apdu.FileRef{}, fault(length, "path has a length but no index")
	case hasIndex:
		var err error
		if ref.Offset, err = parseIndex(index); err != nil {
			return apdu.FileRef{}, err
		}
		if ref.Length, err = parseIndex(length); err != nil {
			return apdu.FileRef{}, err
		}
		if ref.Length == 0 { // the way to name a record of a record file
			return apdu.FileRef{}, fault(length, "path names a part of no bytes")
		}
	}
	return ref, nil
}

// fileRef tells identifiers and AIDs apart, which share the octet string.
// Identifiers are of two octets each. An AID has 5 to 16 octets and is taken
// for one when their number is odd, or when it begins with the hex digit A or
// D: those of a RID (ISO/IEC 7816-4:2013 8.2.1.2), with which the identifiers
// of no published card begin.
func fileRef(octets []byte) (ref apdu.FileRef, ok bool) {
	if n := len(octets); n >= minAID && n <= maxAID {
		if category := octets[0] >> 4; n%2 != 0 || category == 0xA || category == 0xD {
			return apdu.FileRef{App: apdu.AID(octets)}, true
		}
	}
	path, err := apdu.ParsePath(octets)
	return apdu.FileRef{Path: path}, err == nil
}

// parseIndex reads an INTEGER from 0 to 65535.
func parseIndex(e ber.Element) (int, error) {
	v := e.Value
	switch {
	case len(v) == 0:
		return 0, fault(e, "integer of no octets")
	case v[0]&0x80 != 0:
		return 0, fault(e, "integer below 0")
	}
	n := 0
	for _, c := range v {
		if n = n<<8 | int(c); n > maxIndex {
			return 0, fault(e, "integer above %d", maxIndex)
		}
	}
	return n, nil
}

// appendPath is the counterpart of parsePath.
func appendPath(dst []byte, ref apdu.FileRef) ([]byte, error) {
	octets := []byte(ref.App)
	if ref.App == "" {
		octets = ref.Path.AppendTo(nil)
	} else if len(ref.Path) > 0 {
		return dst, errNotAPath
	}
	if back, ok := fileRef(octets); !ok || back.App != ref.App {
		return dst, errNotAPath
	}
	body := ber.Append(nil, tagOctetString, octets)
	if ref.Offset != 0 || ref.Length != 0 {
		if ref.Offset < 0 || ref.Offset > maxIndex || ref.Length <= 0 || ref.Length > maxIndex {
			return dst, errNotAPart
		}
		body = ber.Append(body, tagInteger, integer(ref.Offset))
		body = ber.Append(body, tagPathLength, integer(ref.Length))
	}
	return ber.Append(dst, tagSequence, body), nil
}

// integer is the content of an INTEGER from 0 to 65535, in as few octets as
// keep it from being negative.
func integer(n int) []byte {
	switch {
	case n < 1<<7:
		return []byte{byte(n)}
	case n < 1<<15:
		return []byte{byte(n >> 8), byte(n)}
	}
	return []byte{0, byte(n >> 8), byte(n)}
}
