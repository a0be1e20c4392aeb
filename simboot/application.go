package simboot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// application reaches the PKCS#15 application, in the order configured.
func (s *search) application(ctx context.Context) error {
	tried := map[apdu.AID]bool{}
	var refusal error
	if s.Search == AIDFirst {
		refusal = s.selectApp(ctx, s.AID, ByAID)
		if !refusesApp(refusal) {
			return refusal
		}
		// Some cards select by the whole AID only, and it may be longer.
		s.Logger.DebugContext(ctx, "no such application, looking into EF(DIR)", "aid", s.AID.String(), "err", refusal)
		tried[s.AID] = true
	}
	named, err := s.directory(ctx)
	switch {
	case err != nil:
		return err
	case len(named) == 0 && refusal != nil && !errors.Is(refusal, apdu.ErrNotFound):
		return refusal // which does not say that there is none
	case len(named) == 0 && s.SecureChannel.Mode == SecureRequired: // who sits on the line can say so
		return fmt.Errorf("%w: no application %v", ErrSecureChannel, s.AID)
	case len(named) == 0:
		return fmt.Errorf("%w: the card has no application %v", ErrNoData, s.AID)
	}
	for _, d := range named {
		for _, aid := range s.names(d.AID) {
			if tried[aid] {
				continue
			}
			tried[aid] = true
			refusal = s.selectApp(ctx, aid, ByDir)
			if !refusesApp(refusal) {
				return refusal
			}
		}
	}
	if s.SecureChannel.Mode == SecureRequired {
		named = nil // a path that nobody vouches for
	}
	for _, d := range named {
		switch ok, err := s.below(ctx, d); {
		case err != nil:
			return err
		case ok:
			return nil
		}
	}
	return fmt.Errorf("EF(DIR) names an application that cannot be selected: %w", refusal)
}

func (s *search) selectApp(ctx context.Context, aid apdu.AID, way Way) error {
	if _, err := s.ch.SelectApp(ctx, aid); err != nil {
		return err
	}
	s.found.AID, s.found.Way = aid, way
	return nil
}

// refusesApp reports that the card or the modem did not select the application,
// which another name, or its path, may. A modem that keeps PKCS#15 to itself
// says ERROR; a card, one of many status words.
func refusesApp(err error) bool {
	var sw apdu.SW
	return errors.As(err, &sw) || errors.Is(err, apdu.ErrRefused) || errors.Is(err, apdu.ErrWrongFile)
}

// names are what an application of EF(DIR) may be called: some cards fill its
// AID there, with 00 as a rule, and know it only without.
func (s *search) names(aid apdu.AID) []apdu.AID {
	bare := apdu.AID(strings.TrimRight(string(aid), "\x00"))
	if len(bare) < len(s.AID) {
		bare = s.AID // which ends in 00
	}
	return []apdu.AID{aid, bare, s.AID}
}

// maxLevels are the directories between the MF and a file that a path has room
// for.
const maxLevels = 6

// below is for modems that keep the AID of PKCS#15 to themselves: it makes the
// application's DF, whose path EF(DIR) tells, the place where relative paths
// start. ok is false when the path leads to no DF.
func (s *search) below(ctx context.Context, d pkcs15.DirRecord) (ok bool, err error) {
	df := d.Path
	for len(df) > 0 && df[0] == apdu.FIDMF {
		df = df[1:]
	}
	if len(df) == 0 || len(df) > maxLevels {
		return false, nil
	}
	df = slices.Concat(apdu.Path{apdu.FIDMF}, df)
	fcp, err := s.ch.FileFCP(ctx, df)
	switch {
	case errors.Is(err, apdu.ErrEndless): // it is selected, and cannot tell of itself
	case refusesApp(err), errors.Is(err, apdu.ErrBadPath):
		s.Logger.DebugContext(ctx, "path in EF(DIR) passed over", "path", df.String(), "err", err)
		return false, nil
	case err != nil:
		return false, err
	case fcp.Structure != apdu.StructureDF && fcp.Structure != apdu.StructureUnknown:
		return false, nil
	}
	s.df = df
	s.found.AID, s.found.Way = d.AID, ByPath
	return true, nil
}

// fromDF is a path that starts where the application is.
func (s *search) fromDF(p apdu.Path) apdu.Path {
	if s.df == nil || len(p) == 0 || p[0] == apdu.FIDMF {
		return p
	}
	if p[0] == apdu.FIDCurrentADF {
		p = p[1:]
	}
	return slices.Concat(s.df, p)
}
