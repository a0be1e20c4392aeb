package apdu

import "github.com/lwm2mboot/lwm2mboot/internal/ber"

// Instruction bytes (ISO/IEC 7816-4:2013 5.4.2, ETSI TS 102 221 table 10.5).
const (
	INSVerify          byte = 0x20
	INSManageChannel   byte = 0x70
	INSSelect          byte = 0xA4
	INSReadBinary      byte = 0xB0
	INSReadBinaryOdd   byte = 0xB1 // offset in the data field
	INSReadRecord      byte = 0xB2
	INSGetResponse     byte = 0xC0
	INSUpdateBinary    byte = 0xD6
	INSUpdateBinaryOdd byte = 0xD7 // offset in the data field
	INSStatus          byte = 0xF2
)

func insName(ins byte) string {
	switch ins {
	case INSVerify:
		return "VERIFY"
	case INSManageChannel:
		return "MANAGE CHANNEL"
	case INSSelect:
		return "SELECT"
	case INSReadBinary, INSReadBinaryOdd:
		return "READ BINARY"
	case INSReadRecord:
		return "READ RECORD"
	case INSGetResponse:
		return "GET RESPONSE"
	case INSUpdateBinary, INSUpdateBinaryOdd:
		return "UPDATE BINARY"
	case INSUpdateRecord:
		return "UPDATE RECORD"
	case INSStatus:
		return "STATUS"
	case 0x50: // GlobalPlatform
		return "INITIALIZE UPDATE"
	case 0x82:
		return "EXTERNAL AUTHENTICATE"
	}
	return ""
}

// P1 of SELECT (ETSI TS 102 221 11.1.1).
const (
	SelectByFID   byte = 0x00 // child, parent or sibling of the current DF, or the DF itself
	SelectChildDF byte = 0x01
	SelectChildEF byte = 0x02 // ISO 7816-4 only
	SelectParent  byte = 0x03
	SelectByAID   byte = 0x04
	SelectPathMF  byte = 0x08 // path from the MF, 3F00 left out
	SelectPathDF  byte = 0x09 // path from the current DF
)

// P2 of SELECT: what to return.
const (
	ReturnFCI  byte = 0x00 // GlobalPlatform and eUICC
	ReturnFCP  byte = 0x04
	ReturnNone byte = 0x0C
)

// MaxOffset is the highest offset that P1 and P2 of READ BINARY and UPDATE
// BINARY can say: 15 bits.
const MaxOffset = 0x7FFF

// Select returns SELECT with the given P1, P2 and data. Le is 00 when P2 asks
// for something to be returned.
func Select(p1, p2 byte, data []byte) Command {
	c := Command{INS: INSSelect, P1: p1, P2: p2, Data: data}
	if p2&0b1100 != ReturnNone {
		c.Ne = MaxShortNe
	}
	return c
}

// SelectAID returns SELECT by AID, which may be cut on the right.
func SelectAID(aid AID, p2 byte) Command { return Select(SelectByAID, p2, []byte(aid)) }

// SelectFID returns SELECT by file identifier.
func SelectFID(fid FID, p2 byte) Command {
	return Select(SelectByFID, p2, Path{fid}.AppendTo(nil))
}

// SelectPath returns SELECT by path: from the MF when path begins with 3F00
// (which is left out), with 7FFF for the current application as it stands,
// otherwise from the current DF. 3F00 alone leaves no path: the MF is selected
// by its identifier.
func SelectPath(path Path, p2 byte) Command {
	p1 := SelectPathDF
	switch {
	case len(path) == 1 && path[0] == FIDMF:
		p1 = SelectByFID
	case len(path) > 0 && path[0] == FIDMF:
		p1, path = SelectPathMF, path[1:]
	case len(path) > 0 && path[0] == FIDCurrentADF:
		p1 = SelectPathMF
	}
	return Select(p1, p2, path.AppendTo(nil))
}

