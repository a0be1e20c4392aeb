// Quickstart bootstraps a device from a SIM, without hardware: a simulated
// card in a simulated modem on a pseudo-terminal, opened like any serial port.
// What the device learns it keeps in a file, so that a second run is a reboot.
//
//	go run ./examples/quickstart           the first time, and a reboot
//	go run ./examples/quickstart -swap     another SIM is put in
//	go run ./examples/quickstart -remove   the SIM is taken out
//	go run ./examples/quickstart -secure   the SIM demands the secure channel
//
// For a real modem, only the path of the port changes: see examples/simread.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard/pty"
)

type options struct {
	swap, remove bool
	secure       bool
	state        string
}

func main() {
	var o options
	flag.BoolVar(&o.swap, "swap", false, "put another SIM in")
	flag.BoolVar(&o.remove, "remove", false, "take the SIM out")
	flag.BoolVar(&o.secure, "secure", false, "read through the secure channel, which the SIM demands then")
	flag.StringVar(&o.state, "state", statePath(), "the file that the device keeps its state in")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// statePath is a place of the user's own, and else one for temporary files.
func statePath() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "lwm2mboot-quickstart", "state")
}

func run(ctx context.Context, o options, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	// What a device keeps, whatever happens to its power.
	store, err := openStore(o.state)
	if err != nil {
		return err
	}
	defer store.Close()

	// What an issuer puts on the card.
	card, err := insertCard(o, out)
	if err != nil {
		return err
	}

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

	// The bootstrap itself: one call, at each start and each registration.
	traced := transport.Trace(csim.NewAccess(modem, nil), func(e transport.Exchange) {
		fmt.Fprintf(out, "   %v\n", e)
	})
	cfg := &simboot.Config{RemovalDelay: time.Second}
	if o.secure {
		keys, err := issuerKeys()
		if err != nil {
			return err
		}
		cfg.SecureChannel = secured(keys)
	}
	result, err := simboot.Check(ctx, traced, store, cfg)
	if err != nil {
		return err
	}
	if err := report(out, result, modem.Stats(), card.OpenChannels()); err != nil {
		return err
	}
	return showState(ctx, out, store, o.state)
}

// insertCard makes the SIM that is in the modem, or was.
func insertCard(o options, out io.Writer) (*simcard.Card, error) {
	file, err := bootstrapFile(o.swap)
	if err != nil {
		return nil, err
	}
	opts := []simcard.Option{simcard.BootstrapFile(file)}
	if o.secure {
		keys, err := issuerKeys()
		if err != nil {
			return nil, err
		}
		opts = append(opts, demand(keys)...)
	}
	card, err := simcard.New(opts...)
	if err != nil {
		return nil, err
	}
	what := "A simulated SIM"
	switch {
	case o.remove:
		card.Remove()
		fmt.Fprintln(out, "1. The simulated SIM was taken out.")
		return card, nil
	case o.swap:
		what = "Another simulated SIM"
	}
	fmt.Fprintf(out, "1. %s holds EF(LwM2M_Bootstrap), %d bytes of content.\n", what, len(file))
	return card, nil
}

// closingStore is a store that is to be closed.
type closingStore interface {
	bootstrapper.Store
	io.Closer
}

// openStore opens the file; where there can be none, the memory.
func openStore(path string) (closingStore, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	store, err := bootstrapper.OpenFileStore(path)
	if errors.Is(err, errors.ErrUnsupported) {
		return forgetful{new(bootstrapper.MemStore)}, nil
	}
	return store, err
}

type forgetful struct{ *bootstrapper.MemStore }

func (forgetful) Close() error { return nil }

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
