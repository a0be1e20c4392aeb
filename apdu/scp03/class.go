package scp03

import "github.com/lwm2mboot/lwm2mboot/apdu"

// Bits of the class byte of a wrapped command (GlobalPlatform Card
// Specification, 11.1.4). Secure messaging of GlobalPlatform is 01 of the two
// bits that ISO has for it on the channels 0 to 3, and the one bit on 4 to 19.
//
//	plain, channel 0   wrapped   on channel 1   on channel 4
//	00                 04        05             60
//	80                 84        85             E0
const (
	claProprietary = 0b1000_0000
	claSecure      = 0b0000_0100 // channels 0 to 3
	claFirstSM     = 0b0000_1100
	claFurther     = 0b0100_0000 // channels 4 to 19
	claFurtherSM   = 0b0010_0000
	claReserved    = 0b0010_0000 // channels 0 to 3
	claChaining    = 0b0001_0000
)

// secured reports a class byte of a wrapped command, on any channel.
func secured(cla byte) bool {
	switch {
	case cla&claChaining != 0:
		return false
	case cla&claFurther != 0:
		return cla&claFurtherSM != 0
	}
	return cla&(claReserved|claFirstSM) == claSecure
}

// unsecured is the class byte of the command that a wrapped one carries, on
// the same channel.
func unsecured(cla byte) byte {
	if cla&claFurther != 0 {
		return cla &^ claFurtherSM
	}
	return cla &^ claSecure
}

// Instructions of the session itself (GlobalPlatform Card Specification,
// Amendment D, 7.1).
const (
	insInitializeUpdate     byte = 0x50
	insExternalAuthenticate byte = 0x82
)

// selectsApp reports a SELECT by AID.
func selectsApp(c apdu.Command) bool {
	return c.CLA == 0 && c.INS == apdu.INSSelect && c.P1 == apdu.SelectByAID
}
