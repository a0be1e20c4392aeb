// Package csim reaches the SIM of a cellular modem with the AT commands of 3GPP
// TS 27.007: AT+CSIM (8.17), the generic access that nearly every modem has;
// AT+CCHO and AT+CGLA (8.45, 8.43) for those whose AT+CSIM opens no channel;
// AT+CRSM (8.18).
//
//	apdu.Channel ──▶ Card ──AT+CSIM=14,"00A4…"──▶ Commander ──▶ modem ──▶ SIM
//	                      ◀──+CSIM: 4,"9000"─────
//
// An [Access] takes the first way that the modem lets pass, and learns a
// [Profile] of it; see there for what goes over the line. A [Card] is AT+CSIM
// and nothing else.
//
// Both are an apdu.CardTransport over a [Commander], which carries one AT
// command line and brings back its information lines. Firmware that owns the
// AT port already writes a Commander of its own, of one method. Otherwise a
// [Modem] is one, over any byte stream:
//
//	modem := csim.NewModem(port, nil)
//	defer modem.Close()
//	card := csim.NewAccess(modem, nil)
//
// Modems answer in many shapes: lower case, blanks, no quotes, a wrong
// length, bare hex; errors as numbers or text; echoes, NULs, unsolicited
// lines between the lines of an answer. All of them are taken. What is not
// taken is an answer that could be another command's: see [Modem] for how
// step is kept with a modem that answers late.
//
// Nothing in this package puts the bytes of a command or an answer into an
// error, a log or a callback: they may be PINs and keys.
package csim
