package apdu

import (
	"errors"
	"fmt"
)

// SW is a status word, SW1 and SW2. It is an error value of its own: its text
// is the hex and the meaning, and errors.Is matches it with the class errors
// below and with the same SW. Use [SW.Err] to get nil for a success.
type SW uint16

// Status words that code in this module names. [SW.String] knows the meaning
// of every other one of ISO/IEC 7816-4:2013 5.6, ETSI TS 102 221 10.2.1 and
// the class A0 of TS 51.011 9.4.
const (
	SWOK                SW = 0x9000
	SWCorrupted         SW = 0x6281 // the data returned may be corrupted
	SWEndOfFile         SW = 0x6282 // fewer bytes than asked for
	SWDeactivated       SW = 0x6283 // the selected file is deactivated
	SWWrongLength       SW = 0x6700
	SWNoSuchChannel     SW = 0x6881
	SWNoSecureMessaging SW = 0x6882
	SWWrongStructure    SW = 0x6981
	SWSecurity          SW = 0x6982
	SWBlocked           SW = 0x6983
	SWConditions        SW = 0x6985
	SWNoCurrentEF       SW = 0x6986
	SWWrongData         SW = 0x6A80
	SWNotSupported      SW = 0x6A81
	SWFileNotFound      SW = 0x6A82
	SWRecordNotFound    SW = 0x6A83
	SWWrongP1P2         SW = 0x6A86
	SWReferenceNotFound SW = 0x6A88
	SWWrongOffset       SW = 0x6B00
	SWWrongINS          SW = 0x6D00
	SWWrongCLA          SW = 0x6E00
	SWNoDiagnosis       SW = 0x6F00
)

// Classes of status words, for errors.Is.
var (
	// ErrNotFound: no such file, record, application or reference.
	ErrNotFound = errors.New("not found")
	// ErrSecurity: a PIN or a key is asked for first.
	ErrSecurity = errors.New("security status not satisfied")
	// ErrBlocked: the PIN or key is blocked.
	ErrBlocked = errors.New("blocked")
	// ErrWrongPIN: verification failed; [SW.Retries] tells the tries left.
	ErrWrongPIN = errors.New("verification failed")
	// ErrUnsupported: the card does not know the command, its class, its
	// parameters or the function.
	ErrUnsupported = errors.New("not supported")
	// ErrWrongLength: Lc or Le is not what the card wants.
	ErrWrongLength = errors.New("wrong length")
	// ErrMemory: the card's memory failed.
	ErrMemory = errors.New("memory problem")
)

// SW1 is the first byte.
func (sw SW) SW1() byte { return byte(sw >> 8) }

// SW2 is the second byte.
func (sw SW) SW2() byte { return byte(sw) }

// MoreData reports a status that says how many bytes GET RESPONSE will bring:
// 61xx, or 9Fxx of class A0. 0 stands for 256.
func (sw SW) MoreData() bool { return sw.SW1() == 0x61 || sw.SW1() == 0x9F }

// WrongLe reports 6Cxx: the same command with Le = xx will be answered.
func (sw SW) WrongLe() bool { return sw.SW1() == 0x6C }

// Warning reports 62xx and 63xx: the command was carried out, with a remark.
// 63Cx, a wrong PIN, is not among them.
func (sw SW) Warning() bool {
	return sw.SW1() == 0x62 || sw.SW1() == 0x63 && sw&0x00F0 != 0x00C0
}

// Err is nil when the command was carried out: 9000, 91xx (a proactive
// command waits), 920x (after x internal tries), 61xx, 9Fxx, and the warnings
// 62xx and 63xx but for 63Cx. Otherwise it is sw itself.
func (sw SW) Err() error {
	switch {
	case sw == SWOK, sw.SW1() == 0x91, sw&0xFFF0 == 0x9200, sw.MoreData(), sw.Warning():
		return nil
	}
	return sw
}

// Retries tells the tries left that 63Cx reports, and whether sw is one.
func (sw SW) Retries() (n int, ok bool) {
	return int(sw & 0x000F), sw&0xFFF0 == 0x63C0
}

// Error is the hex and the meaning: "SW 6A82: file or application not found".
func (sw SW) Error() string { return sw.String() }

// String is the hex and the meaning.
func (sw SW) String() string {
	if m := sw.meaning(); m != "" {
		return fmt.Sprintf("SW %04X: %s", uint16(sw), m)
	}
	return fmt.Sprintf("SW %04X", uint16(sw))
}

// Is makes errors.Is match the class errors of this package.
func (sw SW) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return oneOf(sw, SWFileNotFound, SWRecordNotFound, SWReferenceNotFound, 0x9402, 0x9404)
	case ErrSecurity:
		return oneOf(sw, SWSecurity, 0x6989, 0x9802, 0x9804)
	case ErrBlocked:
		return oneOf(sw, SWBlocked, 0x63C0, 0x9840)
	case ErrWrongPIN:
		_, ok := sw.Retries()
		return ok || sw == 0x9804
	case ErrUnsupported:
		return oneOf(sw, 0x6800, SWNoSuchChannel, SWNoSecureMessaging, 0x6883, 0x6884, SWNotSupported, SWWrongP1P2, SWWrongINS, SWWrongCLA)
	case ErrWrongLength:
		return sw.SW1() == 0x67 || sw.WrongLe() || sw == 0x6A87 || sw == 0x6A85
	case ErrMemory:
		return oneOf(sw, 0x6581, SWCorrupted, 0x9240)
	}
	return false
}

func oneOf(sw SW, list ...SW) bool {
	for _, s := range list {
		if sw == s {
			return true
		}
	}
	return false
}
