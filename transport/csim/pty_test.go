//go:build unix

package csim_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
)

// modemOnPTY plays a modem that expects exactly these lines on the far end of
// a pseudo-terminal. A channel in a scene is waited for.
func modemOnPTY(t *testing.T, far io.ReadWriter, scenes []scene) (done chan struct{}) {
	done = make(chan struct{})
	go func() {
		defer close(done)
		in := bufio.NewReader(far)
		for i, s := range scenes {
			line, err := in.ReadString('\r')
			if err != nil || strings.TrimSuffix(line, "\r") != s.want {
				t.Errorf("line %d is %q (%v), want %q", i, line, err, s.want)
				return
			}
			for _, do := range s.do {
				switch do := do.(type) {
				case string:
					_, _ = io.WriteString(far, do)
				case chan struct{}:
					<-do
				}
			}
		}
	}()
	return done
}

func TestCardBehindASerialPort(t *testing.T) {
	far, tty, err := pty.Open()
	require.NoError(t, err)
	defer far.Close()
	port, err := serialport.Open(tty.Name(), nil)
	require.NoError(t, err)
	require.NoError(t, tty.Close())

	gaveUp := make(chan struct{})
	block := strings.Repeat("A5", 256)
	done := modemOnPTY(t, far, then(setUp,
		on(openLine, openLine+"\r\r\n+QIND: \"csq\",20,99\r\n"+openAnswer+ok),
		on(`AT+CSIM=10,"01B0000000"`, "\r\n+CSIM: 516,\"", block, "9000\"\r\n"+ok),
		on(`AT+CSIM=10,"01B0010000"`, gaveUp, "\r\n+CSIM: 6,\"EE9000\"\r\n"+ok),
		probed(),
		on(`AT+CSIM=8,"00708001"`, "\r\n+CSIM: 4,\"9000\"\r\n"+ok),
	))
	modem := csim.NewModem(port, nil)
	card := csim.New(modem)

	channel, err := apdu.OpenChannel(t.Context(), card)
	require.NoError(t, err)
	require.Equal(t, 1, channel.Number())
	rapdu, err := card.Transmit(t.Context(), unhex(t, "01B0000000"))
	require.NoError(t, err)
	require.Equal(t, unhex(t, block+"9000"), rapdu)

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = card.Transmit(ctx, unhex(t, "01B0010000"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	close(gaveUp)
	require.NoError(t, channel.Close(t.Context()))
	<-done

	ended := make(chan error)
	go func() {
		_, err := modem.Command(t.Context(), "AT+CPIN?")
		ended <- err
	}()
	require.NoError(t, modem.Close())
	require.ErrorIs(t, <-ended, os.ErrClosed)
}
