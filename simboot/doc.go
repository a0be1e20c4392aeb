// Package simboot finds the bootstrap data on a smartcard and brings them into
// a device (LwM2M Core 6.1.3.2 and Appendix G).
//
//	MANAGE CHANNEL open ─▶ SELECT PKCS#15 ─▶ EF(ODF) ─▶ EF(DODF) ─▶ EF(LwM2M_Bootstrap) ─▶ MANAGE CHANNEL close
//	                       by AID, or by        │ priority   │ OID 2.23.43.9.1     │ 4 + size bytes
//	                       EF(DIR)              └────────────┘                     ▼
//	                                                                     bootstrapper.Apply ─▶ Store
//
// [Check] is what a device calls when it starts, and at each Register and
// Update: it bootstraps from a card that is new or has changed, and withdraws
// what a card gave that is gone. [Bootstrap] brings the data into the store and
// no more. [Read] stops before the store and returns the file's content; [Open]
// does the same as a stream. [ICCID] tells one card from another.
//
// On a card that answers a READ BINARY for 256 bytes with what there is, the
// way costs 8 + n commands, n being the READs of the file: 1 up to 256 bytes.
// Check of a card that has not changed costs 4 + n, or 3 + n. Padding behind the
// content is not read.
//
// # No data, or a fault
//
// A card without the PKCS#15 application, without an entry for LwM2M, or with
// an empty file is a normal card: errors.Is(err, [ErrNoData]), and the device
// goes on with its next source of bootstrap information. Any other error is a
// fault: nothing is known of the card's data then, and nothing has changed.
//
// # PINs
//
// A card may ask for a PIN before it lets a file be read. [PINPolicy] says
// where it comes from, and sees to it that no device blocks its card: a PIN
// that was refused is remembered in the store and not sent again.
//
// # The secure channel
//
// [SecureChannel] lets the data come through the secure channel of Appendix H,
// which package apdu/scp03 is; with [SecureRequired], or not at all.
//
// The logical channel is closed on every way out, within [apdu.CloseGrace].
package simboot
