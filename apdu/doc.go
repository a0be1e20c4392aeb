// Package apdu speaks to smartcards: commands and answers of ISO/IEC 7816-4,
// the file system and logical channels of a UICC (ETSI TS 102 221).
//
//	Command ──AppendTo──▶ bytes ──CardTransport──▶ bytes ──ParseResponse──▶ Response
//	                                                                          SW is the error
//
// A [CardTransport] carries bytes. A [Channel] stands on one and does what a
// host of a UICC must: it puts the channel's number into the class byte, runs
// the 61xx and 6Cxx loops, selects files by whichever form the card takes and
// reads them whole. When the card wants a PIN first, [Channel.ReadAccessRule]
// tells which, and [Channel.AskPIN] how many tries are left. When it wants a
// secure channel, [Channel.Secure] makes all of this go through one.
package apdu
