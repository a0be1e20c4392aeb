package pkcs15

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// maxText is pkcs15-ub-label, in characters, and pkcs15-ub-identifier, in
// octets.
const maxText = 255

// Reasons why something cannot be written.
var (
	errTooMany    = errors.New("more entries than are read")
	errTooLarge   = errors.New("longer than is read")
	errText       = fmt.Errorf("text is not UTF-8 of up to %d characters", maxText)
	errAuthID     = fmt.Errorf("authId is longer than %d octets", maxText)
	errForm       = errors.New("neither oidDO nor opaqueDO")
	errID         = errors.New("an oidDO has an ID, an opaqueDO has none")
	errOID        = errors.New("not an object identifier")
	errNotAPath   = errors.New("file reference cannot be told as a path")
	errNotAPart   = fmt.Errorf("part of a file is not of 1 to %d bytes at an offset up to that", maxIndex)
	errTwoSources = errors.New("both in place and in a file")
)

// AppendODF appends an ODF, without padding; the directory of highest priority
// comes first. It fails when a reference cannot be told as a path: one with
// both App and Path, with neither, or with an offset but no length.
func AppendODF(dst []byte, dirs ...Directory) ([]byte, error) {
	return appendRow(dst, fileODF, MaxODFEntries, dirs, appendDirectory)
}

// AppendDODF appends a DODF, without padding. It fails when an object is not
// one of PKCS#15: an ID is missing or too many, texts are not UTF-8 of up to
// 255 characters, the value is both direct and in a file, or its reference
// cannot be told as a path.
func AppendDODF(dst []byte, objects ...DataObject) ([]byte, error) {
	return appendRow(dst, fileDODF, MaxDODFEntries, objects, appendObject)
}

// appendRow appends the entries of a file, and dst alone when one fails.
func appendRow[T any](dst []byte, file string, limit int, entries []T, entry func([]byte, T) ([]byte, error)) ([]byte, error) {
	if len(entries) > limit {
		return dst, fmt.Errorf("pkcs15: %s: %d entries: %w", file, len(entries), errTooMany)
	}
	out := dst
	for i, e := range entries {
		var err error
		if out, err = entry(out, e); err != nil {
			return dst, fmt.Errorf("pkcs15: %s: entry %d: %w", file, i, err)
		}
	}
	if n := len(out) - len(dst); n > MaxDirectory {
		return dst, fmt.Errorf("pkcs15: %s: %d bytes: %w", file, n, errTooLarge)
	}
	return out, nil
}

func appendDirectory(dst []byte, d Directory) ([]byte, error) {
	if d.InPlace == nil {
		path, err := appendPath(nil, d.Ref)
		return ber.Append(dst, tagDataObjects, path), err
	}
	switch {
	case !isZero(d.Ref):
		return dst, errTwoSources
	case len(d.InPlace) > MaxDirectory:
		return dst, errTooLarge
	}
	return ber.Append(dst, tagDataObjects, ber.Append(nil, tagObjectsInPlace, d.InPlace)), nil
}

func appendObject(dst []byte, o DataObject) ([]byte, error) {
	common, err := appendCommon(nil, o)
	if err != nil {
		return dst, err
	}
	class, err := appendClass(nil, o)
	if err != nil {
		return dst, err
	}
	typeAttrs, err := appendType(nil, o)
	if err != nil {
		return dst, err
	}
	body := ber.Append(nil, tagSequence, common)
	body = ber.Append(body, tagSequence, class)
	body = ber.Append(body, tagTypeAttrs, typeAttrs)
	if o.Form == OpaqueDO {
		return ber.Append(dst, tagOpaqueDO, body), nil
	}
	return ber.Append(dst, tagOIDDO, body), nil
}

func appendCommon(dst []byte, o DataObject) ([]byte, error) {
	if len(o.AuthID) > maxText {
		return dst, errAuthID
	}
	dst, err := appendText(dst, tagUTF8String, o.Label)
	if err != nil {
		return dst, err
	}
	var flags byte
	if o.Private {
		flags |= flagPrivate
	}
	if o.Modifiable {
		flags |= flagModifiable
	}
	if flags != 0 {
		dst = appendFlags(dst, flags)
	}
	if o.AuthID != nil {
		dst = ber.Append(dst, tagOctetString, o.AuthID)
	}
	return dst, nil
}

func appendClass(dst []byte, o DataObject) ([]byte, error) {
	dst, err := appendText(dst, tagUTF8String, o.ApplicationName)
	if err != nil || o.ApplicationOID == "" {
		return dst, err
	}
	if !o.ApplicationOID.valid() {
		return dst, errOID
	}
	return ber.Append(dst, tagOID, []byte(o.ApplicationOID)), nil
}

func appendType(dst []byte, o DataObject) ([]byte, error) {
	value, err := appendValue(nil, o)
	switch {
	case err != nil:
		return dst, err
	case o.Form > OpaqueDO:
		return dst, errForm
	case (o.Form == OIDDO) == (o.ID == ""):
		return dst, errID
	case o.Form == OpaqueDO:
		return append(dst, value...), nil
	case !o.ID.valid():
		return dst, errOID
	}
	id := ber.Append(nil, tagOID, []byte(o.ID))
	return ber.Append(dst, tagSequence, append(id, value...)), nil
}

func appendValue(dst []byte, o DataObject) ([]byte, error) {
	switch {
	case o.Direct == nil:
		return appendPath(dst, o.Ref)
	case !isZero(o.Ref):
		return dst, errTwoSources
	case len(o.Direct) > MaxDirectory:
		return dst, errTooLarge
	}
	return ber.Append(dst, tagDirect, ber.Append(nil, tagOctetString, o.Direct)), nil
}

// appendText appends a text that is not empty.
func appendText(dst []byte, tag ber.Tag, s string) ([]byte, error) {
	if s == "" {
		return dst, nil
	}
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxText {
		return dst, errText
	}
	return ber.Append(dst, tag, []byte(s)), nil
}

// appendFlags appends a BIT STRING of up to eight named bits, without the
// zeros behind the last one that is set.
func appendFlags(dst []byte, bits byte) []byte {
	unused := byte(0)
	for unused < 8 && bits>>unused&1 == 0 {
		unused++
	}
	if unused == 8 {
		return ber.Append(dst, tagBitString, []byte{0})
	}
	return ber.Append(dst, tagBitString, []byte{unused, bits})
}

func isZero(ref apdu.FileRef) bool {
	return ref.App == "" && len(ref.Path) == 0 && ref.Offset == 0 && ref.Length == 0
}
