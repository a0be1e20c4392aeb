package csim

import (
	"errors"
	"strconv"
	"strings"
)

var (
	errNotCRSM = errors.New("not the two bytes of a status word, in decimal")
	errCRSMHex = errors.New("data that are not an even number of hex digits; does another program read the port?")
)

// parseCRSM reads an answer to AT+CRSM and returns it as a response APDU: the
// data, SW1 and SW2. The third field may be missing, empty or without quotes:
//
//	+CRSM: 144,0,"6140…"    +CRSM: 106,130    +CRSM: 106,130,""    +CRSM: 144,0,6140…
func parseCRSM(fields string, bare bool) (rapdu []byte, err error) {
	if bare {
		return nil, errNotCRSM // a part of an answer
	}
	f := strings.Split(fields, ",")
	if len(f) != 2 && len(f) != 3 {
		return nil, errNotCRSM
	}
	sw1, ok1 := statusByte(f[0])
	sw2, ok2 := statusByte(f[1])
	if !ok1 || !ok2 || sw1>>4 != 0x6 && sw1>>4 != 0x9 {
		return nil, errNotCRSM
	}
	if len(f) == 3 {
		digits, _, err := unquoted(f[2])
		if err != nil {
			return nil, err
		}
		data, ok := decodeHex(digits)
		if !ok {
			return nil, errCRSMHex
		}
		rapdu = data
	}
	return append(rapdu, sw1, sw2), nil
}

func statusByte(field string) (b byte, ok bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(field), 10, 8)
	return byte(n), err == nil
}
