package csim

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// DefaultBusy is how long a command is repeated that the SIM is too busy for.
// A u-blox SARA-R4 is so for up to 10 s after its start, whatever it is asked.
const DefaultBusy = 10 * time.Second

// How long is waited between tries.
const (
	firstBusyWait = 250 * time.Millisecond
	maxBusyWait   = 2 * time.Second
)

// patiently sends a line until the SIM is not busy any more. That it is busy is
// the modem's word that the command was not carried out; nothing else is ever
// repeated here, and a PIN not even then.
func (m *Modem) patiently(ctx context.Context, line string) (*exchange, error) {
	end := time.Now().Add(m.config.Busy)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline
	}
	for wait := firstBusyWait; ; wait = min(2*wait, maxBusyWait) {
		x := newExchange(line)
		if err := m.goesOn(line); err != nil {
			return x, err
		}
		err := m.exchange(ctx, x)
		if !errors.Is(err, apdu.ErrCardBusy) || errors.Is(err, apdu.ErrLostStep) || holdsPIN(line) || time.Now().Add(wait).After(end) {
			return x, err
		}
		if m.pause(ctx, wait) != nil {
			return x, err
		}
		if err := m.ready(ctx); err != nil {
			return x, err
		}
	}
}

// holdsPIN tells whether a command may use up a try of a PIN: an APDU that
// carries one, or a command of TS 27.007 with a password.
func holdsPIN(line string) bool {
	text := strings.ToUpper(strings.ReplaceAll(line, " ", ""))
	for _, name := range []string{"+CPIN=", "+CPWD=", "+CLCK=", "+CPIN2=", "+CPINR"} {
		if strings.Contains(text, name) { // others may stand before it
			return true
		}
	}
	hex, ok := carriedAPDU(line)
	if !ok || len(hex) < 4 {
		return false
	}
	ins, err := strconv.ParseUint(hex[2:4], 16, 8)
	return err == nil && apdu.CarriesPIN(byte(ins))
}

// carriedAPDU is the command APDU, as hex digits, of AT+CSIM or AT+CGLA.
func carriedAPDU(line string) (hex string, ok bool) {
	if k := answerOf(line); k != &csimAnswer && k != &cglaAnswer {
		return "", false
	}
	return strings.Trim(line[strings.LastIndexByte(line, ',')+1:], `" `), true
}
