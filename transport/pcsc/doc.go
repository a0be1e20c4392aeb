// Package pcsc reaches a card in a reader of PC/SC: a USB reader at a desk
// where cards are looked at, written or tested, or one built into a device.
//
//	Card ── Transmit ─▶ socket ─▶ pcscd ─▶ driver ─▶ reader ─▶ card
//	     ◀───────────── /run/pcscd/pcscd.comm
//
// Readers lists the readers; Connect takes the card in one of them; New does
// the same when the first command comes, for a program that lives with cards
// that are put in and taken out. A Card is an apdu.CardTransport and an
// apdu.LateAnswerer: logical channels and the basic channel are both open to
// it, and since a card in a reader of one's own has no modem that uses the
// basic channel too, simboot.BasicOnly is as good as a logical channel.
//
// # Systems
//
// The package speaks the protocol of pcsc-lite's daemon (versions 4:3 and up,
// pcsc-lite 1.8.9 and later) itself, so it needs neither cgo nor
// libpcsclite.so: Linux, where it is tested, and the BSDs. Windows and macOS
// have resource managers of their own, which it does not know: every call
// fails there with errors.ErrUnsupported, unless Config.Socket names the
// socket of a pcscd.
//
// # T=0
//
// Most SIMs speak T=0, where a command is of case 1, 2 or 3 and always has a
// fifth byte (ISO/IEC 7816-3 12.2.2), and readers differ in what they make of
// others. So on a card with T=0 a short command of case 1 is sent with a P3 of
// 00, and one of case 4 without its Le; what the card has to say to it is
// announced by 61xx, which an apdu.Channel fetches. T=1 takes commands as they
// are.
package pcsc
