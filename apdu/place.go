package apdu

import "context"

// place tells how far the current DF is from where relative paths start: the
// DF of the application selected or, without one, the MF.
//
//	MF 3F00                        app ""     app PKCS#15
//	 ├─ EF(DIR)                    atStart    elsewhere
//	 ├─ DF 7F10                    elsewhere  elsewhere
//	 └─ ADF PKCS#15 ── EF(ODF)     elsewhere  atStart
//
// It errs on the side of one SELECT too many: a wrong guess would read a file
// of the same identifier in another DF.
type place uint8

const (
	atStart   place = iota
	elsewhere       // 7FFF still leads to the application
	strayed         // 7FFF may lead to another application; the AID leads back
)

// leave notes that the current DF may no longer be where relative paths start.
func (ch *Channel) leave() { ch.place = max(ch.place, elsewhere) }

// toStart selects the DF where relative paths start, if it is not current: the
// MF, or the application by 7FFF; by its AID if that may be another one or the
// card does not take it.
func (ch *Channel) toStart(ctx context.Context, form selectForm) error {
	if ch.place == atStart {
		return nil
	}
	if ch.app == "" || ch.place == elsewhere {
		start := FIDCurrentADF
		if ch.app == "" {
			start = FIDMF
		}
		fcp, err := ch.selectOnce(ctx, form, Path{start}.AppendTo(nil))
		if err == nil && sameApp(ch.app, fcp.AID) {
			ch.place = atStart
			return nil
		}
		if ch.app == "" || err != nil && !otherFormMayWork(err) {
			return err
		}
	}
	_, err := ch.SelectApp(ctx, ch.app)
	return err
}
