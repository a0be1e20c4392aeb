package simcard

import (
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// pin is a PIN or an issuer's key.
type pin struct {
	reference Access
	octets    []byte // as VERIFY carries it
	tries     int    // allowed
	left      int
	verified  bool // for the whole card, until its reset
	disabled  bool // needs no verifying
}

const (
	pinLength    = 8
	maxTries     = 15 // what 63Cx can say
	maxShownPINs = 8  // in the PIN status template
)

// PIN puts a PIN on the card: enabled, four to eight digits, blocked after 1
// to 15 wrong tries in a row. The first reference that files name is PIN1, 01;
// see [Access].
func PIN(reference Access, digits string, tries int) Option {
	return optionFunc(func(s *setup) error {
		octets, ok := apdu.PadPIN(digits)
		switch {
		case !ok:
			return fmt.Errorf("%w: PIN %02X is not four to eight digits", ErrBadOption, byte(reference))
		case reference == Always || reference == Never:
			return fmt.Errorf("%w: %02X is no reference of a PIN", ErrBadOption, byte(reference))
		case tries < 1 || tries > maxTries:
			return fmt.Errorf("%w: PIN %02X with %d tries, not 1 to %d", ErrBadOption, byte(reference), tries, maxTries)
		}
		s.pins = slices.DeleteFunc(s.pins, func(p *pin) bool { return p.reference == reference })
		s.pins = append(s.pins, &pin{reference: reference, octets: octets, tries: tries, left: tries})
		return nil
	})
}

// pin is the PIN with the given reference, or nil.
func (c *Card) pin(reference Access) *pin {
	for _, p := range c.pins {
		if p.reference == reference {
			return p
		}
	}
	return nil
}

// PINDisabled disables PINs of the card: a condition that asks for one is met,
// and the PIN status template says so.
func PINDisabled(references ...Access) Option {
	return optionFunc(func(s *setup) error {
		s.disabled = append(s.disabled, references...)
		return nil
	})
}

// disable does what PINDisabled asks for.
func (s *setup) disable() error {
	for _, reference := range s.disabled {
		i := slices.IndexFunc(s.pins, func(p *pin) bool { return p.reference == reference })
		if i < 0 {
			return fmt.Errorf("%w: there is no PIN %02X to be disabled", ErrBadOption, byte(reference))
		}
		s.pins[i].disabled = true
	}
	return nil
}

const (
	swRetries     apdu.SW = 0x63C0
	swNotVerified apdu.SW = 0x6300 // no more is told
	swDisabled    apdu.SW = 0x6984
)

// verify is VERIFY. Without data it tells the tries left and costs none; of a
// PIN that is verified or disabled it says 9000 (ISO/IEC 7816-4:2013 11.5.6,
// ETSI TS 102 221 11.1.9).
func (r *request) verify() answer {
	reference := Access(r.cmd.P2)
	if r.class.is2G && r.cmd.P2 == chv2 {
		reference = PIN2
	}
	p := r.pin(reference)
	question := len(r.cmd.Data) == 0
	switch {
	case r.cmd.P1 != 0:
		return bare(apdu.SWWrongP1P2)
	case p == nil:
		return bare(apdu.SWReferenceNotFound)
	case question && !r.takesQuestion(), !question && len(r.cmd.Data) != pinLength:
		return bare(apdu.SWWrongLength)
	case question && p.disabled:
		return bare(apdu.SWOK)
	case p.disabled:
		return bare(swDisabled)
	case p.left == 0:
		return bare(apdu.SWBlocked)
	case question && p.verified, !question && p.try(r.cmd.Data):
		return bare(apdu.SWOK)
	}
	return bare(r.triesLeft(p))
}

// takesQuestion reports whether the card takes this VERIFY without data.
func (r *request) takesQuestion() bool {
	switch {
	case r.behaviour.has(VerifyEmptyRefused):
		return false
	case r.behaviour.has(VerifyEmptyOfFive):
		return r.cmd.Ne != 0 // what a fifth octet of 00 says
	}
	return true
}

// triesLeft is the status word of a PIN that is not verified.
func (r *request) triesLeft(p *pin) apdu.SW {
	if r.behaviour.has(VerifyWithoutCount) {
		return swNotVerified
	}
	return swRetries | apdu.SW(p.left)
}

// try compares octets with the PIN.
func (p *pin) try(octets []byte) bool {
	if p.verified = slices.Equal(octets, p.octets); p.verified {
		p.left = p.tries
	} else {
		p.left--
	}
	return p.verified
}

// TriesLeft tells how many wrong tries a PIN has left; ok is false when the
// card has no such PIN.
func (c *Card) TriesLeft(reference Access) (n int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pin(reference)
	if p == nil {
		return 0, false
	}
	return p.left, true
}

// pinStatus is the value of the PIN status template: which of the references
// that follow are enabled, then the references, without the issuer's keys
// (ETSI TS 102 221 11.1.1.4.10).
func (c *Card) pinStatus() []byte {
	var enabled byte
	var references []byte
	shown := 0
	for _, p := range c.pins {
		if p.reference.issuers() || shown == maxShownPINs {
			continue
		}
		if !p.disabled {
			enabled |= 0b1000_0000 >> shown
		}
		shown++
		if p.reference == UniversalPIN {
			references = ber.Append(references, tagUsage, []byte{usagePIN})
		}
		references = ber.Append(references, tagKeyRef, []byte{byte(p.reference)})
	}
	return append(ber.Append(nil, tagPSDO, []byte{enabled}), references...)
}

// issuers reports a reference of a key, ADM1 to ADM10 (ETSI TS 102 221 table
// 9.3).
func (a Access) issuers() bool {
	low := a &^ 0x80
	return low >= 0x0A && low <= 0x0E
}

// Verified reports whether a PIN has been verified since the card's reset.
func (c *Card) Verified(reference Access) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pin(reference)
	return p != nil && p.verified
}
