package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func newGenerate(a *app) *cobra.Command {
	var s source
	var o output
	var asHex bool
	cmd := &cobra.Command{
		Use:   "generate [-c IN] [-o OUT]",
		Short: "Make EF(LwM2M_Bootstrap) from a configuration",
		Long: `Makes the file EF(LwM2M_Bootstrap) from a configuration: from the standard
input to the standard output, or from and to files.

A configuration names Objects, Object Instances and Resources, or numbers them:

    Security:
      1:
        ServerURI: coaps://lwm2m.example.com:5684
        Bootstrap: false
        Mode: PSK
        PKOrIdentity: device-17
        SecretKey: hex:000102030405060708090A0B0C0D0E0F
        ShortServerID: 1
    Server/1:
      ShortServerID: 1
      Lifetime: 86400
      NotificationStoring: true
      Binding: U

It is YAML, JSON, or the Python dictionary of the known generator, which is read
as data: nothing in it runs. A value may begin with hex:, base64:, text: or
file:, which reads a file below the configuration's directory and takes all its
octets, a newline at the end, too. Values are checked against the object
definitions before a file is made.`,
		Example: `  lwm2mboot generate -c seed.yaml -o seed.bin
  lwm2mboot generate < seed.json > card.bin
  lwm2mboot generate -c seed.py --hex
  lwm2mboot generate -c seed.yaml --size 1024 -o padded.bin`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.stdout() && !asHex && terminal(a.stdout) {
				return &failure{
					status: statusUsage,
					err:    errors.New("the file is binary, and the output a terminal"),
					advice: "-o FILE writes it to a file, --hex prints it in hex",
				}
			}
			file, err := s.octets(cmd.Context(), a)
			if err != nil {
				return err
			}
			if asHex {
				file = fmt.Appendf(nil, "%X\n", file)
			}
			return o.write(a, file)
		},
	}
	s.flags(cmd, "-")
	o.flags(cmd, "where the file goes (mode 0600); the standard output otherwise")
	cmd.Flags().IntVar(&s.size, "size", 0, "fill the file with FF to so many octets, those of the card's file")
	cmd.Flags().BoolVar(&asHex, "hex", false, "write hex digits")
	return cmd
}
