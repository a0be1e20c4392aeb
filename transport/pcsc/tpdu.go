package pcsc

import "github.com/lwm2mboot/lwm2mboot/apdu"

// forT0 returns the command as a card with T=0 takes it (ISO/IEC 7816-3
// 12.2.2): five bytes of header, then data or none. capdu is not written to.
//
//	case 1   CLA INS P1 P2              ▶ CLA INS P1 P2 00
//	case 4   CLA INS P1 P2 Lc data Le   ▶ CLA INS P1 P2 Lc data
//
// An extended command has to travel in ENVELOPEs, which is for the caller to
// know: it is left as it is.
func forT0(command apdu.Command, capdu []byte) []byte {
	switch {
	case command.Extended:
		return capdu
	case len(capdu) == 4:
		return append(capdu[:4:4], 0)
	case len(command.Data) > 0 && command.Ne > 0:
		return capdu[:len(capdu)-1]
	}
	return capdu
}
