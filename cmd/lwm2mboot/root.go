package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

// newRoot makes the tree of commands.
func newRoot(a *app) *cobra.Command {
	var tell bool
	root := &cobra.Command{
		Use:   "lwm2mboot",
		Short: "Bootstrap data of LwM2M devices on SIM cards: make, check, write, read, simulate",
		Long: `Makes the file EF(LwM2M_Bootstrap) that a SIM holds for LwM2M devices, checks
it, puts it on cards, reads it back, and simulates such cards.

Keys are never printed unless --show-secrets asks for them. They are taken from
files and never from the command line, where everybody on the machine sees them.
Files that hold keys have mode 0600, and nothing is overwritten without --force.

Exit status:
    0  done
    1  the input, the card or the machine is at fault; of check: there are
       errors; of diff: the files are different
    2  the command line is wrong; of diff: any trouble
    3  the card holds no bootstrap data
    4  a key or PIN is needed, was refused, or has too few tries left
  130  interrupted`,
		Example: `  lwm2mboot generate -c seed.yaml -o seed.bin
  lwm2mboot decode seed.bin
  lwm2mboot card write --port /dev/ttyUSB2 --file seed.bin --adm-file adm.key --yes
  lwm2mboot card read --port /dev/ttyUSB2`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          subcommand,
		RunE: func(cmd *cobra.Command, args []string) error {
			if tell {
				return a.version()
			}
			return help(cmd, args)
		},
	}
	root.Flags().BoolVar(&tell, "version", false, "print the version")
	root.AddCommand(
		newGenerate(a), newDecode(a), newCheck(a), newDiff(a),
		newCard(a), newSimulate(a), newBatch(a), newVersion(a),
	)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err) })
	a.note(root)
	return root
}

// note makes every command say when it begins: what went wrong before is the
// command line.
func (a *app) note(cmd *cobra.Command) {
	if do := cmd.RunE; do != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			a.begun = true
			if err := given(cmd, args); err != nil {
				return err
			}
			return do(cmd, args)
		}
	}
	for _, c := range cmd.Commands() {
		a.note(c)
	}
}

// places are the flags that name a file, a port or a reader.
var places = []string{"adm-file", "config", "file", "link", "master-file", "output", "pin-file", "port", "reader", "scp03-keys", "template"}

// given refuses names that are empty: those of a variable of the shell that is
// not set, most likely, in place of which something else would be taken.
func given(cmd *cobra.Command, args []string) error {
	if slices.Contains(args, "") {
		return usage(cmd, errors.New("an empty file name"))
	}
	for _, name := range places {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed && f.Value.String() == "" {
			return usage(cmd, fmt.Errorf("--%s: an empty name", name))
		}
	}
	return nil
}

// help is what a command does that has others below it.
func help(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// subcommand refuses words that are no command, and tells the nearest.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := fmt.Errorf("%s has no command %.40q", cmd.CommandPath(), args[0])
	cmd.SuggestionsMinimumDistance = 3
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return &failure{status: statusUsage, err: err, advice: "did you mean " + near[0] + "?"}
	}
	return usage(cmd, err)
}

// count asks for so many arguments, which are files.
func count(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return usage(cmd, fmt.Errorf("%s takes %s, and got %d arguments", cmd.CommandPath(), what, len(args)))
	}
}
