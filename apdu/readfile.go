package apdu

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// MaxFile is the largest content that [Channel.ReadFile] returns, in bytes:
// twice the 32 KB of an LwM2M bootstrap file.
const MaxFile = 1 << 16

// maxReads bounds the READ BINARYs of one file: MaxFile in pieces of 64 bytes
// on an average. A card that answers byte by byte is not read to its end.
const maxReads = 1024

// UntilEnd asks [Channel.ReadFile] to go on while the card has more.
const UntilEnd = -1

// Need tells how much of a file is wanted, from what has been read so far:
// head is the content from the reference's Offset on. It returns the number
// of bytes wanted altogether, at most len(head) to stop, or [UntilEnd]. It is
// called after each READ BINARY that brought data, and once, with an empty
// head, when the first brought none; its error ends the read.
type Need = func(head []byte) (n int, err error)

// Errors of ReadFile, to be tested for with errors.Is.
var (
	// ErrShortFile: the file ends before the bytes that are due.
	ErrShortFile = errors.New("file is shorter than its content says")
	// ErrFileTooLarge: more is wanted than [MaxFile], or than the part referred to.
	ErrFileTooLarge = errors.New("file is too large")
)

// ReadFile selects the file that ref names and reads it, 256 bytes a command or
// what a session leaves of them, see [Channel.Secure].
//
// Only the content knows how much is meant, sizes that a card tells are known
// to lie: need (see [Need]) decides from the first bytes; nil reads to the
// end. When need or ref.Length named a number, exactly that many bytes are
// returned, or [ErrShortFile]. Without a number, an answer shorter than asked
// for, and a card that says that the offset is outside the file, end it; more
// than [MaxFile] is [ErrFileTooLarge]. The slice is the caller's. What need got
// as head is not written to again.
//
// FileRef has hints by which commands are saved. SELECT and READ BINARY stand next to each other, since a modem may move the
// file pointer between commands, and nothing is read behind a SELECT that
// failed: the card would return the file selected before.
func (ch *Channel) ReadFile(ctx context.Context, ref FileRef, need Need) ([]byte, error) {
	content, err := ch.readFile(ctx, ref, need)
	if err != nil {
		return nil, fmt.Errorf("read EF %v: %w", ref, err)
	}
	return content, nil
}

func (ch *Channel) readFile(ctx context.Context, ref FileRef, need Need) ([]byte, error) {
	if ref.Offset < 0 || ref.Offset > MaxFile || ref.Length < 0 || ref.Length > MaxFile {
		return nil, fmt.Errorf("offset and length are not in 0 to %d: %w", MaxFile, ErrFileTooLarge)
	}
	if ref.App != "" && ref.App != ch.app {
		if _, err := ch.SelectApp(ctx, ref.App); err != nil {
			return nil, err
		}
	}
	r := fileRead{ch: ch, ref: ref, need: need, want: UntilEnd, size: Unknown}
	if ref.SFI != SFINone && ref.Offset <= maxSFIOffset && ch.number != 0 && ch.place == atStart {
		r.sfi = ref.SFI
	} else {
		fcp, err := ch.selectRef(ctx, ref)
		if err != nil {
			return nil, err
		}
		if ch.secure != nil {
			r.size = fcp.Size
		}
	}
	if need == nil && ref.Length > 0 {
		r.due(ref.Length)
	}
	content, err := r.run(ctx)
	if r.stuck && !ch.careful {
		ch.careful = true // once more, from the SELECT on: the modem may have moved the file pointer
		return ch.readFile(ctx, ref, need)
	}
	return content, err
}

// selectRef selects the file of a reference, and has the card tell of it when
// that is asked for, or makes a session's commands surer. A card that does not
// tell of it in any form is not asked to.
func (ch *Channel) selectRef(ctx context.Context, ref FileRef) (FCP, error) {
	if ref.Told != nil || ch.secure != nil {
		fcp, err := ch.FileFCP(ctx, ref.Path)
		if err == nil && ref.Told != nil {
			*ref.Told = fcp
		}
		var refused SW
		switch {
		case err == nil, ch.secure == nil && errors.Is(err, ErrNotFound):
			return fcp, err
		case !errors.As(err, &refused) && !errors.Is(err, ErrRefused) && !errors.Is(err, ErrEndless):
			return FCP{}, err
		}
	}
	return ch.SelectFile(ctx, ref.Path)
}

