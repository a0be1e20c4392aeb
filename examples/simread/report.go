package main

import (
	"bytes"
	"errors"

	"github.com/lwm2mboot/lwm2mboot/transport"
)

// report is a session with a card that is written without its secrets, so that
// it can go into a bug report. The recording itself, keys and all, stays in
// memory.
type report struct {
	path    string
	session bytes.Buffer
}

func (r *report) write() error {
	defer clear(r.session.Bytes())
	out, err := transport.CreateTranscript(r.path)
	if err != nil {
		return err
	}
	return errors.Join(transport.Redact(out, &r.session), out.Close())
}
