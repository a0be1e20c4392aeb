package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// maxPINFile is more than a PIN and a newline take.
const maxPINFile = 64

// pinFrom is a policy that has the digits in a file, or on the standard input.
// There is no store here, so what was refused is forgotten at the end: the
// tries left are shown, and simboot does not use the last one.
func pinFrom(path string, stdin io.Reader, stderr io.Writer) simboot.PINPolicy {
	return simboot.PINPolicy{
		Memory: new(bootstrapper.MemStore),
		Ask: func(_ context.Context, r simboot.PINRequest) ([]byte, error) {
			fmt.Fprintln(stderr, "the card asks for", r)
			in := stdin
			if path != "-" {
				f, err := os.Open(path)
				if err != nil {
					return nil, err
				}
				defer f.Close()
				in = f
			}
			digits, err := io.ReadAll(io.LimitReader(in, maxPINFile))
			return bytes.TrimSpace(digits), err
		},
	}
}
