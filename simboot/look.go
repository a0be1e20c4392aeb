package simboot

import (
	"context"
	"errors"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// verdict is what one look at the card says.
type verdict uint8

const (
	faulty  verdict = iota // nothing is known
	useful                 // there are data, and they are in use
	useless                // there are none, or they cannot be used
	gone                   // there is no card
)

// look is what one look at the card says.
type look struct {
	verdict
	err    error               // nil when useful
	digest bootstrapper.Digest // of the content, if there was any
}

// confirms reports whether two looks in a row say the same.
func (l look) confirms(last look) bool { return l.verdict == last.verdict && l.digest == last.digest }

// judge tells a fault from what a card really says. What the card was read to
// say is the same tomorrow; anything else may be the modem's doing: that a file
// is not of the kind it was, too, for a modem that selects files by itself
// moves ours.
func judge(err error) verdict {
	var (
		directory *pkcs15.Error
		file      *tlv.Error
		value     *objects.DecodeError
	)
	is := func(targets ...error) bool {
		return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
	}
	switch {
	case is(apdu.ErrNoCard):
		return gone
	case is(bootstrapper.ErrStore, apdu.ErrShortFile, apdu.ErrSecurity, ErrSecureChannel): // half read, or not at all
		return faulty
	case is(ErrNoData, ErrTooLarge, objects.ErrInconsistent, objects.ErrLimit),
		is(apdu.ErrNotFound, apdu.ErrBadPath, apdu.ErrFileTooLarge, tlv.ErrTruncated),
		errors.As(err, &directory), errors.As(err, &file), errors.As(err, &value):
		return useless
	}
	return faulty
}

// look reads the card's data, where they were the last time or by a search,
// and applies them. Data that are refused leave the store as it was.
func (k *checker) look(ctx context.Context) (l look) {
	content, err := k.read(ctx)
	if err == nil {
		defer clear(content)
		l.digest = bootstrapper.DigestOf(content)
		err = k.apply(ctx, content, l.digest)
	}
	l.verdict, l.err = useful, err
	if err != nil {
		l.verdict = judge(err)
	}
	if l.verdict == useless && k.SecureChannel.doubts(err, k.res.Found.Secure != "") {
		l.verdict = faulty
	}
	return l
}

func (k *checker) read(ctx context.Context) (pkcs15.Octets, error) {
	for _, p := range k.places() {
		content, err := k.search(ctx, func(s *search) finder { return s.remembered(p) })
		switch {
		case err == nil && k.applied(bootstrapper.DigestOf(content)):
			return content, nil
		case err != nil && !elsewhere(err):
			return nil, err
		}
		clear(content)
		k.Logger.DebugContext(ctx, "not what it was, searching the card", "err", err)
	}
	return k.search(ctx, k.learning)
}

// learning searches the card, and learns the SFI of the file that it finds, for
// the next time.
func (k *checker) learning(s *search) finder {
	s.learn = true
	return s.content
}

// places are where to look before the card is searched: by the SFI, which may
// be another file's by now, then by the path.
func (k *checker) places() (list []place) {
	p, ok := parsePlace(k.known.Card().Place)
	if !ok || !p.suits(k.Config) || k.FullSearch {
		return nil
	}
	if p.file.SFI != apdu.SFINone {
		list = append(list, p)
		p.file.SFI = apdu.SFINone
	}
	return append(list, p)
}

// elsewhere reports whether a search may find what is not at its old place:
// whatever the card answered, but no fault of the way to it.
func elsewhere(err error) bool {
	var pin *PINError
	if errors.As(err, &pin) || errors.Is(err, ErrSecureChannel) {
		return false // asking again would not help
	}
	var moved *unproven
	return errors.As(err, &moved) || answered(err) || judge(err) == useless || errors.Is(err, apdu.ErrShortFile)
}

// answered reports whether the card itself refused a command.
func answered(err error) bool {
	var sw apdu.SW
	return errors.As(err, &sw)
}

// search runs one search, and counts its cost.
func (k *checker) search(ctx context.Context, find func(*search) finder) (pkcs15.Octets, error) {
	s := search{Config: k.Config}
	content, err := s.run(ctx, k.card, find(&s))
	k.res.Found = s.found
	k.res.Stats.Add(s.found.Stats)
	return content, err
}

// applied reports whether data are those that were applied the last time.
func (k *checker) applied(d bootstrapper.Digest) bool {
	last, ok := k.known.Digest(bootstrapper.Smartcard)
	return ok && last == d
}
