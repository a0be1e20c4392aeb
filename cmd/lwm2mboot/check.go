package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/check"
)

func newCheck(a *app) *cobra.Command {
	var strict bool
	var format choice
	cmd := &cobra.Command{
		Use:   "check FILE|-",
		Short: "Tell every fault of a file, with offset and path",
		Long: `Tells everything that is wrong with a file EF(LwM2M_Bootstrap), in octets or in
hex, a line each on the standard output:

    offset 27: /0/1/5: error: …

Offsets count from the first octet of the file, paths name Object, Object
Instance and Resource. The walk goes on behind a fault as far as that is
possible. A configuration is checked, too: as generate would, with lines.

Exit status 1: there is an error; 0: there is none, warnings at most.`,
		Example: `  lwm2mboot check seed.bin
  lwm2mboot check --strict seed.hex
  lwm2mboot check seed.yaml`,
		Args: count(1, "one file, or - for the standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			content, err := a.read(cmd.Context(), args[0], maxInput)
			if err != nil {
				return err
			}
			lines, errs, err := faults(args[0], content, format)
			if err != nil {
				return err
			}
			for _, line := range lines {
				if _, err := fmt.Fprintln(a.stdout, line); err != nil {
					return err
				}
			}
			if errs > 0 || strict && len(lines) > 0 {
				a.say("%s: %d errors, %d warnings", shown(args[0]), errs, len(lines)-errs)
				return told(statusFault, "")
			}
			return nil
		},
	}
	formatFlag(cmd, &format, "a configuration")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit status 1 for warnings, too")
	return cmd
}

// faults are those of a file or of a configuration, a line each.
func faults(name string, content []byte, format choice) (lines []string, errs int, err error) {
	if isConfiguration(name, content) {
		return configFaults(name, content, format)
	}
	file, err := bootstrap(content)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", shown(name), err)
	}
	found := check.File(file, nil)
	for _, f := range found {
		lines = append(lines, f.String())
	}
	return lines, check.Errors(found), nil
}
