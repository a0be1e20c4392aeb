package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/show"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/objects/senmljson"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// printer prints the content of a file in one of several forms.
type printer struct {
	to      choice
	secrets bool
}

func (p *printer) flags(cmd *cobra.Command) {
	p.to.register(cmd, "to", "form of the output", "table", "yaml", "json", "senml")
	cmd.Flags().BoolVar(&p.secrets, "show-secrets", false, "print keys, which are masked otherwise")
}

func newDecode(a *app) *cobra.Command {
	var p printer
	var o output
	var format choice
	cmd := &cobra.Command{
		Use:   "decode FILE|-",
		Short: "Print what a file EF(LwM2M_Bootstrap) holds",
		Long: `Prints what a file EF(LwM2M_Bootstrap) holds. The file is in octets or in hex;
what stands behind its content is padding. Of a configuration it prints what the
file made of it would hold.

    table  for people
    yaml   a configuration, of which generate makes the same octets again
    json   the same in JSON
    senml  SenML JSON (RFC 8428), as LwM2M has it

Keys are masked in all of them unless --show-secrets is given, and so is what no
definition is known of. A configuration that is masked says so, and generate
refuses it: to change a file by way of its configuration, ask for the secrets.

What is wrong with the data goes to the standard error. A value that is none of
its type ends a table and SenML: YAML and JSON keep it as raw:, and lwm2mboot
check tells all that is wrong.`,
		Example: `  lwm2mboot decode seed.bin
  lwm2mboot decode seed.hex --to senml
  lwm2mboot generate -c seed.py | lwm2mboot decode -
  lwm2mboot decode seed.bin --to yaml --show-secrets -o copy.yaml`,
		Args: count(1, "one file, or - for the standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := a.anyFile(cmd.Context(), args[0], format)
			if err != nil {
				return err
			}
			text, err := p.print(a, file)
			if err != nil {
				return &failure{
					status: statusFault,
					err:    fmt.Errorf("%s: %w", shown(args[0]), err),
					advice: "lwm2mboot check tells all that is wrong with it",
				}
			}
			return o.write(a, text)
		},
	}
	p.flags(cmd)
	formatFlag(cmd, &format, "a configuration")
	o.flags(cmd, "where the text goes (mode 0600); the standard output otherwise")
	return cmd
}

// print is the text of a file's content.
func (p *printer) print(a *app, file []byte) ([]byte, error) {
	switch mask := (&config.DecodeOptions{Mask: !p.secrets}); p.to.value {
	case "yaml":
		return config.EncodeYAML(file, mask)
	case "json":
		return config.EncodeJSON(file, mask)
	}
	tree, problems, err := decode(file)
	if err != nil {
		return nil, err
	}
	for _, problem := range append(problems, tree.Validate(nil)...) {
		a.say("%v", problem)
	}
	if p.to.value == "table" {
		var b bytes.Buffer
		err := show.Table(&b, tree, config.NewNames(nil), p.secrets)
		return b.Bytes(), err
	}
	codec := senmljson.Codec{Secrets: senmljson.MaskSecrets}
	if p.secrets {
		codec.Secrets = senmljson.WriteSecrets
	}
	text, err := codec.Append(nil, tree, objects.Path{})
	return append(text, '\n'), err
}

// decode reads a file as a device does.
func decode(file []byte) (*objects.Tree, objects.Problems, error) {
	parsed, err := tlv.ParseFile(file)
	if err != nil {
		return nil, nil, err
	}
	tree := new(objects.Tree)
	problems, err := tree.Decode(parsed, nil)
	return tree, problems, err
}
