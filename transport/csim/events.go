package csim

import (
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// CardEvent is what a modem tells of its card, unasked.
type CardEvent uint8

const (
	// CardPresent: there is a card, perhaps another one than before.
	CardPresent CardEvent = 1 + iota
	// CardGone: there is no card. Telit modems tell so while they lock the SIM,
	// for up to 3 s.
	CardGone
	// CardReset: the card was reset (REFRESH), or the modem with it. Channels
	// are closed, and PINs not verified any more.
	CardReset
)

// String is "present", "gone" or "reset".
func (e CardEvent) String() string {
	switch e {
	case CardPresent:
		return "present"
	case CardGone:
		return "gone"
	case CardReset:
		return "reset"
	}
	return "none"
}

// err is the error of what was begun before the event; nil when that can go on.
func (e CardEvent) err() error {
	switch e {
	case CardGone:
		return apdu.ErrNoCard
	case CardReset:
		return apdu.ErrCardReset
	}
	return nil
}

// CardURC is an unsolicited line that tells of the card: one that begins with
// Line, case and blanks aside, and does not go on with a letter or a digit.
type CardURC struct {
	Line  string
	Event CardEvent // the zero value: it tells of nothing, whatever others say
}

// cardURCs are the lines that are known, and the makes that send them.
var cardURCs = []CardURC{
	{"RDY", CardReset},            // Quectel, SIMCom, Sierra: booted
	{"^SYSSTART", CardReset},      // Cinterion: booted
	{"+CPIN: READY", CardPresent}, // all
	{"+CPIN: SIM PIN", CardPresent},
	{"+CPIN: SIM PUK", CardPresent},
	{"+CPIN: NOT READY", CardGone},    // Quectel, SIMCom
	{"+CPIN: NOT INSERTED", CardGone}, // SIMCom
	{"+CPIN: SIM REMOVED", CardGone},  // SIMCom
	{"+QUSIM: 0", CardPresent},        // Quectel: a SIM
	{"+QUSIM: 1", CardPresent},        // a USIM
	{"+QSIMSTAT: 1,0", CardGone},
	{"+QSIMSTAT: 1,1", CardPresent},
	{"+SIMCARD: NOT AVAILABLE", CardGone}, // SIMCom
	{"+SIMCARD: AVAILABLE", CardPresent},
	{"+SIM REMOVED", CardGone},
	{"+SIM INSERTED", CardPresent},
	{"^SIMST: 0", CardGone}, // Huawei
	{"^SIMST: 255", CardGone},
	{"^SIMST: 1", CardPresent},
	{"^SCKS: 0", CardGone}, // Cinterion
	{"^SCKS: 1", CardPresent},
	{"^SSTN: 1", CardReset}, // Cinterion: the command REFRESH
	{"#QSS: 0", CardGone},   // Telit
	{"#QSS: 1", CardPresent},
	{"#QSS: 2", CardPresent},
	{"#QSS: 3", CardPresent},
	{"#STN: 1", CardReset},      // Telit: the command REFRESH
	{"+UUSIMSTAT: 0", CardGone}, // u-blox
	{"+UUSIMSTAT: 6", CardPresent},
	{"+UUSIMSTAT: 9", CardReset}, // the command REFRESH was carried out
	{"%XSIM: 0,1", CardPresent},  // Nordic: the card wants its PIN
	{"%XSIM: 0", CardGone},
	{"%XSIM: 1", CardPresent},
}

// restarts tells whether a line says that the modem itself began anew.
func restarts(line string) bool {
	return CardURC{Line: "RDY"}.matches(line) || CardURC{Line: "^SYSSTART"}.matches(line)
}

// tells tells what a line from the modem says of the card, if anything.
func (c *Config) tells(line string) CardEvent {
	for _, list := range [][]CardURC{c.CardURCs, cardURCs} {
		for _, u := range list {
			if u.matches(line) {
				return u.Event
			}
		}
	}
	if isRefresh(line) {
		return CardReset
	}
	return 0
}

func (u CardURC) matches(line string) bool {
	rest := line
	for i := range len(u.Line) {
		if u.Line[i] == ' ' {
			continue
		}
		rest = strings.TrimLeft(rest, " ")
		if rest == "" || !strings.EqualFold(rest[:1], u.Line[i:i+1]) {
			return false
		}
		rest = rest[1:]
	}
	return u.Line != "" && (rest == "" || !isAlphanumeric(rest[0]))
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// isRefresh tells whether a line hands over the proactive command REFRESH
// (TS 102 223 6.6.13), as TS 27.007 has it from 12.2 on and makes do it:
//
//	+CUSATP: "D0 <length> 81 03 <number> 01 <mode> 82 …"
func isRefresh(line string) bool {
	head, hex, ok := strings.Cut(line, `"`)
	if !ok || !hasPrefixFold(head, "+CUSATP:") && !hasPrefixFold(head, "+STKPCI:") && !hasPrefixFold(head, "+PACSP") {
		return false
	}
	command, ok := decodeHex(strings.TrimRight(hex, `" `))
	if !ok || len(command) < 3 || command[0] != 0xD0 {
		return false
	}
	if command[1] == 0x81 { // a length of two bytes
		command = command[1:]
	}
	command = command[2:]
	const detailsTag, detailsLength, refresh, steering = 0x01, 0x03, 0x01, 0x07
	return len(command) >= 5 && command[0]&0x7F == detailsTag && command[1] == detailsLength && command[3] == refresh &&
		command[4] != steering // of roaming, which resets nothing
}