// ReadBinary returns READ BINARY of ne bytes at offset, 0 or more, in the
// current EF. An offset above [MaxOffset] takes the odd instruction code, whose
// answer is wrapped in tag 53; ne counts the wrapping.
func ReadBinary(offset, ne int) Command {
	if offset > MaxOffset {
		return Command{INS: INSReadBinaryOdd, Data: offsetDO(offset), Ne: ne}
	}
	return Command{INS: INSReadBinary, P1: byte(offset >> 8), P2: byte(offset), Ne: ne}
}

// ReadBinarySFI returns READ BINARY of ne bytes at offset (0 to 255) in the EF
// with the short EF identifier sfi (1 to 30), which becomes current.
func ReadBinarySFI(sfi, offset byte, ne int) Command {
	return Command{INS: INSReadBinary, P1: 0b1000_0000 | sfi&0b0001_1111, P2: offset, Ne: ne}
}

// UpdateBinary returns UPDATE BINARY of data at offset, 0 or more, in the
// current EF; the odd instruction code, which leaves room for 247 bytes of data
// in a short command, is taken above [MaxOffset].
func UpdateBinary(offset int, data []byte) Command {
	if offset > MaxOffset {
		return Command{INS: INSUpdateBinaryOdd, Data: ber.Append(offsetDO(offset), tagDiscretionary, data)}
	}
	return Command{INS: INSUpdateBinary, P1: byte(offset >> 8), P2: byte(offset), Data: data}
}

// Data objects of the odd instruction codes (ISO/IEC 7816-4:2013 11.3.2).
const (
	tagOffset        ber.Tag = 0x54
	tagDiscretionary ber.Tag = 0x53
)

// offsetDO is the offset data object of the odd instruction codes.
func offsetDO(offset int) []byte {
	if offset < 1<<16 {
		return ber.Append(nil, tagOffset, []byte{byte(offset >> 8), byte(offset)})
	}
	return ber.Append(nil, tagOffset, []byte{byte(offset >> 16), byte(offset >> 8), byte(offset)})
}

// ReadRecord returns READ RECORD of record number in the current EF, or in the
// one with the short EF identifier sfi if it is not 0 (absolute mode).
func ReadRecord(number, sfi byte, ne int) Command {
	return Command{INS: INSReadRecord, P1: number, P2: sfi<<3 | 0b100, Ne: ne}
}

// OpenLogicalChannel returns MANAGE CHANNEL open; the card chooses the number
// and answers it in one byte (ETSI TS 102 221 11.1.17).
func OpenLogicalChannel() Command { return Command{INS: INSManageChannel, Ne: 1} }

// CloseLogicalChannel returns MANAGE CHANNEL close.
func CloseLogicalChannel(number int) Command {
	return Command{INS: INSManageChannel, P1: 0x80, P2: byte(number)}
}

// Verify returns VERIFY of a PIN given in the card's form, eight octets as a
// rule: see [PadPIN]. An empty pin asks for the tries left, and costs none.
func Verify(reference byte, pin []byte) Command {
	return Command{INS: INSVerify, P2: reference, Data: pin}
}

// PadPIN returns the eight octets of a PIN of up to eight digits: ASCII, filled
// with FF (ETSI TS 102 221 9.5.1); ok is false for anything else.
func PadPIN(digits string) (pin []byte, ok bool) {
	if len(digits) < 4 || len(digits) > 8 {
		return nil, false
	}
	pin = []byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}
	for i := range digits {
		if digits[i] < '0' || digits[i] > '9' {
			return nil, false
		}
		pin[i] = digits[i]
	}
	return pin, true
}

// GetResponse returns GET RESPONSE of ne bytes.
func GetResponse(ne int) Command { return Command{INS: INSGetResponse, Ne: ne} }

// Status returns STATUS of the current DF with the given P2: 00 its FCP, 01
// its AID, 0C nothing. It is of the proprietary class (ETSI TS 102 221 11.1.2).
func Status(p2 byte) Command {
	c := Command{CLA: 0x80, INS: INSStatus, P2: p2}
	if p2 != ReturnNone {
		c.Ne = MaxShortNe
	}
	return c
}
