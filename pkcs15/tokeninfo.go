package pkcs15

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// TokenFlags are what EF(TokenInfo) says of the card as a whole.
type TokenFlags uint8

// Flags of PKCS #15 v1.1, 6.9.
const (
	TokenReadOnly      TokenFlags = 0b1000_0000
	TokenLoginRequired TokenFlags = 0b0100_0000
	TokenPRNGeneration TokenFlags = 0b0010_0000
	TokenEIDCompliant  TokenFlags = 0b0001_0000
)

// TokenInfo is the EF(TokenInfo) of a card. LwM2M has no use for it, but tools
// for PKCS#15 take a card without one for none of theirs.
type TokenInfo struct {
	Version      int    // 0 is PKCS #15 v1, the only one
	Serial       []byte // of the card
	Manufacturer string
	Label        string // of the application, for people
	Flags        TokenFlags
}

const fileTokenInfo = "TokenInfo"

const tagTokenLabel ber.Tag = 0x80

// ParseTokenInfo reads an EF(TokenInfo). What stands behind the flags is not
// looked at. Serial aliases b.
//
//	TokenInfo ::= SEQUENCE {
//	  version        INTEGER { v1(0) },
//	  serialNumber   OCTET STRING,
//	  manufacturerID UTF8String OPTIONAL,
//	  label          [0] UTF8String OPTIONAL,
//	  tokenflags     BIT STRING { readonly(0), loginRequired(1), prnGeneration(2), eidCompliant(3) }, … }
func ParseTokenInfo(b []byte) (TokenInfo, error) {
	t, err := parseTokenInfo(b)
	if err != nil {
		return TokenInfo{}, in(fileTokenInfo, err)
	}
	return t, nil
}

func parseTokenInfo(b []byte) (t TokenInfo, err error) {
	file := ber.NewReader(b)
	var seq, version, serial, manufacturer, label, flags ber.Element
	var hasManufacturer, hasLabel bool
	if !file.Read(tagSequence, &seq) {
		return t, file.Err()
	}
	r := seq.Reader()
	if !r.Read(tagInteger, &version) ||
		!r.Read(tagOctetString, &serial) ||
		!r.ReadOptional(tagUTF8String, &manufacturer, &hasManufacturer) ||
		!r.ReadOptional(tagTokenLabel, &label, &hasLabel) ||
		!r.Read(tagBitString, &flags) {
		return t, r.Err()
	}
	if t.Version, err = parseIndex(version); err != nil {
		return t, err
	}
	bits, err := parseFlags(flags)
	if err != nil {
		return t, err
	}
	t.Serial = serial.Value
	t.Manufacturer = text(manufacturer.Value)
	t.Label = text(label.Value)
	t.Flags = TokenFlags(bits)
	return t, nil
}

// AppendTokenInfo appends an EF(TokenInfo), without padding. It fails when the
// version is not 0 or the texts are not UTF-8 of up to 255 characters.
func AppendTokenInfo(dst []byte, t TokenInfo) ([]byte, error) {
	switch {
	case t.Version != 0:
		return dst, fmt.Errorf("pkcs15: %s: version %d", fileTokenInfo, t.Version)
	case len(t.Serial) > maxText:
		return dst, fmt.Errorf("pkcs15: %s: serial number of %d octets", fileTokenInfo, len(t.Serial))
	}
	body := ber.Append(nil, tagInteger, integer(t.Version))
	body = ber.Append(body, tagOctetString, t.Serial)
	body, err := appendText(body, tagUTF8String, t.Manufacturer)
	if err == nil {
		body, err = appendText(body, tagTokenLabel, t.Label)
	}
	if err != nil {
		return dst, fmt.Errorf("pkcs15: %s: %w", fileTokenInfo, err)
	}
	body = appendFlags(body, byte(t.Flags))
	return ber.Append(dst, tagSequence, body), nil
}
