package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
)

func newCard(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "card",
		Short: "Make the files of a card; write, read and inspect one",
		Long: `Works with a SIM behind a modem (--port) or in a desktop reader (--reader), and
makes the files that lead a device to its bootstrap data.

With --scp03-keys everything goes through the secure channel SCP03. The file
that it names, which nobody else may read (mode 0600), has a line for each key,
or one for the master key that those of each card are derived from:

    version 30                               # of the keys; may be missing
    enc 000102030405060708090A0B0C0D0E0F
    mac 101112131415161718191A1B1C1D1E1F

    master 404142434445464748494A4B4C4D4E4F  # in place of enc and mac`,
		Example: `  lwm2mboot card inspect --port /dev/ttyUSB2
  lwm2mboot card image -c seed.yaml -o files
  lwm2mboot card read --reader any`,
		Args: subcommand,
		RunE: help,
	}
	cmd.AddCommand(newCardImage(a), newCardWrite(a), newCardRead(a), newCardInspect(a))
	return cmd
}

// connection is the way to a card, and where on it the data are.
type connection struct {
	port, reader string
	baud         int
	trace        bool
	timeout      time.Duration

	basic     bool
	oids      []string
	file, aid string
	keys      string // a file with those of the secure channel

	search simboot.Config // made of the above
}

func (c *connection) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.port, "port", "", "the modem's AT port, such as /dev/ttyUSB2 or COM3")
	f.StringVar(&c.reader, "reader", "", "instead of --port: the card reader (PC/SC), by name, or any for the one with a card")
	f.IntVar(&c.baud, "baud", serialport.DefaultBaud, "speed of a UART; ports over USB take any")
	f.BoolVar(&c.trace, "trace", false, "print each command to the card: header, lengths, status word")
	f.DurationVar(&c.timeout, "timeout", 0, "for all of it together, as 90s; each command has 10s otherwise")
	f.BoolVar(&c.basic, "basic", false, "use the modem's own channel when there is no logical one")
	f.StringSliceVar(&c.oids, "oid", nil, "the data object to look for, as 2.23.43.9.1")
	f.StringVar(&c.file, "file-id", "", "where the file is, no search: 6432 in the application, or 3F007F506432")
	f.StringVar(&c.aid, "aid", "", "the application, in hex; PKCS#15 otherwise")
	f.StringVar(&c.keys, "scp03-keys", "", "use the secure channel, with the keys in this file (mode 0600): lines enc, mac, version, or master, in hex")
	cmd.MarkFlagsOneRequired("port", "reader")
	cmd.MarkFlagsMutuallyExclusive("port", "reader")
}

// parse makes the search of the flags.
func (c *connection) parse(cmd *cobra.Command, a *app) (err error) {
	if c.search.SecureChannel, err = a.secure(cmd.Context(), c.keys); err != nil {
		return err
	}
	if c.basic {
		c.search.Channel = simboot.LogicalOrBasic
	}
	for _, text := range c.oids {
		oid, err := pkcs15.ParseOID(text)
		if err != nil {
			return usage(cmd, fmt.Errorf("--oid: %w", err))
		}
		c.search.OIDs = append(c.search.OIDs, oid)
	}
	if c.file != "" {
		octets, err := hex.DecodeString(c.file)
		if err == nil {
			c.search.File, err = apdu.ParsePath(octets)
		}
		if err != nil {
			return usage(cmd, errors.New("--file-id: not file identifiers of four hex digits each"))
		}
	}
	if c.aid != "" {
		if c.search.AID, err = apdu.ParseAID(c.aid); err != nil {
			return usage(cmd, fmt.Errorf("--aid: %w", err))
		}
	}
	return nil
}

// with opens the card, and closes it behind do.
func (c *connection) with(cmd *cobra.Command, a *app, do func(ctx context.Context, card apdu.CardTransport) error) (err error) {
	ctx := cmd.Context()
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	from, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	defer from.close()
	err = do(ctx, from.card)
	if disturbed(err) && from.alone != nil {
		err = errors.Join(err, from.alone())
	}
	return err
}

// disturbed tells whether an error is what a second program on the port makes
// of answers.
func disturbed(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, apdu.ErrLostStep) || errors.Is(err, apdu.ErrMalformed)
}
