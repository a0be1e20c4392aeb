package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/pcsc"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
)

// source is where the card is: behind a modem, or in a reader.
type source struct {
	card  apdu.CardTransport
	close func() error
	tell  func(w io.Writer, found simboot.Found) // how it was read
	alone func() error                           // whether another program has the port
}

func (o options) open(ctx context.Context) (source, error) {
	if o.reader != "" {
		return o.openReader(ctx)
	}
	port, err := serialport.Open(o.port, &serialport.Config{Baud: o.baud})
	if err != nil {
		return source{}, err
	}
	modem := csim.NewModem(port, nil)
	access := csim.NewAccess(modem, nil)
	return source{
		card:  access,
		close: modem.Close, // and with it the port
		alone: port.Alone,
		tell: func(w io.Writer, found simboot.Found) {
			fmt.Fprintf(w, "found: %v, %d AT round trips over %s\n", found, modem.Stats().RoundTrips, found.Access)
			fmt.Fprintf(w, "modem: %v\n", access.Profile())
		},
	}, nil
}

// openReader takes the card in a reader, the only one that has a card for "any".
func (o options) openReader(ctx context.Context) (source, error) {
	name := o.reader
	if name == "any" {
		readers, err := pcsc.Readers(ctx, nil)
		if err != nil {
			return source{}, err
		}
		if name, err = pcsc.OnlyCard(readers); err != nil {
			return source{}, fmt.Errorf("-reader any: %w", err)
		}
	}
	card, err := pcsc.Connect(ctx, name, nil)
	if err != nil {
		return source{}, err
	}
	return source{
		card:  card,
		close: card.Close,
		alone: func() error { return nil },
		tell: func(w io.Writer, found simboot.Found) {
			fmt.Fprintf(w, "found: %v, in reader %q\n", found, name)
		},
	}, nil
}

// disturbed tells whether an error is what a second program on the port makes
// of answers.
func disturbed(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, apdu.ErrLostStep) || errors.Is(err, apdu.ErrMalformed)
}
