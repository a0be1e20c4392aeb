package simboot

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// ErrNoData tells that the card holds no bootstrap data: no PKCS#15
// application, no entry for LwM2M, or an empty file. It is
// [bootstrapper.ErrNoData], and no fault.
var ErrNoData = bootstrapper.ErrNoData

// ErrTooLarge tells that the file says that it is larger than
// Config.MaxBytes, or than Appendix G allows.
var ErrTooLarge = bootstrapper.ErrTooLarge

// Read finds EF(LwM2M_Bootstrap) on the card and reads its content: the header
// and as many bytes as it names, no padding. The content holds keys: it is the
// caller's to clear, and prints as its length.
//
// Errors to test for: [ErrNoData]; [ErrTooLarge]; [apdu.ErrNoChannel];
// [ErrPINNeeded], [ErrPINRefused], [ErrPINTries] and [ErrPINBlocked], when the
// card asks for a PIN, all of them [apdu.ErrSecurity]; [ErrSecureChannel];
// [apdu.ErrShortFile], when the file ends before its content; [ErrConfig];
// *pkcs15.Error and *tlv.Error, when the card's files are malformed; those of
// the transport, such as [apdu.ErrNoCard], and [apdu.ErrCardPIN] or
// [apdu.ErrCardLocked] when the modem lets nobody at a SIM that is locked; the
// context's. An [apdu.SW] is in the chain when the card refused a command.
func Read(ctx context.Context, card apdu.CardTransport, cfg *Config) (pkcs15.Octets, Found, error) {
	c, err := cfg.filled()
	if err != nil {
		return nil, Found{}, fmt.Errorf("simboot: %w", err)
	}
	if c.PIN.Ask != nil && c.PIN.Memory == nil {
		return nil, Found{}, fmt.Errorf("simboot: %w: PIN.Ask without PIN.Memory, so that a wrong PIN would be sent at each start", ErrConfig)
	}
	return read(ctx, card, c)
}

func read(ctx context.Context, card apdu.CardTransport, c Config) (pkcs15.Octets, Found, error) {
	s := search{Config: c}
	content, err := s.run(ctx, card, s.content)
	if err != nil {
		return nil, s.found, fmt.Errorf("simboot: %w", err)
	}
	return content, s.found, nil
}

// finder leads to the content, on the channel that is open.
type finder = func(ctx context.Context) (pkcs15.Octets, error)

// search is one search of a card.
type search struct {
	Config
	ch    *apdu.Channel
	df    apdu.Path // where relative paths start; nil: at the application selected
	learn bool      // the SFI of the file
	found Found
	short error // of a file that ended before its content, which may be a fault

	iccid    *string                     // of the card, once it was asked for
	verified map[apdu.KeyReference]error // what became of each PIN
}

// run opens a channel, lets find search on it, and closes it. That there is no
// logical channel may show behind the opening only, over a transport that opens
// one together with the application (AT+CCHO); the basic one then has its turn.
func (s *search) run(ctx context.Context, card apdu.CardTransport, find finder) (content pkcs15.Octets, err error) {
	if s.ch, err = s.channel(ctx, card); err != nil {
		return nil, err
	}
	logical := s.ch.Number() != 0
	content, err = s.on(ctx, card, find)
	if logical && s.mayUseBasic(err) {
		s.Logger.WarnContext(ctx, "no logical channel, using the basic one", "err", err)
		before := s.found.Stats
		*s = search{Config: s.Config, learn: s.learn, ch: apdu.BasicChannel(card)}
		content, err = s.on(ctx, card, find)
		s.found.Stats.Add(before)
	}
	return content, err
}

// on lets find search on the channel that is open, and closes it.
func (s *search) on(ctx context.Context, card apdu.CardTransport, find finder) (content pkcs15.Octets, err error) {
	s.found.Channel = s.ch.Number()
	defer func() {
		closing := s.ch.Close(ctx)
		s.found.Stats = s.ch.Stats()
		if closing == nil {
			return
		}
		s.Logger.WarnContext(ctx, "the channel may have stayed open", "channel", s.ch.Number(), "err", closing)
		if err == nil {
			s.found.CloseErr = closing
		} else {
			err = fmt.Errorf("%w (and %w)", err, closing)
		}
	}()
	content, err = find(ctx)
	if err == nil {
		s.found.Place = s.place()
	}
	if w, ok := card.(apdu.WayTeller); ok {
		s.found.Access = w.Way()
	}
	return content, err
}

// channel opens the channel that the policy asks for.
func (s *search) channel(ctx context.Context, card apdu.CardTransport) (*apdu.Channel, error) {
	if s.Config.Channel == BasicOnly {
		return apdu.BasicChannel(card), nil
	}
	ch, err := apdu.OpenChannel(ctx, card)
	switch {
	case err == nil:
		s.Logger.DebugContext(ctx, "logical channel opened", "channel", ch.Number())
		return ch, nil
	case s.mayUseBasic(err):
		s.Logger.WarnContext(ctx, "no logical channel, using the basic one", "err", err)
		return apdu.BasicChannel(card), nil
	}
	return nil, err
}

func (s *search) mayUseBasic(err error) bool {
	return errors.Is(err, apdu.ErrNoChannel) && s.Config.Channel == LogicalOrBasic
}

// content follows the way that the configuration names.
func (s *search) content(ctx context.Context) (pkcs15.Octets, error) {
	if err := s.greet(ctx); err != nil {
		return nil, err
	}
	if len(s.File) > 0 && s.File[0] == apdu.FIDMF {
		s.found.Way = ByFile
		if err := s.secure(ctx); err != nil {
			return nil, err
		}
		return s.fixed(ctx, apdu.FileRef{Path: s.File})
	}
	if err := s.application(ctx); err != nil {
		return nil, err
	}
	s.Logger.DebugContext(ctx, "application found", "aid", s.found.AID.String(), "by", s.found.Way.String())
	if err := s.secure(ctx); err != nil {
		return nil, err
	}
	if len(s.File) > 0 {
		return s.fixed(ctx, apdu.FileRef{Path: s.File})
	}
	return s.object(ctx)
}

// fixed reads the file whose place is known.
func (s *search) fixed(ctx context.Context, ref apdu.FileRef) (pkcs15.Octets, error) {
	content, err := s.file(ctx, ref)
	if err == nil && len(content) == 0 {
		err = fmt.Errorf("%w: EF %v is empty", ErrNoData, ref)
	}
	return content, err
}
