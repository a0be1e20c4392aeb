// Package personal writes, reads and inspects the bootstrap data of a card that
// is at hand: behind a modem, in a reader, or simulated.
//
//	Write       EF(LwM2M_Bootstrap) of a card that has its directories
//	WriteImage  the directories as well, on a card whose files are empty
//	Read        the content
//	Inspect     everything on the way to it, as a tree
//
// A write is planned first, from what the card can be read to say, and refused
// before anything was sent that changes the card: a content that does not fit,
// a file that nobody may update, a key with a single try left. Then the plan is
// shown to [Options].Confirm. Then:
//
//	VERIFY                 once; a wrong key is not sent again
//	header 00 00 00 00     the file is empty from here on
//	content, and FF behind it: no key of an older content stays
//	READ BINARY            what was written is compared
//	directories
//	header                 the content is valid from here on
//
// A card that is pulled at any point holds the old content, none, or the new
// one.
//
// The file is found as simboot finds it, on a logical channel, which is closed
// on every way out. What a key has opened stays open until the card is reset.
package personal
