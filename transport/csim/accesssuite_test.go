package csim_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/transporttest"
)

// sessionModem is a wire whose modem has one session, 7, and hands everything
// to the card behind it.
func sessionModem(t *testing.T, card apdu.CardTransport) *csim.Modem {
	w := newWire()
	go func() {
		for line, ok := w.next(); ok; line, ok = w.next() {
			w.send("\r\n" + strings.Join(sessionAnswer(t, card, line), "\r\n") + "\r\n")
		}
	}()
	m := csim.NewModem(w, nil)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

func sessionAnswer(t *testing.T, card apdu.CardTransport, line string) []string {
	name, argument, _ := strings.Cut(line, "=")
	digits := strings.Trim(argument[strings.LastIndexByte(argument, ',')+1:], `"`)
	switch {
	case line == "AT+CMEE?":
		return []string{"+CMEE: 1", "OK"}
	case line == "AT+CMEE=?":
		return []string{"+CMEE: (0-2)", "OK"}
	case name == "AT+CCHO":
		return []string{"7", "OK"}
	case name != "AT+CGLA" && name != "AT+CSIM":
		return []string{"OK"}
	}
	rapdu, err := card.Transmit(context.Background(), unhex(t, digits))
	switch {
	case errors.Is(err, apdu.ErrNoCard):
		return []string{"+CME ERROR: 10"}
	case err != nil:
		return []string{"+CME ERROR: 13"}
	}
	head := name[len("AT"):] + ": "
	if name == "AT+CGLA" {
		head += "7,"
	}
	return []string{fmt.Sprintf(`%s%d,"%X"`, head, 2*len(rapdu), rapdu), "OK"}
}

// inSession puts commands for channel 0 on the session's channel, which is 1.
// Those for channel 1 go around it.
type inSession struct {
	*csim.Access
	around *csim.Card
}

func (s inSession) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	switch {
	case len(capdu) == 0 || capdu[0] == 0xA0:
	case apdu.ChannelOfClass(capdu[0]) == 1:
		return s.around.Transmit(ctx, capdu)
	case apdu.ChannelOfClass(capdu[0]) == 0:
		capdu = append([]byte{capdu[0] | 1}, capdu[1:]...)
	}
	return s.Access.Transmit(ctx, capdu)
}

func TestSessionKeepsTheContractOfACardTransport(t *testing.T) {
	transporttest.Test(t, transporttest.Config{
		New: func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
			modem := sessionModem(t, card)
			a := csim.NewAccess(modem, only(csim.WayCGLA))
			send(t, a, open, "019000")
			send(t, a, "01"+selectApp, "9000")
			return inSession{a, csim.New(modem)}
		},
		Bubble: true,
	})
}
