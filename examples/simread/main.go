// Simread reads the LwM2M bootstrap data from a real SIM, over a modem's AT
// port or in a card reader, and prints them. It changes nothing on the card.
//
//	go run ./examples/simread -port /dev/ttyUSB2
//	go run ./examples/simread -port /dev/ttyUSB2 -json
//	go run ./examples/simread -port /dev/ttyUSB2 -raw bootstrap.bin
//	go run ./examples/simread -reader any
//
// It ends with status 0 when data were read, 3 when the card holds none, and 1
// on any other error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
)

// Exit statuses.
const (
	statusRead   = 0
	statusError  = 1
	statusNoData = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	opts, err := parseOptions(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return statusRead
	}
	if err == nil {
		err = read(ctx, opts, stdout, stderr)
	}
	switch {
	case err == nil:
		return statusRead
	case errors.Is(err, simboot.ErrNoData):
		fmt.Fprintln(stderr, "simread:", err)
		return statusNoData
	}
	fmt.Fprintln(stderr, "simread:", err)
	if advice := advise(err); advice != "" {
		fmt.Fprintln(stderr, "simread:", advice)
	}
	return statusError
}

// read does the work: card, file, output.
func read(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	if o.keys != "" {
		if o.config.SecureChannel, err = secureFrom(o.keys); err != nil {
			return err
		}
	}
	from, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer from.close()
	defer func() {
		if disturbed(err) {
			err = errors.Join(err, from.alone())
		}
	}()

	card := from.card
	if o.trace {
		card = transport.Trace(card, func(e transport.Exchange) { fmt.Fprintln(stderr, e) })
	}
	if o.report != "" {
		r := &report{path: o.report}
		card = transport.Record(card, &r.session)
		defer func() { err = errors.Join(err, r.write()) }()
	}
	if o.pin != "" {
		o.config.PIN = pinFrom(o.pin, os.Stdin, stderr)
	}
	if o.iccid {
		number, stats, err := simboot.ICCID(ctx, card, &o.config)
		if err != nil {
			return err
		}
		fmt.Fprintf(stderr, "ICCID: %s, %d commands\n", number, stats.RoundTrips)
	}
	content, found, err := simboot.Read(ctx, card, &o.config)
	if err != nil {
		return err
	}
	defer clear(content)
	if o.raw != "" {
		if err := writeRaw(o.raw, content); err != nil {
			return err
		}
	}
	from.tell(stderr, found)
	return printFile(o, content, stdout, stderr)
}

// advise tells what to do about an error.
func advise(err error) string {
	for _, a := range []struct {
		target error
		text   string
	}{
		{apdu.ErrNoCard, "is a SIM in the modem or reader, and does the modem see it (AT+CPIN?)?"},
		{apdu.ErrCardPIN, "unlock the SIM first: AT+CPIN=\"<PIN>\""},
		{apdu.ErrCardLocked, "the SIM needs its PUK: AT+CPIN=\"<PUK>\",\"<new PIN>\""},
		{apdu.ErrCardBusy, "the modem is still starting up: try again in some seconds"},
		{scp03.ErrNotAuthenticated, "are these the keys of this card? Cards count failures"},
		{scp03.ErrNotOffered, "without -scp03-keys the card is read in the clear"},
		{simboot.ErrPINNeeded, "the issuer protects the file by a PIN: -pin FILE. A wrong one costs a try"},
		{apdu.ErrNoChannel, "the card or the modem gives no logical channel; -basic reads over the modem's own"},
		{apdu.ErrRefused, "the modem does not pass this command on; is it the AT port, and does AT+CSIM or AT+CCHO work on it?"},
		{context.DeadlineExceeded, "no answer in time: is it the modem's AT port, at the right -baud, and does no other program use it?"},
	} {
		if errors.Is(err, a.target) {
			return a.text
		}
	}
	return ""
}
