package csim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// move carries out a command that the modem refused, for the reason why, in
// the next way that takes it. What is open is closed before:
//
//	AT+CSIM=34,"01A4040C0C…"     ERROR
//	AT+CSIM=8,"00708001"         +CSIM: 4,"9000"     the channel is closed
//	AT+CCHO="A0…"                +CCHO: 1            the other way
//
// When none does, the channel is open again as it was in the beginning: for a
// modem that only keeps one application to itself, its files can still be
// reached by their path.
func (a *Access) move(ctx context.Context, ch *channel, c apdu.Command, why error) ([]byte, error) {
	ways := a.nextWays(ch, why)
	if len(ways) == 0 {
		return nil, why
	}
	home, all := ch.route, append([]Way{ch.way}, ch.left...)
	homeWay, last := ch.way, why
	for i, next := range ways {
		if err := a.leave(ctx, ch); err != nil {
			return nil, err
		}
		a.changed(ch.way, next, last)
		if next == ch.way {
			ch.again = true
		} else {
			ch.left = ch.left[1:]
		}
		ch.way, ch.route = next, a.route(next)
		rapdu, err := a.replay(ctx, ch, c)
		if err == nil {
			return rapdu, nil
		}
		if isFault(err) {
			return nil, err
		}
		if last = err; i == 0 || errors.Is(err, apdu.ErrRefused) && !errors.Is(why, apdu.ErrRefused) {
			why = fmt.Errorf("%w; then %w", why, err)
		}
		if !anyCommand(home) && anyCommand(ch.route) {
			home, homeWay = ch.route, next
		}
	}
	ch.left = slices.DeleteFunc(all, func(w Way) bool { return w == homeWay })
	if ch.route != home || !selectsApp(c) { // else it is where it should be
		if err := a.leave(ctx, ch); err != nil {
			return nil, err
		}
		a.changed(ch.way, homeWay, last)
		ch.way, ch.route = homeWay, home
		if err := a.restore(ctx, ch, c); isFault(err) {
			return nil, err
		}
	}
	ch.settle(c)
	return nil, why
}

// anyCommand tells whether a route that no application is selected on carries
// whatever the caller sends.
func anyCommand(r route) bool {
	csim, ok := r.(*csimRoute)
	return ok && csim.opened
}

// nextWays are the ways to try. A modem that gave no reason gets one more
// channel of the same kind first: the first one of a Quectel EG95 does not
// work, its second one does.
func (a *Access) nextWays(ch *channel, why error) []Way {
	if ch.way == WayCSIM && !ch.again && !errors.Is(why, apdu.ErrRefused) {
		return append([]Way{WayCSIM}, ch.left...)
	}
	return ch.left
}

// leaveTime is how long a modem may take to close a channel that it did not
// want.
const leaveTime = 5 * time.Second

// leave closes what the channel has open; twice, if the modem does not answer:
// a Quectel EG95 that refused SELECT drops the command behind it.
func (a *Access) leave(ctx context.Context, ch *channel) error {
	defer a.byItself()()
	for tries := 2; ; tries-- {
		short, cancel := context.WithTimeout(ctx, leaveTime)
		err := ch.route.close(short)
		cancel()
		if !isFault(err) {
			return nil
		}
		if tries == 1 || !a.link.lost || ctx.Err() != nil {
			return err
		}
	}
}

// replay opens the channel in its new way, selects the application that was
// selected, and carries the command. The error is that of the first step that
// did not work.
func (a *Access) replay(ctx context.Context, ch *channel, c apdu.Command) ([]byte, error) {
	if err := a.restore(ctx, ch, c); err != nil {
		return nil, err
	}
	return ch.route.transmit(ctx, c)
}

// restore brings the channel to where it was before c.
func (a *Access) restore(ctx context.Context, ch *channel, c apdu.Command) error {
	defer a.byItself()()
	switch no, err := ch.route.open(ctx); {
	case err != nil:
		if refuses(err) {
			ch.denied = noChannel(err)
			err = ch.denied
		}
		return err
	case no != 0:
		ch.denied = noChannel(no)
		return ch.denied
	case ch.app == nil, selectsApp(c):
		return nil
	}
	rapdu, err := ch.route.transmit(ctx, *ch.app)
	if err != nil {
		return err
	}
	resp, err := apdu.ParseResponse(rapdu)
	if err == nil && resp.SW.Err() != nil {
		return inVain("SELECT by AID", resp.SW)
	}
	return err
}

// noChannel tells why MANAGE CHANNEL gave no channel.
func noChannel(why error) error {
	if sw, ok := why.(apdu.SW); ok {
		return inVain("MANAGE CHANNEL open", sw)
	}
	return refusal{fmt.Errorf("MANAGE CHANNEL open: %w", why)}
}

// inVain tells of a status word that is not the answer to the caller's command,
// and must not be taken for it.
func inVain(what string, sw apdu.SW) error {
	return refusal{fmt.Errorf("csim: %s: %v", what, sw)}
}

// settle notes that no way takes c: it is not tried again, and nothing is
// selected that a SELECT by AID could be preceded by.
func (ch *channel) settle(c apdu.Command) {
	ch.fresh = selectsApp(c)
	if !ch.fresh {
		return
	}
	if ch.failed == nil {
		ch.failed = make(map[string]bool)
	}
	ch.failed[string(c.Data)] = true
	ch.app = nil
}

func (a *Access) changed(from, to Way, why error) {
	if a.onChange != nil && from != to {
		a.onChange(from, to, why)
	}
}
