package personal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// session is what is done on one channel.
type session struct {
	Options
	ch  *apdu.Channel
	df  apdu.Path   // where relative paths start; nil: at the application selected
	aid apdu.AID    // of the application
	way simboot.Way // to it

	iccid   string // "" when it is not known
	secured string // the secure channel that is open, by its name; "": none
}

// run opens a channel, does what is to be done on it, and closes it.
func (s *session) run(ctx context.Context, card apdu.CardTransport, do func(ctx context.Context) error) (stats apdu.Stats, err error) {
	if s.ch, err = s.openChannel(ctx, card); err != nil {
		return stats, err
	}
	defer func() {
		if closing := s.ch.Close(ctx); closing != nil {
			err = errors.Join(err, closing)
		}
		stats = s.ch.Stats()
	}()
	return stats, do(ctx)
}

// openChannel opens the channel that the policy asks for. That there is none
// may show with the application only, which AT+CCHO opens together with it.
func (s *session) openChannel(ctx context.Context, card apdu.CardTransport) (*apdu.Channel, error) {
	if s.Search.Channel == simboot.BasicOnly {
		return apdu.BasicChannel(card), nil
	}
	ch, err := apdu.OpenChannel(ctx, card)
	if s.Search.Channel != simboot.LogicalOrBasic {
		return ch, err
	}
	if err == nil {
		if _, refusal := ch.SelectApp(ctx, s.Search.AID); !errors.Is(refusal, apdu.ErrNoChannel) {
			return ch, nil
		}
		err = errors.Join(apdu.ErrNoChannel, ch.Close(ctx))
	}
	if errors.Is(err, apdu.ErrNoChannel) {
		return apdu.BasicChannel(card), nil
	}
	return nil, err
}

// answered reports that the card or the modem refused something, which is no
// fault of the way to it: something else may work.
func answered(err error) bool {
	if errors.Is(err, simboot.ErrSecureChannel) {
		return false
	}
	var sw apdu.SW
	var malformed *pkcs15.Error
	if errors.As(err, &sw) || errors.As(err, &malformed) {
		return true
	}
	for _, target := range []error{apdu.ErrRefused, apdu.ErrWrongFile, apdu.ErrBadPath, apdu.ErrNoRule, apdu.ErrBadRule,
		apdu.ErrShortFile, apdu.ErrFileTooLarge, apdu.ErrEndless} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// numberless reports that the way to the card is sound and its number cannot
// be had: it has none, or there is no channel to read it on, as behind a modem
// that opens one with an application only. Others reset the card when it is read
// by AT+CRSM: there was nothing to be lost yet.
func numberless(err error) bool {
	return answered(err) || errors.Is(err, simboot.ErrICCID) || errors.Is(err, apdu.ErrNoChannel) || errors.Is(err, apdu.ErrCardReset)
}

// reach is application, and the secure channel to it; a card without it has no
// file.
func (s *session) reach(ctx context.Context) error {
	err := s.application(ctx)
	switch {
	case err == nil:
		return s.secure(ctx)
	case answered(err):
		return fmt.Errorf("%w: %w", ErrNoFile, err)
	}
	return err
}

// secure opens the secure channel, if there is to be one, where the application
// is selected.
func (s *session) secure(ctx context.Context) (err error) {
	c := s.Search.SecureChannel
	if c.Open == nil || s.secured != "" {
		return nil
	}
	s.secured, err = c.Open(ctx, s.ch, s.iccid)
	switch {
	case err == nil, c.Mode == simboot.SecurePreferred && errors.Is(err, apdu.ErrNoSecureChannel):
		return nil
	}
	return &secureError{err}
}

// secureError is a failure of the secure channel: a fault, whatever the card
// answered.
type secureError struct{ err error }

func (e *secureError) Error() string { return simboot.ErrSecureChannel.Error() + ": " + e.err.Error() }

func (e *secureError) Unwrap() []error { return []error{simboot.ErrSecureChannel, e.err} }

// application reaches the application: by its AID, or else as EF(DIR) has it,
// by its whole AID or its path.
func (s *session) application(ctx context.Context) error {
	fcp, refusal := s.ch.SelectApp(ctx, s.Search.AID)
	if refusal == nil {
		s.aid, s.way = s.Search.AID, simboot.ByAID
		if strings.HasPrefix(string(fcp.AID), string(s.aid)) {
			s.aid = fcp.AID
		}
		return nil
	}
	if !answered(refusal) {
		return refusal
	}
	dir, err := s.readDir(ctx)
	if err != nil && !answered(err) {
		return err
	}
	for _, d := range dir.named(s.Search.AID) {
		for _, aid := range []apdu.AID{d.AID, apdu.AID(strings.TrimRight(string(d.AID), "\x00"))} {
			if len(aid) < len(s.Search.AID) {
				continue
			}
			_, err := s.ch.SelectApp(ctx, aid)
			if err == nil {
				s.aid, s.way = aid, simboot.ByDir
				return nil
			}
			if !answered(err) {
				return err
			}
		}
		if s.Search.SecureChannel.Mode == simboot.SecureRequired {
			continue // a path that nobody vouches for
		}
		if ok, err := s.below(ctx, d); ok || err != nil {
			return err
		}
	}
	return fmt.Errorf("application %v: %w", s.Search.AID, refusal)
}

// below makes the directory that EF(DIR) tells of the place where relative
// paths start.
func (s *session) below(ctx context.Context, d pkcs15.DirRecord) (ok bool, err error) {
	if len(d.Path) == 0 {
		return false, nil
	}
	df := d.Path
	if df[0] != apdu.FIDMF {
		df = slices.Concat(apdu.Path{apdu.FIDMF}, df)
	}
	fcp, err := s.ch.FileFCP(ctx, df)
	switch {
	case err != nil && answered(err):
		return false, nil
	case err != nil:
		return false, err
	case fcp.Structure != apdu.StructureDF && fcp.Structure != apdu.StructureUnknown:
		return false, nil
	}
	s.df, s.aid, s.way = df, d.AID, simboot.ByPath
	return true, nil
}

// place is a reference whose path starts where the application is.
func (s *session) place(ref apdu.FileRef) apdu.FileRef {
	p := ref.Path
	if s.df == nil || len(p) == 0 || p[0] == apdu.FIDMF {
		return ref
	}
	if p[0] == apdu.FIDCurrentADF {
		p = p[1:]
	}
	ref.Path = slices.Concat(s.df, p)
	return ref
}

// ReadFile implements pkcs15.FileReader.
func (s *session) ReadFile(ctx context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	content, err := s.ch.ReadFile(ctx, s.place(ref), need)
	if s.secured != "" && errors.Is(err, apdu.ErrNotFound) { // without a MAC; pkcs15.Find would pass over it
		err = fmt.Errorf("%v (not authenticated by the card, so not believed)", err)
	}
	return content, err
}
