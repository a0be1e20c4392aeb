package pkcs15

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Application describes the PKCS#15 application of a card, for
// [Application.Build].
type Application struct {
	// Dir is its entry in EF(DIR). An empty AID stands for apdu.AIDPKCS15.
	Dir DirRecord

	// Token goes into EF(TokenInfo).
	Token TokenInfo

	// Directories hold the data objects; the one of highest priority comes
	// first.
	Directories []ObjectDirectory
}

// ObjectDirectory is a DODF and the objects that it tells of, in their order.
// When Ref is zero, the objects stand in the ODF.
type ObjectDirectory struct {
	Ref     apdu.FileRef
	Objects []DataObject
}

// Files are the contents of a card's files, without padding.
type Files struct {
	Dir       []byte // a record of EF(DIR) 2F00
	ODF       []byte // FIDODF
	TokenInfo []byte // FIDTokenInfo
	DODFs     []File // in the order of the directories
}

// File is a file's place and its content.
type File struct {
	Ref     apdu.FileRef
	Content []byte
}

// Build makes the files of a card. It fails on what the Append functions
// refuse. What is built parses to what it was built from.
func (a Application) Build() (Files, error) {
	var f Files
	var dirs []Directory
	for i, d := range a.Directories {
		content, err := AppendDODF([]byte{}, d.Objects...)
		if err != nil {
			return Files{}, fmt.Errorf("%w (directory %d)", err, i)
		}
		if isZero(d.Ref) {
			dirs = append(dirs, Directory{InPlace: content})
			continue
		}
		dirs = append(dirs, Directory{Ref: d.Ref})
		f.DODFs = append(f.DODFs, File{Ref: d.Ref, Content: content})
	}
	var err error
	if f.ODF, err = AppendODF(nil, dirs...); err != nil {
		return Files{}, err
	}
	if f.TokenInfo, err = AppendTokenInfo(nil, a.Token); err != nil {
		return Files{}, err
	}
	if a.Dir.AID == "" {
		a.Dir.AID = apdu.AIDPKCS15
	}
	if f.Dir, err = AppendDirRecord(nil, a.Dir); err != nil {
		return Files{}, err
	}
	return f, nil
}
