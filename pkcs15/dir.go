package pkcs15

import (
	"fmt"
	"iter"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Tags of EF(DIR) (ISO/IEC 7816-4:2013 12.2.2, PKCS #15 v1.1, 5.4.1).
const (
	tagApplication ber.Tag = 0x61
	tagAID         ber.Tag = 0x4F
	tagLabel       ber.Tag = 0x50
	tagPath        ber.Tag = 0x51
)

// Octets of an AID (ETSI TS 101 220, 4).
const (
	minAID = 5
	maxAID = 16
)

// maxDirRecord is the longest record of a record file.
const maxDirRecord = 255

const fileDir = "EF(DIR)"

// DirRecord is an entry of EF(DIR): an application on the card.
type DirRecord struct {
	// AID has 5 to 16 octets, as they stand: some cards fill it up with 00,
	// and FF at its end is the application's own. See IsPKCS15.
	AID apdu.AID

	// Label is what a person may be shown: ASCII as a rule, but the octets are
	// the card's and may be anything.
	Label string

	// Path leads to the application's DF; nil when the record names none, as
	// on most UICCs, where an application is selected by its AID.
	Path apdu.Path

	// Offset of the entry; not written.
	Offset int
}

// IsPKCS15 reports whether the application is PKCS#15: its AID begins with
// [apdu.AIDPKCS15], to which a card may append octets.
func (d DirRecord) IsPKCS15() bool {
	return strings.HasPrefix(string(d.AID), string(apdu.AIDPKCS15))
}

// ParseDirRecord reads one record of an EF(DIR) with records. A record that
// holds nothing but FF or 00 is [ErrUnusedRecord]. Octets behind the entry are
// ignored.
//
//	61 L  4F L AID  [50 L label]  [51 L path]  [73 L …]  [FF …]    FF …
func ParseDirRecord(b []byte) (DirRecord, error) {
	r := ber.NewReader(b)
	r.SkipPadding()
	if r.Empty() {
		return DirRecord{}, &Error{File: fileDir, Reason: ErrUnusedRecord.Error(), Err: ErrUnusedRecord}
	}
	var e ber.Element
	if !r.Next(&e) {
		return DirRecord{}, in(fileDir, r.Err())
	}
	d, err := parseApplication(e)
	if err != nil {
		return DirRecord{}, in(fileDir, err)
	}
	return d, nil
}

// ParseDir yields the entries of an EF(DIR) that is a transparent file: up to
// [MaxApplications] of them, one behind the other. A malformed entry is
// yielded as its error, and the next one follows; when its outer length is
// wrong there is no next one.
func ParseDir(b []byte) iter.Seq2[DirRecord, error] {
	return entries(fileDir, ber.NewReader(b), MaxApplications, func(e ber.Element) (DirRecord, bool, error) {
		d, err := parseApplication(e)
		return d, true, err
	})
}

// parseApplication reads an application template, or an AID alone, as
// ISO/IEC 7816-4 allows. The first element of a tag counts; others,
// discretionary data (73) among them, are passed over.
func parseApplication(entry ber.Element) (DirRecord, error) {
	d := DirRecord{Offset: entry.Offset}
	switch entry.Tag {
	case tagApplication:
	case tagAID:
		err := d.parse(entry)
		return d, err
	default:
		return d, fault(entry, "tag %02X is no application template", uint16(entry.Tag))
	}
	for e, err := range row(entry.Reader(), maxDirRecord) {
		if err == nil {
			err = d.parse(e)
		}
		if err != nil {
			return d, err
		}
	}
	if d.AID == "" {
		return d, fault(entry, "application without an AID")
	}
	return d, nil
}

// parse takes one element of a template.
func (d *DirRecord) parse(e ber.Element) error {
	switch n := len(e.Value); {
	case e.Tag == tagAID && d.AID == "":
		if n < minAID || n > maxAID {
			return fault(e, "AID of %d octets", n)
		}
		d.AID = apdu.AID(e.Value)
	case e.Tag == tagLabel && d.Label == "":
		d.Label = string(e.Value)
	case e.Tag == tagPath && d.Path == nil && n > 0:
		// What is no path is passed over: the AID is what counts.
		if path, err := apdu.ParsePath(e.Value); err == nil {
			d.Path = path
		}
	}
	return nil
}

// AppendDirRecord appends the entry of an EF(DIR), without padding. It fails
// when the AID is not of 5 to 16 octets, the path names no file, or the whole
// is longer than the 255 octets of a record.
func AppendDirRecord(dst []byte, d DirRecord) ([]byte, error) {
	switch {
	case len(d.AID) < minAID || len(d.AID) > maxAID:
		return dst, fmt.Errorf("pkcs15: %s: AID of %d octets", fileDir, len(d.AID))
	case len(d.Label) > maxDirRecord:
		return dst, fmt.Errorf("pkcs15: %s: label: %w", fileDir, errTooLarge)
	}
	body := ber.Append(nil, tagAID, []byte(d.AID))
	if d.Label != "" {
		body = ber.Append(body, tagLabel, []byte(d.Label))
	}
	if len(d.Path) > 0 {
		octets := d.Path.AppendTo(nil)
		if _, err := apdu.ParsePath(octets); err != nil {
			return dst, fmt.Errorf("pkcs15: %s: %w", fileDir, err)
		}
		body = ber.Append(body, tagPath, octets)
	}
	record := ber.Append(nil, tagApplication, body)
	if len(record) > maxDirRecord {
		return dst, fmt.Errorf("pkcs15: %s: entry of %d bytes: %w", fileDir, len(record), errTooLarge)
	}
	return append(dst, record...), nil
}
