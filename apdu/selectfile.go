package apdu

import (
	"context"
	"fmt"
	"strings"
)

// SelectApp selects an application by its AID or the left part of it
// (ETSI TS 102 221 11.1.1.2). The FCP is what the card told of it, which may
// be nothing. errors.Is(err, [ErrNotFound]): the card has no such application.
// After a failure, relative paths start where they did before.
func (ch *Channel) SelectApp(ctx context.Context, aid AID) (FCP, error) {
	if len(aid) == 0 || len(aid) > 16 {
		return FCP{}, fmt.Errorf("SELECT AID of %d octets, not 1 to 16: %w", len(aid), ErrBadPath)
	}
	fcp, err := ch.tryForms(byAID, func(form selectForm) (FCP, error) {
		fcp, err := ch.selectOnce(ctx, form, []byte(aid))
		if _, refused := err.(SW); !refused {
			ch.place = strayed // until it is known where to
		}
		if err == nil && !sameApp(aid, fcp.AID) {
			err = fmt.Errorf("FCP names %v: %w", fcp.AID, ErrWrongFile)
		}
		return fcp, err
	})
	if err != nil {
		return FCP{}, fmt.Errorf("SELECT AID %v: %w", aid, err)
	}
	ch.app, ch.place = aid, atStart
	return fcp, nil
}

// sameApp compares the AID asked for with the one told, as far as both go:
// either may be cut or padded on the right.
func sameApp(asked, told AID) bool {
	return strings.HasPrefix(string(asked), string(told)) || strings.HasPrefix(string(told), string(asked))
}

// SelectFile selects the EF that path leads to. After a failure the card's
// old file is still the current one: nothing must be read then. The FCP is
// what the card told, which may be nothing; when it names a file, it is the
// one asked for. errors.Is(err, [ErrNotFound]): no such file; [ErrBadPath]: a
// path that can name none, 7FFF without an application included.
func (ch *Channel) SelectFile(ctx context.Context, path Path) (FCP, error) {
	from, rest := fromApp, path
	if len(path) > 0 {
		switch path[0] {
		case FIDMF:
			from = fromMF
		case FIDCurrentADF:
			rest = path[1:]
		}
	}
	if len(rest) == 0 || len(path) > maxPathDepth || len(rest) < len(path) && ch.app == "" {
		return FCP{}, fmt.Errorf("SELECT %v: %w", path, ErrBadPath)
	}
	fcp, err := ch.tryForms(from, func(form selectForm) (FCP, error) {
		if from == fromMF {
			return ch.selectFromMF(ctx, form, rest)
		}
		return ch.selectFromStart(ctx, form, rest)
	})
	switch {
	case ch.number == 0 && ch.secure != nil:
		ch.leave() // the modem may move about, but another application would end the session
	case ch.number == 0:
		ch.place = strayed // the modem may select what it likes before the next command
	case fcp.Structure == StructureDF:
		ch.leave()
	}
	if err != nil {
		return FCP{}, fmt.Errorf("SELECT %v: %w", path, err)
	}
	return fcp, nil
}

// selectFromMF says SELECT in one form; path begins with 3F00.
func (ch *Channel) selectFromMF(ctx context.Context, form selectForm, path Path) (FCP, error) {
	if form.p1 == SelectByFID {
		ch.leave()
		return ch.walk(ctx, form, path)
	}
	if len(path) == 1 {
		return FCP{}, SWWrongP1P2 // 3F00 is left out of such a path: nothing to send
	}
	ch.leave()
	return ch.selectPath(ctx, form, path[1:])
}

// selectFromStart says SELECT in one form; path is relative.
func (ch *Channel) selectFromStart(ctx context.Context, form selectForm, path Path) (FCP, error) {
	fromAnywhere := form.p1 == SelectPathMF && (ch.app == "" || ch.place < strayed)
	if !fromAnywhere {
		if err := ch.toStart(ctx, form.byFID()); err != nil {
			return FCP{}, err
		}
	}
	if len(path) > 1 {
		ch.leave()
	}
	switch {
	case form.p1 == SelectByFID:
		return ch.walk(ctx, form, path)
	case form.p1 == SelectPathMF && ch.app != "":
		path = append(Path{FIDCurrentADF}, path...)
	}
	return ch.selectPath(ctx, form, path)
}

// byFID is the form with an identifier in place of a path.
func (f selectForm) byFID() selectForm {
	f.p1 = SelectByFID
	return f
}

// walk selects the identifiers of a path one after another.
func (ch *Channel) walk(ctx context.Context, form selectForm, path Path) (fcp FCP, err error) {
	for i := range path {
		if fcp, err = ch.selectPath(ctx, form, path[i:i+1]); err != nil {
			return FCP{}, err
		}
	}
	return fcp, nil
}

// selectPath sends one SELECT and checks that the file is the path's last.
func (ch *Channel) selectPath(ctx context.Context, form selectForm, path Path) (FCP, error) {
	fcp, err := ch.selectOnce(ctx, form, path.AppendTo(nil))
	if want := path[len(path)-1]; err == nil && fcp.HasFID && fcp.FID != want {
		err = fmt.Errorf("FCP names %v, not %v: %w", fcp.FID, want, ErrWrongFile)
	}
	return fcp, err
}

// selectOnce sends one SELECT. The error is a bare [SW] if the card refused it:
// what was current still is. An FCP that cannot be parsed counts as none: the
// content of a file decides, not what is told about it.
func (ch *Channel) selectOnce(ctx context.Context, form selectForm, data []byte) (FCP, error) {
	c := Select(form.p1, form.p2, data)
	if form.bareLe {
		c.Ne = 0
	}
	resp, err := ch.Transmit(ctx, c)
	if err != nil {
		return FCP{}, err
	}
	if err := resp.SW.Err(); err != nil {
		return FCP{}, err
	}
	if resp.SW.SW1() == 0x63 && len(resp.Data) == 0 {
		return FCP{}, fmt.Errorf("no answer: %w", resp.SW) // 6310 has brought one; TS 102 221 knows no other
	}
	fcp, err := ParseFCP(resp.Data)
	if err != nil {
		fcp, _ = ParseFCP(nil)
	}
	return fcp, nil
}
