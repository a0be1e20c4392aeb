// Package pkcs15 reads and builds the directories of the PKCS#15 application
// on a card (PKCS #15 v1.1, LwM2M Core Appendix G), which tell where a data
// object lies:
//
//	EF(DIR) 2F00   61 { 4F AID, 50 label, 51 path }            per application
//	ODF     5031   A7 { Path }                                 per directory of data objects,
//	                 │                                         in order of priority
//	DODF    ◀────────┘
//	               A1 { attributes, [1] { OID, value } }       oidDO, per data object
//	               30 { attributes, [1] value }                opaqueDO
//	                                    │
//	EF      ◀───────────────────────────┘  a Path, or the octets themselves
//
// [Find] walks the whole way over a [FileReader], such as an [apdu.Channel]
// with the application selected. The Parse functions read one file each, the
// Append functions write it, [Application.Build] makes the file set of a card.
//
// Nothing that a card says is believed: every loop and every length is
// bounded (see [MaxODFEntries], [MaxDODFEntries], [MaxDirectory]), errors are
// an [*Error] with the offset at fault. Unused octets FF and 00 may stand
// before, between and behind the entries of each file, and lengths may be
// coded longer than they need to be. Entries of other owners are passed over,
// broken ones too as long as their outer length is right.
//
// What the Parse functions return aliases their input where it is a slice.
// All functions are safe for concurrent use.
package pkcs15

import "github.com/lwm2mboot/lwm2mboot/apdu"

// Files of a PKCS#15 application. The standard fixes the first two; the others
// are those of the example in Appendix G, whose real place the ODF and the
// DODF tell.
const (
	FIDODF       apdu.FID = 0x5031 // EF(ODF)
	FIDTokenInfo apdu.FID = 0x5032 // EF(TokenInfo)
	FIDDODF      apdu.FID = 0x6430 // EF(DODF)
	FIDBootstrap apdu.FID = 0x6432 // EF(LwM2M_Bootstrap)
)

// Limits of what is read and built.
const (
	// MaxApplications is the number of entries read of an EF(DIR).
	MaxApplications = 64

	// MaxODFEntries is the number of entries read of an ODF, of whatever kind:
	// nine kinds, several times over.
	MaxODFEntries = 64

	// MaxDODFEntries is the number of entries read of a DODF: what a file of
	// 32 KB can hold if each tells more than its path.
	MaxDODFEntries = 256

	// MaxDirectory is the number of bytes read of an ODF or a DODF.
	MaxDirectory = 1 << 15
)
