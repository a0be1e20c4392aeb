// Package transport joins what carries command APDUs to a card. Every way is
// an apdu.CardTransport:
//
//	csim        a SIM behind a modem, by AT+CSIM
//	serialport  the serial port on which csim.Modem speaks
//	simcard     a simulated card, and a simulated modem before it
//
// and what is here stands on any of them, in any order:
//
//	card := transport.Trace(csim.New(modem), log)
package transport

import "github.com/lwm2mboot/lwm2mboot/apdu"

// CardTransport is apdu.CardTransport under its other name.
type CardTransport = apdu.CardTransport
