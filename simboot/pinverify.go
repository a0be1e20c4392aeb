package simboot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// ReadFile implements pkcs15.FileReader. A file that asks for a PIN is read
// once more when the PIN is verified: the card's answer decides whether one is
// needed, not the flags in the DODF.
func (s *search) ReadFile(ctx context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	content, err := s.readFile(ctx, ref, need)
	if errors.Is(err, apdu.ErrNotFound) && s.doubts(err) {
		err = &unproven{err} // Find would pass over it
	}
	return content, err
}

func (s *search) readFile(ctx context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	ref.Path = s.fromDF(ref.Path)
	content, err := s.ch.ReadFile(ctx, ref, need)
	if errors.Is(err, apdu.ErrShortFile) {
		s.short = err
	}
	if !errors.Is(err, apdu.ErrSecurity) {
		return content, err
	}
	ways, failed := s.ways(ctx, ref.Path)
	if failed != nil {
		return nil, failed
	}
	refusal := &PINError{Tries: TriesUnknown, Err: ErrPINNeeded}
	for _, way := range ways {
		failed := s.verifyAll(ctx, way, ref.Path)
		if pin, ok := failed.(*PINError); ok {
			refusal = refusal.or(pin)
			continue
		}
		if failed != nil {
			return nil, failed
		}
		content, err = s.ch.ReadFile(ctx, ref, need)
		if !errors.Is(err, apdu.ErrSecurity) {
			return content, err
		}
		refusal = refusal.or(&PINError{Reference: way[len(way)-1], Tries: TriesUnknown, Err: errPINNotEnough})
	}
	return nil, fmt.Errorf("%w: %w", err, refusal)
}

