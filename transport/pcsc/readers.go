package pcsc

import (
	"context"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Readers lists the readers that pcscd has, up to 16 of them, as they are at
// the moment. None is no error. Test the error for ErrNoService, ErrProtocol,
// errors.ErrUnsupported and the context's. Of cfg, Shared is not looked at.
func Readers(ctx context.Context, cfg *Config) ([]Reader, error) {
	full := cfg.orDefault()
	ctx, cancel := full.limit(ctx)
	defer cancel()
	found, err := readers(ctx, full.Socket)
	if err != nil {
		return nil, fmt.Errorf("pcsc: list readers: %w", err)
	}
	return found, nil
}

// readers asks on a connection of its own: a pcscd that was built for more
// readers says more than is read here.
func readers(ctx context.Context, socket string) ([]Reader, error) {
	c, err := dial(ctx, socket)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	b, err := c.call(ctx, request(cmdReaders, nil, ""), readerSize*readerCount)
	if err != nil {
		return nil, err
	}
	return parseReaders(b), nil
}

// OnlyCard is the name of the reader that has a card, if there is one such: for
// who must not take the wrong one, as before a card is written. None is
// apdu.ErrNoCard; several are an error that names two.
func OnlyCard(readers []Reader) (name string, err error) {
	for _, r := range readers {
		switch {
		case !r.Card:
		case name != "":
			return "", fmt.Errorf("there is a card in %q and in %q: name one", name, r.Name)
		default:
			name = r.Name
		}
	}
	if name == "" {
		return "", fmt.Errorf("%w in any of %d readers", apdu.ErrNoCard, len(readers))
	}
	return name, nil
}

// choose returns the name of the reader that is meant: the one of that name;
// for "" the first with a card in it, or the first of all.
func choose(found []Reader, name string) (string, error) {
	match := func(r Reader) bool { return name == "" && r.Card || name != "" && r.Name == name }
	i := slices.IndexFunc(found, match)
	switch {
	case i >= 0:
		return found[i].Name, nil
	case name == "" && len(found) > 0:
		return found[0].Name, nil
	}
	names := make([]string, len(found))
	for i, r := range found {
		names[i] = r.Name
	}
	return "", fmt.Errorf("%w (there are %d: %q)", ErrNoReader, len(names), names)
}

// limit gives a context without a deadline one.
func (c Config) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.Timeout)
}
