package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/diff"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
)

// Exit statuses of diff, as diff(1) has them.
const (
	statusEqual     = statusDone
	statusDifferent = 1
	statusTrouble   = 2
)

func newDiff(a *app) *cobra.Command {
	var secrets bool
	var format choice
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two files, Resource by Resource",
		Long: `Compares two files by the Resources that a device reads from them, and prints
what is different: - only in A, + only in B, ~ another value. A and B are
files in octets or hex, or configurations; one of them may be - for the
standard input. The order of objects, the length of numbers and the padding do
not count.

Keys are shown as "differs" unless --show-secrets is given.

Exit status 0: the same; 1: different; 2: trouble.`,
		Example: `  lwm2mboot diff seed.bin seed.hex
  lwm2mboot diff seed.bin seed.yaml
  lwm2mboot generate -c seed.py | lwm2mboot diff - seed.bin`,
		Args: count(2, "two files"),
		RunE: func(cmd *cobra.Command, args []string) error {
			status, err := compare(cmd.Context(), a, [2]string(args), format, secrets)
			var f *failure
			switch {
			case errors.As(err, &f):
				return &failure{status: statusTrouble, err: f.err, advice: f.advice}
			case err != nil && cmd.Context().Err() == nil:
				return &failure{status: statusTrouble, err: err}
			case err == nil && status != statusEqual:
				return told(status, "")
			}
			return err
		},
	}
	formatFlag(cmd, &format, "configurations")
	cmd.Flags().BoolVar(&secrets, "show-secrets", false, "print keys that differ")
	return cmd
}

func compare(ctx context.Context, a *app, names [2]string, format choice, secrets bool) (status int, err error) {
	nameA, nameB := names[0], names[1]
	fileA, err := a.anyFile(ctx, nameA, format)
	if err != nil {
		return 0, err
	}
	fileB, err := a.anyFile(ctx, nameB, format)
	if err != nil {
		return 0, err
	}
	treeA, _, err := decode(fileA)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", shown(nameA), err)
	}
	treeB, _, err := decode(fileB)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", shown(nameB), err)
	}
	changes := diff.Trees(treeA, treeB)
	if err := diff.Write(a.stdout, changes, config.NewNames(nil), secrets); err != nil {
		return 0, err
	}
	if len(changes) > 0 {
		return statusDifferent, nil
	}
	exactA, _ := image.Exact(fileA) // both were decoded
	exactB, _ := image.Exact(fileB)
	if !bytes.Equal(exactA, exactB) {
		a.say("the same Resources in other octets: their order, or their lengths")
	}
	return statusEqual, nil
}
