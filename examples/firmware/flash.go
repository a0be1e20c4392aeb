package main

import (
	"context"
	"sync"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// flash stands for the firmware's own storage of records. It is the
// bootstrapper.Store: of each source it keeps the Object Instances, in the
// format of a bootstrap file, and the digest of the data that they came from.
//
// A real one writes all records in one transaction. This one keeps them in
// memory and swaps the whole set at once.
type flash struct {
	mu      sync.Mutex
	records map[bootstrapper.Origin]record
}

type record struct {
	active, disabled []byte
	reason           string
	digest           bootstrapper.Digest
	applied          bool
}

// Load implements bootstrapper.Store.
func (f *flash) Load(ctx context.Context) (*bootstrapper.State, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	state := new(bootstrapper.State)
	for origin, r := range f.records {
		disabled, err := decode(r.disabled)
		if err != nil {
			return nil, err
		}
		active, err := decode(r.active)
		if err != nil {
			return nil, err
		}
		if disabled.Len() > 0 {
			state.SetSource(origin, disabled)
			state.Disable(origin, r.reason)
		}
		state.SetSource(origin, active)
		if r.applied {
			state.SetDigest(origin, r.digest)
		}
	}
	return state, nil
}

// Replace implements bootstrapper.Store.
func (f *flash) Replace(ctx context.Context, s *bootstrapper.State) error {
	records := make(map[bootstrapper.Origin]record)
	for _, origin := range []bootstrapper.Origin{bootstrapper.Factory, bootstrapper.Smartcard, bootstrapper.Server} {
		var r record
		var err error
		if r.active, err = encode(s.Source(origin)); err != nil {
			return err
		}
		disabled, reason := s.Disabled(origin)
		if r.disabled, err = encode(disabled); err != nil {
			return err
		}
		r.reason = reason
		r.digest, r.applied = s.Digest(origin)
		records[origin] = r
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.records = records
	return nil
}

func encode(t *objects.Tree) ([]byte, error) {
	file, err := t.Encode()
	if err != nil {
		return nil, err
	}
	return tlv.AppendFile(nil, file)
}

func decode(b []byte) (*objects.Tree, error) {
	file, err := tlv.ParseFile(b)
	if err != nil {
		return nil, err
	}
	t := new(objects.Tree)
	_, err = t.Decode(file, nil)
	return t, err
}
