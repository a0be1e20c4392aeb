package simcard

import (
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// secureChannel is the secure channel that a card offers: what options say of
// it, and what has become of it.
type secureChannel struct {
	sets            []*keySet // none: it is not offered
	parameter       byte      // i
	diversification []byte    // nil: of the ICCID
	sequence        uint32    // that key sets start with
	random          io.Reader
	apps            []apdu.AID
	faults          map[SecureFault]int // 0: always

	initialized   int // answers to INITIALIZE UPDATE
	tried         int // EXTERNAL AUTHENTICATEs
	authenticated int // those that succeeded
	arrived       int // wrapped commands
	unwrapped     [256]int
	last          answer // the wrapped one before, for ReplayedAnswer
}

// keySet is keys on the card.
type keySet struct {
	scp03.Keys
	sequence uint32 // counter
}

// What a card's secure channel is like without the options below.
const (
	// DefaultSecureParameter is i: pseudo-random challenges, R-MAC and
	// R-ENCRYPTION.
	DefaultSecureParameter = scp03.ParameterPseudo | scp03.ParameterRMAC | scp03.ParameterRENC

	// DefaultKeyVersion is that of keys without one.
	DefaultKeyVersion byte = 0x30

	maxSequence = 0xFFFFFF
)

func newSecureChannel() *secureChannel {
	return &secureChannel{
		parameter: DefaultSecureParameter,
		sequence:  1,
		random:    rand.Reader,
		apps:      []apdu.AID{apdu.AIDPKCS15},
	}
}

// SecureChannel makes the PKCS#15 application offer the secure channel of OMA
// LwM2M Appendix H, SCP03, on every logical channel: INITIALIZE UPDATE,
// EXTERNAL AUTHENTICATE and all commands of the card wrapped. Of several keys,
// of different versions, the first are those of a host that asks for none (P1
// 00). The card keeps a copy of them. It demands the channel for nothing
// unless [ReadCondition] or [UpdateCondition] say so by [Secured].
//
//	simcard.New(simcard.BootstrapFile(b), simcard.SecureChannel(keys),
//		simcard.ReadCondition(simcard.Secured(scp03.Level33), pkcs15.FIDBootstrap))
//
// A session is that of its logical channel. It ends with a wrong C-MAC or a
// command in the clear (6982; GET RESPONSE and MANAGE CHANNEL may be), with
// another INITIALIZE UPDATE, when an application is selected in the clear by
// its AID or another becomes current, and with the channel or a reset. Answers
// that do not fit into 256 octets when wrapped are cut by READ BINARY, and 6700
// elsewhere. Over [T0] the card does not hear the Le of what was wrapped, and
// answers as much as there is.
//
// The other options that begin with Secure, and [SecureFault], do nothing
// without this one.
func SecureChannel(keys ...scp03.Keys) Option {
	own := make([]scp03.Keys, len(keys)) // the caller may wipe his
	for i, k := range keys {
		own[i] = k.Clone()
	}
	return optionFunc(func(s *setup) error {
		if len(own) == 0 {
			return fmt.Errorf("%w: a secure channel without keys", ErrBadOption)
		}
		for _, k := range own {
			if k.Version == 0 {
				k.Version = DefaultKeyVersion
			}
			if _, err := scp03.PseudoRandomChallenge(k, nil, "", 8); err != nil {
				return fmt.Errorf("%w: %w", ErrBadOption, err)
			}
			if s.secure.keySet(k.Version) != nil {
				return fmt.Errorf("%w: two keys of version %02X", ErrBadOption, k.Version)
			}
			s.secure.sets = append(s.secure.sets, &keySet{Keys: k})
		}
		return nil
	})
}

// SecureParameter sets i, the octet that tells what the card's SCP03 is like:
// see [scp03.ParameterS16] and its neighbours. It is [DefaultSecureParameter]
// otherwise. Levels that it does not offer are refused: 6A86.
func SecureParameter(i byte) Option {
	return optionFunc(func(s *setup) error {
		s.secure.parameter = i
		return nil
	})
}

// SecureDiversification sets the key diversification data; otherwise they are
// the ten octets of EF(ICCID).
func SecureDiversification(data [10]byte) Option {
	return optionFunc(func(s *setup) error {
		s.secure.diversification = data[:]
		return nil
	})
}

// SecureSequence sets the sequence counter of each key set, for pseudo-random
// challenges: 0 to FFFFFF, 1 without this option. It goes up with every host
// that is authenticated, so that the challenge is known beforehand; when it
// cannot, the key set is used up: 6985.
func SecureSequence(n uint32) Option {
	return optionFunc(func(s *setup) error {
		if n > maxSequence {
			return fmt.Errorf("%w: sequence counter %X is not of three octets", ErrBadOption, n)
		}
		s.secure.sequence = n
		return nil
	})
}

// SecureRandom sets the source of challenges that are not pseudo-random; nil is
// crypto/rand, which it is without this option. The card reads it while it carries a command out;
// 6F00 when it fails.
func SecureRandom(source io.Reader) Option {
	return optionFunc(func(s *setup) error {
		if s.secure.random = source; source == nil {
			s.secure.random = rand.Reader
		}
		return nil
	})
}

// SecureApps sets the applications that offer the secure channel, by what their
// AIDs begin with, instead of the PKCS#15 application. Others answer 6D00 to
// INITIALIZE UPDATE, and 6882 to what is wrapped.
func SecureApps(aids ...apdu.AID) Option {
	own := slices.Clone(aids)
	return optionFunc(func(s *setup) error {
		s.secure.apps = own
		return nil
	})
}

// offered is what the card has: nil without keys.
func (c *secureChannel) offered(iccid string) *secureChannel {
	if len(c.sets) == 0 {
		return nil
	}
	for _, set := range c.sets {
		set.sequence = c.sequence
	}
	if c.diversification == nil {
		c.diversification = swapped(iccid, iccidOctets)
	}
	return c
}

// offeredBy reports whether an application, which may be nil, has the channel.
func (c *secureChannel) offeredBy(app *node) bool {
	return app != nil && slices.ContainsFunc(c.apps, func(aid apdu.AID) bool {
		return strings.HasPrefix(string(app.AID), string(aid))
	})
}

// keySet is the set of a version, 0 standing for the first; or nil.
func (c *secureChannel) keySet(version byte) *keySet {
	for _, set := range c.sets {
		if version == 0 || set.Version == version {
			return set
		}
	}
	return nil
}
