package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// admEnv is the environment variable that has the issuer's key where a file is
// in the way. Unlike the command line it is not for everybody to see.
const admEnv = "LWM2MBOOT_ADM"

// Flags of keys: they name files, since a command line is seen by everybody.
func pinFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "pin-file", "", "a file with the PIN that the card may ask for; - for the standard input")
}

func admFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "adm-file", "", "a file with the issuer's key, 4 to 8 digits or 16 hex digits; - for the standard input; otherwise $"+admEnv)
}

// digits are those in a file, without the blanks around them.
func (a *app) digits(ctx context.Context, path string) ([]byte, error) {
	b, err := a.read(ctx, path, maxKey)
	if b = bytes.TrimSpace(b); err == nil && len(b) == 0 {
		err = fmt.Errorf("%s: there is nothing in it", shown(path))
	}
	return b, err
}

// pin is the PIN in a file; none without a file.
func (a *app) pin(ctx context.Context, path string) (objects.Secret, error) {
	if path == "" {
		return objects.Secret{}, nil
	}
	text, err := a.digits(ctx, path)
	if err != nil {
		return objects.Secret{}, err
	}
	defer clear(text)
	secret, err := personal.ParseKey(string(text))
	if err != nil {
		err = fmt.Errorf("%s: %w", shown(path), err)
	}
	return secret, err
}

// adm is the issuer's key; none when it is not given.
func (a *app) adm(ctx context.Context, path string) (objects.Secret, error) {
	text := os.Getenv(admEnv)
	if path != "" || text == "" {
		return a.pin(ctx, path)
	}
	secret, err := personal.ParseKey(text)
	if err != nil {
		err = fmt.Errorf("$%s: %w", admEnv, err)
	}
	return secret, err
}

// pinPolicy has the PIN in a file, read when the card asks for it. There is no
// store here, so what was refused is forgotten at the end: the tries left are
// shown, and simboot does not use the last one.
func (a *app) pinPolicy(path string) simboot.PINPolicy {
	if path == "" {
		return simboot.PINPolicy{}
	}
	return simboot.PINPolicy{
		Memory: new(bootstrapper.MemStore),
		Ask: func(ctx context.Context, r simboot.PINRequest) ([]byte, error) {
			a.say("the card asks for %v", r)
			return a.digits(ctx, path)
		},
	}
}
