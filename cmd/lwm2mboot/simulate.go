package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/simulate"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// simulation is what the command was told.
type simulation struct {
	source
	options          simulate.Options
	channels         int
	pinFile, admFile string
	keyFile          string
	link             string
	trace            bool
	list             [3]bool
}

// manner is a kind of manners that can be asked for by name.
type manner struct {
	name, help string
	names      []string
	into       *[]string
}

func (s *simulation) manners() [3]manner {
	o := &s.options
	return [3]manner{
		{"quirk", "the modem has this quirk", simulate.Names(simcard.Quirks()), &o.Quirks},
		{"behaviour", "the card behaves like this", simulate.Names(simcard.Behaviours()), &o.Behaviours},
		{"layout", "the card's directories are like this", simulate.Names(simcard.Layouts()), &o.Layouts},
	}
}

func newSimulate(a *app) *cobra.Command {
	var s simulation
	kinds := s.manners()
	cmd := &cobra.Command{
		Use:   "simulate [-c IN | --file BIN]",
		Short: "Simulate a modem with such a card on a pseudo-terminal",
		Long: `Simulates a modem with a card in it, on a pseudo-terminal that any program can
open as a serial port, until it is interrupted. The path of the terminal is the
first line of the standard output, alone. Without a configuration or a file the
card's bootstrap file is empty.

The modem speaks AT+CSIM, AT+CCHO, AT+CGLA and AT+CRSM. --quirk makes it one of
those that do not follow the book, --behaviour and --layout do so with the card;
each can be given several times. What they do is told in docs/modems.md and in
the documentation of package simcard.

Linux and macOS have such terminals; elsewhere the command fails.`,
		Example: `  lwm2mboot simulate -c seed.yaml
  lwm2mboot simulate --link sim --adm-file adm.key
  lwm2mboot simulate --file seed.bin --quirk NoCSIM --quirk SessionHandle --trace
  lwm2mboot simulate -c seed.yaml --behaviour T0 --channels 1
  lwm2mboot simulate --list-quirks`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for i, on := range s.list {
				if on {
					for _, name := range kinds[i].names {
						if _, err := fmt.Fprintln(a.stdout, name); err != nil {
							return err
						}
					}
					return nil
				}
			}
			return s.run(cmd, a)
		},
	}
	s.withFile(cmd)
	f := cmd.Flags()
	for i, k := range kinds {
		f.StringSliceVar(k.into, k.name, nil, k.help)
		f.BoolVar(&s.list[i], "list-"+k.name+"s", false, "print the names for --"+k.name+" and end")
		cmd.RegisterFlagCompletionFunc(k.name, words(k.names))
	}
	f.IntVar(&s.options.Size, "file-size", 0, "octets of EF(LwM2M_Bootstrap); 1024 otherwise, or as many as are needed")
	f.IntVar(&s.channels, "channels", simcard.DefaultChannels, "logical channels besides the basic one, 0 to 19")
	f.StringVar(&s.pinFile, "pin-file", "", "a file with the PIN that reading the file asks for; none otherwise")
	f.StringVar(&s.admFile, "adm-file", "", "a file with the issuer's key, 4 to 8 digits, that writing asks for; otherwise nobody can")
	f.StringVar(&s.keyFile, "scp03-keys", "", "the card demands the secure channel, with the keys in this file (mode 0600)")
	f.StringVar(&s.link, "link", "", "make a symbolic link to the terminal, and remove it in the end")
	f.BoolVar(&s.trace, "trace", false, "print each command to the card: header and status word")
	return cmd
}

func (s *simulation) run(cmd *cobra.Command, a *app) (err error) {
	ctx, o := cmd.Context(), &s.options
	if !s.none() {
		if o.Content, err = s.octets(ctx, a); err != nil {
			return err
		}
	}
	for _, key := range []struct {
		file string
		into *string
	}{{s.pinFile, &o.PIN}, {s.admFile, &o.ADM}} {
		if key.file == "" {
			continue
		}
		digits, err := a.digits(ctx, key.file)
		if err != nil {
			return err
		}
		*key.into = string(digits)
	}
	if o.Keys, err = a.keys(ctx, s.keyFile); err != nil {
		return err
	}
	if cmd.Flags().Changed("channels") {
		o.Channels = &s.channels
	}
	if s.trace {
		o.Trace = a.stderr
	}
	terminal, err := simulate.Open(*o)
	if errors.Is(err, errors.ErrUnsupported) {
		return errors.New("this system has no pseudo-terminals that could be used: simulate needs Linux or macOS")
	}
	if err != nil {
		return err
	}
	defer terminal.Close()
	path := terminal.Path()
	if s.link != "" {
		if err := simulate.Link(path, s.link); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, simulate.Unlink(path, s.link)) }()
	}
	if _, err := fmt.Fprintln(a.stdout, path); err != nil {
		return err
	}
	<-ctx.Done() // the good end
	return nil
}
