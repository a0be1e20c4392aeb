package simboot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// application selects the PKCS#15 application, in the order configured.
func (s *search) application(ctx context.Context) error {
	if s.Search == AIDFirst {
		err := s.selectApp(ctx, s.AID, ByAID)
		if !errors.Is(err, apdu.ErrNotFound) {
			return err
		}
		// Some cards select by the whole AID only, and it may be longer.
		s.Logger.DebugContext(ctx, "no such application, looking into EF(DIR)", "aid", s.AID)
	}
	candidates, err := s.directory(ctx)
	if err != nil {
		return err
	}
	failure := fmt.Errorf("%w: the card has no application %v", ErrNoData, s.AID)
	for _, aid := range candidates {
		if aid == s.AID && s.Search == AIDFirst {
			continue // refused already
		}
		err := s.selectApp(ctx, aid, ByDir)
		if !errors.Is(err, apdu.ErrNotFound) {
			return err
		}
		failure = fmt.Errorf("%w: EF(DIR) names an application that the card does not have: %w", ErrNoData, err)
	}
	return failure
}

func (s *search) selectApp(ctx context.Context, aid apdu.AID, way Way) error {
	if _, err := s.ch.SelectApp(ctx, aid); err != nil {
		return err
	}
	s.found.AID, s.found.Way = aid, way
	return nil
}

// directory reads EF(DIR) and returns the AIDs that begin with the one
// searched for. A card without EF(DIR) names none. EF(DIR) is of records, but
// some cards keep it as a transparent file.
func (s *search) directory(ctx context.Context) ([]apdu.AID, error) {
	path := apdu.Path{apdu.FIDMF, apdu.FIDDir}
	var found []apdu.AID
	take := func(d pkcs15.DirRecord, err error) {
		if err == nil && strings.HasPrefix(string(d.AID), string(s.AID)) {
			found = append(found, d.AID)
		}
	}
	for record, err := range s.ch.ReadRecords(ctx, path) {
		switch {
		case errors.Is(err, apdu.ErrNotFound):
			return nil, nil
		case errors.Is(err, apdu.SWWrongStructure):
			content, err := s.ch.ReadFile(ctx, apdu.FileRef{Path: path}, pkcs15.DirectoryNeed)
			if err != nil {
				return nil, err
			}
			for d, err := range pkcs15.ParseDir(content) {
				take(d, err)
			}
			return found, nil
		case err != nil:
			return nil, err
		}
		take(pkcs15.ParseDirRecord(record)) // a record that is none names nothing
	}
	return found, nil
}
