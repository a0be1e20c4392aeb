package apdu

import "fmt"

// MaxChannel is the highest logical channel number (ETSI TS 102 221 10.1.1).
const MaxChannel = 19

// Bits of the class byte (ISO/IEC 7816-4:2013 5.4.1).
//
//	channels 0 to 3    x00c ssnn   ss secure messaging, nn channel
//	channels 4 to 19   x1sc nnnn   s  secure messaging, nnnn channel - 4
//
// x is 0 for ISO commands and 1 for proprietary ones (80), c is command
// chaining. A0, the SIM of TS 51.011, fits neither row: channel 0 only.
const (
	claProprietary   = 0b1000_0000
	claFurther       = 0b0100_0000 // channels 4 to 19
	claFurtherSM     = 0b0010_0000
	claFirstReserved = 0b0010_0000
	claChaining      = 0b0001_0000
	claFirstSM       = 0b0000_1100
	claFirstChannel  = 0b0000_0011
	claSIM           = 0xA0
)

// ClassForChannel puts a channel's number, 0 to [MaxChannel], into a class byte
// that was written for channel 0, keeping its indications of secure messaging
// and chaining. Channel 0 leaves every class as it is.
func ClassForChannel(cla byte, channel int) (byte, error) {
	switch {
	case channel == 0:
		return cla, nil
	case channel < 0 || channel > MaxChannel:
		return 0, fmt.Errorf("apdu: channel %d is not in 0 to %d", channel, MaxChannel)
	case cla&(claFurther|claFirstReserved|claFirstChannel) != 0:
		return 0, fmt.Errorf("apdu: class %02X cannot carry channel %d", cla, channel)
	case channel < 4:
		return cla | byte(channel), nil
	}
	further := cla&(claProprietary|claChaining) | claFurther | byte(channel-4)
	if cla&claFirstSM != 0 {
		further |= claFurtherSM
	}
	return further, nil
}

// ChannelOfClass tells the channel that a class byte names.
func ChannelOfClass(cla byte) int {
	switch {
	case cla == claSIM:
		return 0
	case cla&claFurther != 0:
		return int(cla&0b0000_1111) + 4
	}
	return int(cla & claFirstChannel)
}
