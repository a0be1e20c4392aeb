package apdu

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// MaxFile is the largest content that [Channel.ReadFile] returns, in bytes:
// twice the 32 KB of an LwM2M bootstrap file.
const MaxFile = 1 << 16

// UntilEnd asks [Channel.ReadFile] to go on while the card has more.
const UntilEnd = -1

// Need tells how much of a file is wanted, from what has been read so far:
// head is the content from the reference's Offset on. It returns the number
// of bytes wanted altogether, at most len(head) to stop, or [UntilEnd]. It is
// called after each READ BINARY that brought data; its error ends the read.
type Need = func(head []byte) (n int, err error)

// Errors of ReadFile, to be tested for with errors.Is.
var (
	// ErrShortFile: the file ends before the bytes that are due.
	ErrShortFile = errors.New("file is shorter than its content says")
	// ErrFileTooLarge: more is wanted than [MaxFile], or than the part referred to.
	ErrFileTooLarge = errors.New("file is too large")
)

// ReadFile selects the file that ref names and reads it, 256 bytes a command.
//
// Only the content knows how much is meant, sizes that a card tells are known
// to lie: need (see [Need]) decides from the first bytes; nil reads to the
// end. When need named a number, exactly that many bytes are returned, or
// [ErrShortFile]. Without a number, an answer shorter than asked for, and a
// card that says that the offset is outside the file, end it. The slice is
// the caller's.
//
// SELECT and READ BINARY stand next to each other, since a modem may move the
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
	if ref.Offset < 0 || ref.Length < 0 || ref.Length > MaxFile {
		return nil, fmt.Errorf("part %d+%d: %w", ref.Offset, ref.Length, ErrFileTooLarge)
	}
	if ref.App != "" && (ref.App != ch.app || ch.away) {
		if _, err := ch.SelectApp(ctx, ref.App); err != nil {
			return nil, err
		}
	}
	if _, err := ch.SelectFile(ctx, ref.Path); err != nil {
		return nil, err
	}
	r := fileRead{ch: ch, ref: ref, need: need, want: UntilEnd}
	if need == nil && ref.Length > 0 {
		r.want = ref.Length
	}
	return r.run(ctx)
}

// fileRead is one read of the current EF.
type fileRead struct {
	ch   *Channel
	ref  FileRef
	need Need
	want int // bytes wanted altogether, or UntilEnd
	got  []byte
}

func (r *fileRead) run(ctx context.Context) ([]byte, error) {
	for {
		ne := r.next()
		if ne == 0 {
			return r.got[:r.want:r.want], nil
		}
		data, err := r.ch.readBinary(ctx, r.ref.Offset+len(r.got), ne, len(r.got) > 0)
		if err != nil {
			return nil, err
		}
		if len(data) == 0 {
			return r.end()
		}
		r.got = append(r.got, data...)
		if err := r.ask(); err != nil {
			return nil, err
		}
		if len(data) < ne && r.want == UntilEnd {
			return r.end()
		}
	}
}

// next is the number of bytes to ask for; 0 when all that is wanted is there.
func (r *fileRead) next() int {
	limit := MaxFile
	if r.ref.Length > 0 {
		limit = r.ref.Length
	}
	if r.want != UntilEnd {
		limit = r.want
	}
	left := limit - len(r.got)
	if left <= 0 && r.want == UntilEnd {
		r.want = limit // as much as may be read
	}
	return max(0, min(left, MaxShortNe))
}

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
	r.want = n
	if n > len(r.got) {
		r.got = slices.Grow(r.got, n-len(r.got)) // bounded by MaxFile
	}
	return nil
}

// end is reached when the card has no more.
func (r *fileRead) end() ([]byte, error) {
	if len(r.got) == 0 && r.need != nil {
		// An empty file: its content is asked what it thinks of that.
		if err := r.ask(); err != nil {
			return nil, err
		}
	}
	if r.want != UntilEnd && len(r.got) < r.want {
		return nil, fmt.Errorf("file ends at %d of %d bytes: %w", len(r.got), r.want, ErrShortFile)
	}
	if r.want == UntilEnd {
		return r.got, nil
	}
	return r.got[:r.want:r.want], nil
}

// readBinary reads up to ne bytes at offset of the current EF. No data means
// that the file ends there; inside a file that has been read from before, a
// card may also say so by a status word.
func (ch *Channel) readBinary(ctx context.Context, offset, ne int, inside bool) ([]byte, error) {
	c, skip := readBinaryAt(offset, ne)
	resp, err := ch.Transmit(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("READ BINARY offset %d: %w", offset, err)
	}
	switch {
	case resp.SW == SWCorrupted:
		return nil, fmt.Errorf("READ BINARY offset %d: %w", offset, resp.SW)
	case inside && oneOf(resp.SW, SWWrongOffset, 0x9402):
		return nil, nil
	case inside && resp.SW.WrongLe() && len(resp.Data) == 0:
		return nil, nil // 6C00 exactly at the end, and again
	case resp.SW.Err() != nil:
		return nil, fmt.Errorf("READ BINARY offset %d: %w", offset, resp.SW)
	}
	data := resp.Data
	if c.INS == INSReadBinaryOdd {
		if data, err = discretionary(data); err != nil {
			return nil, fmt.Errorf("READ BINARY offset %d: %w", offset, err)
		}
	}
	if len(data) > MaxShortNe {
		return nil, fmt.Errorf("READ BINARY offset %d: %d bytes where %d were asked for: %w", offset, len(data), ne, ErrMalformed)
	}
	return data[min(skip, len(data)):], nil
}

// readBinaryAt is the command for ne bytes at offset, and the number of bytes
// before offset that its answer begins with. The last bytes of a file of 32
// KB and a header lie behind what 15 bits can say; they come with the byte
// at [MaxOffset], since few cards know the odd instruction code.
func readBinaryAt(offset, ne int) (c Command, skip int) {
	if skip = offset - MaxOffset; skip > 0 && skip < MaxShortNe/2 {
		return ReadBinary(MaxOffset, min(MaxShortNe, ne+skip)), skip
	}
	if offset > MaxOffset {
		// 240 bytes leave room for the tag and length around the answer.
		return ReadBinary(offset, min(240, ne)), 0
	}
	return ReadBinary(offset, ne), 0
}

// discretionary unwraps the answer to an odd READ BINARY: tag 53 or 73.
func discretionary(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	r := ber.NewReader(b)
	var e ber.Element
	if !r.Next(&e) {
		return nil, r.Err()
	}
	if e.Tag != 0x53 && e.Tag != 0x73 {
		return nil, fmt.Errorf("answer in tag %02X: %w", uint16(e.Tag), ErrMalformed)
	}
	return e.Value, nil
}
