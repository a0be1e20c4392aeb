package simboot

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// SecureMode says what becomes of a card that offers no secure channel.
type SecureMode uint8

const (
	// SecureRequired: it is not read; the error is [ErrSecureChannel].
	SecureRequired SecureMode = 1 + iota
	// SecurePreferred: it is read in the clear, with a warning, and Found.Plain
	// tells why; PINs go in the clear then, too. Who sits on the line can bring
	// that about, so this protects from listeners at best.
	SecurePreferred
)

// SecureChannel says how the data are read through the secure channel of
// Appendix H, so that neither the UART nor the modem sees or alters them. The
// zero value does without.
//
//	simboot.SecureChannel{
//		Mode: simboot.SecureRequired,
//		Open: scp03.Opener(scp03.Config{KeysFor: keys}),
//	}
//
// It is opened where the application has been selected, before its first file
// is read, and takes two round trips; PINs go through it. With SecureRequired,
// at a level whose answers have a MAC (not 01 and 03 of scp03), nothing that the
// card did not authenticate counts as its word: a status word of an error is a
// fault of which [Check] draws no conclusion, no entry is passed over on its
// account, and an application that is not there is ErrSecureChannel. That the
// card was taken out cannot be authenticated, and is believed.
type SecureChannel struct {
	// Mode has no default: with Open it must be set.
	Mode SecureMode

	// Open authenticates card and host on ch, and leaves ch with the session
	// ([apdu.Channel.Secure]). name tells what it is, "SCP03 level 33". A card
	// that offers no such channel is [apdu.ErrNoSecureChannel]. Package scp03
	// has one; only a firmware that names it links it.
	Open func(ctx context.Context, ch *apdu.Channel, iccid string) (name string, err error)

	// ICCID says that Open is told the card's number, for keys that go by it;
	// that takes two round trips more. Otherwise iccid is empty.
	// A card without a number has an empty one, too.
	ICCID bool
}

// ErrSecureChannel tells that the secure channel could not be opened; why, the
// errors of the one who opens it tell: with scp03 that the card is not
// authenticated, or refuses the host. Cards count such failures.
var ErrSecureChannel = errors.New("no secure channel with the card")

// check says what is wrong with the configuration.
func (c SecureChannel) check() error {
	switch {
	case c.Open == nil && c.Mode == 0 && !c.ICCID:
		return nil
	case c.Open == nil:
		return fmt.Errorf("%w: SecureChannel without Open", ErrConfig)
	case c.Mode != SecureRequired && c.Mode != SecurePreferred:
		return fmt.Errorf("%w: SecureChannel.Mode %d", ErrConfig, c.Mode)
	}
	return nil
}

// greet learns what the secure channel's keys go by, while everything is in the
// clear and no application is selected.
func (s *search) greet(ctx context.Context) error {
	if !s.SecureChannel.ICCID {
		return nil
	}
	return s.identify(ctx)
}

// secure opens the secure channel, if there is to be one.
func (s *search) secure(ctx context.Context) error {
	c := s.SecureChannel
	if c.Open == nil {
		return nil
	}
	iccid := ""
	if c.ICCID {
		iccid = *s.iccid
	}
	name, err := c.Open(ctx, s.ch, iccid)
	if err == nil && !s.ch.Secured() {
		err = errors.New("SecureChannel.Open left the channel without a session")
	}
	switch {
	case err == nil:
		s.found.Secure = name
		s.iccid = nil // it was told in the clear: a PIN's memory goes by what the card proves
		s.Logger.DebugContext(ctx, "secure channel opened", "as", name)
		return nil
	case c.Mode == SecurePreferred && errors.Is(err, apdu.ErrNoSecureChannel):
		s.found.Plain = err
		s.Logger.WarnContext(ctx, "no secure channel, the data are read in the clear", "err", err)
		return nil
	}
	return fmt.Errorf("%w: %w", ErrSecureChannel, err)
}

// doubts reports that an error is no word of the card's that could be trusted,
// where only such words count: secured tells whether the channel was open.
func (c SecureChannel) doubts(err error, secured bool) bool {
	return c.Mode == SecureRequired && (!secured || answered(err))
}

func (s *search) doubts(err error) bool {
	return s.SecureChannel.doubts(err, s.found.Secure != "")
}

// unproven is a status word's error that the card did not authenticate, and
// that matches none of its classes.
type unproven struct{ err error }

func (u *unproven) Error() string {
	return u.err.Error() + " (not authenticated by the card, so not believed)"
}
