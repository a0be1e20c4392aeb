package apdu

import "errors"

// selectForm is one way to say SELECT.
type selectForm struct {
	p1     byte // SelectByFID: a SELECT for each identifier of the path
	p2     byte
	bareLe bool // P2 asks for an FCP, but no Le is sent
}

// purpose is what a SELECT is for.
type purpose int

const (
	byAID    purpose = iota
	fromApp          // a relative path
	fromMF           // an absolute path: 3F00
	purposes         // how many there are
)

// selectForms are the ways to say SELECT. No form works on every card, so each
// is tried in this order, and what worked is tried first the next time.
var selectForms = [purposes][]selectForm{
	byAID: {
		{p1: SelectByAID, p2: ReturnNone},
		{p1: SelectByAID, p2: ReturnFCP},
		{p1: SelectByAID, p2: ReturnFCP, bareLe: true},
		{p1: SelectByAID, p2: ReturnFCI},
	},
	fromApp: {
		{p1: SelectByFID, p2: ReturnNone},
		{p1: SelectByFID, p2: ReturnFCP},
		{p1: SelectByFID, p2: ReturnFCP, bareLe: true},
		{p1: SelectPathMF, p2: ReturnNone}, // 7FFF and the path
		{p1: SelectPathMF, p2: ReturnFCP},
		{p1: SelectPathDF, p2: ReturnNone},
		{p1: SelectPathDF, p2: ReturnFCP},
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

// ErrWrongFile tells that the card selected another file than the one asked for.
var ErrWrongFile = errors.New("the card selected another file")

// tryForms says SELECT in one form after another until the card takes one,
// beginning with the one that it took last time. The error is the failure that
// tells most.
func (ch *Channel) tryForms(what purpose, say func(selectForm) (FCP, error)) (FCP, error) {
	best := ch.worked[what]
	var failure error
	for i := range selectForms[what] {
		n := i
		switch {
		case i == 0:
			n = best
		case i <= best:
			n = i - 1
		}
		if ch.wantFCP && selectForms[what][n].p2 == ReturnNone {
			continue
		}
		fcp, err := say(selectForms[what][n])
		if err == nil {
			if !ch.wantFCP {
				ch.worked[what] = n
			}
			return fcp, nil
		}
		if failure == nil || weight(err) > weight(failure) {
			failure = err
		}
		// 6A82 to an AID may mean "not in this form": it is believed the second time.
		if !otherFormMayWork(err) || what == byAID && i > 0 && errors.Is(err, SWFileNotFound) {
			break
		}
	}
	return FCP{}, failure
}

// otherFormMayWork tells the failures behind which another form of SELECT is
// worth trying.
func otherFormMayWork(err error) bool {
	var sw SW
	if errors.As(err, &sw) {
		return oneOf(sw, SWFileNotFound, SWWrongP1P2, SWWrongOffset, SWWrongLength, SWWrongINS, SWNotSupported, 0x6A87,
			0x6310) // an answer waits, and a form without Le has not fetched it
	}
	return errors.Is(err, ErrWrongFile) || errors.Is(err, ErrRefused)
}

// weight orders failures by what they tell: that a form was refused, that the
// file was not found, that it was another, what ended the search.
func weight(err error) int {
	switch {
	case !otherFormMayWork(err):
		return 3
	case errors.Is(err, ErrWrongFile):
		return 2
	case errors.Is(err, SWFileNotFound):
		return 1
	}
	return 0
}
