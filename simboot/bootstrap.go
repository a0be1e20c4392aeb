package simboot

import (
	"context"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// Bootstrap reads the card's bootstrap data and brings them into the store:
// [Read], then [bootstrapper.ApplyFile] as [bootstrapper.Smartcard]. The card's
// channel is closed before the store is asked.
//
// With an error the store is as it was. Test for the errors of Read, above all
// [ErrNoData], and of Apply, above all [bootstrapper.ErrInconsistent]. Data
// that are those of the last time are not applied again: Result.Changed is
// false then.
//
// A nil cfg follows the standard. Calls for one card or one store must not
// overlap.
func Bootstrap(ctx context.Context, card apdu.CardTransport, store bootstrapper.Store, cfg *Config) (Result, error) {
	var res Result
	c, err := cfg.filled()
	if err != nil {
		return res, fmt.Errorf("simboot: %w", err)
	}
	content, found, err := read(ctx, card, c.remembering(store))
	res.Found = found
	if err != nil {
		return res, err
	}
	defer clear(content)
	res.Result, err = bootstrapper.ApplyFile(ctx, content, store, c.options(found))
	if err != nil {
		return res, fmt.Errorf("simboot: %s: %w", found.place(), err)
	}
	return res, nil
}

// Open is [Read] as a stream, for [bootstrapper.Apply] or another parser. The
// whole content has been read, and the card's channel closed, when Open
// returns; Close clears the memory that holds it.
func Open(ctx context.Context, card apdu.CardTransport, cfg *Config) (io.ReadCloser, error) {
	content, _, err := Read(ctx, card, cfg)
	if err != nil {
		return nil, err
	}
	return &stream{unread: content, content: content}, nil
}

// stream is a content as an io.ReadCloser, and no more: it has no other way to
// its octets, and prints as their number.
type stream struct {
	unread, content pkcs15.Octets
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (n int, err error) {
	if len(s.unread) == 0 {
		return 0, io.EOF
	}
	n = copy(p, s.unread)
	s.unread = s.unread[n:]
	return n, nil
}

// Close clears the content; what is read afterwards is at its end.
func (s *stream) Close() error {
	clear(s.content)
	s.unread = nil
	return nil
}

// Format implements fmt.Formatter: package fmt does not ask the fields.
func (s *stream) Format(f fmt.State, verb rune) { s.content.Format(f, verb) }
