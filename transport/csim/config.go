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

	// Setup are command lines that the modem gets when it is set up, after
	// ATE0 and AT+CMEE=1, such as AT+ECSIMSLEEP=0 for an EC618. What it
	// answers to them does not matter.
	Setup []string

	// OnURC is called with each unsolicited line, without blanks around it.
	// It runs on the goroutine that reads from the modem, outside all locks,
	// before the command under way ends, and holds up all else. It may call
	// Close and Stats, but not wait for a command. Echoes and what may be a part of an answer to
	// AT+CSIM, even of a stray one, are never handed to it.
	OnURC func(line string)
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
	return d
}

// Stats counts what a [Modem] did.
type Stats struct {
	RoundTrips int // commands of the user's, AT+CSIM among them
	SetUp      int // commands of the modem's set-up and of resynchronisation
	Lost       int // times that commands and answers fell out of step
	Sent       int // bytes
	Received   int // bytes
}
