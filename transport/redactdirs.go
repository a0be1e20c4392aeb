package transport

import (
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Longest values of directories, in bytes.
const (
	maxAID    = 16
	maxPath   = 16 // eight identifiers
	maxOID    = 64
	maxNumber = 3 // up to 65535
	maxFlags  = 3 // a BIT STRING of up to 16 bits
)

// Universal tags (ITU-T X.680 8.4), and those of PKCS#15.
const (
	tagInteger     ber.Tag = 0x02
	tagBitString   ber.Tag = 0x03
	tagOctetString ber.Tag = 0x04
	tagOID         ber.Tag = 0x06
	tagSequence    ber.Tag = 0x30
	tagContext0    ber.Tag = 0xA0
	tagContext1    ber.Tag = 0xA1
	tagBare0       ber.Tag = 0x80
	tagDataObjects ber.Tag = 0xA7
)

// oidLwM2M is 2.23.43.9.1; the file may have it wrapped twice.
const oidLwM2M = "\x67\x2B\x09\x01"

// Tags of EF(DIR) (ISO/IEC 7816-4:2013 12.2.2).
const (
	tagApplication ber.Tag = 0x61
	tagAID         ber.Tag = 0x4F
	tagPath        ber.Tag = 0x51
)

// children hands the elements in e's value to each and shows their heads, up
// to the first that is malformed.
func (m *marks) children(e ber.Element, each func(i int, e ber.Element)) {
	r := e.Reader()
	var inner ber.Element
	for i := 0; r.Next(&inner); i++ {
		m.head(inner)
		each(i, inner)
	}
}

// dir is EF(DIR), or a record of it: 61 { 4F AID, 50 label, 51 path, … }.
func (m *marks) dir() {
	one := func(e ber.Element) {
		if e.Tag == tagAID || e.Tag == tagPath {
			m.whole(e, maxAID)
		}
	}
	m.row(func(e ber.Element) {
		one(e)
		if e.Tag != tagApplication {
			return
		}
		r := e.Reader()
		var inner ber.Element
		for {
			start := r.Offset()
			r.SkipPadding()
			m.keep(start, r.Offset())
			if !r.Next(&inner) {
				return
			}
			m.head(inner)
			one(inner)
		}
	})
}

// odf is a row of entries, of which A7 are those of data objects: a path, or
// [0] the objects in place (PKCS #15 v1.1, 6.2).
func (m *marks) odf(found *places) {
	m.row(func(e ber.Element) {
		if e.Tag != tagDataObjects {
			return
		}
		m.children(e, func(i int, e ber.Element) {
			switch {
			case i > 0:
			case e.Tag == tagSequence:
				m.path(e, found.dodf)
			case e.Tag == tagContext0:
				m.children(e, func(_ int, e ber.Element) { m.object(e, found) })
			}
		})
	})
}

// dodf is a row of data objects.
func (m *marks) dodf(found *places) {
	m.row(func(e ber.Element) { m.object(e, found) })
}

// object is an oidDO, A1, or an opaqueDO, 30 (PKCS #15 v1.1, 6.8):
//
//	SEQUENCE { label, flags, authId }
//	SEQUENCE { applicationName, applicationOID }
//	[0] …
//	[1] SEQUENCE { id, value } of an oidDO, value of an opaqueDO
func (m *marks) object(e ber.Element, found *places) {
	if e.Tag != tagContext1 && e.Tag != tagSequence {
		return
	}
	lwm2m := false
	isOID := func(e ber.Element) bool {
		if e.Tag != tagOID {
			return false
		}
		m.whole(e, maxOID)
		lwm2m = lwm2m || strings.HasSuffix(string(e.Value), oidLwM2M)
		return true
	}
	m.children(e, func(i int, part ber.Element) {
		switch {
		case i == 0 && part.Tag == tagSequence:
			m.children(part, func(_ int, e ber.Element) {
				if e.Tag == tagBitString {
					m.whole(e, maxFlags)
				}
			})
		case i == 1 && part.Tag == tagSequence:
			m.children(part, func(_ int, e ber.Element) { isOID(e) })
		case i > 1 && part.Tag == tagContext1:
			m.children(part, func(j int, value ber.Element) {
				switch {
				case j > 0:
				case e.Tag == tagSequence:
					m.value(value, lwm2m, found)
				case value.Tag == tagSequence:
					m.children(value, func(_ int, v ber.Element) {
						if !isOID(v) {
							m.value(v, lwm2m, found)
						}
					})
				}
			})
		}
	})
}

// value is a path, or the octets themselves: [0], with or without an OCTET
// STRING in it.
func (m *marks) value(e ber.Element, lwm2m bool, found *places) {
	switch e.Tag {
	case tagSequence:
		named := fids{} // of another owner
		if lwm2m {
			named = found.bootstrap
		}
		m.path(e, named)
	case tagBare0:
		m.bootstrap(e.Body, e.End(), lwm2m)
	case tagContext0:
		r := e.Reader()
		var octets ber.Element
		if r.Read(tagOctetString, &octets) && r.Empty() {
			m.head(octets)
			e = octets
		}
		m.bootstrap(e.Body, e.End(), lwm2m)
	}
}

// path is SEQUENCE { path, index, [0] length }; named takes the file's
// identifier.
func (m *marks) path(e ber.Element, named fids) {
	m.children(e, func(i int, e ber.Element) {
		switch {
		case i == 0 && e.Tag == tagOctetString:
			m.whole(e, maxPath)
			if n := len(e.Value); n >= 2 {
				named.add(apdu.FID(e.Value[n-2])<<8 | apdu.FID(e.Value[n-1]))
			}
		case i > 0 && (e.Tag == tagInteger || e.Tag == tagBare0):
			m.whole(e, maxNumber)
		}
	})
}