// verifyAll verifies the PINs of one way.
func (s *search) verifyAll(ctx context.Context, way []apdu.KeyReference, file apdu.Path) error {
	for _, k := range way {
		err, done := s.verified[k]
		if !done {
			err = s.verify(ctx, k, file)
			if s.verified == nil {
				s.verified = make(map[apdu.KeyReference]error)
			}
			s.verified[k] = err
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// verify verifies one PIN, if it need be.
func (s *search) verify(ctx context.Context, k apdu.KeyReference, file apdu.Path) error {
	if !k.PIN() && k != s.PIN.Reference {
		return &PINError{Reference: k, Tries: TriesUnknown, Err: ErrPINNeeded}
	}
	if s.PIN.Ask != nil {
		if err := s.identify(ctx); err != nil {
			return err
		}
	}
	tries, err := s.tries(ctx, k, file)
	switch {
	case err != nil, tries == nothingToVerify:
		return err
	case s.PIN.Ask == nil:
		return &PINError{Reference: k, Tries: tries, Err: ErrPINNeeded}
	}
	return s.ask(ctx, k, tries, file)
}

// identify learns the card's ICCID, once.
func (s *search) identify(ctx context.Context) error {
	if s.iccid != nil {
		return nil
	}
	number, err := s.readICCID(ctx)
	if err != nil && (!withoutICCID(err) || s.found.Secure != "" && s.doubts(err)) {
		return err // the next time the card may have one, and be another card
	}
	s.iccid = &number
	return nil
}

// withoutICCID tells the errors of a card that never tells a number.
func withoutICCID(err error) bool {
	for _, target := range []error{ErrICCID, apdu.ErrNotFound, apdu.ErrSecurity, apdu.SWWrongStructure, apdu.ErrShortFile} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// nothingToVerify stands for a PIN that is verified already, or switched off.
const nothingToVerify = -2

// tries asks how many are left, by a VERIFY of nothing, which costs none, and
// fails when they are too few. A PIN of an application is known where the
// application is, so the file is selected before.
func (s *search) tries(ctx context.Context, k apdu.KeyReference, file apdu.Path) (int, error) {
	if _, err := s.ch.SelectFile(ctx, file); err != nil {
		return 0, err
	}
	sw, err := s.ch.AskPIN(ctx, k)
	if err != nil {
		return 0, err
	}
	left, told := sw.Retries()
	if !told {
		left = TriesUnknown
	}
	switch {
	case good(sw), sw == swPINDisabled:
		return nothingToVerify, nil
	case left == 0, errors.Is(sw, apdu.ErrBlocked):
		return 0, &PINError{Reference: k, Err: ErrPINBlocked}
	case errors.Is(sw, apdu.ErrNotFound):
		// In words: that the reference is not found says nothing of the file.
		return 0, &PINError{Reference: k, Tries: TriesUnknown, Err: fmt.Errorf("%w (%v)", ErrPINNeeded, sw)}
	case s.PIN.Ask != nil && left < s.PIN.MinTries && (told || s.PIN.MinTries > 1):
		return 0, &PINError{Reference: k, Tries: left, Err: ErrPINTries}
	}
	return left, nil
}

// good tells success; of VERIFY, a warning is none: 6300 refuses the PIN.
func good(sw apdu.SW) bool { return sw.Err() == nil && !sw.Warning() }

// swPINDisabled: the PIN is switched off (ETSI TS 102 221 11.1.9).
const swPINDisabled apdu.SW = 0x6984

// ask asks the caller for the digits, and sends them unless they were refused
// before.
func (s *search) ask(ctx context.Context, k apdu.KeyReference, tries int, file apdu.Path) error {
	request := PINRequest{Reference: k, Tries: tries, ICCID: *s.iccid, File: file}
	start := time.Now()
	digits, err := s.PIN.Ask(ctx, request)
	defer clear(digits)
	switch {
	case err != nil:
		return fmt.Errorf("ask for %v: %w", request, err)
	case len(digits) == 0:
		return &PINError{Reference: k, Tries: tries, Err: ErrPINNeeded}
	}
	padded, ok := apdu.PadPIN(string(digits))
	if !ok {
		return fmt.Errorf("%w: a PIN has 4 to 8 digits", ErrConfig)
	}
	defer clear(padded)
	if time.Since(start) > moment { // somebody was asked, and others may have tried
		if tries, err = s.tries(ctx, k, file); err != nil || tries == nothingToVerify {
			return err
		}
	}
	m := pinMemory{store: s.PIN.Memory, key: k, iccid: *s.iccid, digits: digits}
	if err := m.before(ctx, tries); err != nil {
		if errors.Is(err, ErrPINRefused) {
			err = &PINError{Reference: k, Tries: tries, Err: ErrPINRefused}
		}
		return err
	}
	s.Logger.InfoContext(ctx, "PIN sent", "reference", k.String(), "tries", tries)
	resp, err := s.ch.Transmit(ctx, apdu.Verify(byte(k), padded))
	if err != nil {
		return err // whether it was refused, the counter will tell
	}
	return s.judgePIN(ctx, &m, resp.SW)
}

// moment is what a program takes to answer, at most. The tries that were left
// before are then those that are left.
const moment = time.Second

// judgePIN remembers what the card said of a PIN.
func (s *search) judgePIN(ctx context.Context, m *pinMemory, sw apdu.SW) error {
	left, wrong := sw.Retries()
	switch {
	case good(sw):
		return m.accepted(ctx)
	case wrong && left == 0:
		return m.refused(ctx, &PINError{Reference: m.key, Err: ErrPINBlocked})
	case wrong, errors.Is(sw, apdu.ErrWrongPIN) && !s.doubts(sw), sw.SW1() == 0x63:
		if !wrong {
			left = TriesUnknown
		}
		return m.refused(ctx, &PINError{Reference: m.key, Tries: left, Err: ErrPINRefused})
	case errors.Is(sw, apdu.ErrBlocked): // before: it was not looked at
		return &PINError{Reference: m.key, Err: ErrPINBlocked}
	}
	return fmt.Errorf("VERIFY %v: %w", m.key, sw)
}
