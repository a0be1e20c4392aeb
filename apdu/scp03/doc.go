// Package scp03 is the secure channel of OMA LwM2M Appendix H: SCP03 of the
// GlobalPlatform Card Specification, Amendment D, between a host and an
// application on a card. It encrypts and authenticates commands and answers,
// so that neither the UART nor the modem sees, or alters, what a file holds.
//
//	host                                            card
//	SELECT application                       ──▶    in the clear
//	INITIALIZE UPDATE, host challenge        ──▶
//	      ◀── diversification data, key version, i, card challenge, card cryptogram
//	the keys of this card; is it the card?
//	EXTERNAL AUTHENTICATE, host cryptogram   ──▶    is it the host?
//	anything                                 ══▶    wrapped, its answer too
//
// [Open] does this on an [apdu.Channel], and from then on every method of the
// channel goes wrapped without knowing it. A [CardSession] is the card's end.
//
// # What it does not protect
//
// The SELECT that comes first, MANAGE CHANNEL, the diversification data, the
// key version, i, and the sequence counter are not authenticated: altering
// them leads to other keys, and so to [ErrNotAuthenticated]. Nor is a status
// word that tells of an error: whoever sits on the line can refuse any
// command, and so make a file look absent, though not shorter: package apdu
// believes its end where the FCP has told the size. An application of the same
// keys can take the place of the one selected, unless Config.ChallengeAID names
// it. Lengths and the order of commands can be seen, and equal beginnings of two
// commands of which the modem refused the first. The keys have no forward
// secrecy: who learns them reads what was recorded before.
//
// # What it rests on
//
// Sessions of real cards that others published agree with this package: S8 (MACs
// of eight bytes), AES-128 at the levels 03, 11 and 33, AES-192 at 03, AES-256 at
// 03 and 11; and of level 01 the opening. Level 13, the other pairs, ISO commands
// and the channels 1 to 19 agree with a second computation and, class bytes
// apart, with another implementation: testdata/README.md tells which. S16 mode
// is experimental: no card of it has been seen, and nobody else's session.
package scp03
