package pkcs15

import (
	"iter"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Tags of a DODF.
const (
	tagOpaqueDO              = tagSequence
	tagOIDDO         ber.Tag = 0xA1
	tagSubClass      ber.Tag = 0xA0
	tagTypeAttrs     ber.Tag = 0xA1
	tagDirect        ber.Tag = 0xA0
	tagDirectBare    ber.Tag = 0x80 // the octets without a tag of their own
	tagURLWithDigest ber.Tag = 0xA3
)

// Bits of CommonObjectFlags.
const (
	flagPrivate    = 0b1000_0000
	flagModifiable = 0b0100_0000
)

const fileDODF = "DODF"

// ParseDODF yields the data objects of a DODF, or of a [Directory] in place,
// up to [MaxDODFEntries] entries: a row of PKCS15Data (PKCS #15 v1.1, 6.8).
// Entries that are no oidDO and no opaqueDO are passed over. A malformed one
// is yielded as its error, and the next one follows; when its outer length is
// wrong there is no next one. AuthID and Direct alias b.
func ParseDODF(b []byte) iter.Seq2[DataObject, error] {
	everyone := func([]byte) bool { return true }
	return objects(fileDODF, ber.NewReader(b), everyone)
}

// objects yields the data objects of a row. Of those that are malformed, it
// reports the ones that are of concern.
func objects(file string, r ber.Reader, concern func(entry []byte) bool) iter.Seq2[DataObject, error] {
	return entries(file, r, MaxDODFEntries, func(e ber.Element) (DataObject, bool, error) {
		if e.Tag != tagOIDDO && e.Tag != tagOpaqueDO {
			return DataObject{}, false, nil
		}
		o, err := parseObject(e)
		return o, err == nil || concern(e.Value), err
	})
}

// parseObject reads one entry. What a later version of the standard may
// append to the attributes is not looked at.
//
//	PKCS15Object ::= SEQUENCE {
//	  commonObjectAttributes SEQUENCE {
//	    label  UTF8String OPTIONAL,
//	    flags  BIT STRING { private(0), modifiable(1) } OPTIONAL,
//	    authId OCTET STRING OPTIONAL, ... },
//	  classAttributes SEQUENCE {
//	    applicationName UTF8String OPTIONAL,
//	    applicationOID  OBJECT IDENTIFIER OPTIONAL, ... },
//	  subClassAttributes [0] … OPTIONAL,
//	  typeAttributes     [1] … }
func parseObject(e ber.Element) (DataObject, error) {
	o := DataObject{Form: OIDDO, Offset: e.Offset}
	if e.Tag == tagOpaqueDO {
		o.Form = OpaqueDO
	}
	r := e.Reader()
	var common, class, subClass, typeAttrs ber.Element
	var hasSubClass bool
	if !r.Read(tagSequence, &common) ||
		!r.Read(tagSequence, &class) ||
		!r.ReadOptional(tagSubClass, &subClass, &hasSubClass) ||
		!r.Read(tagTypeAttrs, &typeAttrs) {
		return o, r.Err()
	}
	if err := o.parseCommon(common); err != nil {
		return o, err
	}
	if err := o.parseClass(class); err != nil {
		return o, err
	}
	err := o.parseType(typeAttrs)
	return o, err
}

func (o *DataObject) parseCommon(e ber.Element) error {
	r := e.Reader()
	var label, flags, authID ber.Element
	var hasLabel, hasFlags, hasAuthID bool
	if !r.ReadOptional(tagUTF8String, &label, &hasLabel) ||
		!r.ReadOptional(tagBitString, &flags, &hasFlags) ||
		!r.ReadOptional(tagOctetString, &authID, &hasAuthID) {
		return r.Err()
	}
	o.Label = text(label.Value)
	o.AuthID = authID.Value
	if !hasFlags {
		return nil
	}
	bits, err := parseFlags(flags)
	o.Private = bits&flagPrivate != 0
	o.Modifiable = bits&flagModifiable != 0
	return err
}

func (o *DataObject) parseClass(e ber.Element) error {
	r := e.Reader()
	var name, oid ber.Element
	var hasName, hasOID bool
	if !r.ReadOptional(tagUTF8String, &name, &hasName) ||
		!r.ReadOptional(tagOID, &oid, &hasOID) {
		return r.Err()
	}
	o.ApplicationName = text(name.Value)
	if !hasOID {
		return nil
	}
	var err error
	o.ApplicationOID, err = parseOID(oid)
	return err
}

// parseType reads the typeAttributes.
//
//	opaqueDO: ObjectValue
//	oidDO:    SEQUENCE { id OBJECT IDENTIFIER, value ObjectValue }
func (o *DataObject) parseType(e ber.Element) error {
	r := e.Reader()
	if o.Form == OpaqueDO {
		return o.parseValue(&r)
	}
	var attrs, id ber.Element
	if !r.Read(tagSequence, &attrs) {
		return r.Err()
	}
	r = attrs.Reader()
	if !r.Read(tagOID, &id) {
		return r.Err()
	}
	var err error
	if o.ID, err = parseOID(id); err != nil {
		return err
	}
	return o.parseValue(&r)
}

// parseValue reads where the value is.
//
//	ObjectValue ::= CHOICE {
//	  indirect           CHOICE { path Path, url PrintableString, urlWithDigest [3] … },
//	  direct             [0] …,
//	  indirect-protected [1] …,
//	  direct-protected   [2] … }
func (o *DataObject) parseValue(r *ber.Reader) error {
	var e ber.Element
	if !r.Next(&e) {
		if err := r.Err(); err != nil {
			return err
		}
		return &Error{Offset: r.Offset(), Reason: "object without a value"}
	}
	var err error
	switch e.Tag {
	case tagSequence:
		o.Ref, err = parsePath(e)
	case tagDirect, tagDirectBare:
		o.Direct = direct(e)
	case tagIndirectProtected, tagDirectProtected:
		err = unsupported(e, "enveloped value")
	case tagPrintableString, tagURLWithDigest:
		err = unsupported(e, "value behind a URL")
	default:
		err = fault(e, "tag %02X is no object value", uint16(e.Tag))
	}
	return err
}

// direct returns the octets of a direct value. The standard leaves their type
// open; issuers write an OCTET STRING, or nothing, between the tag and them.
func direct(e ber.Element) []byte {
	r := e.Reader()
	var octets ber.Element
	if e.Tag == tagDirect && r.Read(tagOctetString, &octets) && r.Empty() {
		return octets.Value
	}
	return e.Value
}

func parseOID(e ber.Element) (OID, error) {
	if n := len(e.Value); n == 0 || n > maxOID {
		return "", fault(e, "object identifier of %d octets", n)
	}
	return OID(e.Value), nil
}

// parseFlags reads the first eight bits of a BIT STRING, bit 0 on top. Its
// first octet counts the bits of the last one that do not belong to it.
func parseFlags(e ber.Element) (byte, error) {
	v := e.Value
	if len(v) == 0 || v[0] > 7 || len(v) == 1 && v[0] != 0 {
		return 0, fault(e, "bit string of %d octets", len(v))
	}
	switch len(v) {
	case 1:
		return 0, nil
	case 2:
		return v[1] &^ (1<<v[0] - 1), nil
	}
	return v[1], nil
}

func text(octets []byte) string { return strings.ToValidUTF8(string(octets), "\uFFFD") }