// fileRead is one read of the current EF.
type fileRead struct {
	ch   *Channel
	ref  FileRef
	need Need
	sfi  byte // selects the file with the first READ BINARY
	want int  // bytes wanted altogether, or UntilEnd
	got  []byte
	size int // what the FCP told in a session; Unknown

	stuck bool // the answer to a READ BINARY did not end
}

func (r *fileRead) run(ctx context.Context) ([]byte, error) {
	for range maxReads {
		ne := r.next()
		if ne == 0 {
			return r.finish()
		}
		offset := r.ref.Offset + len(r.got)
		p, err := r.ch.readBinary(ctx, r.sfi, offset, ne, r.mayEnd(offset))
		if err != nil {
			r.stuck = errors.Is(err, ErrEndless)
			return nil, err
		}
		r.sfi = SFINone // the file is current now
		r.got = append(r.got, p.data...)
		if len(p.data) > 0 || len(r.got) == 0 { // an empty file is shown to need as well
			if err := r.ask(); err != nil {
				return nil, err
			}
		}
		if len(p.data) == 0 || (p.last || r.need != nil && r.left() == 0) && r.want == UntilEnd {
			return r.finish()
		}
	}
	return nil, fmt.Errorf("%d bytes after %d READ BINARYs: %w", len(r.got), maxReads, ErrEndless)
}

// next is the number of bytes to ask for; 0 when all that is wanted is there.
func (r *fileRead) next() int {
	limit := r.want
	switch {
	case limit != UntilEnd:
	case r.ref.Length > 0:
		limit = r.ref.Length
	default:
		limit = MaxFile + 1 // the last one shows that the file is too large
	}
	if len(r.got) == 0 && r.ref.Expect > 0 {
		limit = min(limit, r.ref.Expect)
	}
	most := r.ch.maxNe()
	if r.ch.careful {
		most = min(most, carefulNe)
	}
	if left := r.left(); left > 0 {
		most = min(most, left) // an Ne that is too large must not come to 6Cxx
	}
	return max(0, min(limit-len(r.got), most))
}

// mayEnd reports whether a status word at offset may say that the file ends
// there: at its first byte and behind what has been read. Through a session it
// has no MAC, and is believed where the FCP, which has one, says the same.
func (r *fileRead) mayEnd(offset int) bool {
	if r.ch.secure != nil {
		return r.size != Unknown && offset >= r.size
	}
	return offset == 0 || len(r.got) > 0
}

// left is what is left of the file by its size as told; it is below 0 when no
// size was told, or a larger offset proves it wrong. Where it comes to 0 behind
// a whole entry the size is believed, as a short answer is without a session.
func (r *fileRead) left() int {
	if r.size == Unknown {
		return -1
	}
	return r.size - r.ref.Offset - len(r.got)
}

// carefulNe is what a READ BINARY asks for behind a modem that never gets to
// the end of an answer of 256 bytes (Quectel EC800G: 6100 for ever).
const carefulNe = 240

// ask lets need decide how much is wanted.
func (r *fileRead) ask() error {
	if r.need == nil {
		return nil
	}
	n, err := r.need(r.got)
	switch {
	case err != nil:
		return err
	case n == UntilEnd:
		r.want = UntilEnd
		return nil
	case n < 0 || n > MaxFile:
		return fmt.Errorf("%d bytes of content, at most %d are read: %w", n, MaxFile, ErrFileTooLarge)
	case r.ref.Length > 0 && n > r.ref.Length:
		return fmt.Errorf("%d bytes of content in a part of %d: %w", n, r.ref.Length, ErrFileTooLarge)
	}
	r.due(n)
	return nil
}

// due makes n, at most MaxFile, the number of bytes wanted.
func (r *fileRead) due(n int) {
	r.want = n
	r.got = slices.Grow(r.got, max(0, n-len(r.got)))
}

// finish returns what was read, when the card has no more or no more is wanted.
func (r *fileRead) finish() ([]byte, error) {
	switch {
	case len(r.got) == 0 && r.ref.Offset > 0: // else it would look like an empty file
		return nil, fmt.Errorf("no data at offset %d: %w", r.ref.Offset, ErrShortFile)
	case r.want == UntilEnd && len(r.got) > MaxFile:
		return nil, fmt.Errorf("file goes on after %d bytes: %w", MaxFile, ErrFileTooLarge)
	case r.want == UntilEnd:
		return r.got, nil
	case len(r.got) < r.want:
		return nil, fmt.Errorf("file ends at %d of %d bytes: %w", len(r.got), r.want, ErrShortFile)
	}
	return r.got[:r.want:r.want], nil
}
