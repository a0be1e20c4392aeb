package main

import (
	"errors"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// configFaults are what generate would say of a configuration.
func configFaults(name string, text []byte, format choice) (lines []string, errs int, err error) {
	node, err := parse(name, text, format.value)
	if err != nil {
		return nil, 0, err
	}
	_, problems, err := config.Generate(node, &config.Options{Dir: dirOf(name)})
	for _, p := range problems {
		lines = append(lines, named(name, errors.New(p.String()), p.At).Error())
		if p.Grade == objects.Error {
			errs++
		}
	}
	if err != nil && !errors.Is(err, config.ErrInvalid) {
		return nil, 0, located(name, err)
	}
	return lines, errs, nil
}
