package objects

// What holds when a Resource of /21 is absent (RFC 8613 3.2).
const DefaultAEAD int64 = 10 // COSE: AES-CCM-16-64-128

// OSCORE is a view of an Object Instance of /21, LwM2M OSCORE. The number of
// the Resource stands behind each field. MasterSecret and the two IDs are
// always written, nil as no octets; of the others the zero value stands for an
// absent Resource. Octets are read from an Opaque or a String, as the
// versions of the object have it, and written as Opaque.
type OSCORE struct {
	MasterSecret Secret          // 0
	SenderID     []byte          // 1: the client's; may be of no octets
	RecipientID  []byte          // 2: the server's; may be of no octets
	AEAD         Optional[int64] // 3: COSE algorithm; [DefaultAEAD]
	HMAC         Optional[int64] // 4: COSE algorithm; absent: HKDF SHA-256
	MasterSalt   Secret          // 5
	IDContext    []byte          // 6
}

// OSCORE reads an instance of /21. A Resource of the wrong type is [ErrType].
func (in Instance) OSCORE() (OSCORE, error) {
	var o OSCORE
	f := fields{object: ObjectOSCORE, in: in}
	o.fields(&f)
	return o, f.err()
}

// Instance is the instance of /21 that holds what o says.
func (o OSCORE) Instance(id uint16) Instance {
	f := fields{object: ObjectOSCORE, in: NewInstance(id), writing: true}
	o.fields(&f)
	return f.in
}

func (o *OSCORE) fields(f *fields) {
	required(f, OSCOREMasterSecret, &o.MasterSecret, asSecret)
	required(f, OSCORESenderID, &o.SenderID, asOctets)
	required(f, OSCORERecipientID, &o.RecipientID, asOctets)
	maybe(f, OSCOREAEADAlgorithm, &o.AEAD, asInteger[int64]())
	maybe(f, OSCOREHMACAlgorithm, &o.HMAC, asInteger[int64]())
	secretGiven(f, OSCOREMasterSalt, &o.MasterSalt)
	octetsGiven(f, OSCOREIDContext, &o.IDContext)
}
