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
//	A000000063504B43532D3135 6432 32+126 18  126    672B0901
//	application, or -        path part   SFI octets OID that led there, or -
type place struct {
	file apdu.FileRef // Expect is the size of the content
	oid  pkcs15.OID
}

// place is where the content was found, "" when that is no file of its own.
func (s *search) place() string {
	f := s.found
	if len(f.File.Path) == 0 {
		return ""
	}
	p := place{file: f.File, oid: f.OID}
	p.file.Expect = f.Size
	p.file.Path = s.fromDF(p.file.Path)
	if p.file.App == "" && f.Way != ByPath && f.Way != ByFile {
		p.file.App = f.AID
	}
	return p.String()
}

// maxSFI is the largest short EF identifier (ISO/IEC 7816-4:2013 7.3.2), and a
// mask.
const maxSFI = 0b0001_1111

// String is the form that is stored.
func (p place) String() string {
	field := func(octets string) string {
		if octets == "" {
			return "-"
		}
		return fmt.Sprintf("%X", octets)
	}
	return fmt.Sprintf("%s %X %d+%d %d %d %s", field(string(p.file.App)), p.file.Path.AppendTo(nil),
		p.file.Offset, p.file.Length, p.file.SFI, p.file.Expect, field(string(p.oid)))
}

// parsePlace reads what [place.String] wrote; ok is false for anything else, as
// what another version of this package wrote.
func parsePlace(text string) (p place, ok bool) {
	fields := strings.Split(text, " ")
	if len(fields) != 6 {
		return p, false
	}
	app, err1 := octets(fields[0])
	path, err2 := hex.DecodeString(fields[1])
	oid, err3 := octets(fields[5])
	var err4 error
	p.file.Path, err4 = apdu.ParsePath(path)
	p.file.App, p.oid = apdu.AID(app), pkcs15.OID(oid)
	offset, length, _ := strings.Cut(fields[2], "+")
	var numbers [4]uint64
	var errs [4]error
	for i, text := range []string{offset, length, fields[3], fields[4]} {
		numbers[i], errs[i] = strconv.ParseUint(text, 10, 16+1) // up to apdu.MaxFile
	}
	p.file.Offset, p.file.Length = int(numbers[0]), int(numbers[1])
	p.file.SFI, p.file.Expect = byte(numbers[2]&maxSFI), int(numbers[3])
	return p, errors.Join(err1, err2, err3, err4, errors.Join(errs[:]...)) == nil && p.String() == text
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
// application, SELECT of the file unless it has an SFI, and READs.
func (s *search) remembered(p place) finder {
	return func(ctx context.Context) (pkcs15.Octets, error) {
		s.found.Way, s.found.OID = ByMemory, p.oid
		if err := s.greet(ctx); err != nil {
			return nil, err
		}
		if p.file.App != "" {
			if err := s.selectApp(ctx, p.file.App, ByMemory); err != nil {
				return nil, err
			}
		}
		p.file.App = ""
		if err := s.secure(ctx); err != nil {
			return nil, err
		}
		return s.fixed(ctx, p.file)
	}
}
