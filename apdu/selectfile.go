package apdu

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// No form of SELECT works on every card, so each is tried in the order of the
// lists below, and what worked is tried first the next time.

// addressing says from where a path starts.
type addressing uint8

const (
	fromApp addressing = iota // relative: the application selected, or the MF
	fromMF                    // absolute: 3F00
)

// selectForm is one way to say SELECT.
type selectForm struct {
	p1     byte // SelectByFID: a SELECT for each identifier of the path
	p2     byte
	bareLe bool // P2 asks for an FCP, but no Le is sent
}

var selectForms = map[addressing][]selectForm{
	fromApp: {
		{p1: SelectByFID, p2: ReturnNone},
		{p1: SelectByFID, p2: ReturnFCP},
		{p1: SelectByFID, p2: ReturnFCP, bareLe: true},
		{p1: SelectPathMF, p2: ReturnNone}, // 7FFF and the path
		{p1: SelectPathMF, p2: ReturnFCP},
		{p1: SelectPathDF, p2: ReturnNone},
		{p1: SelectPathDF, p2: ReturnFCP},
		{p1: SelectChildEF, p2: ReturnNone},
		{p1: SelectChildEF, p2: ReturnFCP},
	},
	fromMF: {
		{p1: SelectPathMF, p2: ReturnNone},
		{p1: SelectPathMF, p2: ReturnFCP},
		{p1: SelectPathMF, p2: ReturnFCP, bareLe: true},
		{p1: SelectByFID, p2: ReturnNone},
		{p1: SelectByFID, p2: ReturnFCP},
		{p1: SelectByFID, p2: ReturnFCP, bareLe: true},
	},
}

// appForms are the ways to say SELECT by AID.
var appForms = []selectForm{
	{p1: SelectByAID, p2: ReturnNone},
	{p1: SelectByAID, p2: ReturnFCP},
	{p1: SelectByAID, p2: ReturnFCP, bareLe: true},
	{p1: SelectByAID, p2: ReturnFCI},
}

// ErrWrongFile tells that the card selected another file than the one asked for.
var ErrWrongFile = errors.New("the card selected another file")

// SelectApp selects an application by its AID or the left part of it
// (ETSI TS 102 221 11.1.1.2). The FCP is what the card told of it, which may
// be nothing. errors.Is(err, [ErrNotFound]): the card has no such application.
func (ch *Channel) SelectApp(ctx context.Context, aid AID) (FCP, error) {
	var failure error
	for i, form := range appForms {
		fcp, err := ch.selectOnce(ctx, form, []byte(aid))
		if err == nil && fcp.AID != "" && !strings.HasPrefix(string(fcp.AID), string(aid)) {
			err = fmt.Errorf("application %v: %w", fcp.AID, ErrWrongFile)
		}
		if err == nil {
			ch.app, ch.away = aid, false
			return fcp, nil
		}
		failure = err
		// 6A82 may mean "not without an FCP": it is believed the second time.
		if !tryOtherForm(err) || i > 0 && errors.Is(err, SWFileNotFound) {
			break
		}
	}
	return FCP{}, fmt.Errorf("SELECT AID %v: %w", aid, failure)
}

// SelectFile selects the EF that path leads to. After a failure the card's
// old file is still the current one: nothing must be read then. The FCP is
// what the card told, which may be nothing; when it names a file, it is the
// one asked for. errors.Is(err, [ErrNotFound]): no such file.
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
	if len(rest) == 0 {
		return FCP{}, fmt.Errorf("SELECT %v: %w", path, ErrBadPath)
	}
	best, known := ch.worked[from]
	var failure error
	if known {
		fcp, err := ch.selectBy(ctx, from, best, rest)
		if err == nil {
			return fcp, nil
		}
		failure = err
	}
	for _, form := range selectForms[from] {
		if failure != nil && !tryOtherForm(failure) {
			break
		}
		if known && form == best {
			continue
		}
		fcp, err := ch.selectBy(ctx, from, form, rest)
		if err == nil {
			ch.remember(from, form)
			return fcp, nil
		}
		failure = firstToTell(failure, err)
	}
	return FCP{}, fmt.Errorf("SELECT %v: %w", path, failure)
}

