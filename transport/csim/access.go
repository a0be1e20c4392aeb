package csim

import (
	"context"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Access is an apdu.CardTransport, an apdu.LateAnswerer and an apdu.WayTeller
// over a [Commander] that reaches the card by the first way that the modem lets
// pass. Above, it speaks APDUs, whatever goes over the line:
//
//	apdu.Channel                AT+CSIM                     AT+CCHO, AT+CGLA
//	MANAGE CHANNEL open         AT+CSIM=10,"0070000001"     –
//	SELECT by AID               AT+CSIM=34,"01A4040C0C…"    AT+CCHO="A0…"
//	READ BINARY                 AT+CSIM=10,"01B0000000"     AT+CGLA=1,10,"00B0000000"
//	MANAGE CHANNEL close        AT+CSIM=8,"00708001"        AT+CCHC=1
//
// A channel changes to the next way allowed when the modem refuses to open it,
// or refuses SELECT by AID or the first command behind that: there is nothing
// then that would be lost. What was opened is closed before. It never changes
// for a fault (no answer, no card, a PIN, busy), and never after a command that
// may have had an effect. No command is probed by its test form, =?, which
// modems refuse or do not answer whose command works.
//
// Commands on the basic channel go by AT+CSIM as they are, and on channels that
// were not opened here, too; but such a channel is never closed: it is the
// modem's own. The number of a channel is the card's, or one of our own where
// the modem does not tell it.
//
// It is for one goroutine at a time.
type Access struct {
	link     link
	ways     []Way
	onChange func(from, to Way, why error)
	profile  Profile
	channels map[int]*channel // opened here, by the number that the caller knows
	strays   []route          // that opened too late for anybody to use
	used     Way              // that carried the last command
	own      bool             // the command under way is not what the caller sent

	crsmAnswered bool // AT+CRSM was answered once
}

// AccessConfig says which ways an [Access] may take. The zero value, and a nil
// *AccessConfig, will do.
type AccessConfig struct {
	// Ways are those allowed, in the order in which they are tried; nil stands
	// for [DefaultWays].
	Ways []Way

	// Profile is what an earlier [Access] learnt of this modem. Its way, if it
	// is among Ways, is tried first.
	Profile Profile

	// OnChange is told that a channel changes from a way that the modem refused
	// to another one.
	OnChange func(from, to Way, why error)
}

// NewAccess returns the card behind a modem. It does no I/O. A modem has one
// Access, or [Card], at a time.
func NewAccess(modem Commander, config *AccessConfig) *Access {
	var c AccessConfig
	if config != nil {
		c = *config
	}
	if len(c.Ways) == 0 {
		c.Ways = DefaultWays()
	}
	return &Access{
		link:     link{modem: modem},
		ways:     slices.Clone(c.Ways),
		onChange: c.OnChange,
		profile:  c.Profile,
		channels: make(map[int]*channel),
	}
}

// Profile is what was learnt of the modem so far, for the next start.
func (a *Access) Profile() Profile { return a.profile }

// Way names the way that carried the last command to the card; see
// apdu.WayTeller.
func (a *Access) Way() string { return a.used.String() }

// Transmit sends a command APDU and returns the card's answer. Errors are those
// of [Card.Transmit]. SELECT by AID that no way takes is ErrRefused of package
// apdu, also when the modem gave no reason (+CME ERROR: 100).
func (a *Access) Transmit(ctx context.Context, capdu []byte) (rapdu []byte, err error) {
	a.link.forget()
	c, err := apdu.ParseCommand(capdu)
	if err != nil {
		return nil, fmt.Errorf("csim: %w", err)
	}
	if err := a.closeStrays(ctx); err != nil {
		return nil, err
	}
	switch {
	case c.CLA == 0 && c.INS == apdu.INSManageChannel && c.P1 == openChannel && c.P2 == 0:
		return a.openChannel(ctx)
	case c.CLA == 0 && c.INS == apdu.INSManageChannel && c.P1 == closeChannel && c.P2 != 0:
		return a.closeChannel(ctx, int(c.P2))
	}
	if ch := a.channels[apdu.ChannelOfClass(c.CLA)]; ch != nil {
		c.CLA = withoutChannel(c.CLA)
		return a.transmit(ctx, ch, c)
	}
	if rapdu, err = a.csim(ctx, c, nil); err == nil {
		a.used = WayBasic
	}
	return rapdu, err
}

// P1 of MANAGE CHANNEL.
const (
	openChannel  = 0x00
	closeChannel = 0x80
)

// LateAnswer returns the answer that the last command, which had ended without
// one, got in the meantime. A channel that was opened too late is closed by the
// Access itself, here or before the next command, so that its number is none.
// See apdu.LateAnswerer.
func (a *Access) LateAnswer(ctx context.Context) (rapdu []byte, ok bool) {
	rapdu, ok = a.link.lateAnswer(ctx)
	if !a.link.lost {
		_ = a.closeStrays(ctx) // what stays open is closed before the next command
	}
	return rapdu, ok
}

// stray notes a channel of which nobody knows.
func (a *Access) stray(r route) { a.strays = append(a.strays, r) }

// closeStrays closes channels of which nobody knows.
func (a *Access) closeStrays(ctx context.Context) error {
	if err := a.link.settle(ctx); err != nil {
		return err
	}
	defer a.byItself()()
	for len(a.strays) > 0 {
		if err := a.strays[0].close(ctx); mayBeOpen(err) {
			return err
		}
		a.strays = a.strays[1:]
	}
	return nil
}

// byItself marks the commands that follow as not the caller's, until the
// function that it returns is called.
func (a *Access) byItself() (end func()) {
	before := a.own
	a.own = true
	return func() { a.own = before }
}

func (a *Access) route(w Way) route {
	switch w {
	case WayCGLA:
		return &cglaRoute{a: a}
	case WayBasic:
		return &csimRoute{a: a, basic: true}
	case WayCRSM:
		return &crsmRoute{a: a}
	}
	return &csimRoute{a: a}
}
