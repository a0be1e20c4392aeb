package bootstrapper

import (
	"context"
	"io"
)

// Apply reads a file EF(LwM2M_Bootstrap), as Appendix G of LwM2M Core has it,
// from r and brings what it holds into the store, by the rules in the package
// documentation. It reads the header of four octets and the size that it
// names, 32 KB at most, and nothing behind: padding may follow, and r may stand
// still there. A nil opts is good for a smartcard.
//
// Data of the same digest as the last time are not applied again, unless
// Options.Force says so: Result.Changed is false then.
//
// With an error nothing has changed: Replace is called once, at the end, or not
// at all. Result then tells no more than Origin, and Digest and Size if the
// file could be read. The error is
//
//   - [ErrNoData]: the file, or the stream, is empty, or no Object Instance is
//     left in it; what a card gave before is to be disabled if its data became
//     so, see [State.Disable]
//   - [ErrTooLarge]: the size in the header is above 32 KB
//   - io.ErrUnexpectedEOF: the stream ends within the file; io.ErrNoProgress:
//     it stands still
//   - one of tlv or objects (*tlv.Error, *objects.DecodeError): the file is
//     malformed, at the offset told
//   - objects.ErrLimit: it holds more than 256 Objects or 1024 Object
//     Instances
//   - an [*InconsistentError], [ErrInconsistent]: it is well-formed, and
//     cannot be used; or the whole of what the store holds could not
//   - [ErrSession]: another Apply or a bootstrap session is at work
//   - what the reader, the store or ctx returned
//
// The file need not hold an account, but the store must after it.
//
// What a card gave before, and its data now do not, is no longer active but
// kept as disabled (Core 6.1.3.2): see [State.Disabled].
func Apply(ctx context.Context, r io.Reader, store Store, opts *Options) (Result, error) {
	var file []byte
	defer func() { clear(file) }() // it holds keys, and nothing refers to it afterwards
	return apply(ctx, store, opts, func() (_ Data, err error) {
		file, err = readFile(ctx, r)
		return content(file), err
	})
}

// ApplyFile is [Apply] of a file that is in memory; octets behind its content
// are padding. It neither changes nor keeps file, and makes no other copy of
// it: the caller clears it.
func ApplyFile(ctx context.Context, file []byte, store Store, opts *Options) (Result, error) {
	return apply(ctx, store, opts, func() (Data, error) {
		file, err := withoutPadding(file)
		return content(file), err
	})
}
