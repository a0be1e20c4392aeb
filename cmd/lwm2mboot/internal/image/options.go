package image

import (
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Errors of [Build], for errors.Is. What the files of PKCS#15 cannot say, a
// label that is too long say, is an error of package pkcs15.
var (
	// ErrContent: the content is no EF(LwM2M_Bootstrap).
	ErrContent = errors.New("not the content of EF(LwM2M_Bootstrap)")
	// ErrTooSmall: the content does not fit the file.
	ErrTooSmall = errors.New("the file is too small")
	// ErrOptions: options that cannot be meant.
	ErrOptions = errors.New("bad options")
)

// Paths is how the directories name files (PKCS #15 v1.1, 6.1.3).
type Paths uint8

// All three are understood by most readers; a few know no relative path.
const (
	Relative        Paths = iota // 6432
	Absolute                     // 3F00 7F50 6432
	FromApplication              // 7FFF 6432
)

// Sizes where [Options] say none.
const (
	DefaultSize         = 1024 // of EF(LwM2M_Bootstrap)
	DefaultRecordLength = 38   // of EF(DIR): what most cards have
)

// DefaultDF is the identifier of the application's directory (Appendix G has
// none; cards from several makers have this one).
const DefaultDF apdu.FID = 0x7F50

// Options say how the files are made. The zero value makes those of Appendix
// G: an oidDO with a relative path, in EF(DODF) 6430.
type Options struct {
	// The entry for LwM2M in EF(DODF).
	Form            pkcs15.Form // OpaqueDO has the OID as its applicationOID
	OID             pkcs15.OID  // "" for 2.23.43.9.1
	Label           string
	ApplicationName string // "" for "LwM2M Bootstrap"
	Private         bool   // reading asks for a PIN
	Modifiable      bool   // updating asks for a PIN
	AuthID          []byte // names that PIN

	// More are further entries, of other owners. They stand behind ours.
	More []pkcs15.DataObject

	// The application: its AID ("" for that of PKCS#15), its label in EF(DIR)
	// ("" for "PKCS-15"), and what EF(TokenInfo) says.
	AID      apdu.AID
	AppLabel string
	Token    pkcs15.TokenInfo

	// Identifiers; 0 for those of the picture above. NoDF is for a card whose
	// application has an AID and no identifier.
	DF, DODF, File apdu.FID
	NoDF           bool

	// Paths is how files are named. With Index the path of the bootstrap file
	// has an offset and a length, too: the content begins at Offset, and the
	// length reaches to the end of the file.
	Paths  Paths
	Index  bool
	Offset int

	// Sizes of the files, in octets, filled with FF: the bootstrap file (0 for
	// DefaultSize, or as much as the content needs), EF(ODF) and EF(DODF) (0:
	// not filled). 32 KB is the most.
	Size, ODFSize, DODFSize int

	// DirRecord is the record of EF(DIR) to be written, 1 to 254: one that is
	// unused. 0: the scripts leave it to be filled in, since only the card
	// knows. RecordLength is the length of its records; 0 for
	// DefaultRecordLength, or as much as is needed.
	DirRecord, RecordLength int
}

// filled returns the options with their defaults, or says what is wrong.
func (o Options) filled() (Options, error) {
	fids := []struct {
		fid *apdu.FID
		own apdu.FID
	}{{&o.DF, DefaultDF}, {&o.DODF, pkcs15.FIDDODF}, {&o.File, pkcs15.FIDBootstrap}}
	used := map[apdu.FID]bool{pkcs15.FIDODF: true, pkcs15.FIDTokenInfo: true,
		apdu.FIDMF: true, apdu.FIDCurrentADF: true, 0x3FFF: true, apdu.FIDDir: true}
	for _, f := range fids {
		if *f.fid == 0 {
			*f.fid = f.own
		}
		if used[*f.fid] {
			return o, fmt.Errorf("%w: the identifier %v is another file's, or reserved", ErrOptions, *f.fid)
		}
		used[*f.fid] = true
	}
	if o.NoDF {
		o.DF = 0
	}
	if o.OID == "" {
		o.OID = pkcs15.OIDLwM2M
	}
	if o.ApplicationName == "" {
		o.ApplicationName = "LwM2M Bootstrap"
	}
	if o.AID == "" {
		o.AID = apdu.AIDPKCS15
	}
	if o.AppLabel == "" {
		o.AppLabel = "PKCS-15"
	}
	return o, o.check()
}

// check tells what is wrong with options that are filled.
func (o Options) check() error {
	for _, n := range []struct {
		what           string
		value, highest int
	}{
		{"Size", o.Size, tlv.MaxFileSize}, {"ODFSize", o.ODFSize, tlv.MaxFileSize}, {"DODFSize", o.DODFSize, tlv.MaxFileSize},
		{"Offset", o.Offset, tlv.MaxFileSize}, {"DirRecord", o.DirRecord, apdu.MaxRecords}, {"RecordLength", o.RecordLength, apdu.MaxShortNc},
	} {
		if n.value < 0 || n.value > n.highest {
			return fmt.Errorf("%w: %s %d is not in 0 to %d", ErrOptions, n.what, n.value, n.highest)
		}
	}
	switch {
	case o.Form > pkcs15.OpaqueDO:
		return fmt.Errorf("%w: %v", ErrOptions, o.Form)
	case o.Paths > FromApplication:
		return fmt.Errorf("%w: Paths %d", ErrOptions, o.Paths)
	case o.Paths == Absolute && o.NoDF:
		return fmt.Errorf("%w: an absolute path, and no identifier of the directory", ErrOptions)
	case o.Offset > 0 && !o.Index:
		return fmt.Errorf("%w: Offset without Index", ErrOptions)
	}
	return nil
}

// ref is the path to a file of the application, as the directories have it.
func (o Options) ref(fid apdu.FID) apdu.FileRef {
	switch o.Paths {
	case Absolute:
		return apdu.FileRef{Path: apdu.Path{apdu.FIDMF, o.DF, fid}}
	case FromApplication:
		return apdu.FileRef{Path: apdu.Path{apdu.FIDCurrentADF, fid}}
	}
	return apdu.FileRef{Path: apdu.Path{fid}}
}
