package personal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// swDisabled: verification is switched off (ETSI TS 102 221 11.1.9).
const swDisabled apdu.SW = 0x6984

// tries asks how many tries a key has left, which costs none. open is true
// when nothing need be verified.
func (s *session) tries(ctx context.Context, key apdu.KeyReference) (left int, open bool, err error) {
	sw, err := s.ch.AskPIN(ctx, key)
	if err != nil {
		return TriesUnknown, false, fmt.Errorf("tries left of %v: %w", key, err)
	}
	n, told := sw.Retries()
	switch {
	case good(sw), sw == swDisabled:
		return TriesUnknown, true, nil
	case told && n == 0, errors.Is(sw, apdu.ErrBlocked):
		return 0, false, &KeyError{key, 0, ErrBlocked}
	case told:
		return n, false, nil
	case errors.Is(sw, apdu.ErrNotFound):
		return TriesUnknown, false, &KeyError{key, TriesUnknown, ErrUnknownKey}
	}
	return TriesUnknown, false, nil
}

// good tells success; of VERIFY, a warning is none: 6300 refuses the key.
func good(sw apdu.SW) bool { return sw.Err() == nil && !sw.Warning() }

// credential is a key that was given, and what it has left; open when it need
// not be verified.
type credential struct {
	KeyState
	secret objects.Secret
	open   bool
}

// check asks for the tries left, and refuses when they are too few.
func (s *session) check(ctx context.Context, c *credential) (err error) {
	if c.Tries, c.open, err = s.tries(ctx, c.Reference); err != nil || c.open {
		return err
	}
	if c.Tries <= 1 && !s.LastTry { // also when they are unknown
		return &KeyError{c.Reference, c.Tries, ErrTries}
	}
	return nil
}

// verify sends a key, once. The card's answer is taken as it is: nothing here
// sends a key a second time.
func (s *session) verify(ctx context.Context, c *credential) error {
	if c.open {
		return nil
	}
	octets := c.secret.Bytes()
	defer clear(octets)
	resp, err := s.ch.Transmit(ctx, apdu.Verify(byte(c.Reference), octets))
	if err != nil {
		return fmt.Errorf("VERIFY %v: %w (the card may have counted it: ask for the tries left before the next one)", c.Reference, err)
	}
	left, counted := resp.SW.Retries()
	switch {
	case good(resp.SW):
		c.open = true
		return nil
	case counted && left == 0, errors.Is(resp.SW, apdu.ErrBlocked):
		c.Tries = 0
		return &KeyError{c.Reference, 0, fmt.Errorf("%w: %w", ErrWrongKey, ErrBlocked)}
	case counted, resp.SW.SW1() == 0x63, errors.Is(resp.SW, apdu.ErrWrongPIN):
		if !counted {
			left = TriesUnknown
		}
		c.Tries = left
		return &KeyError{c.Reference, left, ErrWrongKey}
	}
	return fmt.Errorf("VERIFY %v: %w", c.Reference, resp.SW)
}

// needed are the credentials, of those given, that a condition asks for: those
// of the first way that they are enough for.
func (s *session) needed(condition apdu.Condition) ([]apdu.KeyReference, error) {
	for _, way := range condition.Alternatives {
		if s.given(way) {
			return slices.DeleteFunc(slices.Clone(way), isSession), nil
		}
	}
	switch {
	case condition.Never():
		return nil, ErrReadOnly
	case condition.Unclear && !s.Key.IsZero():
		return []apdu.KeyReference{s.Reference}, nil
	}
	return nil, fmt.Errorf("%w: %v", ErrNoKey, condition)
}

// given reports whether all of these keys were given.
func (s *session) given(keys []apdu.KeyReference) bool {
	for _, k := range keys {
		if isSession(k) && s.secured == "" || !isSession(k) && s.secretOf(k).IsZero() {
			return false
		}
	}
	return true
}

func isSession(k apdu.KeyReference) bool { return k == apdu.RefSecureMessaging }

// secretOf is the key of that reference, if it was given.
func (s *session) secretOf(k apdu.KeyReference) objects.Secret {
	switch {
	case k == s.Reference && !s.Key.IsZero():
		return s.Key
	case k == s.PINReference:
		return s.PIN
	}
	return objects.Secret{}
}
