package personal

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// Write puts content into the EF(LwM2M_Bootstrap) of a card, and FF behind it.
// 00 00 00 00 takes the data off the card. Octets behind what the content's
// header tells are left out. A file that holds the content already is not
// written.
//
// With an error, Result tells how far it came. Test for [ErrNoFile],
// [ErrTooSmall], [ErrReadOnly], image.ErrContent: nothing was sent that
// changes the card; [*KeyError]: a key was not sent, or was refused, once;
// [ErrDifferent]: the file is empty; [ErrUnverified]; those of the transport,
// and an apdu.SW when the card refused a command. A file that was begun with is
// empty then: write again.
func Write(ctx context.Context, card apdu.CardTransport, content []byte, opts Options) (Result, error) {
	return write(ctx, card, content, opts, func(ctx context.Context, w *writer) (err error) {
		w.file, err = w.locate(ctx)
		return err
	})
}

// write plans, asks and does what prepare found to be done.
func write(ctx context.Context, card apdu.CardTransport, content []byte, opts Options, prepare func(context.Context, *writer) error) (Result, error) {
	var w writer
	err := func() (err error) {
		if w.Options, err = opts.filled(); err != nil {
			return err
		}
		if w.content, err = image.Exact(content); err != nil {
			return err
		}
		w.Plan.ICCID, w.Stats, err = simboot.ICCID(ctx, card, &simboot.Config{Channel: w.Search.Channel})
		if err != nil && !numberless(err) {
			return err
		}
		w.iccid = w.Plan.ICCID
		stats, err := w.run(ctx, card, func(ctx context.Context) error {
			if err := prepare(ctx, &w); err != nil {
				return err
			}
			return w.do(ctx)
		})
		w.Stats.Add(stats)
		return err
	}()
	if w.file != nil {
		clear(w.file.old) // it holds keys
	}
	for _, c := range w.credentials {
		w.Keys = append(w.Keys, c.KeyState)
	}
	if err != nil {
		err = fmt.Errorf("personal: %w", err)
	}
	return w.Result, err
}

// writer is one write of a card.
type writer struct {
	session
	Result
	content []byte
	file    *target // the bootstrap file
	jobs    []job   // the other files

	credentials []*credential
	emptied     bool // the header, and it is not written yet
}

// do writes what was prepared.
func (w *writer) do(ctx context.Context) error {
	want, err := w.plan()
	if err != nil {
		return err
	}
	if w.done(want) {
		w.Verified = true // it was just read
		return nil
	}
	if err := w.collect(ctx); err != nil {
		return err
	}
	if w.Confirm != nil {
		if err := w.Confirm(ctx, w.Plan); err != nil {
			return err
		}
	}
	for _, c := range w.credentials {
		if w.Confirm != nil { // somebody was asked, and others may have tried
			if err := w.check(ctx, c); err != nil {
				return err
			}
		}
		if err := w.verify(ctx, c); err != nil {
			return err
		}
	}
	if w.file.oldErr != nil { // now it may be read
		if w.file, err = w.look(ctx, w.file.ref); err != nil {
			return err
		}
		if want, err = w.fits(); err != nil {
			return err
		}
		if w.done(want) {
			w.Verified = true
			return nil
		}
	}
	err = w.put(ctx, want)
	if err != nil && w.emptied {
		err = fmt.Errorf("%w (the header was emptied first: the card holds no bootstrap data now, write again)", err)
	}
	return err
}

// plan tells what is about to be done, and refuses what cannot be.
func (w *writer) plan() (want []byte, err error) {
	p := &w.Plan
	p.Application, p.File, p.Secure = w.aid, w.file.ref, w.secured
	p.Old, p.New = w.file.state(), stateOf(w.content)
	p.Access = w.file.rule.String()
	if w.file.ruleErr != nil {
		p.Access = w.file.ruleErr.Error()
	}
	for _, j := range w.jobs {
		p.Also = append(p.Also, j.what)
	}
	if want, err = w.fits(); err == nil {
		p.Size = len(want)
	}
	return want, err
}

// fits is what the file is to hold. A file that cannot be read for another
// reason than a key may be shorter than it says, and is not begun with.
func (w *writer) fits() ([]byte, error) {
	if err := w.file.oldErr; err != nil && !errors.Is(err, apdu.ErrSecurity) {
		return nil, err
	}
	return w.file.filled(w.content)
}

// done reports that there is nothing to be written.
func (w *writer) done(want []byte) bool {
	return len(w.jobs) == 0 && !w.Force && w.file.holds(want)
}

// collect finds out which keys are needed, and asks for their tries.
func (w *writer) collect(ctx context.Context) error {
	files := []*target{w.file}
	for _, j := range w.jobs {
		if j.target != nil {
			files = append(files, j.target)
		}
	}
	for _, t := range files {
		keys, err := w.keysFor(t)
		if err != nil {
			return fmt.Errorf("%v: %w", t.ref, err)
		}
		for _, k := range keys {
			if err := w.add(ctx, t, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// keysFor are the keys that allow a file to be read, if that needs one, and
// updated. When the card does not tell the rule, they are those given.
func (w *writer) keysFor(t *target) (keys []apdu.KeyReference, err error) {
	if t.ruleErr != nil {
		if errors.Is(t.oldErr, apdu.ErrSecurity) && !w.PIN.IsZero() {
			keys = append(keys, w.PINReference)
		}
		if !w.Key.IsZero() {
			keys = append(keys, w.Reference)
		}
		return keys, nil
	}
	if errors.Is(t.oldErr, apdu.ErrSecurity) {
		// Who may update and not read writes all the same, and is told before.
		if keys, err = w.needed(t.rule.Read()); err != nil {
			w.Plan.Unreadable = t.rule.Read().String()
		}
	}
	update, err := w.needed(t.rule.Update())
	return append(keys, update...), err
}

// add notes a key to be sent, once, after its tries were asked for. A key of
// the application is known where its file is.
func (w *writer) add(ctx context.Context, t *target, k apdu.KeyReference) error {
	for _, c := range w.credentials {
		if c.Reference == k {
			return nil
		}
	}
	if _, err := w.ch.SelectFile(ctx, t.ref.Path); err != nil {
		return err
	}
	c := &credential{KeyState: KeyState{k, TriesUnknown}, secret: w.secretOf(k)}
	if err := w.check(ctx, c); err != nil {
		return err
	}
	w.credentials = append(w.credentials, c)
	if c.open {
		w.Plan.Open = append(w.Plan.Open, k)
	} else {
		w.Plan.Verify = append(w.Plan.Verify, c.KeyState)
	}
	return nil
}
