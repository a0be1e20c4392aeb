package personal

import (
	"context"
	"errors"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

var pathDir = apdu.Path{apdu.FIDMF, apdu.FIDDir}

// dirFile is what EF(DIR) holds.
type dirFile struct {
	transparent bool
	records     [][]byte   // as they are; none of a transparent file
	entries     []dirEntry // of records that are used
}

// dirEntry is a record of EF(DIR), or what is wrong with it.
type dirEntry struct {
	number int // of the record, or of the entry
	pkcs15.DirRecord
	err error
}

// readDir reads EF(DIR); with an error, as far as it could be read.
func (s *session) readDir(ctx context.Context) (dir dirFile, err error) {
	for record, err := range s.ch.ReadRecords(ctx, pathDir) {
		if errors.Is(err, apdu.SWWrongStructure) {
			return s.readTransparentDir(ctx)
		}
		if err != nil {
			return dir, err
		}
		dir.records = append(dir.records, record)
		d, err := pkcs15.ParseDirRecord(record)
		if !errors.Is(err, pkcs15.ErrUnusedRecord) {
			dir.entries = append(dir.entries, dirEntry{len(dir.records), d, err})
		}
	}
	return dir, nil
}

func (s *session) readTransparentDir(ctx context.Context) (dirFile, error) {
	dir := dirFile{transparent: true}
	content, err := s.ch.ReadFile(ctx, apdu.FileRef{Path: pathDir}, pkcs15.DirectoryNeed)
	if err != nil {
		return dir, err
	}
	for d, err := range pkcs15.ParseDir(content) {
		dir.entries = append(dir.entries, dirEntry{len(dir.entries) + 1, d, err})
	}
	return dir, nil
}

// named are the entries whose AID begins with aid.
func (d dirFile) named(aid apdu.AID) (list []pkcs15.DirRecord) {
	for _, e := range d.entries {
		if e.err == nil && strings.HasPrefix(string(e.AID), string(aid)) {
			list = append(list, e.DirRecord)
		}
	}
	return list
}

// unused is the number of the first record that is, or 0.
func (d dirFile) unused() int {
	for i, record := range d.records {
		if _, err := pkcs15.ParseDirRecord(record); errors.Is(err, pkcs15.ErrUnusedRecord) {
			return i + 1
		}
	}
	return 0
}
