// Package bootstrapper brings bootstrap data into a device: it takes a file as
// Appendix G of LwM2M Core puts it on a smartcard, checks it, merges it with
// what other sources gave, and commits the outcome to a [Store] in one step.
//
//	io.Reader ─▶ read ─▶ decode ─▶ merge ─▶ validate ─▶ Store.Replace
//	             4+size  objects     │      the file,     once
//	                    Store.Load ──┘      the whole
//
// [Apply] does all of this. Whatever goes wrong on the way, the store is as it
// was: Replace is the last thing that is done. [Provision] does it with the
// data of the factory, once. [Update] is for a client that writes by itself.
//
// One at a time changes a store: [Begin] keeps the others out, as a client does
// during a session with a Bootstrap-Server.
//
// # Where Object Instances come from
//
// A [State] remembers of each Object Instance where it is from: the factory,
// the smartcard, or a Bootstrap-Server. The rules by which sources meet:
//
//   - A source that is applied again replaces everything that it gave before,
//     and nothing else; what a card gave before is kept aside, disabled, until
//     its data change once more. Data with the digest of the last time is not
//     applied again: that would undo what a server wrote since.
//   - Two accounts collide when they have the same Short Server ID, when both
//     are a Bootstrap-Server account, or when any Object Instances of theirs
//     have one path. What arrives from a card or a server wins over what is
//     there, and the factory's yields to what is there. So a card wins over
//     the factory in whichever order they come; a server's Write wins over
//     both, and stays until the card's data change: then the card is the
//     newer word (Core 6.1.3.2; a card put into a device that a server had
//     bootstrapped is ETS int-3).
//   - The account that loses goes whole: its Security and Server Instances,
//     what only it links to (OSCORE and the like), and the Access Control
//     Instances that it owns. Entries for its Short Server ID in those of
//     other owners stay.
//   - An account of which one part goes with its source goes whole, too.
//   - Of other Object Instances that have one path, the loser's goes alone.
//
// What had to go is named in [Result.Displaced] with the reason.
//
// A card whose data changed to something useless leaves no account to dial:
// [Disable] puts what a source gave aside, with the reason. [Remove] deletes
// what a card gave that is gone.
package bootstrapper
