package apdu

import (
	"errors"
	"fmt"
	"io"
)

// Limits of a command (ISO/IEC 7816-4:2013 5.2).
const (
	MaxShortNc    = 255   // data bytes of a short command
	MaxShortNe    = 256   // data bytes that a short command can ask for
	MaxExtendedNc = 65535 // data bytes of a command of extended length
	MaxExtendedNe = 65536 // data bytes that a command of extended length can ask for
)

// Command is a command APDU (ISO/IEC 7816-4:2013 5.1).
//
//	case 1  CLA INS P1 P2
//	case 2  CLA INS P1 P2 Le
//	case 3  CLA INS P1 P2 Lc Data
//	case 4  CLA INS P1 P2 Lc Data Le
//
// Lc and Le are of one byte; of three and two (Le alone: three) when Extended
// is set. UICCs over T=0 and most modems take the short form only, so it is
// the default.
//
// Data may hold a PIN or a key: package fmt shows the header and the lengths
// alone, whatever the verb.
type Command struct {
	CLA, INS, P1, P2 byte

	// Data is sent behind Lc; empty for cases 1 and 2.
	Data []byte

	// Ne is the number of bytes wanted, 0 for cases 1 and 3. Its coding, Le,
	// is 00 for 256 (0000 for 65536 when Extended).
	Ne int

	// Extended asks for extended length fields.
	Extended bool
}

// AppendTo appends the command's bytes to dst. It fails when Data or Ne do
// not fit the length fields.
func (c Command) AppendTo(dst []byte) ([]byte, error) {
	maxNc, maxNe := MaxShortNc, MaxShortNe
	if c.Extended {
		maxNc, maxNe = MaxExtendedNc, MaxExtendedNe
	}
	if len(c.Data) > maxNc {
		return dst, fmt.Errorf("apdu: %v: %d bytes of data, at most %d fit", c, len(c.Data), maxNc)
	}
	if c.Ne < 0 || c.Ne > maxNe {
		return dst, fmt.Errorf("apdu: %v: Ne %d is not in 0 to %d", c, c.Ne, maxNe)
	}
	dst = append(dst, c.CLA, c.INS, c.P1, c.P2)
	nc := len(c.Data)
	switch {
	case nc > 0 && c.Extended:
		dst = append(dst, 0, byte(nc>>8), byte(nc))
	case nc > 0:
		dst = append(dst, byte(nc))
	}
	dst = append(dst, c.Data...)
	switch {
	case c.Ne == 0:
	case !c.Extended:
		dst = append(dst, byte(c.Ne))
	case nc > 0:
		dst = append(dst, byte(c.Ne>>8), byte(c.Ne))
	default:
		dst = append(dst, 0, byte(c.Ne>>8), byte(c.Ne))
	}
	return dst, nil
}

// Bytes returns the command's bytes.
func (c Command) Bytes() ([]byte, error) { return c.AppendTo(nil) }

// String shows the header and the counts, never the data.
func (c Command) String() string {
	s := fmt.Sprintf("%02X %02X %02X %02X", c.CLA, c.INS, c.P1, c.P2)
	if name := insName(c.INS); name != "" {
		s = name + " " + s
	}
	if len(c.Data) > 0 {
		s += fmt.Sprintf(" Lc=%d", len(c.Data))
	}
	if c.Ne > 0 {
		s += fmt.Sprintf(" Ne=%d", c.Ne)
	}
	return s
}

// Format writes String for every verb, so that no %#v or %d tells a secret.
func (c Command) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// ErrMalformed tells that bytes are not a command or response APDU.
var ErrMalformed = errors.New("malformed APDU")

// ParseCommand reads a command of any case and length form; what it accepts,
// AppendTo writes again. Data aliases capdu. The error is [ErrMalformed].
func ParseCommand(capdu []byte) (Command, error) {
	if len(capdu) < 4 {
		return Command{}, fmt.Errorf("apdu: command of %d bytes: %w", len(capdu), ErrMalformed)
	}
	c := Command{CLA: capdu[0], INS: capdu[1], P1: capdu[2], P2: capdu[3]}
	body := capdu[4:]
	var ok bool
	switch {
	case len(body) == 0:
		return c, nil
	case len(body) == 1:
		c.Ne = shortNe(body[0])
		return c, nil
	case body[0] != 0:
		ok = c.parseShort(int(body[0]), body[1:])
	case len(body) >= 3:
		c.Extended = true
		ok = c.parseExtended(int(body[1])<<8|int(body[2]), body[3:])
	}
	if !ok {
		return Command{}, fmt.Errorf("apdu: command with a body of %d bytes that does not agree with its Lc %02X: %w", len(body), body[0], ErrMalformed)
	}
	return c, nil
}

func (c *Command) parseShort(nc int, rest []byte) bool {
	switch len(rest) - nc {
	case 0:
	case 1:
		c.Ne = shortNe(rest[nc])
	default:
		return false
	}
	c.Data = rest[:nc:nc]
	return true
}

func (c *Command) parseExtended(n int, rest []byte) bool {
	if len(rest) == 0 { // case 2: n is Le
		c.Ne = extendedNe(n)
		return true
	}
	if n == 0 {
		return false // an Lc of 0 is not coded
	}
	switch len(rest) - n {
	case 0:
	case 2:
		c.Ne = extendedNe(int(rest[n])<<8 | int(rest[n+1]))
	default:
		return false
	}
	c.Data = rest[:n:n]
	return true
}

func shortNe(le byte) int {
	if le == 0 {
		return MaxShortNe
	}
	return int(le)
}

func extendedNe(le int) int {
	if le == 0 {
		return MaxExtendedNe
	}
	return le
}
