package bootstrapper

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Options say how [Apply] works. The zero value, and nil, follow the standard.
type Options struct {
	// Origin is the source that the data are from; zero: [Smartcard]. The data
	// are taken for all that the source has to give.
	Origin Origin

	// Registry has the definitions of objects; nil: the built-in ones.
	Registry *objects.Registry

	// Unknown says what to do with Objects that Registry has no definition of;
	// zero: [KeepUnknown].
	Unknown UnknownPolicy

	// Strict refuses what the specification forbids and services are known to
	// do: see objects.ValidateOptions.
	Strict bool

	// NoAccessControl says that the client does not support /2, so that it can
	// have one Server only (Core 1.2 6.1.6).
	NoAccessControl bool

	// Force applies the data although their digest is that of the last time,
	// and so undoes what a server wrote over them since.
	Force bool

	// Place is where a card's data were found, to be remembered with them: see
	// [Card]. "": not known; what is remembered stays if the data are the same.
	Place string

	// Logger is told what was applied, what was displaced, and warnings; never
	// a value of any Resource. nil: silent.
	Logger Logger

	once bool // data that were applied before stay, whatever comes: the factory's
}

// UnknownPolicy says what to do with an Object without a definition.
type UnknownPolicy uint8

// The policies.
const (
	KeepUnknown   UnknownPolicy = iota // keep it, its values as raw octets, with a warning
	DropUnknown                        // leave it out, with a warning
	RefuseUnknown                      // refuse the file as inconsistent
)

// filled is a copy of opts with nothing left open.
func (opts *Options) filled() (Options, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Origin == 0 {
		o.Origin = Smartcard
	}
	if !o.Origin.valid() {
		return o, fmt.Errorf("%v is none", o.Origin)
	}
	if o.Unknown > RefuseUnknown {
		return o, fmt.Errorf("UnknownPolicy(%d) is none", o.Unknown)
	}
	if o.Logger == nil {
		o.Logger = Silent
	}
	return o, nil
}
