package personal

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// put writes the bootstrap file and what leads to it, in the order by which
// the file is never half valid: see the package. Octets that the card is known
// to have are not written again, unless Force says so.
func (w *writer) put(ctx context.Context, want []byte) error {
	t := w.file
	known := t.oldErr == nil && !w.Force
	if !known || !tlv.Empty(t.old) {
		if err := w.update(ctx, t.ref, 0, make([]byte, headerLength)); err != nil {
			return err
		}
		w.emptied = true
		t.old = append(make([]byte, headerLength), t.old[min(headerLength, len(t.old)):]...)
	}
	var old []byte
	if known {
		old = t.old
	}
	if err := w.updateChanged(ctx, t.ref, old, want, headerLength); err != nil {
		return err
	}
	header := t.old[:headerLength] // which says that the file is empty
	verified, err := w.compare(ctx, t.ref, append(header[:headerLength:headerLength], want[headerLength:]...))
	if err != nil {
		return err
	}
	for _, j := range w.jobs {
		if err := w.putJob(ctx, j); err != nil {
			return fmt.Errorf("%s: %w", j.what, err)
		}
	}
	if known && bytes.Equal(old[:headerLength], want[:headerLength]) {
		w.Verified = verified
		return nil
	}
	if err := w.update(ctx, t.ref, 0, want[:headerLength]); err != nil {
		return err
	}
	w.emptied = false
	if !verified {
		return fmt.Errorf("%v: %w: %w", t.ref, ErrUnverified, t.oldErr)
	}
	w.Verified, err = w.compare(ctx, t.ref, want[:headerLength])
	return err
}

// update writes data in chunks.
func (w *writer) update(ctx context.Context, ref apdu.FileRef, offset int, data []byte) error {
	for len(data) > 0 {
		n := min(w.Chunk, len(data))
		if err := w.ch.UpdateFile(ctx, ref, offset, data[:n]); err != nil {
			return err
		}
		w.Changed = true
		offset, data = offset+n, data[n:]
	}
	return nil
}

// updateChanged writes want from an offset on, but for the chunks that old,
// nil if it is not known, has already.
func (w *writer) updateChanged(ctx context.Context, ref apdu.FileRef, old, want []byte, offset int) error {
	for offset < len(want) {
		end := min(offset+w.Chunk, len(want))
		if old == nil || !bytes.Equal(old[offset:end], want[offset:end]) {
			if err := w.update(ctx, ref, offset, want[offset:end]); err != nil {
				return err
			}
		}
		offset = end
	}
	return nil
}

// compare reads back what was written, from the first octet on: a few cards
// cannot be read from another. ok is false when the card does not let it be
// read.
func (w *writer) compare(ctx context.Context, ref apdu.FileRef, want []byte) (ok bool, err error) {
	part := ref
	part.Length = len(want)
	got, err := w.ch.ReadFile(ctx, part, nil)
	if errors.Is(err, apdu.ErrSecurity) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read back: %w", err)
	}
	for i := range got {
		if got[i] != want[i] {
			return false, fmt.Errorf("%v: offset %d: %w", ref, i, ErrDifferent)
		}
	}
	return true, nil
}
