package main

import (
	"context"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/pcsc"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
)

// opened is a card that is open.
type opened struct {
	card  apdu.CardTransport
	close func() error
	alone func() error // whether another program has the port; nil: no port
}

// open opens the way to the card.
func (c *connection) open(ctx context.Context, a *app) (o opened, err error) {
	if c.reader != "" {
		o, err = openReader(ctx, c.reader)
	} else {
		o, err = openPort(c.port, c.baud)
	}
	if err == nil && c.trace {
		o.card = transport.Trace(o.card, func(e transport.Exchange) { fmt.Fprintln(a.stderr, e) })
	}
	return o, err
}

func openPort(path string, baud int) (opened, error) {
	port, err := serialport.Open(path, &serialport.Config{Baud: baud})
	if err != nil {
		return opened{}, err
	}
	modem := csim.NewModem(port, nil)
	return opened{card: csim.NewAccess(modem, nil), close: modem.Close, alone: port.Alone}, nil
}

// openReader takes the card in a reader, the only one that has a card for "any".
func openReader(ctx context.Context, name string) (opened, error) {
	if name == "any" {
		readers, err := pcsc.Readers(ctx, nil)
		if err != nil {
			return opened{}, err
		}
		if name, err = pcsc.OnlyCard(readers); err != nil {
			return opened{}, fmt.Errorf("--reader any: %w", err)
		}
	}
	card, err := pcsc.Connect(ctx, name, nil)
	if err != nil {
		return opened{}, err
	}
	return opened{card: card, close: card.Close}, nil
}
