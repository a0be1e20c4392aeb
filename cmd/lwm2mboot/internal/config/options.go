package config

import "github.com/lwm2mboot/lwm2mboot/objects"

// Options say how a configuration is taken. The zero value has the built-in
// definitions, reads no files and validates.
type Options struct {
	// Registry has the definitions; nil: the built-in ones.
	Registry *objects.Registry

	// Dir is the directory that file: reads below. Empty: file: is refused, as
	// for a configuration from the standard input.
	Dir string

	// Template keeps values with a ${…} in their text as they are, for
	// [AppendValue]. Otherwise ${ is text like any other.
	Template bool

	// NoValidate makes the file whatever the definitions and the other objects
	// say of it.
	NoValidate bool

	// Size pads the file with FF to so many octets; 0: no padding.
	Size int
}
