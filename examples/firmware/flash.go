package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// flash stands for the firmware's own storage of records: it keeps the State
// as octets, in one record. It is the bootstrapper.Store.
//
// A real one writes a record so that a power cut leaves the old one or the new
// one; bootstrapper/storetest proves that it does. This one is in memory.
type flash struct {
	bootstrapper.Turn // one bootstrap at a time

	mu     sync.Mutex
	record []byte
}

// Format keeps the keys in the record out of a log, whatever the verb.
func (f *flash) Format(s fmt.State, _ rune) { io.WriteString(s, "flash") }

// Load implements bootstrapper.Store.
func (f *flash) Load(ctx context.Context) (*bootstrapper.State, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.record == nil {
		return new(bootstrapper.State), nil
	}
	return bootstrapper.ParseState(f.record)
}

// Replace implements bootstrapper.Store.
func (f *flash) Replace(ctx context.Context, s *bootstrapper.State) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s == nil {
		return errors.New("flash: no State")
	}
	record, err := bootstrapper.AppendState(nil, s)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.record) // it held keys
	f.record = record
	return nil
}
