package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// Class A0, the SIM of TS 51.011: the same files on channel 0, SELECT by FID
// only, other answers and status words.

const chv2 = 0x02 // P2 of VERIFY CHV

// statusOf2G is the status word that class A0 has for sw (TS 51.011 9.4).
func statusOf2G(sw apdu.SW) apdu.SW {
	if _, wrong := sw.Retries(); wrong {
		if sw == swRetries {
			return 0x9840
		}
		return 0x9804
	}
	switch sw {
	case apdu.SWNoCurrentEF:
		return 0x9400
	case apdu.SWRecordNotFound, apdu.SWWrongOffset, swNoSpace:
		return 0x9402
	case apdu.SWFileNotFound:
		return 0x9404
	case apdu.SWWrongStructure:
		return 0x9408
	case apdu.SWReferenceNotFound:
		return 0x9802
	case apdu.SWSecurity, swNotVerified:
		return 0x9804
	case swDisabled:
		return 0x9808
	case apdu.SWBlocked:
		return 0x9840
	case apdu.SWWrongP1P2:
		return 0x6B00
	}
	if sw.WrongLe() { // 67xx tells the length
		return apdu.SWWrongLength | apdu.SW(sw.SW2())
	}
	return sw
}

// select2G is SELECT of class A0.
func (r *request) select2G() answer {
	data := r.cmd.Data
	switch {
	case r.cmd.P1 != 0 || r.cmd.P2 != 0:
		return bare(apdu.SWWrongP1P2)
	case len(data) != 2:
		return bare(apdu.SWWrongLength)
	}
	n := byFID(r.ch.df, apdu.FID(data[0])<<8|apdu.FID(data[1]))
	if n == nil {
		return bare(apdu.SWFileNotFound)
	}
	r.ch.moveTo(n)
	return r.fetched(r.response2G(n))
}

// Octets of the answer to SELECT and STATUS (TS 51.011 9.2.1).
const (
	typeMF, typeDF, typeEF  = 0x01, 0x02, 0x04
	noAccess                = 0xF // a nibble of the access conditions: never
	structure2GTransparent  = 0x00
	structure2GLinear       = 0x01
	tries2G                 = 3
	chvInitialised          = 0x80
	response2GTailEF        = 2 // octets behind the one that counts them
	response2GTailDF        = 10
	notInvalidated          = 0x01
	characteristicsUnlocked = 0x01
)

// response2G tells of a file:
//
//	EF  00 00, size (2), FID (2), 04, 00, access (3), status, 02, structure, record length
//	DF  00 00, free (2), FID (2), type, 00 (5), 0A, characteristics, DFs, EFs, CHVs, 00, CHV1, PUK1, CHV2, PUK2, 00
func (c *Card) response2G(n *node) []byte {
	size, kind := 0, byte(typeDF)
	switch {
	case !n.isDF():
		size, kind = c.toldSize(n), typeEF
	case n.parent == nil:
		kind = typeMF
	}
	b := []byte{0, 0, byte(size >> 8), byte(size), byte(n.FID >> 8), byte(n.FID), kind}
	if n.isDF() {
		dfs, efs := n.countChildren()
		b = append(b, 0, 0, 0, 0, 0, response2GTailDF, characteristicsUnlocked, dfs, efs, 2, 0)
		for _, reference := range []Access{PIN1, PIN2} {
			b = append(b, c.chvStatus(reference), chvInitialised|tries2G)
		}
		return append(b, 0)
	}
	b = append(b, 0, nibble(n.readCondition())<<4|nibble(n.updateCondition()), noAccess<<4|noAccess, noAccess<<4|noAccess, notInvalidated, response2GTailEF)
	if n.Kind == apdu.StructureTransparent {
		return append(b, structure2GTransparent, 0)
	}
	return append(b, structure2GLinear, byte(len(n.Records[0])))
}

// nibble is a condition in class A0: 0 always, 1 CHV1, 2 CHV2, 4 the issuer's,
// F never. It has no word for two PINs, nor for the secure channel: 4.
func nibble(c Condition) byte {
	switch c {
	case Always:
		return 0
	case PIN1:
		return 1
	case PIN2:
		return 2
	case Never:
		return noAccess
	}
	return 4
}

// chvStatus tells that a CHV is initialised, and the tries left.
func (c *Card) chvStatus(reference Access) byte {
	p := c.pin(reference)
	if p == nil {
		return 0
	}
	return chvInitialised | byte(p.left)
}

func (n *node) countChildren() (dfs, efs byte) {
	for _, c := range n.children {
		if c.isDF() {
			dfs++
		} else {
			efs++
		}
	}
	return dfs, efs
}
