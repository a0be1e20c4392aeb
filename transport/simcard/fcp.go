package simcard

import (
	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Tags of file control information (ETSI TS 102 221 11.1.1.3).
const (
	tagFCP         ber.Tag = 0x62
	tagFCI         ber.Tag = 0x6F
	tagSize        ber.Tag = 0x80
	tagTotalSize   ber.Tag = 0x81
	tagDescriptor  ber.Tag = 0x82
	tagFID         ber.Tag = 0x83
	tagDFName      ber.Tag = 0x84
	tagSFI         ber.Tag = 0x88
	tagLifeCycle   ber.Tag = 0x8A
	tagARR         ber.Tag = 0x8B
	tagRule        ber.Tag = 0xAB
	tagProprietary ber.Tag = 0xA5
	tagPINStatus   ber.Tag = 0xC6
	tagPSDO        ber.Tag = 0x90
)

// The file descriptor (ETSI TS 102 221 table 11.5) and its data coding octet.
const (
	descriptorDF          = 0b0111_1000
	descriptorTransparent = 0b0100_0001
	descriptorLinearFixed = 0b0100_0010
	descriptorShareable   = 0b0100_0000
	dataCoding            = 0x21
	activated             = 0x05
	structureOctets       = 18 // what tag 81 has more than tag 80
)

// fcp is the FCP of n, up to 256 octets.
func (c *Card) fcp(n *node) []byte {
	if n.FCP != nil {
		return n.FCP
	}
	return ber.Append(nil, tagFCP, c.control(n))
}

// fci is what P2 = 00 brings: of an application its name, GlobalPlatform
// style, and of a file the same as in its FCP.
func (c *Card) fci(n *node) []byte {
	switch {
	case n.FCP != nil:
		return n.FCP
	case n.AID == "":
		return ber.Append(nil, tagFCI, c.control(n))
	}
	body := ber.Append(nil, tagDFName, []byte(n.AID))
	maxLength := ber.Append(nil, 0x9F65, []byte{0xFF}) // of a command's data
	return ber.Append(nil, tagFCI, ber.Append(body, tagProprietary, maxLength))
}

// control is the value of the template.
func (c *Card) control(n *node) []byte {
	if n.isDF() {
		return c.controlDF(n)
	}
	var b []byte
	if c.behaviour.has(FCPNested) {
		b = ber.Append(b, tagProprietary, []byte{
			byte(tagSize), 2, 0x00, 0x00,
			byte(tagDescriptor), 2, descriptorDF, dataCoding,
			byte(tagFID), 2, 0x3F, 0x00,
		})
	}
	b = ber.Append(b, tagDescriptor, c.descriptor(n))
	b = ber.Append(b, tagFID, apdu.Path{n.FID}.AppendTo(nil))
	if !c.behaviour.has(FCPNested) {
		b = ber.Append(b, tagProprietary, []byte{0xC0, 1, 0x40})
	}
	b = ber.Append(b, tagLifeCycle, []byte{activated})
	b = c.appendSecurity(b, n)
	tag, size := tagSize, c.toldSize(n)
	if c.behaviour.has(FCPTotalSizeOnly) {
		tag, size = tagTotalSize, size+structureOctets
	}
	b = ber.Append(b, tag, []byte{byte(size >> 8), byte(size)})
	return ber.Append(b, tagSFI, []byte{n.SFI << 3}) // 00: none
}

func (c *Card) controlDF(n *node) []byte {
	b := ber.Append(nil, tagDescriptor, c.descriptor(n))
	if n.FID != 0 {
		b = ber.Append(b, tagFID, apdu.Path{n.FID}.AppendTo(nil))
	}
	if n.AID != "" {
		b = ber.Append(b, tagDFName, []byte(n.AID))
	}
	// UICC characteristics, and the memory that is available: tags 80 and 83
	// again, with another meaning.
	b = ber.Append(b, tagProprietary, []byte{0x80, 1, 0x71, 0x83, 2, 0xC1, 0xDC})
	b = ber.Append(b, tagLifeCycle, []byte{activated})
	b = c.appendSecurity(b, n)
	if c.behaviour.has(FCPWithoutPINs) {
		return b
	}
	return ber.Append(b, tagPINStatus, c.pinStatus())
}

// descriptor is the value of tag 82.
func (c *Card) descriptor(n *node) []byte {
	var d []byte
	switch n.Kind {
	case apdu.StructureDF:
		d = []byte{descriptorDF, dataCoding}
	case apdu.StructureTransparent:
		d = []byte{descriptorTransparent, dataCoding}
	default:
		d = []byte{descriptorLinearFixed, dataCoding, 0, byte(len(n.Records[0])), byte(len(n.Records))}
	}
	if c.behaviour.has(FCPNotShareable) {
		d[0] &^= descriptorShareable
	}
	return d
}

// appendSecurity appends what tells of n's access rule.
//
//	8B 03  EF(ARR), record
//	8B 06  EF(ARR), 00, record 1, 01, record
//	AB L   the rule
func (c *Card) appendSecurity(dst []byte, n *node) []byte {
	const ofMF = 1 // the first rule is the MF's
	ref := apdu.Path{arrOf(n)}.AppendTo(nil)
	switch {
	case c.behaviour.has(FCPWithoutRule):
		return dst
	case c.behaviour.has(FCPRuleExpanded):
		return ber.Append(dst, tagRule, n.rule)
	case c.behaviour.has(FCPRulePairs):
		return ber.Append(dst, tagARR, append(ref, 0, ofMF, 1, n.ruleNumber))
	}
	return ber.Append(dst, tagARR, append(ref, n.ruleNumber))
}

// toldSize is the size that the FCP of an EF tells.
func (c *Card) toldSize(n *node) int {
	switch {
	case n.Kind == apdu.StructureLinearFixed:
		return len(n.Records) * len(n.Records[0])
	case c.behaviour.has(FCPSizeTooSmall):
		return 16
	case c.behaviour.has(FCPSizeTooLarge):
		return 0xFFFF
	}
	return len(n.Content)
}
