package csim

import (
	"context"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// csimRoute is WayCSIM and, with basic set, WayBasic.
type csimRoute struct {
	a     *Access
	basic bool

	number int  // of the logical channel; 0: not open, and of the basic channel
	opened bool // at least once

	app *apdu.Command // that selected the application on the basic channel
}

// open opens a logical channel, whatever number the card gives it: a modem may
// hold channels of its own (Quectel BG95, EG91).
func (r *csimRoute) open(ctx context.Context) (no apdu.SW, err error) {
	if r.basic {
		r.opened, r.app = true, nil
		return 0, nil
	}
	c := apdu.OpenLogicalChannel()
	rapdu, err := r.sendOpen(ctx, c)
	if err != nil {
		return 0, err
	}
	resp, _ := apdu.ParseResponse(rapdu) // it has two bytes
	if resp.SW.WrongLe() {               // seen where Le was not 00
		c.Ne = int(resp.SW.SW2())
		if rapdu, err = r.sendOpen(ctx, c); err != nil {
			return 0, err
		}
		resp, _ = apdu.ParseResponse(rapdu)
	}
	if resp.SW.Err() != nil {
		return resp.SW, nil
	}
	if r.number = channelNumber(rapdu); r.number == 0 {
		return 0, fmt.Errorf("csim: MANAGE CHANNEL open: answer of %d bytes names no channel: %w", len(resp.Data), apdu.ErrMalformed)
	}
	r.opened = true
	return 0, nil
}

func (r *csimRoute) sendOpen(ctx context.Context, c apdu.Command) ([]byte, error) {
	return r.a.csim(ctx, c, func(rapdu []byte) {
		if n := channelNumber(rapdu); n > 0 {
			r.a.stray(&csimRoute{a: r.a, number: n})
		}
	})
}

// channelNumber is the channel that MANAGE CHANNEL opened, or 0.
func channelNumber(rapdu []byte) int {
	resp, err := apdu.ParseResponse(rapdu)
	if err != nil || resp.SW.Err() != nil || len(resp.Data) != 1 || resp.Data[0] > apdu.MaxChannel {
		return 0
	}
	return int(resp.Data[0])
}

func (r *csimRoute) transmit(ctx context.Context, c apdu.Command) (rapdu []byte, err error) {
	if !r.basic && r.number == 0 {
		return nil, fmt.Errorf("csim: the channel could not be opened again: %w", apdu.ErrRefused)
	}
	if r.basic && r.app != nil && isRelative(c) {
		if rapdu, err = r.reselect(ctx); err != nil || rapdu != nil {
			return rapdu, err
		}
	}
	plain := c
	if c.CLA, err = apdu.ClassForChannel(c.CLA, r.number); err != nil {
		return nil, fmt.Errorf("csim: %w", err)
	}
	if rapdu, err = r.a.csim(ctx, c, nil); err != nil {
		return nil, err
	}
	r.a.used = r.way()
	if resp, _ := apdu.ParseResponse(rapdu); r.basic && selectsApp(plain) && resp.SW.Err() == nil {
		plain.Data = slices.Clone(plain.Data)
		r.app = &plain
	}
	return rapdu, nil
}

// reselect leads the basic channel back to the application: the modem may have
// selected what it likes since. no is what the card said if it is not there.
func (r *csimRoute) reselect(ctx context.Context) (no []byte, err error) {
	defer r.a.byItself()()
	rapdu, err := r.a.csim(ctx, *r.app, nil)
	if err != nil {
		return nil, err
	}
	if resp, _ := apdu.ParseResponse(rapdu); resp.SW.Err() != nil {
		return rapdu, nil
	}
	return nil, nil
}

// isRelative tells whether a SELECT depends on what is current.
func isRelative(c apdu.Command) bool {
	if c.INS != apdu.INSSelect || c.P1 == apdu.SelectByAID || len(c.Data) < 2 {
		return false
	}
	first := apdu.FID(c.Data[0])<<8 | apdu.FID(c.Data[1])
	if c.P1 == apdu.SelectPathMF {
		return first == apdu.FIDCurrentADF
	}
	return first != apdu.FIDMF
}

func (r *csimRoute) way() Way {
	if r.basic {
		return WayBasic
	}
	return WayCSIM
}

// close closes the channel.
func (r *csimRoute) close(ctx context.Context) error {
	if r.number == 0 {
		return nil
	}
	rapdu, err := r.a.csim(ctx, apdu.CloseLogicalChannel(r.number), nil)
	if mayBeOpen(err) {
		return err
	}
	r.number = 0
	if err != nil {
		return err
	}
	resp, _ := apdu.ParseResponse(rapdu)
	return resp.SW.Err()
}

// csim sends a command by AT+CSIM, in a form that the modem takes.
func (a *Access) csim(ctx context.Context, c apdu.Command, late func([]byte)) ([]byte, error) {
	return a.inForm(c, func(c apdu.Command, capdu []byte) ([]byte, error) {
		r := apduRequest(&csimAnswer, commandLine(capdu), c)
		r.late = late
		return a.link.do(ctx, r, a.own)
	})
}
