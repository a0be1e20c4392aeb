package apdu

import "fmt"

// KeyReference names a PIN or a key of the issuer: P2 of VERIFY
// (ETSI TS 102 221 table 9.3).
//
//	01 … 08   PIN of application 1 to 8: PIN1 is 01
//	0A … 0E   ADM1 to ADM5, the issuer's keys
//	11        universal PIN, in place of the applications' PINs
//	81 … 88   second PIN of application 1 to 8: PIN2 is 81
//	8A … 8E   ADM6 to ADM10
//
// The others are reserved; a card may use them all the same.
type KeyReference byte

// Key references that the standard fixes.
const (
	RefPIN1         KeyReference = 0x01
	RefADM1         KeyReference = 0x0A
	RefUniversalPIN KeyReference = 0x11
	RefPIN2         KeyReference = 0x81

	// RefSecureMessaging stands in a [Condition] for secure messaging, where a
	// PIN or key would stand. Nothing is verified by it: the command has to come
	// through a session, see [Channel.Secure].
	RefSecureMessaging KeyReference = 0x00
)

// local is the bit of references that are known to one application only.
const local = 0b1000_0000

// PIN reports a PIN, which the card's holder knows: of an application or the
// universal one.
func (k KeyReference) PIN() bool {
	n := k &^ local
	return n >= 1 && n <= 8 || k == RefUniversalPIN
}

// ADM reports a key that the card's issuer keeps. Nothing in a device can
// verify it.
func (k KeyReference) ADM() bool {
	n := k &^ local
	return n >= 0x0A && n <= 0x0E
}

// String is the name and the number in hex: "PIN1 (01)", "PIN2 of application
// 3 (83)", "universal PIN (11)", "ADM1 (0A)", "key (1F)".
func (k KeyReference) String() string {
	n, second := int(k&^local), k&local != 0
	switch {
	case k == RefSecureMessaging:
		return "secure messaging"
	case k == RefUniversalPIN:
		return "universal PIN (11)"
	case k.ADM() && second:
		return fmt.Sprintf("ADM%d (%02X)", n-4, byte(k)) // 8A is ADM6
	case k.ADM():
		return fmt.Sprintf("ADM%d (%02X)", n-9, byte(k))
	case k.PIN() && n == 1 && second:
		return "PIN2 (81)"
	case k.PIN() && n == 1:
		return "PIN1 (01)"
	case k.PIN() && second:
		return fmt.Sprintf("PIN2 of application %d (%02X)", n, byte(k))
	case k.PIN():
		return fmt.Sprintf("PIN of application %d (%02X)", n, byte(k))
	}
	return fmt.Sprintf("key (%02X)", byte(k))
}
