package apdu

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// FID is a file identifier (ETSI TS 102 221 8.2).
type FID uint16

// File identifiers that the standards fix.
const (
	FIDMF         FID = 0x3F00 // the Master File
	FIDCurrentADF FID = 0x7FFF // in a path: the application that is selected
	FIDDir        FID = 0x2F00 // EF(DIR), under the MF
	FIDICCID      FID = 0x2FE2 // EF(ICCID), under the MF
)

// String is four hex digits.
func (f FID) String() string { return fmt.Sprintf("%04X", uint16(f)) }

// ParseFID reads four hex digits.
func ParseFID(s string) (FID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 2 {
		return 0, fmt.Errorf("apdu: file identifier %q is not four hex digits", s)
	}
	return FID(b[0])<<8 | FID(b[1]), nil
}

// Path names a file by the identifiers on the way to it: from the MF when it
// begins with 3F00, from the application selected when it begins with 7FFF,
// from the current DF otherwise.
type Path []FID

// ErrBadPath tells of a path that names no file.
var ErrBadPath = errors.New("not a path")

// maxPathDepth bounds a path; no published UICC tree is deeper than five.
const maxPathDepth = 8

// ParsePath reads the octets of a path, two for each identifier.
func ParsePath(octets []byte) (Path, error) {
	if len(octets) == 0 || len(octets)%2 != 0 || len(octets) > 2*maxPathDepth {
		return nil, fmt.Errorf("apdu: path of %d octets: %w", len(octets), ErrBadPath)
	}
	p := make(Path, 0, len(octets)/2)
	for ; len(octets) > 0; octets = octets[2:] {
		p = append(p, FID(octets[0])<<8|FID(octets[1]))
	}
	return p, nil
}

// AppendTo appends the path's octets.
func (p Path) AppendTo(dst []byte) []byte {
	for _, f := range p {
		dst = append(dst, byte(f>>8), byte(f))
	}
	return dst
}

// String joins the identifiers with slashes: 3F00/5015/4401.
func (p Path) String() string {
	s := make([]string, len(p))
	for i, f := range p {
		s[i] = f.String()
	}
	return strings.Join(s, "/")
}

// AID is an application identifier of 5 to 16 octets (ETSI TS 101 220), or
// the left part of one. It holds the octets themselves.
type AID string

// AIDPKCS15 is the AID of the PKCS#15 application, "PKCS-15" under the RID of
// RSA (PKCS #15 v1.1, 5.6). A card may append octets to it.
const AIDPKCS15 AID = "\xA0\x00\x00\x00\x63PKCS-15"

// ParseAID reads 5 to 16 octets in hex; spaces are ignored.
func ParseAID(s string) (AID, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil || len(b) < 5 || len(b) > 16 {
		return "", fmt.Errorf("apdu: AID %q is not 5 to 16 octets in hex", s)
	}
	return AID(b), nil
}

// String is upper-case hex.
func (a AID) String() string { return strings.ToUpper(hex.EncodeToString([]byte(a))) }

// FileRef names a transparent file, or a part of one.
type FileRef struct {
	// App, when set, is selected first, unless it is already, and stays so.
	App AID

	// Path leads to the file; see [Path].
	Path Path

	// Offset is the first byte wanted, Length the number of bytes; a Length of
	// 0 means as many as there are, or as the content says.
	Offset, Length int

	// SFI, when set, stands for the path where that is possible: the first READ
	// BINARY names the file, no SELECT does, if the application (or MF) that
	// relative paths start from is current and Offset is at most 255. A card
	// may have another file of that SFI.
	SFI byte

	// Expect, when set, is how many bytes are likely to be wanted, so that a
	// card whose file is shorter than 256 bytes need not say 6Cxx. The content
	// decides.
	Expect int

	// Told, when set, gets what the card tells of the file: its FCP is asked
	// for by the SELECT, which is no command more but for modems that hand over
	// 61xx. It stays as it is when the card tells nothing, or by an SFI.
	Told *FCP
}

// String shows the path, and the part if it is one: 6F31[2+300].
func (r FileRef) String() string {
	s := r.Path.String()
	if r.App != "" {
		s = strings.TrimSuffix(r.App.String()+"/"+s, "/")
	}
	switch {
	case r.Length > 0:
		s += fmt.Sprintf("[%d+%d]", r.Offset, r.Length)
	case r.Offset > 0:
		s += fmt.Sprintf("[%d+]", r.Offset)
	}
	return s
}
