package simcard

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// The functionality that AT+CFUN sets (3GPP TS 27.007 8.2).
const (
	cfunOff     = 0 // the SIM is off too
	cfunFull    = 1
	cfunOffline = 4 // only the radio is off
)

// resetter is a card whose contacts the modem can reset.
type resetter interface{ Reset() }

// pinned is a card that tells the modem what AT+CPIN? wants to know.
type pinned interface {
	Present() bool
	TriesLeft(reference Access) (n int, ok bool)
	Verified(reference Access) bool
}

// command is the Handler of a modem without wrappers.
func (m *Modem) command(ctx context.Context, command string) Reply {
	if strings.HasPrefix(command, "+") {
		name, argument, set := strings.Cut(command, "=")
		if run := m.extended(name, set); run != nil {
			return run(ctx, argument)
		}
		return Reply{Result: Failed}
	}
	return m.basic(command)
}

// extended is the command with the given name, with ? for the one that reads,
// or nil.
func (m *Modem) extended(name string, set bool) func(ctx context.Context, argument string) Reply {
	switch {
	case name == "+CSIM" && set:
		return tested(m.csim)
	case name == "+CCHO" && set:
		return tested(m.openSession)
	case name == "+CGLA" && set:
		return tested(m.inSession)
	case name == "+CCHC" && set:
		return tested(m.closeSession)
	case name == "+CRSM" && set:
		return tested(m.restricted)
	case name == "+CMEE" && set:
		return m.setCMEE
	case name == "+CMEE?" && !set:
		return m.tell("+CMEE: %d", &m.cmee)
	case name == "+CFUN" && set:
		return m.setCFUN
	case name == "+CFUN?" && !set:
		return m.tell("+CFUN: %d", &m.cfun)
	case name == "+CPIN" && set:
		return m.enterPIN
	case name == "+CPIN?" && !set:
		return m.askPIN
	}
	return nil
}

// tested adds =? to a command, which says that the command is there.
func tested(run func(context.Context, string) Reply) func(context.Context, string) Reply {
	return func(ctx context.Context, argument string) Reply {
		if argument == "?" {
			return Reply{}
		}
		return run(ctx, argument)
	}
}

// basic serves the commands of ITU-T V.250 that hosts begin with. Q1 and V0,
// which would take away the lines that they read, are refused.
func (m *Modem) basic(command string) Reply {
	switch command {
	case "E", "E0":
		m.echo = false
	case "E1":
		m.echo = true
	case "I", "I0":
		return Reply{Lines: []string{"lwm2mboot", "simulated modem"}}
	case "Z", "Z0", "&F", "&F0":
		m.echo, m.cmee = true, cmeeOff
	case "", "Q", "Q0", "V1", "&C1", "&D0", "&W":
	default:
		return Reply{Result: Failed}
	}
	return Reply{}
}

// tell reads a setting.
func (m *Modem) tell(format string, value *int) func(context.Context, string) Reply {
	return func(context.Context, string) Reply {
		return Reply{Lines: []string{fmt.Sprintf(format, *value)}}
	}
}

func (m *Modem) setCMEE(_ context.Context, argument string) Reply {
	switch argument {
	case "0", "1", "2":
		m.cmee = int(argument[0] - '0')
		return Reply{}
	case "?":
		return Reply{Lines: []string{"+CMEE: (0-2)"}}
	}
	return Reply{Result: CME(CMEIncorrectParams)}
}

// setCFUN switches the SIM off and on, which resets it.
func (m *Modem) setCFUN(_ context.Context, argument string) Reply {
	old := m.cfun
	switch argument {
	case "0", "1", "4":
		m.cfun = int(argument[0] - '0')
	case "?":
		return Reply{Lines: []string{"+CFUN: (0,1,4)"}}
	default:
		return Reply{Result: CME(CMEIncorrectParams)}
	}
	if (m.cfun == cfunOff) != (old == cfunOff) {
		m.resetCard()
	}
	return Reply{}
}

// resetCard resets a card that can be.
func (m *Modem) resetCard() {
	if card, ok := m.card.(resetter); ok {
		card.Reset()
	}
	m.cardStarts()
}

// cardStarts is what the modem does with a card that has been reset.
func (m *Modem) cardStarts() {
	m.sessions = nil
	for _, hook := range m.onCard {
		hook()
	}
}

// askPIN answers for a card that cannot tell as for one that asks for nothing.
func (m *Modem) askPIN(context.Context, string) Reply {
	if m.cfun == cfunOff {
		return Reply{Result: CME(CMESIMFailure)}
	}
	state := "READY"
	if card, ok := m.card.(pinned); ok {
		if !card.Present() {
			return Reply{Result: CME(CMENoSIM)}
		}
		tries, enabled := card.TriesLeft(PIN1)
		switch {
		case !enabled || card.Verified(PIN1):
		case tries == 0:
			state = "SIM PUK"
		default:
			state = "SIM PIN"
		}
	}
	return Reply{Lines: []string{"+CPIN: " + state}}
}

// enterPIN sends VERIFY of PIN1.
func (m *Modem) enterPIN(ctx context.Context, argument string) Reply {
	pin, ok := apdu.PadPIN(strings.Trim(argument, `"`))
	if !ok {
		return Reply{Result: CME(CMEIncorrectParams)}
	}
	resp, err := m.exchange(ctx, append([]byte{0x00, apdu.INSVerify, 0x00, byte(PIN1), pinLength}, pin...))
	switch {
	case err != nil:
		return Reply{Result: cmeOf(err)}
	case resp.SW == apdu.SWReferenceNotFound:
		return Reply{Result: CME(CMENotAllowed)}
	case resp.SW == apdu.SWBlocked:
		return Reply{Result: CME(CMESIMPUK)}
	case resp.SW.Err() != nil:
		return Reply{Result: CME(CMEWrongPassword)}
	}
	return Reply{}
}

// cmeOf is what a modem says when a card cannot be spoken to.
func cmeOf(err error) Result {
	for _, e := range []struct {
		err    error
		number int
	}{
		{apdu.ErrNoCard, CMENoSIM},
		{apdu.ErrCardPIN, CMESIMPIN},
		{apdu.ErrCardLocked, CMESIMPUK},
		{apdu.ErrCardBusy, CMESIMBusy},
		{apdu.ErrRefused, CMENotAllowed},
	} {
		if errors.Is(err, e.err) {
			return CME(e.number)
		}
	}
	return CME(CMESIMFailure)
}
