package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/dict"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// source is where the octets of EF(LwM2M_Bootstrap) come from: a configuration,
// or a file.
type source struct {
	config     string
	file       string
	format     choice
	noValidate bool
	size       int
}

// formatFlag adds --format.
func formatFlag(cmd *cobra.Command, format *choice, what string) {
	format.register(cmd, "format", "syntax of "+what, "auto", "yaml", "json", "dict")
}

// flags adds those of a configuration.
func (s *source) flags(cmd *cobra.Command, standard string) {
	f := cmd.Flags()
	f.StringVarP(&s.config, "config", "c", standard, "the configuration; - for the standard input")
	formatFlag(cmd, &s.format, "the configuration")
	f.BoolVar(&s.noValidate, "no-validate", false, "take what contradicts the object definitions, or itself")
	cmd.MarkFlagFilename("config", "yaml", "yml", "json", "py", "dict")
}

// withFile adds --file, instead of a configuration.
func (s *source) withFile(cmd *cobra.Command) {
	s.flags(cmd, "")
	cmd.Flags().StringVar(&s.file, "file", "", "in place of a configuration: the file itself, octets or hex; - for the standard input")
	cmd.MarkFlagsMutuallyExclusive("config", "file")
}

// none reports that neither was given.
func (s *source) none() bool { return s.config == "" && s.file == "" }

// checkSize refuses a --size that cannot be meant.
func (s *source) checkSize() error {
	if s.size < 0 {
		return &failure{status: statusUsage, err: errors.New("--size: less than 0 octets")}
	}
	return nil
}

// octets are those of the file, checked to be one.
func (s *source) octets(ctx context.Context, a *app) ([]byte, error) {
	if err := s.checkSize(); err != nil {
		return nil, err
	}
	if s.config != "" {
		text, err := a.read(ctx, s.config, maxInput)
		if err != nil {
			return nil, err
		}
		return s.generate(a, s.config, text)
	}
	content, err := a.read(ctx, s.file, maxInput)
	if err != nil {
		return nil, err
	}
	file, err := bootstrap(content)
	if err == nil {
		_, err = tlv.ParseFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown(s.file), err)
	}
	return file, nil
}

// generate makes the file of a configuration; what validation has to say goes
// to the standard error.
func (s *source) generate(a *app, name string, text []byte) ([]byte, error) {
	node, err := parse(name, text, s.format.value)
	if err != nil {
		return nil, err
	}
	opts := config.Options{NoValidate: s.noValidate, Size: s.size, Dir: dirOf(name)}
	file, problems, err := config.Generate(node, &opts)
	for _, p := range problems {
		a.say("%v", named(name, errors.New(p.String()), p.At))
	}
	if errors.Is(err, config.ErrInvalid) {
		return nil, told(statusFault, "--no-validate makes the file all the same")
	}
	return file, located(name, err)
}

// parse reads a configuration as data.
func parse(name string, text []byte, format string) (config.Node, error) {
	f := config.Format(format)
	if format == "auto" || format == "" {
		f = config.Detect(name, text)
	}
	node, err := config.Parse(text, f, func(b []byte) (config.Node, error) { return dict.Parse(b, nil) })
	return node, located(name, err)
}

// dirOf is where file: of a configuration reads; nowhere for one that is piped.
func dirOf(name string) string {
	if name == "-" {
		return ""
	}
	return filepath.Dir(name)
}

// located puts the file's name in front of an error of a configuration:
// seed.yaml:4:7: Security/1/Lifetime: …
func located(name string, err error) error {
	var bad *config.Error
	if err == nil || !errors.As(err, &bad) {
		return err
	}
	return named(name, err, bad.At)
}

func named(name string, err error, at config.Position) error {
	if at == (config.Position{}) {
		return fmt.Errorf("%s: %w", shown(name), err)
	}
	return fmt.Errorf("%s:%w", shown(name), err)
}

// anyFile reads a file of any form: octets, hex, or a configuration, of which the
// octets are made as it stands; format is its syntax.
func (a *app) anyFile(ctx context.Context, name string, format choice) ([]byte, error) {
	content, err := a.read(ctx, name, maxInput)
	if err != nil {
		return nil, err
	}
	if isConfiguration(name, content) {
		s := source{noValidate: true, format: format}
		return s.generate(a, name, content)
	}
	file, err := bootstrap(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown(name), err)
	}
	return file, nil
}
