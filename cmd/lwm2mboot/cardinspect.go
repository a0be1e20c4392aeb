package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
)

func newCardInspect(a *app) *cobra.Command {
	var c connection
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "inspect",
		Short: "Show all that leads to the bootstrap data of a card, as a tree",
		Long: `Shows EF(DIR), the PKCS#15 application, EF(ODF), each EF(DODF), the LwM2M
objects, their files, who may read and update them, and the tries that keys have
left. No value of the data is shown, nothing is changed, no PIN is sent.

What cannot be read is told in its place, and the inspection goes on.`,
		Example: `  lwm2mboot card inspect --port /dev/ttyUSB2
  lwm2mboot card inspect --port /dev/ttyUSB2 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.parse(cmd, a); err != nil {
				return err
			}
			return c.with(cmd, a, func(ctx context.Context, card apdu.CardTransport) error {
				report, err := personal.Inspect(ctx, card, &c.search)
				if report == nil {
					return err
				}
				if asJSON {
					text, broken := json.MarshalIndent(report, "", "  ")
					_, failed := fmt.Fprintf(a.stdout, "%s\n", text)
					return errors.Join(err, broken, failed)
				}
				_, failed := report.WriteTo(a.stdout)
				return errors.Join(err, failed)
			})
		},
	}
	c.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
