// Quickstart bootstraps a device from a SIM, without hardware: a simulated
// card in a simulated modem on a pseudo-terminal, opened like any serial port.
//
//	go run ./examples/quickstart
//
// For a real modem, only the path of the port changes: see examples/simread.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/examples/internal/show"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard/pty"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	// What an issuer puts on the card.
	file, err := bootstrapFile()
	if err != nil {
		return err
	}
	card, err := simcard.New(simcard.BootstrapFile(file))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "1. A simulated SIM holds EF(LwM2M_Bootstrap), %d bytes of content.\n", len(file))

	// What a device has: a modem on a serial port.
	port, name, err := openPort(simcard.NewModem(card))
	if err != nil {
		return err
	}
	defer port.Close()
	fmt.Fprintf(out, "2. A simulated modem answers on %s.\n", name)

	modem := csim.NewModem(port, nil)
	defer modem.Close()
	if err := modem.Init(ctx); err != nil {
		return err
	}
	fmt.Fprintf(out, "3. The modem is set up: %d AT commands. Now the SIM, by AT+CSIM:\n\n", modem.Stats().SetUp)

	// The bootstrap itself: one call.
	traced := transport.Trace(csim.New(modem), func(e transport.Exchange) {
		fmt.Fprintf(out, "   %v\n", e)
	})
	var store bootstrapper.MemStore
	result, err := simboot.Bootstrap(ctx, traced, &store, nil)
	if err != nil {
		return err
	}
	return report(out, result, modem.Stats(), card.OpenChannels())
}

// openPort puts the modem on a pseudo-terminal and opens that as a serial
// port. Where there are no pseudo-terminals, the modem itself is the line.
func openPort(modem *simcard.Modem) (port io.ReadWriteCloser, name string, err error) {
	terminal, err := pty.Open(modem)
	if errors.Is(err, errors.ErrUnsupported) {
		return modem, "a line in memory", nil
	}
	if err != nil {
		modem.Close()
		return nil, "", err
	}
	serial, err := serialport.Open(terminal.Path(), nil)
	if err != nil {
		terminal.Close()
		return nil, "", err
	}
	return portOnTerminal{serial, terminal}, terminal.Path(), nil
}

// portOnTerminal closes the terminal with the port.
type portOnTerminal struct {
	*serialport.Port
	terminal *pty.PTY
}

func (p portOnTerminal) Close() error {
	return errors.Join(p.Port.Close(), p.terminal.Close())
}

// report prints what was found and what the device has now.
func report(out io.Writer, result simboot.Result, at csim.Stats, open []int) error {
	found := result.Found
	fmt.Fprintf(out, "\n4. Found in EF %v, named by DODF %v (OID %v), on logical channel %d.\n",
		found.File, found.Directory, found.OID, found.Channel)
	fmt.Fprintf(out, "   %d AT round trips, %d bytes of APDUs; channels left open: %d.\n",
		at.RoundTrips, found.Stats.Sent+found.Stats.Received, len(open))

	fmt.Fprintf(out, "\n5. The store holds:\n\n")
	if err := show.Table(out, result.State.Tree(), false); err != nil {
		return err
	}
	for _, problem := range result.Warnings {
		fmt.Fprintln(out, "   warning:", problem)
	}
	fmt.Fprintf(out, "\n6. The device can register:\n\n")
	for _, account := range result.Accounts() {
		fmt.Fprintf(out, "   server %d at %s, security %v, identity %q, lifetime %d s\n",
			account.Server.ShortServerID, account.Security.URI, account.Security.Mode,
			account.Security.Identity, account.Server.Lifetime)
	}
	return nil
}