func (ch *Channel) remember(from addressing, form selectForm) {
	if ch.worked == nil {
		ch.worked = make(map[addressing]selectForm, 2)
	}
	ch.worked[from] = form
}

// firstToTell chooses the failure to report: "not found" says more than the
// refusal of a form, anything that ends the search more than both.
func firstToTell(old, new error) error {
	if old != nil && tryOtherForm(new) && (errors.Is(old, SWFileNotFound) || !errors.Is(new, SWFileNotFound)) {
		return old
	}
	return new
}

// tryOtherForm tells failures behind which another form of SELECT may work.
func tryOtherForm(err error) bool {
	var sw SW
	if errors.As(err, &sw) {
		return oneOf(sw, SWFileNotFound, SWWrongP1P2, SWWrongOffset, SWWrongLength, SWWrongINS, SWNotSupported, 0x6A87)
	}
	return errors.Is(err, ErrWrongFile) || errors.Is(err, ErrRefused)
}

// selectBy says SELECT in one form; path is relative, or begins with 3F00.
func (ch *Channel) selectBy(ctx context.Context, from addressing, form selectForm, path Path) (FCP, error) {
	var fcp FCP
	var err error
	switch form.p1 {
	case SelectByFID:
		steps := ch.steps(from, path)
		ch.leave(from, path)
		fcp, err = ch.walk(ctx, form, steps)
	case SelectPathMF:
		fcp, err = ch.selectOnce(ctx, form, ch.pathFromMF(from, path).AppendTo(nil))
		ch.leave(from, path)
	default: // from the current DF
		if ch.away {
			return FCP{}, SWWrongP1P2 // not where the path starts
		}
		fcp, err = ch.selectOnce(ctx, form, path.AppendTo(nil))
		ch.leave(from, path)
	}
	if err != nil {
		return FCP{}, err
	}
	if want := path[len(path)-1]; fcp.HasFID && fcp.FID != want {
		return FCP{}, fmt.Errorf("FCP names %v: %w", fcp.FID, ErrWrongFile)
	}
	return fcp, nil
}

// leave notes that the current DF is no longer where relative paths start,
// after a failure too: better one step too many than a wrong file.
func (ch *Channel) leave(from addressing, path Path) {
	if from == fromMF || len(path) > 1 {
		ch.away = true
	}
}

// steps is the path for a walk by identifiers. A relative path goes back to
// where it starts when the current DF is elsewhere.
func (ch *Channel) steps(from addressing, path Path) Path {
	switch {
	case from == fromMF || !ch.away:
		return path
	case ch.app == "":
		return append(Path{FIDMF}, path...)
	}
	return append(Path{FIDCurrentADF}, path...)
}

// pathFromMF is the path for P1 = 08: without 3F00, or behind 7FFF.
func (ch *Channel) pathFromMF(from addressing, path Path) Path {
	switch {
	case from == fromMF && len(path) > 1:
		return path[1:]
	case from == fromMF || ch.app == "":
		return path
	}
	return append(Path{FIDCurrentADF}, path...)
}

// walk selects the identifiers of a path one after another.
func (ch *Channel) walk(ctx context.Context, form selectForm, path Path) (fcp FCP, err error) {
	for _, fid := range path {
		if fcp, err = ch.selectOnce(ctx, form, Path{fid}.AppendTo(nil)); err != nil {
			return FCP{}, err
		}
	}
	return fcp, nil
}

// selectOnce sends one SELECT. An FCP that cannot be parsed counts as none:
// the content of a file decides, not what is told about it.
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
	fcp, err := ParseFCP(resp.Data)
	if err != nil {
		fcp, _ = ParseFCP(nil)
	}
	return fcp, nil
}
