package main

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// secure is the secure channel with the keys in a file; none without a file.
func (a *app) secure(ctx context.Context, path string) (c simboot.SecureChannel, err error) {
	keys, err := a.keySource(ctx, path)
	if keys == nil || err != nil {
		return c, err
	}
	return simboot.SecureChannel{Mode: simboot.SecureRequired, Open: scp03.Opener(scp03.Config{KeysFor: keys})}, nil
}

// keys are those of a simulated card, whose diversification data are zero.
func (a *app) keys(ctx context.Context, path string) (scp03.Keys, error) {
	source, err := a.keySource(ctx, path)
	if source == nil || err != nil {
		return scp03.Keys{}, err
	}
	return source(ctx, scp03.Card{})
}

// keySource has the keys in a file that nobody else can read.
func (a *app) keySource(ctx context.Context, path string) (scp03.KeySource, error) {
	if path == "" {
		return nil, nil
	}
	if path != "-" && runtime.GOOS != "windows" {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
			return nil, &failure{status: statusFault, err: fmt.Errorf("%s: others can get at the keys", path), advice: "chmod 600 " + path}
		}
	}
	text, err := a.read(ctx, path, scp03.MaxKeyFile)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	source, err := scp03.ParseKeyFile(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown(path), err)
	}
	return source, nil
}
