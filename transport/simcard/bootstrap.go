package simcard

import (
	"bytes"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// FIDPKCS15 is the identifier of the PKCS#15 application, below the MF; those
// of its files are in package pkcs15.
const FIDPKCS15 apdu.FID = 0x7F50

// Further files of some layouts.
const (
	fidRulesDODF apdu.FID = 0x6420 // the first DODF of TwoDirectories
	fidErased    apdu.FID = 0x6431 // the first file of FirstFileErased
	fidRules     apdu.FID = 0x4200 // EF(ACMain) of GlobalPlatform SEAC
)

const (
	defaultSize = 1024 // of EF(LwM2M_Bootstrap), if its content fits
	odfSize     = 64
	dodfSize    = 256
	erasedSize  = 64
	indexOffset = 32 // of the content with IndexAndLength
	notContent  = 0xA5
	labelPKCS15 = "PKCS-15"
)

// appendedAID is what AIDAppended adds to the AID.
const appendedAID apdu.AID = "\x01\x00\x00\xFF"

// BootstrapFile puts a PKCS#15 application on the card, with everything that
// leads to content in EF(LwM2M_Bootstrap): see the picture of the package. The
// file is filled with FF to 1024 octets, or as [BootstrapFileSize] says; with
// an empty content it is all FF, which means that there is no bootstrap data.
// What content says is not looked at.
func BootstrapFile(content []byte) Option {
	return optionFunc(func(s *setup) error {
		s.bootstrap, s.hasBootstrap = bytes.Clone(content), true
		return nil
	})
}

// BootstrapFileSize sets the size of EF(LwM2M_Bootstrap).
func BootstrapFileSize(octets int) Option {
	return optionFunc(func(s *setup) error {
		if octets < 1 || octets > MaxFileSize {
			return fmt.Errorf("%w: bootstrap file of %d octets, not 1 to %d", ErrBadOption, octets, MaxFileSize)
		}
		s.bootstrapSize = octets
		return nil
	})
}

// application makes the PKCS#15 application.
func (s *setup) application() (File, error) {
	content := s.bootstrap
	if s.layout.has(IndexAndLength) {
		content = append(bytes.Repeat([]byte{notContent}, indexOffset), content...)
	}
	size := max(defaultSize, len(content))
	if s.bootstrapSize != 0 {
		size = s.bootstrapSize
	}
	if len(content) > size {
		return File{}, fmt.Errorf("%w: %d octets in a bootstrap file of %d", ErrBadOption, len(content), size)
	}
	dirs, err := s.directories(s.bootstrap)
	if err != nil {
		return File{}, err
	}
	info, err := pkcs15.AppendTokenInfo(nil, pkcs15.TokenInfo{Serial: swapped(s.iccid, iccidOctets), Label: labelPKCS15})
	if err != nil {
		return File{}, err
	}
	app := ADF(apdu.AIDPKCS15,
		EF(pkcs15.FIDODF, fill(dirs.odf, odfSize)),
		EF(pkcs15.FIDTokenInfo, info),
		EF(pkcs15.FIDDODF, fill(dirs.dodf, dodfSize)),
		EF(pkcs15.FIDBootstrap, fill(content, size)),
	)
	app.FID, app.Label = FIDPKCS15, labelPKCS15
	if s.layout.has(AIDAppended) {
		app.AID += appendedAID
	}
	if s.layout.has(TwoDirectories) {
		app.Children = append(app.Children, EF(fidRulesDODF, fill(dirs.rulesDODF, dodfSize)))
	}
	if s.layout.has(FirstFileErased) {
		app.Children = append(app.Children, EF(fidErased, fill(nil, erasedSize)))
	}
	if s.layout.has(TwoDirectories) || s.layout.has(AccessRulesFirst) || s.layout.has(AccessRulesOnly) {
		app.Children = append(app.Children, EF(fidRules, accessRules()))
	}
	return app, nil
}

// fill returns b with FF behind it, as the unused rest of a file is.
func fill(b []byte, size int) []byte {
	return append(bytes.Clone(b), bytes.Repeat([]byte{0xFF}, max(0, size-len(b)))...)
}
