package simcard

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// AIDUSIM is the AID of the USIM application that a card has unless it is
// [Blank] (ETSI TS 101 220 annex E).
const AIDUSIM apdu.AID = "\xA0\x00\x00\x00\x87\x10\x02\xFF\xFF\xFF\xFF\x89\x06\x19\x00\x00"

// DefaultICCID is the ICCID of a card unless [ICCID] says otherwise.
const DefaultICCID = "8988211000000000001"

const iccidOctets = 10

const (
	fidPL   apdu.FID = 0x2F05 // languages
	fidIMSI apdu.FID = 0x6F07
	fidAD   apdu.FID = 0x6FAD // administrative data: length of the MNC
)

// ICCID sets the number in EF(ICCID): 18 to 20 digits.
func ICCID(digits string) Option {
	return optionFunc(func(s *setup) error {
		if len(digits) < 18 || len(digits) > 20 || !allDigits(digits) {
			return fmt.Errorf("%w: an ICCID has 18 to 20 digits", ErrBadOption)
		}
		s.iccid = digits
		return nil
	})
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// usimFiles are what makes the card look like a SIM: enough for a modem that
// asks who it is.
func (s *setup) usimFiles() []File {
	iccid := EF(apdu.FIDICCID, swapped(s.iccid, iccidOctets))
	iccid.SFI = 0x02
	languages := EF(fidPL, []byte("en"))
	languages.SFI = 0x05
	usim := ADF(AIDUSIM,
		EF(fidIMSI, append([]byte{8}, swapped("9001010000000001", 8)...)), // test network 001 01; 9: odd, IMSI
		EF(fidAD, []byte{0x00, 0x00, 0x00, 0x02}),
	)
	usim.Label = "USIM"
	return []File{iccid, languages, usim}
}

// swapped packs digits two in an octet, the first in the low half, and fills
// with F (ETSI TS 102 221 13.2, TS 31.102 4.2.2).
func swapped(digits string, octets int) []byte {
	b := make([]byte, octets)
	for i := range b {
		b[i] = 0xFF
	}
	for i := range len(digits) {
		d := digits[i] - '0'
		if i%2 == 0 {
			b[i/2] = 0xF0 | d
		} else {
			b[i/2] = b[i/2]&0x0F | d<<4
		}
	}
	return b
}
