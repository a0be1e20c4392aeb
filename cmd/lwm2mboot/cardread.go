package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
)

func newCardRead(a *app) *cobra.Command {
	var c connection
	var p printer
	var o output
	var pinFile string
	cmd := &cobra.Command{
		Use:   "read",
		Short: "Read the bootstrap data of a card",
		Long: `Reads EF(LwM2M_Bootstrap) as a device does, and prints it as lwm2mboot decode
does, keys masked. With -o the file itself is written, octet for octet, without
the padding behind its content. Nothing on the card is changed.

Exit status 3: the card holds no bootstrap data; 4: a PIN is needed, or wrong.`,
		Example: `  lwm2mboot card read --port /dev/ttyUSB2
  lwm2mboot card read --port /dev/ttyUSB2 -o card.bin
  lwm2mboot card read --port /dev/ttyUSB2 --to senml --trace
  lwm2mboot card read --port /dev/ttyUSB2 --scp03-keys scp03.keys
  lwm2mboot card read --reader any --pin-file pin.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.parse(cmd, a); err != nil {
				return err
			}
			c.search.PIN = a.pinPolicy(pinFile)
			return c.with(cmd, a, func(ctx context.Context, card apdu.CardTransport) error {
				content, found, err := personal.Read(ctx, card, &c.search)
				if err != nil {
					return err
				}
				defer clear(content)
				a.say("found: %v", found)
				if !o.stdout() {
					return o.write(a, content)
				}
				text, err := p.print(a, content)
				if err != nil {
					return &failure{status: statusFault, err: err, advice: "-o FILE keeps the file as it is, for lwm2mboot check"}
				}
				return o.write(a, text)
			})
		},
	}
	c.flags(cmd)
	p.flags(cmd)
	pinFlag(cmd, &pinFile)
	o.flags(cmd, "where the file goes (mode 0600), octet for octet")
	cmd.MarkFlagsMutuallyExclusive("output", "to")
	return cmd
}
