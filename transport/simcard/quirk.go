package simcard

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Quirk is one way in which modems in the field differ from the well-behaved
// one that [NewModem] makes. Each is a [ModemOption] of its own, and they
// combine, in the order in which they are given: what is refused by a later one
// does not reach an earlier one.
//
// A client is tested against all of them so:
//
//	for _, q := range simcard.Quirks() {
//		modem := simcard.NewModem(card, q)
//		…
//	}
//
// "The card's commands" are here those of AT+CSIM, AT+CCHO, AT+CGLA, AT+CCHC
// and AT+CRSM, =? left out. What happens in the middle of things happens at
// the fifth of them, counted from the modem's start, and once.
type Quirk uint8

// faultAt is the number of the card's command at which faults happen.
const faultAt = 5

// Quirks lists all of them.
func Quirks() []Quirk {
	all := make([]Quirk, len(quirks))
	for i := range all {
		all[i] = Quirk(i)
	}
	return all
}

// String is the name of the constant.
func (q Quirk) String() string {
	if int(q) < len(quirks) {
		return quirks[q].name
	}
	return fmt.Sprintf("Quirk(%d)", uint8(q))
}

// ParseQuirk is the Quirk of that name, in any case of letters. The error is
// [ErrBadOption].
func ParseQuirk(name string) (Quirk, error) {
	for i, q := range quirks {
		if strings.EqualFold(q.name, name) {
			return Quirk(i), nil
		}
	}
	return 0, fmt.Errorf("simcard: %w: quirk %.40q is not known", ErrBadOption, name)
}

// setUp makes the modem one with the quirk; a number that is none changes
// nothing.
func (q Quirk) setUp(m *Modem) {
	if int(q) < len(quirks) {
		quirks[q].setUp(m)
	}
}

// around is [Around] inside the package: wrap gets the modem's handler so far.
func (m *Modem) around(wrap func(ctx context.Context, command string, next Handler) Reply) {
	next := m.handler
	m.handler = func(ctx context.Context, command string) Reply { return wrap(ctx, command, next) }
}

// refuses answers the commands that match with result.
func refuses(result Result, match func(command string) bool) func(m *Modem) {
	return func(m *Modem) {
		m.around(func(ctx context.Context, command string, next Handler) Reply {
			if match(command) {
				return Reply{Result: result}
			}
			return next(ctx, command)
		})
	}
}

// refusesAPDU answers AT+CSIM and AT+CGLA with result if the command APDU in
// it matches. Those that are malformed pass.
func refusesAPDU(result Result, match func(capdu []byte) bool) func(m *Modem) {
	return refuses(result, func(command string) bool {
		capdu, ok := capduOf(command)
		return ok && match(capdu)
	})
}

// inTheMiddle calls f in place of the handler at the faultAt-th command of the
// card's. carryOut has the command carried out.
func inTheMiddle(f func(m *Modem, carryOut func() Reply) Reply) func(m *Modem) {
	return func(m *Modem) {
		n := 0
		m.around(func(ctx context.Context, command string, next Handler) Reply {
			if isForCard(command) {
				n++
			}
			if n != faultAt || !isForCard(command) {
				return next(ctx, command)
			}
			return f(m, func() Reply { return next(ctx, command) })
		})
	}
}

// isNamed tells whether a command is the set form of that name.
func isNamed(command string, names ...string) bool {
	name, argument, set := strings.Cut(command, "=")
	for _, n := range names {
		if set && argument != "?" && name == n {
			return true
		}
	}
	return false
}

// isForCard tells whether a command is one of the card's.
func isForCard(command string) bool {
	return isNamed(command, "+CSIM", "+CCHO", "+CGLA", "+CCHC", "+CRSM")
}

// capduOf is the command APDU in AT+CSIM or AT+CGLA. Whether the lengths are
// right is not looked at.
func capduOf(command string) (capdu []byte, ok bool) {
	if !isNamed(command, "+CSIM", "+CGLA") {
		return nil, false
	}
	capdu, err := hex.DecodeString(hexField(command))
	return capdu, err == nil && len(capdu) >= 4
}

// hexField is the last field of a command, without its quotes.
func hexField(command string) string {
	return strings.Trim(command[strings.LastIndexAny(command, ",=")+1:], `" `)
}

// isManageChannel tells whether a command APDU opens or closes a channel.
func isManageChannel(capdu []byte) bool { return capdu[1] == apdu.INSManageChannel }

// isSelectAID tells whether it is SELECT by AID.
func isSelectAID(capdu []byte) bool {
	return capdu[1] == apdu.INSSelect && capdu[2] == apdu.SelectByAID
}

// channelOf is the channel of a class byte.
func channelOf(cla byte) int {
	cl, _ := parseClass(cla)
	return cl.channel
}

// aroundCard is around for the card's commands.
func (m *Modem) aroundCard(wrap func(carryOut func() Reply) Reply) {
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		if !isForCard(command) {
			return next(ctx, command)
		}
		return wrap(func() Reply { return next(ctx, command) })
	})
}
