package csim

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// inForm sends a command in the form that this modem takes. Two forms are two
// ways to code one thing:
//
//	case 1   CLA INS P1 P2        or 00 behind it: Quectel EC25 refuses four
//	                              bytes, Wavecom's modems fewer than five
//	case 4   … Lc Data Le         or no Le: Wavecom's modems fetch by themselves
//
// When the modem refuses one, which means that the card has not seen it, the
// other is tried, and what was taken is remembered in the profile.
func (a *Access) inForm(c apdu.Command, carry func(c apdu.Command, capdu []byte) ([]byte, error)) ([]byte, error) {
	send := func(c apdu.Command) ([]byte, error) {
		capdu, err := c.Bytes()
		if err != nil {
			return nil, fmt.Errorf("csim: %w", err)
		}
		return carry(c, capdu)
	}
	learnt, other := a.form(&c)
	rapdu, err := send(c)
	if noData(c) && bytes.Equal(rapdu, status(apdu.SWWrongLength)) {
		return send(other) // it is the card that wants the other form
	}
	if learnt == nil || !errors.Is(err, apdu.ErrRefused) {
		return rapdu, err
	}
	again, errAgain := send(other)
	if errors.Is(errAgain, apdu.ErrRefused) {
		return nil, err // neither form is to blame
	}
	if errAgain == nil {
		*learnt = !*learnt
	}
	return again, errAgain
}

// form puts c into the form that was learnt, if it has two, and returns where
// that is noted and the other form.
func (a *Access) form(c *apdu.Command) (learnt *bool, other apdu.Command) {
	four, five := *c, *c
	switch {
	case len(c.Data) > 0 && c.Ne > 0 && !c.Extended && repeatable(*c):
		five.Ne = 0
		learnt = &a.profile.NoLe
	case len(c.Data) == 0 && (c.Ne == 0 || c.Ne == apdu.MaxShortNe && noData(*c)):
		four.Ne, five.Ne = 0, apdu.MaxShortNe
		learnt = &a.profile.FiveBytes
	default:
		return nil, *c
	}
	if *learnt {
		*c = five
		return learnt, four
	}
	*c = four
	return learnt, five
}

// noData tells the commands of case 1 that this module sends: what looks like
// Le 00 behind them is the fifth byte of the other form.
func noData(c apdu.Command) bool {
	return len(c.Data) == 0 && (c.INS == apdu.INSVerify || c.INS == apdu.INSManageChannel && c.P1 == closeChannel)
}
