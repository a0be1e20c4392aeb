//go:build interop

package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// asn1Decoding lets libtasn1 judge, by strict DER, whether b is a value of a
// type of testdata/pkcs15.asn, and returns what it reads.
func asn1Decoding(t *testing.T, typ string, b []byte) (tree string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "value.der")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	out, err := exec.CommandContext(t.Context(), "asn1Decoding", "--strict", "testdata/pkcs15.asn", path, "PKCS15."+typ).CombinedOutput()
	return string(out), err
}

// row makes one value of the entries of a file.
func row(entries []byte) []byte { return ber.Append(nil, 0x30, entries) }

func TestLibtasn1ReadsOurDirectories(t *testing.T) {
	ref := func(offset, length int, path ...apdu.FID) apdu.FileRef {
		return apdu.FileRef{Path: path, Offset: offset, Length: length}
	}
	oid := pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Label: "LwM2M"}
	opaque := pkcs15.DataObject{Form: pkcs15.OpaqueDO, ApplicationOID: pkcs15.OIDLwM2M, ApplicationName: "LwM2M Bootstrap",
		Private: true, Modifiable: true, AuthID: []byte{0x01}}
	for _, tt := range []struct {
		name  string
		ref   apdu.FileRef
		lines []string // of libtasn1's tree, blanks left out
	}{
		{"relative", ref(0, 0, 0x6432), []string{"name:pathtype:OCT_STRvalue:6432"}},
		{"absolute", ref(0, 0, 0x3F00, 0x7F50, 0x6432), []string{"name:pathtype:OCT_STRvalue:3f007f506432"}},
		{"index and length", ref(32, 300, 0x6432), []string{"name:indextype:INTEGERvalue:0x20", "name:lengthtype:INTEGERvalue:0x012c"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			oid.Ref, opaque.Ref = tt.ref, tt.ref
			dodf, err := pkcs15.AppendDODF(nil, oid, opaque)
			require.NoError(t, err)
			judge(t, "DODF", dodf, append(tt.lines, "2.23.43.9.1", "name:applicationName", "name:flags", "name:authId")...)

			odf, err := pkcs15.AppendODF(nil, pkcs15.Directory{Ref: tt.ref}, pkcs15.Directory{InPlace: dodf})
			require.NoError(t, err)
			judge(t, "ODF", odf, append(tt.lines, "2.23.43.9.1")...)
		})
	}
	t.Run("direct", func(t *testing.T) {
		oid.Ref, oid.Direct = apdu.FileRef{}, []byte{0x04, 0x02, 0xCA, 0xFE}
		dodf, err := pkcs15.AppendDODF(nil, oid)
		require.NoError(t, err)
		judge(t, "DODF", dodf, "name:direct", "cafe")
	})
}

func TestLibtasn1ReadsOurTokenInfo(t *testing.T) {
	b, err := pkcs15.AppendTokenInfo(nil, pkcs15.TokenInfo{Serial: []byte{0x89, 0x88}, Manufacturer: "Issuer", Label: "SIM"})
	require.NoError(t, err)
	tree, err := asn1Decoding(t, "TokenInfo", b)
	require.NoError(t, err, tree)
	for _, line := range []string{"name:version", "value:0x00", "name:serialNumber", "value:8988", "value:Issuer", "value:SIM"} {
		require.Contains(t, squeeze(tree), line)
	}
}

// judge wants the entries accepted, with lines in the tree, and refused one
// byte short.
func judge(t *testing.T, typ string, entries []byte, lines ...string) {
	t.Helper()
	tree, err := asn1Decoding(t, typ, row(entries))
	require.NoError(t, err, tree)
	for _, line := range lines {
		require.Contains(t, squeeze(tree), line)
	}
	tree, err = asn1Decoding(t, typ, row(entries[:len(entries)-1]))
	require.Error(t, err, tree)
}

func squeeze(s string) string { return strings.NewReplacer(" ", "", "\t", "").Replace(s) }
