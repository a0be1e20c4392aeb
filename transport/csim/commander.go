package csim

import "context"

// Commander carries AT command lines to a modem. [Modem] is one; firmware
// that owns the AT port already writes its own:
//
// Command sends line, which has no terminator, and waits for the final result
// code. It returns
//
//   - after OK: the information lines, with or without their terminators.
//     Unsolicited lines, the echo and the result code itself may be among
//     them; a [Card] looks for its own.
//   - after any other final result code: an error that wraps the one that
//     [ParseResult] makes of it.
//   - when ctx ends first: an error, at once. The modem's answer may then
//     still come, and must not be given to a later command. A Card sends AT
//     and waits for its success before it sends another APDU; a Commander
//     that does better is a [Resyncer] too.
//   - when the line could not be sent: any other error. To a Card that is
//     the same as the case before.
//
// When ctx has no deadline the Commander sets one of its own: there are
// modems that never answer. A Card calls Command from one goroutine at a time.
// The line may hold a PIN: it belongs into no log.
type Commander interface {
	Command(ctx context.Context, line string) (lines []string, err error)
}

// Resyncer is an optional interface of a [Commander] that can find out which
// answer belongs to which command. [Modem] is one.
//
// Resync returns nil when, within ctx, it is sure that no answer to an earlier
// command can be taken for one to a later command. late holds the information
// lines of the last command before it, if that command had ended without its
// final result code and the lines came in the meantime; otherwise it is empty.
type Resyncer interface {
	Resync(ctx context.Context) (late []string, err error)
}
