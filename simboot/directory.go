package simboot

import (
	"context"
	"errors"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// maxNamed bounds the entries of EF(DIR) that are followed; a card has one of
// PKCS#15, seldom two.
const maxNamed = 8

// directory reads EF(DIR) and returns its entries whose AID begins with the
// one searched for, [maxNamed] at most. A card without EF(DIR) has none.
// EF(DIR) is of records, but some cards keep it as a transparent file.
func (s *search) directory(ctx context.Context) (named []pkcs15.DirRecord, err error) {
	path := apdu.Path{apdu.FIDMF, apdu.FIDDir}
	take := func(d pkcs15.DirRecord, err error) {
		if err == nil && len(named) < maxNamed && strings.HasPrefix(string(d.AID), string(s.AID)) {
			named = append(named, d)
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
			return named, nil
		case err != nil:
			return nil, err
		}
		take(pkcs15.ParseDirRecord(record)) // a record that is none names nothing
	}
	return named, nil
}
