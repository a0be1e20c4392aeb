package csim

import "time"

// DefaultTimeout bounds a command whose context has no deadline. Cards and
// modems take up to some seconds; a modem that slept or lost the command
// never answers.
const DefaultTimeout = 10 * time.Second

// Config sets up a [Modem]. The zero value, and a nil *Config, will do.
type Config struct {
	// Timeout bounds a command whose context has no deadline; 0 stands for
	// DefaultTimeout.
	Timeout time.Duration

	// MaxLine is the longest line taken, in bytes; 0 stands for
	// DefaultMaxLine. Commands of extended length want 2 × (Ne + 2) + 20.
	MaxLine int

	// Idle is how long the port may be silent before the next command: after
	// that the modem is sent AT, because its UART may sleep and lose the first
	// characters of what wakes it. 0 stands for DefaultIdle; negative: never.
	Idle time.Duration

	// Busy is how long a command is repeated, with pauses, while the SIM is
	// busy (ErrCardBusy of package apdu), within the time for the command. 0
	// stands for DefaultBusy; negative: not at all. A command with a PIN is not
	// repeated.
	Busy time.Duration

	// RaiseCFUN lets the set-up switch a modem on that is switched off as far
	// as not to serve the SIM: AT+CFUN=4, which leaves the radio off, when
	// AT+CFUN? answers 0. Close puts it back.
	RaiseCFUN bool

	// Setup are command lines that the modem gets when it is set up, after
	// ATE0 and AT+CMEE=1, such as AT+ECSIMSLEEP=0 for an EC618. What it
	// answers to them does not matter. It gets them again when it restarted.
	Setup []string

	// Teardown are command lines that it gets before Close puts back the rest.
	Teardown []string

	// OnURC is called with each unsolicited line, without blanks around it.
	// It runs on the goroutine that reads from the modem, outside all locks,
	// before the command under way ends, and holds up all else. It may call
	// Close and Stats, but not wait for a command. Echoes and what may be a part
	// of a card's answer, even of a stray one, are never handed to it.
	OnURC func(line string)

	// OnCard is called when the modem tells, unasked or by +CME ERROR: 10, that
	// the card came, went or was reset, and not twice the same but for resets.
	// It runs like OnURC, after it.
	//
	// Whether it is set or not: a command to the card that is under way when
	// the card goes or is reset ends at once, with ErrNoCard or ErrCardReset of
	// package apdu, and so does each later one until one opens a channel or
	// selects from the start. For Telit modems tell of removals that are none
	// (#QSS: 0, within 3 s #QSS: 1), ErrNoCard is to be believed when a second
	// try says the same.
	OnCard func(CardEvent)

	// CardURCs are lines by which this modem tells of its card, besides those
	// of Quectel, SIMCom, Telit, Cinterion, Huawei, u-blox and Nordic modems
	// that are known. They come first.
	CardURCs []CardURC
}

// orDefaults returns c with the defaults filled in.
func (c *Config) orDefaults() Config {
	var d Config
	if c != nil {
		d = *c
	}
	if d.Timeout <= 0 {
		d.Timeout = DefaultTimeout
	}
	if d.MaxLine <= 0 {
		d.MaxLine = DefaultMaxLine
	}
	if d.Idle == 0 {
		d.Idle = DefaultIdle
	}
	if d.Busy == 0 {
		d.Busy = DefaultBusy
	}
	return d
}

// Stats counts what a [Modem] did.
type Stats struct {
	RoundTrips int // commands of the user's, AT+CSIM among them
	SetUp      int // commands that wake it, set it up, bring it in step and put it back
	Lost       int // times that commands and answers fell out of step
	Sent       int // bytes
	Received   int // bytes
}
