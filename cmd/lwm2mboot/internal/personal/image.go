package personal

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// job is a file, or a record, to be written beside the bootstrap file.
type job struct {
	what   string
	target *target // nil of a record
	want   []byte
	record byte
}

// WriteImage puts a whole file set on a card whose files exist and are not
// filled: EF(DODF), EF(ODF), EF(TokenInfo), a record of EF(DIR), and the
// content as [Write] does. Files are found by the image's application and
// identifiers. What the card has already is not written; a directory that
// holds something else is [ErrFilled], unless Options.Replace. A card without
// EF(TokenInfo), or without EF(DIR), is left so: no device needs them.
//
// The errors are those of [Write], and [ErrNoRecord].
func WriteImage(ctx context.Context, card apdu.CardTransport, m *image.Image, opts Options) (Result, error) {
	opts.Search.AID = m.AID
	b := m.Bootstrap
	content := b.Content[b.Ref.Offset : b.Ref.Offset+b.Used]
	return write(ctx, card, content, opts, func(ctx context.Context, w *writer) error {
		if err := w.reach(ctx); err != nil {
			return err
		}
		for _, f := range []struct {
			image.File
			what string
		}{{m.DODF, "EF(DODF)"}, {m.ODF, "EF(ODF)"}, {m.TokenInfo, "EF(TokenInfo)"}} {
			if err := w.directory(ctx, f.File, f.what); err != nil {
				return fmt.Errorf("%s: %w", f.what, err)
			}
		}
		if err := w.dir(ctx, m.Dir); err != nil {
			return fmt.Errorf("EF(DIR): %w", err)
		}
		b.Ref.App = ""
		var err error
		w.file, err = w.look(ctx, b.Ref)
		return err
	})
}

// directory notes a file of the application to be written, unless it is as it
// should be.
func (w *writer) directory(ctx context.Context, f image.File, what string) error {
	f.Ref.App = "" // it is selected
	t, err := w.look(ctx, f.Ref)
	switch {
	case errors.Is(err, apdu.ErrNotFound) && f.Ref.Path[0] == pkcs15.FIDTokenInfo:
		return nil
	case err != nil:
		return err
	case t.oldErr != nil:
		return t.oldErr
	}
	want, err := t.filled(f.Content[:f.Used])
	switch {
	case err != nil:
		return err
	case t.holds(want) && !w.Force:
		return nil
	case !blank(t.old) && !t.holds(want) && !w.Replace:
		return ErrFilled
	}
	w.jobs = append(w.jobs, job{what: fmt.Sprintf("%s %v", what, t.ref), target: t, want: want})
	return nil
}

// dir notes the record of EF(DIR) to be written, unless the card has it.
func (w *writer) dir(ctx context.Context, f image.File) error {
	dir, err := w.readDir(ctx)
	switch {
	case errors.Is(err, apdu.ErrNotFound):
		return nil
	case err != nil:
		return err
	case len(dir.named(w.Search.AID)) > 0, dir.transparent:
		return nil // a transparent one belongs to whoever made it
	}
	number := f.Record
	switch {
	case number == 0:
		if number = dir.unused(); number == 0 {
			return ErrNoRecord
		}
	case number > len(dir.records):
		return fmt.Errorf("record %d of %d: %w", number, len(dir.records), ErrNoRecord)
	case !blank(dir.records[number-1]) && !w.Replace:
		return fmt.Errorf("record %d: %w", number, ErrFilled)
	}
	length := len(dir.records[number-1])
	if f.Used > length {
		return fmt.Errorf("%w: a record of %d octets, %d fit", ErrTooSmall, f.Used, length)
	}
	want := append(bytes.Clone(f.Content[:f.Used]), bytes.Repeat([]byte{0xFF}, length-f.Used)...)
	w.jobs = append(w.jobs, job{what: fmt.Sprintf("EF(DIR) record %d", number), want: want, record: byte(number)})
	return nil
}

// putJob writes and reads back.
func (w *writer) putJob(ctx context.Context, j job) error {
	if j.target != nil {
		old := j.target.old
		if w.Force {
			old = nil
		}
		if err := w.updateChanged(ctx, j.target.ref, old, j.want, 0); err != nil {
			return err
		}
		_, err := w.compare(ctx, j.target.ref, j.want)
		return err
	}
	if err := w.ch.UpdateRecord(ctx, pathDir, j.record, j.want); err != nil {
		return err
	}
	w.Changed = true
	got, err := w.ch.ReadRecord(ctx, pathDir, j.record)
	if err == nil && !bytes.Equal(got, j.want) {
		err = ErrDifferent
	}
	return err
}
