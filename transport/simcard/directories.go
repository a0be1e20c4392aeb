package simcard

import (
	"cmp"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// Object identifiers besides that of LwM2M.
const (
	oidAccessRules pkcs15.OID = "\x2A\x86\x48\x86\xFC\x6B\x81\x48\x01\x01" // 1.2.840.114283.200.1.1
	oidExample     pkcs15.OID = "\x88\x37\x01"                             // 2.999.1, for examples (ITU-T X.660)
)

// emptyFile is the length that a path tells of a file without content: that of
// the header of FF which says so.
const emptyFile = 4

// directories are the contents of the application's directory files.
type directories struct {
	odf, dodf, rulesDODF []byte
}

// directories makes what leads to content.
func (s *setup) directories(content []byte) (d directories, err error) {
	objects := s.objects(content)
	if d.dodf, err = pkcs15.AppendDODF([]byte{}, objects...); err != nil {
		return d, err
	}
	if d.rulesDODF, err = pkcs15.AppendDODF(nil, rulesObject()); err != nil {
		return d, err
	}
	var row []pkcs15.Directory
	if s.layout.has(TwoDirectories) {
		row = append(row, pkcs15.Directory{Ref: s.ref(fidRulesDODF)})
	}
	ours := pkcs15.Directory{Ref: s.ref(pkcs15.FIDDODF)}
	if s.layout.has(ObjectsInPlace) {
		ours = pkcs15.Directory{InPlace: d.dodf}
	}
	if d.odf, err = pkcs15.AppendODF(nil, append(row, ours)...); err != nil {
		return d, err
	}
	if s.layout.has(DirectoryErased) || s.layout.has(ObjectsInPlace) {
		d.dodf = nil
	}
	if s.layout.has(LongLengths) {
		d = directories{lengthen(d.odf), lengthen(d.dodf), lengthen(d.rulesDODF)}
	}
	return d, nil
}

// objects are the entries of EF(DODF).
func (s *setup) objects(content []byte) []pkcs15.DataObject {
	var row []pkcs15.DataObject
	if s.layout.has(AccessRulesFirst) || s.layout.has(AccessRulesOnly) {
		row = append(row, rulesObject())
	}
	if s.layout.has(AccessRulesOnly) {
		return row
	}
	ours := pkcs15.DataObject{
		ApplicationName: "LwM2M Bootstrap",
		ID:              pkcs15.OIDLwM2M,
		Private:         s.private(),
	}
	if s.layout.has(OIDWrappedTwice) {
		ours.ID = pkcs15.OIDLwM2MDoubleWrapped
	}
	switch {
	case s.layout.has(OpaqueObject):
		ours.Form, ours.ApplicationOID, ours.ID = pkcs15.OpaqueDO, ours.ID, ""
	case s.layout.has(ApplicationOID):
		ours.ApplicationOID, ours.ID = ours.ID, oidExample
	}
	if s.layout.has(FirstFileErased) {
		erased := ours
		erased.Ref = s.ref(fidErased)
		row = append(row, erased)
	}
	switch {
	case s.layout.has(DirectContent):
		ours.Direct = append(pkcs15.Octets{}, content...)
	default:
		ours.Ref = s.ref(pkcs15.FIDBootstrap)
		if s.layout.has(IndexAndLength) {
			ours.Ref.Offset, ours.Ref.Length = indexOffset, cmp.Or(len(content), emptyFile)
		}
	}
	return append(row, ours)
}

// private reports whether the bootstrap file is not for everyone.
func (s *setup) private() bool {
	condition, ok := s.conditions[pkcs15.FIDBootstrap]
	return ok && condition.asksHolder()
}

// ref is the path to a file of the application.
func (s *setup) ref(fid apdu.FID) apdu.FileRef {
	switch {
	case s.layout.has(AbsolutePaths):
		return apdu.FileRef{Path: apdu.Path{apdu.FIDMF, FIDPKCS15, fid}}
	case s.layout.has(ApplicationPaths):
		return apdu.FileRef{Path: apdu.Path{apdu.FIDCurrentADF, fid}}
	}
	return apdu.FileRef{Path: apdu.Path{fid}}
}

// rulesObject leads to the access rules of GlobalPlatform's Secure Element
// Access Control (GPD_SPE_013 annex C), which live in the same application.
func rulesObject() pkcs15.DataObject {
	return pkcs15.DataObject{
		ApplicationName: "GP SE Acc Ctl",
		ID:              oidAccessRules,
		Ref:             apdu.FileRef{Path: apdu.Path{fidRules}},
	}
}

// accessRules is the content of their first file, EF(ACMain): a refresh tag
// and the path of a file with the rules.
func accessRules() []byte {
	b := ber.Append(nil, 0x04, []byte{1, 2, 3, 4, 5, 6, 7, 8})
	b = ber.Append(b, 0x30, ber.Append(nil, 0x04, []byte{0x43, 0x00}))
	return ber.Append(nil, 0x30, b)
}

// lengthen codes every length of the elements in b in one octet more than it
// needs. b must be well-formed.
func lengthen(b []byte) []byte {
	var out []byte
	r := ber.NewReader(b)
	var e ber.Element
	for r.Next(&e) {
		value := e.Value
		if e.Tag.Constructed() {
			value = lengthen(value)
		}
		short := ber.AppendHeader(nil, e.Tag, len(value))
		size := short[1:]
		switch len(size) {
		case 1:
			size = []byte{0x81, size[0]}
		default:
			size = append([]byte{size[0] + 1, 0}, size[1:]...)
		}
		out = append(out, short[0])
		out = append(out, size...)
		out = append(out, value...)
	}
	return out
}
