package simboot

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// place is where the data were the last time. As it stands in
// [bootstrapper.Card]:
//
//	A000000063504B43532D3135 6432 32+126 672B0901
//	application, or -        path part   OID that led there, or -
type place struct {
	file apdu.FileRef
	oid  pkcs15.OID
}

// place is where the content was found, "" when that is no file of its own.
func (s *search) place() string {
	f := s.found
	if len(f.File.Path) == 0 {
		return ""
	}
	p := place{file: f.File, oid: f.OID}
	p.file.Path = s.fromDF(p.file.Path)
	if p.file.App == "" && f.Way != ByPath && f.Way != ByFile {
		p.file.App = f.AID
	}
	return p.String()
}

// String is the form that is stored.
func (p place) String() string {
	field := func(octets string) string {
		if octets == "" {
			return "-"
		}
		return fmt.Sprintf("%X", octets)
	}
	return fmt.Sprintf("%s %X %d+%d %s", field(string(p.file.App)), p.file.Path.AppendTo(nil),
		p.file.Offset, p.file.Length, field(string(p.oid)))
}

// parsePlace reads what [place.String] wrote; ok is false for anything else, as
// what another version of this package wrote.
func parsePlace(text string) (p place, ok bool) {
	fields := strings.Split(text, " ")
	if len(fields) != 4 {
		return p, false
	}
	app, err1 := octets(fields[0])
	path, err2 := hex.DecodeString(fields[1])
	offset, length, _ := strings.Cut(fields[2], "+")
	oid, err3 := octets(fields[3])
	var err4, err5, err6 error
	p.file.App, p.oid = apdu.AID(app), pkcs15.OID(oid)
	p.file.Path, err4 = apdu.ParsePath(path)
	p.file.Offset, err5 = strconv.Atoi(offset)
	p.file.Length, err6 = strconv.Atoi(length)
	sound := errors.Join(err1, err2, err3, err4, err5, err6) == nil && min(p.file.Offset, p.file.Length) >= 0
	return p, sound && p.String() == text
}

func octets(field string) ([]byte, error) {
	if field == "-" {
		return nil, nil
	}
	return hex.DecodeString(field)
}

// suits reports whether the place is one that this configuration could find.
func (p place) suits(c Config) bool {
	if p.file.App != "" && !strings.HasPrefix(string(p.file.App), string(c.AID)) {
		return false
	}
	if len(c.File) > 0 {
		return slices.Equal(p.file.Path, c.File) && p.file.Offset == 0 && p.file.Length == 0
	}
	return p.oid != "" && slices.Contains(c.OIDs, p.oid)
}

// remembered reads the file where it was the last time: SELECT of the
// application and of the file, and READs.
func (s *search) remembered(p place) finder {
	return func(ctx context.Context) (pkcs15.Octets, error) {
		s.found.Way, s.found.OID = ByMemory, p.oid
		if p.file.App != "" {
			if err := s.selectApp(ctx, p.file.App, ByMemory); err != nil {
				return nil, err
			}
		}
		p.file.App = ""
		return s.fixed(ctx, p.file)
	}
}
