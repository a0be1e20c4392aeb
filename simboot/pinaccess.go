package simboot

import (
	"context"
	"errors"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// ways are the PINs that open a file, by what is known best:
//
//	the configuration ─▶ the access rule that the FCP names, in EF(ARR)
//	                  ─▶ the PINs of the application (C6), each by itself
//
// Of one way all must be verified.
func (s *search) ways(ctx context.Context, file apdu.Path) ([][]apdu.KeyReference, error) {
	if r := s.PIN.Reference; r != 0 {
		return [][]apdu.KeyReference{{r}}, nil
	}
	rule, err := s.ch.ReadAccessRule(ctx, file)
	switch {
	case err == nil:
		return s.withSession(rule.Read().Alternatives), nil
	case !answered(err) && !errors.Is(err, apdu.ErrNoRule) && !errors.Is(err, apdu.ErrBadRule):
		return nil, err
	}
	s.Logger.DebugContext(ctx, "no access rule, trying the application's PINs", "err", err)
	return s.applicationPINs(ctx)
}

// applicationPINs are those that are switched on, in the card's order.
func (s *search) applicationPINs(ctx context.Context) (ways [][]apdu.KeyReference, err error) {
	var fcp apdu.FCP
	switch app := s.ch.App(); {
	case app != "":
		fcp, err = s.ch.AppFCP(ctx, app)
	case s.df != nil:
		fcp, err = s.ch.FileFCP(ctx, s.df)
	}
	if err != nil && !answered(err) {
		return nil, err
	}
	for _, p := range fcp.PINs {
		way := []apdu.KeyReference{p.Reference}
		known := slices.ContainsFunc(ways, func(w []apdu.KeyReference) bool { return w[0] == p.Reference })
		if p.Enabled && !known && len(ways) < apdu.MaxAlternatives {
			ways = append(ways, way)
		}
	}
	return ways, nil
}

// withSession are the ways that PINs are left of: secure messaging is there
// with the secure channel, and out of reach without.
func (s *search) withSession(ways [][]apdu.KeyReference) (left [][]apdu.KeyReference) {
	for _, way := range ways {
		pins := slices.DeleteFunc(slices.Clone(way), func(k apdu.KeyReference) bool { return k == apdu.RefSecureMessaging })
		if len(pins) == len(way) || len(pins) > 0 && s.found.Secure != "" {
			left = append(left, pins)
		}
	}
	return left
}
