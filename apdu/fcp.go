package apdu

import (
	"fmt"
	"math"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Tags of file control information (ISO/IEC 7816-4:2013 table 10 and 12, ETSI
// TS 102 221 11.1.1.3).
const (
	tagFCP        ber.Tag = 0x62
	tagFCI        ber.Tag = 0x6F
	tagSize       ber.Tag = 0x80
	tagTotalSize  ber.Tag = 0x81
	tagDescriptor ber.Tag = 0x82
	tagFID        ber.Tag = 0x83
	tagDFName     ber.Tag = 0x84
	tagSFI        ber.Tag = 0x88
	tagLifeCycle  ber.Tag = 0x8A
	tagARR        ber.Tag = 0x8B
	tagCompact    ber.Tag = 0x8C
	tagExpanded   ber.Tag = 0xAB
	tagPINStatus  ber.Tag = 0xC6
	tagPSDO       ber.Tag = 0x90
	tagUsage      ber.Tag = 0x95
	tagKeyRef     ber.Tag = 0x83 // inside C6
)

// Structure is the kind of file that a descriptor tells.
type Structure uint8

// The structures of ISO/IEC 7816-4:2013 table 14.
const (
	StructureUnknown Structure = iota
	StructureTransparent
	StructureLinearFixed
	StructureLinearVariable
	StructureCyclic
	StructureBERTLV
	StructureDF // MF, DF or ADF
)

// String names the structure.
func (s Structure) String() string {
	names := [...]string{"unknown", "transparent", "linear fixed", "linear variable", "cyclic", "BER-TLV", "DF"}
	if int(s) < len(names) {
		return names[s]
	}
	return names[0]
}

// Unknown stands for a number that the card did not tell.
const Unknown = -1

// SFINone says that a file has no short EF identifier.
const SFINone byte = 0

// FCP is what a card tells of the file selected: its file control parameters
// (tag 62), or the same in file control information (tag 6F). Everything in
// it is the card's word: sizes are known to lie, so content decides how much
// is read.
type FCP struct {
	FID       FID  // 83
	HasFID    bool // an ADF may have none
	AID       AID  // 84, of an ADF
	Size      int  // 80, content bytes of an EF; Unknown
	TotalSize int  // 81, structure included; Unknown

	Structure    Structure // 82
	Shareable    bool      // 82: by several channels at once
	RecordLength int       // 82, of record files; Unknown
	Records      int       // 82, of record files; Unknown

	SFI       byte // 88, or the low bits of the FID when it is absent; SFINone
	LifeCycle byte // 8A: 05 activated, 04 deactivated, 0C terminated

	PINs    []PINStatus // C6, in the card's order
	ARR     []ARRRef    // 8B: where the access rules are
	Rule    AccessRule  // 8C or AB: the access rule itself, as far as it is clear
	HasRule bool        // few cards tell it there
}

// PINStatus is a key reference of the PIN status template (ETSI TS 102 221
// 9.5.2, 11.1.1.4.10).
type PINStatus struct {
	Reference KeyReference
	Enabled   bool // its bit in PS_DO is set
	Universal bool // a usage qualifier other than 00 came with it and Reference is 11
}

// ARRRef is a record of EF(ARR) that holds access rules for one security
// environment (ETSI TS 102 221 11.1.1.4.7.1).
type ARRRef struct {
	FID    FID
	SEID   byte // 01 when the reference names none
	Record byte
}

// ParseFCP reads the answer to SELECT: an FCP, an FCI, or an FCI that wraps an
// FCP. Unknown elements are skipped, and what stands nested in proprietary
// information (A5) is not mistaken for the file's own. An empty answer is an
// FCP that knows nothing. Octets behind the template are ignored.
func ParseFCP(b []byte) (FCP, error) {
	f := FCP{Size: Unknown, TotalSize: Unknown, RecordLength: Unknown, Records: Unknown, SFI: SFINone}
	if len(b) == 0 {
		return f, nil
	}
	r := ber.NewReader(b)
	var e ber.Element
	if !r.Next(&e) {
		return f, fmt.Errorf("apdu: FCP: %w", r.Err())
	}
	if e.Tag != tagFCP && e.Tag != tagFCI {
		return f, fmt.Errorf("apdu: FCP: offset 0: tag %02X, not 62 or 6F", uint16(e.Tag))
	}
	sfiTold := false
	if err := f.template(e, e.Tag == tagFCI, &sfiTold); err != nil {
		return f, err
	}
	if !sfiTold && f.HasFID && f.Structure != StructureDF {
		f.SFI = shortEFI(byte(f.FID & 0b0001_1111)) // TS 102 221 11.1.1.4.8
	}
	return f, nil
}

// template reads the elements of one template into f; an FCI may hold an FCP.
func (f *FCP) template(t ber.Element, fci bool, sfiTold *bool) error {
	r := t.Reader()
	var e ber.Element
	for r.Next(&e) {
		if e.Tag == tagFCP && fci {
			if err := f.template(e, false, sfiTold); err != nil {
				return err
			}
			continue
		}
		if !f.element(e, sfiTold) {
			return fmt.Errorf("apdu: FCP: offset %d: tag %02X of %d bytes", e.Offset, uint16(e.Tag), len(e.Value))
		}
	}
	if err := r.Err(); err != nil {
		return fmt.Errorf("apdu: FCP: %w", err)
	}
	return nil
}

// element takes one element; false means that its length is impossible.
func (f *FCP) element(e ber.Element, sfiTold *bool) bool {
	v := e.Value
	switch e.Tag {
	case tagSize:
		return number(v, &f.Size)
	case tagTotalSize:
		return number(v, &f.TotalSize)
	case tagDescriptor:
		return f.descriptor(v)
	case tagFID:
		if len(v) != 2 {
			return false
		}
		f.FID, f.HasFID = FID(v[0])<<8|FID(v[1]), true
	case tagDFName:
		if len(v) > 16 {
			return false
		}
		f.AID = AID(v)
	case tagSFI: // b8 to b4; empty: the file has none
		*sfiTold = true
		switch len(v) {
		case 0:
		case 1:
			f.SFI = shortEFI(v[0] >> 3)
		default:
			return false
		}
	case tagLifeCycle:
		if len(v) != 1 {
			return false
		}
		f.LifeCycle = v[0]
	case tagARR:
		return f.arr(v)
	case tagCompact:
		f.rule(compactRule(v))
	case tagExpanded:
		f.rule(expandedRule(v))
	case tagPINStatus:
		return f.pins(e)
	}
	return true
}

// shortEFI is five bits as a short EF identifier: 1 to 30 are one.
func shortEFI(bits byte) byte {
	if bits > 30 {
		return SFINone
	}
	return bits
}

// number reads up to four octets, big endian. What does not fit 31 bits is
// their maximum: no card has it, and int may have 32.
func number(v []byte, out *int) bool {
	if len(v) == 0 || len(v) > 4 {
		return false
	}
	n := uint32(0)
	for _, c := range v {
		n = n<<8 | uint32(c)
	}
	*out = int(min(n, math.MaxInt32))
	return true
}
