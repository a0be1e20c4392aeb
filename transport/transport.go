// Package transport joins what carries command APDUs to a card. Every way is
// an apdu.CardTransport:
//
//	csim        a SIM behind a modem, by AT+CSIM, AT+CGLA or AT+CRSM
//	serialport  the serial port on which csim.Modem speaks
//	pcsc        a card in a reader, through pcscd
//	simcard     a simulated card, and a simulated modem before it
//
// and what is here stands on any of them, in any order:
//
//	card := transport.Trace(csim.NewAccess(modem, nil), log)
//
//	Trace    tells of each command: header, lengths, SW, and no data
//	Record   writes a Transcript: commands and answers, keys and all
//	Redact   makes of it one to be shown to others
//	Replay   is the card of a Transcript, without the card
//	Fault    spoils answers, and takes the card out
//
// Package transporttest holds a CardTransport of one's own against its
// contract.
package transport

import "github.com/lwm2mboot/lwm2mboot/apdu"

// CardTransport is apdu.CardTransport under its other name.
type CardTransport = apdu.CardTransport

// wayOf is the way that a transport tells, "" when it tells none.
func wayOf(card CardTransport) string {
	if w, ok := card.(apdu.WayTeller); ok {
		return w.Way()
	}
	return ""
}
