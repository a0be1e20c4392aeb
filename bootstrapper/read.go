package bootstrapper

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// maxEmptyReads is how often in a row a reader may return neither octets nor
// an error; bufio has the same number.
const maxEmptyReads = 100

// readFile reads the header from r, then the octets that it announces and not
// one more: what follows is padding, and a stream from a card may stand still
// there.
//
//	number_of_objects(2) size(2) | size octets | padding
func readFile(ctx context.Context, r io.Reader) ([]byte, error) {
	head := make([]byte, headerSize)
	n, err := fill(ctx, r, head)
	if n == 0 && errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("%w: the stream is empty", ErrNoData)
	}
	if err != nil {
		return nil, fmt.Errorf("after %d of the %d octets of the header: %w", n, headerSize, err)
	}
	size, err := announced(head)
	if err != nil {
		return nil, err
	}
	file := make([]byte, size) // tlv.MaxAcceptedSize at most
	copy(file, head)
	n, err = fill(ctx, r, file[headerSize:])
	if err != nil {
		return nil, fmt.Errorf("after %d of %d octets: %w", headerSize+n, size, err)
	}
	return file, nil
}

// withoutPadding is the content of a file that is in memory already.
func withoutPadding(file []byte) ([]byte, error) {
	if len(file) == 0 {
		return nil, fmt.Errorf("%w: not an octet", ErrNoData)
	}
	size, err := announced(file)
	switch {
	case err != nil:
		return nil, err
	case len(file) < size:
		return nil, fmt.Errorf("%d of %d octets: %w", len(file), size, io.ErrUnexpectedEOF)
	}
	return file[:size:size], nil
}

// announced is the size of a file's content, header included, as the header
// has it.
func announced(head []byte) (int, error) {
	if tlv.Empty(head) {
		return 0, fmt.Errorf("%w: the file holds no objects", ErrNoData)
	}
	size, err := tlv.FileSize(head)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	return size, nil
}

const headerSize = 4

// fill reads until b is full. Like io.ReadFull, it takes an error that comes
// with the last octets for the next reader's; unlike it, it looks at ctx before
// each read, gives up on a reader that never gets on, calls an end before
// the first octet io.ErrUnexpectedEOF like any other, and does not believe
// counts that cannot be.
func fill(ctx context.Context, r io.Reader, b []byte) (n int, err error) {
	for empty := 0; n < len(b); {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		got, err := r.Read(b[n:])
		if got < 0 || got > len(b)-n {
			return n, errors.New("the reader returned an impossible count")
		}
		n += got
		switch {
		case n == len(b): // done, whatever err is
		case err == io.EOF:
			return n, io.ErrUnexpectedEOF
		case err != nil:
			return n, err
		case got > 0:
			empty = 0
		case empty == maxEmptyReads:
			return n, io.ErrNoProgress
		default:
			empty++
		}
	}
	return n, nil
}
