package csim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// channel is a logical channel as the caller knows it.
type channel struct {
	number int
	way    Way
	route  route
	left   []Way // that may be tried instead

	app    *apdu.Command   // that selected the application, if one is
	fresh  bool            // nothing was carried since
	again  bool            // it was opened once more in the same way
	failed map[string]bool // AIDs that no way selects
	denied error           // by which MANAGE CHANNEL gave none, if it was asked
}

// openChannel opens a channel by the first way that can.
func (a *Access) openChannel(ctx context.Context) (rapdu []byte, err error) {
	order := a.order()
	var denied error
	for i, w := range order {
		r := a.route(w)
		no, failure := r.open(ctx)
		switch {
		case failure == nil && no == 0:
			ch := &channel{way: w, route: r, left: order[i+1:], fresh: true, denied: denied}
			return a.register(ctx, ch)
		case failure == nil && !refusesChannels(no):
			return status(no), nil
		case failure != nil && !refuses(failure):
			return nil, failure
		}
		if i == 0 {
			rapdu, err = nil, failure
			if failure == nil {
				rapdu = status(no)
			}
		}
		if failure == nil {
			failure = no
		}
		denied = noChannel(failure)
		if i+1 < len(order) {
			a.changed(w, order[i+1], failure)
		}
	}
	return rapdu, err
}

// order is the order in which ways are tried.
func (a *Access) order() []Way {
	if !slices.Contains(a.ways, a.profile.Way) {
		return a.ways
	}
	others := slices.DeleteFunc(slices.Clone(a.ways), func(w Way) bool { return w == a.profile.Way })
	return append([]Way{a.profile.Way}, others...)
}

// register gives a channel its number: the card's if it is known and free.
func (a *Access) register(ctx context.Context, ch *channel) ([]byte, error) {
	number := 0
	if r, ok := ch.route.(*csimRoute); ok {
		number = r.number
	}
	if number == 0 || a.channels[number] != nil {
		for number = 1; a.channels[number] != nil; number++ {
		}
	}
	if number > apdu.MaxChannel {
		if err := ch.route.close(ctx); mayBeOpen(err) {
			a.stray(ch.route)
		}
		return status(apdu.SWNotSupported), nil
	}
	ch.number = number
	a.channels[number] = ch
	return []byte{byte(number), 0x90, 0x00}, nil
}

// closeChannel closes a channel that was opened here. Whatever becomes of it,
// the channel is gone for the caller: MANAGE CHANNEL is not worth a second try.
func (a *Access) closeChannel(ctx context.Context, number int) ([]byte, error) {
	ch := a.channels[number]
	if ch == nil {
		return nil, fmt.Errorf("csim: MANAGE CHANNEL close: channel %d was not opened here, and is left alone", number)
	}
	delete(a.channels, number)
	err := ch.route.close(ctx)
	var sw apdu.SW
	switch {
	case err == nil:
		return status(apdu.SWOK), nil
	case mayBeOpen(err):
		a.stray(ch.route)
		return nil, err
	case isFault(err):
		return nil, err
	case errors.As(err, &sw):
		return status(sw), nil
	}
	// Not ErrRefused, behind which another form would be tried.
	return nil, fmt.Errorf("csim: the channel may stay open until the card is reset: %v", err)
}

// isFault tells an error that is neither the modem's refusal nor the card's.
func isFault(err error) bool {
	var sw apdu.SW
	return err != nil && !refuses(err) && !errors.As(err, &sw)
}

// mayBeOpen tells whether a channel may be open behind a failure to close it,
// so that it is worth another try. A card that was reset or taken out has none
// left, and its number may be the modem's own by now.
func mayBeOpen(err error) bool {
	return isFault(err) && !errors.Is(err, apdu.ErrCardReset) && !errors.Is(err, apdu.ErrNoCard)
}

// transmit carries a command on a channel, in another way if this one fails.
func (a *Access) transmit(ctx context.Context, ch *channel, c apdu.Command) ([]byte, error) {
	rapdu, err := ch.route.transmit(ctx, c)
	if err != nil && refuses(err) && ch.mayMove(c) {
		rapdu, err = a.move(ctx, ch, c, err)
	}
	if err != nil {
		return nil, ch.explain(err)
	}
	a.note(ch, c, rapdu)
	return rapdu, nil
}

// explain tells a refusal on a channel that MANAGE CHANNEL did not give, and
// AT+CCHO neither, for what it is: there is none. A caller may then do with the
// basic channel.
func (ch *channel) explain(err error) error {
	r, ok := ch.route.(*cglaRoute)
	if !ok || r.opened || ch.denied == nil || !refuses(err) {
		return err
	}
	reasons := []error{apdu.ErrNoChannel}
	for _, reason := range []error{ch.denied, r.why, err} {
		if reason != nil && !slices.ContainsFunc(reasons, func(told error) bool { return errors.Is(told, reason) }) {
			reasons = append(reasons, reason)
		}
	}
	return severally(reasons)
}

// severally is several errors in one line.
type severally []error

func (s severally) Error() string {
	texts := make([]string, len(s))
	for i, err := range s {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (s severally) Unwrap() []error { return s }

// note notes what became of a command that the card, or what stands for it,
// answered.
func (a *Access) note(ch *channel, c apdu.Command, rapdu []byte) {
	if a.used == ch.way { // and not AT+CRSM before the session
		a.profile.Way = ch.way
	}
	resp, err := apdu.ParseResponse(rapdu)
	switch {
	case !selectsApp(c):
		ch.fresh = false
	case err == nil && resp.SW.Err() == nil:
		c.Data = slices.Clone(c.Data)
		ch.app, ch.fresh = &c, true
	}
}

// mayMove tells whether the command can be carried out in another way, from
// where the caller believes the channel to be.
func (ch *channel) mayMove(c apdu.Command) bool {
	switch {
	case len(ch.left) == 0 && (ch.again || ch.way != WayCSIM):
		return false
	case selectsApp(c):
		return !ch.failed[string(c.Data)]
	}
	return ch.fresh && repeatable(c)
}
