package pkcs15

import (
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Form is the kind of an entry of a DODF.
type Form uint8

// The forms of PKCS #15 v1.1, 6.8. The third, externalIDO, is passed over.
const (
	OIDDO    Form = iota // oidDO: the value's kind is told by an OID
	OpaqueDO             // opaqueDO: only the application knows
)

// String is the name in the standard.
func (f Form) String() string {
	switch f {
	case OIDDO:
		return "oidDO"
	case OpaqueDO:
		return "opaqueDO"
	}
	return fmt.Sprintf("Form(%d)", uint8(f))
}

// DataObject is an entry of a DODF: what kind of data lies where.
type DataObject struct {
	Form Form

	Label      string // for people; what is not UTF-8 has become U+FFFD
	Private    bool   // reading asks for a PIN
	Modifiable bool   // updating asks for a PIN
	AuthID     []byte // names the PIN among the card's; nil when absent

	ApplicationName string // of the owner, for people; as Label
	ApplicationOID  OID    // of the owner; "" when absent

	// ID is the kind of an oidDO's value, "" for an opaqueDO. It stands as in
	// the file, perhaps wrapped twice: see [OID.Unwrap].
	ID OID

	// Direct is the value when it stands in the directory itself; otherwise it
	// is nil and Ref is where the value lies.
	Direct Octets
	Ref    apdu.FileRef

	// Where the entry was found; not written. Match and Directory are set by
	// Find alone: the OID that matched, as it stands in the file, and the file
	// that the entry is in, a DODF or the ODF.
	Match     OID
	Directory apdu.FileRef
	Offset    int
}

// String shows form, OID and place, "oidDO:2.23.43.9.1->6F31", and never a
// value.
func (o DataObject) String() string {
	oid := o.ID
	if oid == "" {
		oid = o.ApplicationOID
	}
	if o.Direct != nil {
		return fmt.Sprintf("%v:%v->%v", o.Form, oid, o.Direct)
	}
	return fmt.Sprintf("%v:%v->%v", o.Form, oid, o.Ref)
}

// match tells which of the object's OIDs is among those wanted, its own first.
func (o *DataObject) match(wanted []OID) (OID, bool) {
	for _, have := range [...]OID{o.ID, o.ApplicationOID} {
		if have != "" && slices.Contains(wanted, have) {
			return have, true
		}
	}
	return "", false
}

// Octets are contents of a card, which may be secret: they print as their
// number, whatever the verb, and marshal as that too. Convert them to []byte
// to read them.
type Octets []byte

// Format implements fmt.Formatter.
func (o Octets) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[%d bytes]", len(o)) }

// MarshalText implements encoding.TextMarshaler.
func (o Octets) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "[%d bytes]", len(o)), nil }
