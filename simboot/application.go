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
	var failure error
	if s.Search == AIDFirst {
		failure = s.selectApp(ctx, s.AID, ByAID)
		if !errors.Is(failure, apdu.ErrNotFound) {
			return failure
		}
		// Some cards select by the whole AID only, and it may be longer.
		s.Logger.DebugContext(ctx, "no such application, looking into EF(DIR)", "aid", s.AID.String())
	}
	named, err := s.directory(ctx)
	switch {
	case err != nil:
		return err
	case len(named) == 0:
		return fmt.Errorf("%w: the card has no application %v", ErrNoData, s.AID)
	}
	for _, d := range named {
		for _, aid := range s.names(d.AID) {
			if aid == s.AID && s.Search == AIDFirst {
				continue // refused already
			}
			failure = s.selectApp(ctx, aid, ByDir)
			if !errors.Is(failure, apdu.ErrNotFound) {
				return failure
			}
		}
	}
	for _, d := range named {
		if s.below(d) {
			return nil
		}
	}
	return fmt.Errorf("EF(DIR) names an application that cannot be selected: %w", failure)
}

func (s *search) selectApp(ctx context.Context, aid apdu.AID, way Way) error {
	if _, err := s.ch.SelectApp(ctx, aid); err != nil {
		return err
	}
	s.found.AID, s.found.Way = aid, way
	return nil
}

// names are what an application of EF(DIR) may be called: some cards fill its
// AID there with 00, and know it only without.
func (s *search) names(aid apdu.AID) []apdu.AID {
	bare := apdu.AID(strings.TrimRight(string(aid), "\x00"))
	if len(bare) < len(s.AID) {
		bare = s.AID // which ends in 00
	}
	return slices.Compact([]apdu.AID{aid, bare})
}

// below is for modems that keep the AID of PKCS#15 to themselves: it makes the
// application's DF, whose path EF(DIR) tells, the place where relative paths
// start, or returns false when the path is of no use.
func (s *search) below(d pkcs15.DirRecord) bool {
	df := d.Path
	if len(df) > 0 && df[0] == apdu.FIDMF {
		df = df[1:]
	}
	if len(df) == 0 {
		return false
	}
	s.df = slices.Concat(apdu.Path{apdu.FIDMF}, df)
	s.found.AID, s.found.Way = d.AID, ByPath
	return true
}

// ReadFile implements pkcs15.FileReader.
func (s *search) ReadFile(ctx context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	if p := ref.Path; s.df != nil && len(p) > 0 && p[0] != apdu.FIDMF {
		if p[0] == apdu.FIDCurrentADF {
			p = p[1:]
		}
		ref.Path = slices.Concat(s.df, p)
	}
	return s.ch.ReadFile(ctx, ref, need)
}
