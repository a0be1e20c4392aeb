package apdu

import "github.com/lwm2mboot/lwm2mboot/internal/ber"

// Bits of the file descriptor byte (ISO/IEC 7816-4:2013 table 14).
const (
	descriptorShareable   = 0b0100_0000
	descriptorKind        = 0b0011_1000 // 000 working EF, 111 DF
	descriptorKindDF      = 0b0011_1000
	descriptorStructure   = 0b0000_0111
	descriptorBERTLV      = 0b0011_1001
	structTransparent     = 0b001
	structLinearFixed     = 0b010
	structLinearFixedTLV  = 0b011
	structLinearVariable  = 0b100
	structLinearVarTLV    = 0b101
	structCyclic          = 0b110
	structCyclicTLV       = 0b111
	descriptorReservedBit = 0b1000_0000
)

// descriptor reads the file descriptor:
//
//	82 2  descriptor, data coding
//	82 5  descriptor, data coding, record length (2), records
//	82 6  descriptor, data coding, record length (2), records (2)
//
// Cards also send one byte, three or four; what is there is taken.
func (f *FCP) descriptor(v []byte) bool {
	if len(v) == 0 || len(v) > 6 || v[0]&descriptorReservedBit != 0 {
		return false
	}
	d := v[0]
	f.Shareable = d&descriptorShareable != 0
	switch {
	case d&0b0011_1111 == descriptorBERTLV:
		f.Structure = StructureBERTLV
	case d&descriptorKind == descriptorKindDF:
		f.Structure = StructureDF
	default:
		f.Structure = structureOf(d & descriptorStructure)
	}
	if f.Structure == StructureTransparent || f.Structure == StructureDF {
		return true
	}
	switch {
	case len(v) >= 4:
		f.RecordLength = int(v[2])<<8 | int(v[3])
	case len(v) == 3:
		f.RecordLength = int(v[2])
	}
	if len(v) >= 5 {
		return number(v[4:], &f.Records)
	}
	return true
}

func structureOf(bits byte) Structure {
	switch bits {
	case structTransparent:
		return StructureTransparent
	case structLinearFixed, structLinearFixedTLV:
		return StructureLinearFixed
	case structLinearVariable, structLinearVarTLV:
		return StructureLinearVariable
	case structCyclic, structCyclicTLV:
		return StructureCyclic
	}
	return StructureUnknown
}

// arr reads a reference to EF(ARR): FID and record (3 octets), or FID and
// pairs of security environment and record. One octet alone, a record of the
// EF(ARR) in the current DF, is left to the caller to look up: FID 0.
func (f *FCP) arr(v []byte) bool {
	switch {
	case len(v) == 1:
		f.ARR = append(f.ARR, ARRRef{SEID: 1, Record: v[0]})
		return true
	case len(v) == 3:
		f.ARR = append(f.ARR, ARRRef{FID: FID(v[0])<<8 | FID(v[1]), SEID: 1, Record: v[2]})
		return true
	case len(v) < 4 || len(v)%2 != 0:
		return false
	}
	fid := FID(v[0])<<8 | FID(v[1])
	for v = v[2:]; len(v) > 0; v = v[2:] {
		f.ARR = append(f.ARR, ARRRef{FID: fid, SEID: v[0], Record: v[1]})
	}
	return true
}

// pins reads the PIN status template: PS_DO, whose bits from the top say which
// of the key references that follow are enabled.
//
//	C6 L  90 n <bits>  { [95 01 <usage>]  83 01 <key reference> }
func (f *FCP) pins(t ber.Element) bool {
	r := t.Reader()
	var e ber.Element
	var enabled []byte
	usage := byte(0) // of the key reference that follows
	i := 0           // key references so far
	for r.Next(&e) {
		switch e.Tag {
		case tagPSDO:
			enabled = e.Value
		case tagUsage:
			if len(e.Value) != 1 {
				return false
			}
			usage = e.Value[0]
		case tagKeyRef:
			if len(e.Value) != 1 {
				return false
			}
			p := PINStatus{Reference: KeyReference(e.Value[0])}
			if i/8 < len(enabled) {
				p.Enabled = enabled[i/8]&(0b1000_0000>>(i%8)) != 0
			}
			p.Universal = p.Reference == RefUniversalPIN && usage != 0
			f.PINs = append(f.PINs, p)
			i++
			usage = 0
		}
	}
	return r.Err() == nil
}
