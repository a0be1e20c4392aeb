package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
)

type options struct {
	port    string
	reader  string
	baud    int
	trace   bool
	json    bool
	secrets bool
	raw     string
	pin     string
	keys    string
	iccid   bool
	report  string
	timeout time.Duration
	config  simboot.Config
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("simread", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.port, "port", "", "the modem's AT port, such as /dev/ttyUSB2 or COM3")
	f.StringVar(&o.reader, "reader", "", "instead of -port: the card reader (PC/SC), by name, or any for the one with a card")
	f.IntVar(&o.baud, "baud", serialport.DefaultBaud, "speed of a UART; ports over USB take any")
	f.BoolVar(&o.trace, "trace", false, "print each command to the card: header, lengths, status word")
	f.BoolVar(&o.json, "json", false, "print SenML JSON (RFC 8428) instead of a table")
	f.BoolVar(&o.secrets, "show-secrets", false, "print keys, which are masked otherwise")
	f.StringVar(&o.raw, "raw", "", "write the file's content, 4 + size bytes, to this file (mode 0600)")
	f.StringVar(&o.pin, "pin", "", "a file with the PIN that the card may ask for; - for the standard input")
	f.StringVar(&o.keys, "scp03-keys", "", "read through the secure channel, with the keys in this file (mode 0600): lines enc, mac, version, or master, in hex")
	f.BoolVar(&o.iccid, "iccid", false, "print the card's number, too")
	f.StringVar(&o.report, "report", "", "write the session to this new file, without keys, identities and PINs: it can be shared, and replays")
	f.DurationVar(&o.timeout, "timeout", time.Minute, "for all of it together")
	basic := f.Bool("basic", false, "use the modem's own channel when there is no logical one")
	f.Func("oid", "the object to look for: 2.23.43.9.1, or its octets in hex", func(s string) error {
		oid, err := pkcs15.ParseOID(s)
		o.config.OIDs = append(o.config.OIDs, oid)
		return err
	})
	f.Func("file-id", "where the file is, no search: 6432 in the application, or a path such as 3F007F506432", func(s string) (err error) {
		o.config.File, err = parsePath(s)
		return err
	})
	f.Func("aid", "the application, in hex; PKCS#15 otherwise", func(s string) (err error) {
		o.config.AID, err = apdu.ParseAID(s)
		return err
	})
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("what is %q? See -help", f.Arg(0))
	case (o.port == "") == (o.reader == ""):
		return o, errors.New("one of -port and -reader is needed: the modem's AT port, such as /dev/ttyUSB2, or a card reader. See -help")
	}
	if *basic {
		o.config.Channel = simboot.LogicalOrBasic
	}
	return o, nil
}

func parsePath(s string) (apdu.Path, error) {
	octets, err := hex.DecodeString(s)
	if err != nil {
		return nil, errors.New("not in hex")
	}
	return apdu.ParsePath(octets)
}
