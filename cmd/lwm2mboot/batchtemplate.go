package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/batch"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// compile reads the template, and the master key if there is one.
func (b *batchRun) compile(ctx context.Context, a *app) (*batch.Template, error) {
	if err := b.template.checkSize(); err != nil {
		return nil, err
	}
	name := b.template.config
	text, err := a.read(ctx, name, maxInput)
	if err != nil {
		return nil, err
	}
	node, err := parse(name, text, b.template.format.value)
	if err != nil {
		return nil, err
	}
	opts := config.Options{
		NoValidate: b.template.noValidate,
		Size:       b.template.size,
		Dir:        dirOf(name),
		Template:   true,
	}
	document, err := config.Resolve(node, &opts)
	if err != nil {
		return nil, located(name, err)
	}
	master, err := b.master(ctx, a)
	if err != nil {
		return nil, err
	}
	defer clear(master)
	salt, err := hex.DecodeString(b.salt)
	if err != nil {
		return nil, &failure{status: statusUsage, err: errors.New("--salt: not in hex")}
	}
	opts.Template = false
	t, err := batch.Compile(document, &batch.Options{Config: opts, Name: b.name, Columns: b.columns, Master: master, Salt: salt})
	var bad *config.Error
	if !errors.As(err, &bad) && (errors.Is(err, batch.ErrOption) || errors.Is(err, batch.ErrMaster)) {
		return nil, &failure{status: statusUsage, err: err, advice: "see lwm2mboot batch --help"}
	}
	return t, located(name, err)
}

// master is the master key.
func (b *batchRun) master(ctx context.Context, a *app) (batch.Master, error) {
	if b.masterFile == "" {
		return nil, nil
	}
	text, err := a.read(ctx, b.masterFile, maxKey)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	digits := bytes.Join(bytes.Fields(text), nil)
	defer clear(digits)
	key := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(key, digits); err != nil || len(key) < batch.MinMaster {
		return nil, fmt.Errorf("%s: not a master key: %d or more octets in hex", shown(b.masterFile), batch.MinMaster)
	}
	return key, nil
}
