// Package simboot finds the bootstrap data on a smartcard and brings them into
// a device (LwM2M Core 6.1.3.2 and Appendix G).
//
//	MANAGE CHANNEL open ─▶ SELECT PKCS#15 ─▶ EF(ODF) ─▶ EF(DODF) ─▶ EF(LwM2M_Bootstrap) ─▶ MANAGE CHANNEL close
//	                       by AID, or by        │ priority   │ OID 2.23.43.9.1     │ 4 + size bytes
//	                       EF(DIR)              └────────────┘                     ▼
//	                                                                     bootstrapper.Apply ─▶ Store
//
// [Bootstrap] does all of it in one call. [Read] stops before the store and
// returns the file's content; [Open] does the same as a stream.
//
// On a card that answers a READ BINARY for 256 bytes with what there is, the
// way costs 8 + n commands, n being the READs of the file: 1 up to 256 bytes.
// Padding behind the content is not read.
//
// # No data, or a fault
//
// A card without the PKCS#15 application, without an entry for LwM2M, or with
// an empty file is a normal card: errors.Is(err, [ErrNoData]), and the device
// goes on with its next source of bootstrap information. Any other error is a
// fault: nothing is known of the card's data then, and nothing has changed.
//
// The logical channel is closed on every way out, within [apdu.CloseGrace].
package simboot
