package simcard

import (
	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// File is a file to put on the card, with what is below it: a value to be
// handed to [Files]. [EF], [RecordEF], [DF] and [ADF] make the common ones.
type File struct {
	// Kind is StructureTransparent, StructureLinearFixed or StructureDF (an
	// ADF is a DF with an AID).
	Kind apdu.Structure

	// FID is the file identifier. An ADF may go without one (0): it is then
	// found by its AID alone.
	FID apdu.FID

	// AID makes an ADF of a DF: 5 to 16 octets. Label is its application
	// label in EF(DIR), up to 32 octets of UTF-8; empty: none.
	AID   apdu.AID
	Label string

	// SFI is the short EF identifier, 1 to 30; 0: none.
	SFI byte

	// Content is that of a transparent EF, up to [MaxFileSize] octets.
	Content []byte

	// Records are those of a linear fixed EF: 1 to 254, all of one length
	// from 1 to 255.
	Records [][]byte

	// Read and Update say who may. The zero value is Always.
	Read, Update Access

	// FCP, when not nil, is what SELECT and STATUS answer for the file, as it
	// stands: 1 to 256 octets that may lie. Otherwise it is made from the file.
	FCP []byte

	// Children are the files directly below a DF.
	Children []File
}

// MaxFileSize is the largest content of a transparent EF: tag 80 of the FCP
// has two octets (ETSI TS 102 221 11.1.1.4.1).
const MaxFileSize = 0xFFFF

const (
	maxRecords      = 254
	maxRecordLength = 255
	maxSFI          = 30
	maxLabel        = 32 // octets of tag 50 (ETSI TS 102 221 13.1)
	maxFCP          = 256
)

// EF returns a transparent EF that anyone may read and the issuer update.
func EF(fid apdu.FID, content []byte) File {
	return File{Kind: apdu.StructureTransparent, FID: fid, Content: content, Update: ADM1}
}

// RecordEF returns a linear fixed EF that anyone may read and the issuer
// update. The records must be of one length.
func RecordEF(fid apdu.FID, records ...[]byte) File {
	return File{Kind: apdu.StructureLinearFixed, FID: fid, Records: records, Update: ADM1}
}

// DF returns a directory.
func DF(fid apdu.FID, children ...File) File {
	return File{Kind: apdu.StructureDF, FID: fid, Children: children}
}

// ADF returns an application's directory without a file identifier.
func ADF(aid apdu.AID, children ...File) File {
	return File{Kind: apdu.StructureDF, AID: aid, Children: children}
}

// Files puts files below the MF. A DF or ADF that is there already (by AID,
// else by FID) takes the new children in; its FCP and label are replaced if
// the new ones are set. An EF takes the place of the one with its FID.
//
//	simcard.Files(
//		simcard.DF(0x7F10, simcard.RecordEF(0x6F3A, alice, bob)),
//		simcard.ADF(apdu.AIDPKCS15, simcard.EF(0x6433, other)),
//	)
func Files(files ...File) Option {
	return optionFunc(func(s *setup) error {
		s.files = append(s.files, files...)
		return nil
	})
}

// String is the FID, or the AID of an ADF without one: contents may be secret.
func (f File) String() string {
	if f.FID == 0 && f.AID != "" {
		return "ADF " + f.AID.String()
	}
	return f.FID.String()
}

// GoString is the same.
func (f File) GoString() string { return "simcard.File(" + f.String() + ")" }
