package apdu

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// CloseGrace is the time that [Channel.Close], and OpenChannel on a failure,
// may take beyond the caller's context: a logical channel left open is lost
// to the device until the card is reset, and UICCs have three.
const CloseGrace = 10 * time.Second

// ErrNoChannel tells that no logical channel could be had: the card has none
// (or none left), or the modem does not let MANAGE CHANNEL through.
var ErrNoChannel = errors.New("no logical channel available")

// Channel is a basic or logical channel to a card (ETSI TS 102 221 8.7), with
// the application and the directory that are selected on it. It is for one
// goroutine at a time; two channels on one card must take turns as well.
type Channel struct {
	card   CardTransport
	number int
	closed bool

	app   AID   // the application selected last, or ""
	place place // of the current DF; see place.go

	worked  [purposes]int // forms of SELECT that this card took; see selectform.go
	wantFCP bool          // during FileFCP and AppFCP: no form that asks for nothing
	careful bool          // the modem does not bear answers of 256 bytes, see carefulNe

	secure SecureMessaging // or nil; see Secure

	command []byte // the bytes of the last command; a buffer
	stats   Stats
}

// Stats counts what a channel's work cost.
type Stats struct {
	RoundTrips int // commands sent, the repeats and GET RESPONSEs included
	Sent       int // bytes of command APDUs
	Received   int // bytes of response APDUs
}

// OpenChannel opens a logical channel; the card chooses its number, 1 to 19
// (ETSI TS 102 221 11.1.17). Test for [ErrNoChannel] to fall back on another
// way. When the answer is lost on its way, and the transport is a
// [LateAnswerer], the channel that it names is closed before OpenChannel
// returns, which may take [CloseGrace] longer than ctx allows.
func OpenChannel(ctx context.Context, card CardTransport) (*Channel, error) {
	basic := BasicChannel(card)
	resp, err := basic.Transmit(ctx, OpenLogicalChannel())
	switch {
	case errors.Is(err, ErrRefused):
		return nil, fmt.Errorf("MANAGE CHANNEL open: %w: %w", ErrNoChannel, err)
	case err != nil:
		if basic.stats.RoundTrips > 0 { // else a late answer is to an older command
			closeLateChannel(ctx, card)
		}
		return nil, fmt.Errorf("MANAGE CHANNEL open: %w", err)
	case refusesChannels(resp.SW):
		return nil, fmt.Errorf("MANAGE CHANNEL open: %w: %w", ErrNoChannel, resp.SW)
	case resp.SW.Err() != nil:
		return nil, fmt.Errorf("MANAGE CHANNEL open: %w", resp.SW)
	}
	number, ok := channelNumber(resp)
	if !ok {
		return nil, fmt.Errorf("MANAGE CHANNEL open: answer of %d bytes names no channel 1 to %d: %w", len(resp.Data), MaxChannel, ErrMalformed)
	}
	return &Channel{card: card, number: number, stats: basic.stats}, nil
}

// BasicChannel is channel 0, which the modem itself uses: what is selected
// here can be undone at any moment, and what we select disturbs the modem. So
// each file that a relative path names is looked for anew, from its
// application on. It needs no opening, and Close sends nothing.
func BasicChannel(card CardTransport) *Channel { return &Channel{card: card, place: strayed} }

// refusesChannels tells the many ways in which cards say that there is no
// logical channel to be had.
func refusesChannels(sw SW) bool {
	return oneOf(sw, SWNoSuchChannel, SWNotSupported, SWNoCurrentEF, SWWrongINS, SWWrongCLA)
}

func channelNumber(r Response) (n int, ok bool) {
	if r.SW.Err() != nil || len(r.Data) != 1 {
		return 0, false
	}
	n = int(r.Data[0])
	return n, n >= 1 && n <= MaxChannel
}

// closeLateChannel waits for the answer that MANAGE CHANNEL may still get,
// and closes the channel that it opened.
func closeLateChannel(ctx context.Context, card CardTransport) {
	late, ok := card.(LateAnswerer)
	if !ok {
		return
	}
	ctx, cancel := graceful(ctx)
	defer cancel()
	rapdu, ok := late.LateAnswer(ctx)
	if !ok {
		return
	}
	resp, err := ParseResponse(rapdu)
	if err != nil {
		return
	}
	if number, ok := channelNumber(resp); ok {
		_ = BasicChannel(card).closeOther(ctx, number) // the caller hears of the first failure
	}
}

// graceful is ctx without its end, but with one of its own.
func graceful(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), CloseGrace)
}

// Number is the channel's number, 0 for the basic channel.
func (ch *Channel) Number() int { return ch.number }

// App is the application selected on the channel, or "".
func (ch *Channel) App() AID { return ch.app }

// Stats is what the channel cost so far, its opening and closing included.
func (ch *Channel) Stats() Stats { return ch.stats }

// Close closes a logical channel, and the session of [Channel.Secure]; the
// second call does nothing. No command can be sent on ch afterwards. So that it
// can be deferred, Close does not stop at a context that has ended: it takes
// [CloseGrace] at most, whatever ctx says. The error tells that the channel may
// have stayed open.
func (ch *Channel) Close(ctx context.Context) error {
	if ch.closed {
		return nil
	}
	ch.closed = true
	if ch.secure != nil {
		ch.secure.End(errClosed)
	}
	if ch.number == 0 {
		return nil
	}
	ctx, cancel := graceful(ctx)
	defer cancel()
	basic := BasicChannel(ch.card)
	err := basic.closeOther(ctx, ch.number)
	ch.stats.Add(basic.stats)
	return err
}

// closeOther closes the channel of that number by a command on ch, which is
// another: the basic one.
func (ch *Channel) closeOther(ctx context.Context, number int) error {
	command := CloseLogicalChannel(number)
	resp, err := ch.Transmit(ctx, command)
	if errors.Is(err, ErrRefused) || err == nil && resp.SW == SWWrongLength {
		// Quectel EC25: a command of four bytes does not pass; with Le it does.
		command.Ne = MaxShortNe
		resp, err = ch.Transmit(ctx, command)
	}
	if err == nil {
		err = resp.SW.Err()
	}
	if err != nil {
		return fmt.Errorf("MANAGE CHANNEL close %d: %w", number, err)
	}
	return nil
}

// Add adds what something else cost.
func (s *Stats) Add(t Stats) {
	s.RoundTrips += t.RoundTrips
	s.Sent += t.Sent
	s.Received += t.Received
}
