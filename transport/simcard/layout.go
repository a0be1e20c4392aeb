package simcard

// Layout is one way in which the directories of PKCS#15 and EF(DIR) lead to
// the bootstrap file, other than the plain one that [BootstrapFile] makes.
// Each is an [Option] of its own, and they combine, but for those that exclude
// each other (New says so).
type Layout uint8

// How the directories name files and objects (PKCS #15 v1.1, 6.2 to 6.8).
const (
	// AbsolutePaths has paths from the MF: 3F00 7F50 6432.
	AbsolutePaths Layout = iota

	// ApplicationPaths has paths from the current application: 7FFF 6432.
	ApplicationPaths

	// OpaqueObject describes the file by an opaqueDO that has the LwM2M OID as
	// its applicationOID, not by an oidDO.
	OpaqueObject

	// ApplicationOID has an oidDO with an issuer's OID of its own as id, and
	// the LwM2M OID as applicationOID.
	ApplicationOID

	// DirectContent holds the content in EF(DODF) itself.
	DirectContent

	// ObjectsInPlace holds the objects in EF(ODF) itself; EF(DODF) is all FF.
	ObjectsInPlace

	// OIDWrappedTwice has the OID as 06 06 06 04 67 2B 09 01, a mistake in an
	// early example that issuers copied.
	OIDWrappedTwice

	// IndexAndLength puts 32 other octets ahead of the content, and the place
	// and length of the content into the path.
	IndexAndLength

	// LongLengths codes every length of the directories in one octet more than
	// it needs: 04 81 02 64 32.
	LongLengths
)

// What else stands in the directories.
const (
	// AccessRulesFirst has an object of GlobalPlatform's access rules ahead of
	// ours in EF(DODF).
	AccessRulesFirst Layout = iota + LongLengths + 1

	// AccessRulesOnly has nothing but that object: there is no LwM2M data,
	// which is no fault.
	AccessRulesOnly

	// TwoDirectories has two EF(DODF)s: 6420, with access rules only and the
	// higher priority, and 6430.
	TwoDirectories

	// FirstFileErased has two LwM2M objects; the first one's file, 6431, is all
	// FF.
	FirstFileErased

	// DirectoryErased has an EF(DODF) that is all FF.
	DirectoryErased

	// AIDAppended has an application whose AID goes on behind that of PKCS#15,
	// and ends in FF.
	AIDAppended
)

// EF(DIR) (ETSI TS 102 221 13.1).
const (
	// DirFilled counts the FF behind an application template in its length.
	DirFilled Layout = iota + AIDAppended + 1

	// DirWithoutPath has records without the path, tag 51.
	DirWithoutPath

	// DirWithoutPKCS15 has no record for the PKCS#15 application.
	DirWithoutPKCS15

	// DirAIDZeroPadded fills AIDs with 00 to 16 octets. The card itself does
	// not know the application by that name.
	DirAIDZeroPadded

	// DirTransparent is an EF(DIR) without records: the templates stand one
	// behind the other, then 00.
	DirTransparent

	layouts // how many there are
)

// Layouts lists all of them.
func Layouts() []Layout {
	all := make([]Layout, layouts)
	for i := range all {
		all[i] = Layout(i)
	}
	return all
}

func (l Layout) apply(s *setup) error {
	if l >= layouts {
		return badValue("layout", uint8(l))
	}
	s.layout.add(l)
	return nil
}

// layoutClashes are the groups of which a card can have but one.
var layoutClashes = [][]Layout{
	{AbsolutePaths, ApplicationPaths},
	{OpaqueObject, ApplicationOID},
	{DirectContent, IndexAndLength},
	{ObjectsInPlace, DirectoryErased},
	{DirFilled, DirTransparent},
}
