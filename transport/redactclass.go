package transport

import (
	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// class is what a class byte says (ISO/IEC 7816-4:2013 5.4.1).
type class struct {
	channel     int
	plain       bool // interindustry, or of a SIM (A0), and not secured
	proprietary bool // and not secured
}

func classOf(cla byte) class {
	c := class{channel: apdu.ChannelOfClass(cla)}
	const sim, proprietary, further, furtherSM, firstSM = 0xA0, 0b1000_0000, 0b0100_0000, 0b0010_0000, 0b0000_1100
	switch secured := cla&further == 0 && cla&firstSM != 0 || cla&further != 0 && cla&furtherSM != 0; {
	case cla == sim:
		c.plain = true
	case !secured:
		c.proprietary = cla&proprietary != 0
		c.plain = !c.proprietary
	}
	return c
}

// offsetOf reads the data field of READ BINARY with the odd instruction code:
// 54 L offset.
func offsetOf(data []byte) (offset int, ok bool) {
	r := ber.NewReader(data)
	var e ber.Element
	if !r.Read(tagOffset, &e) || !r.Empty() || len(e.Value) > 3 {
		return 0, false
	}
	for _, b := range e.Value {
		offset = offset<<8 | int(b)
	}
	return offset, true
}
