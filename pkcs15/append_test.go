package pkcs15_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

func TestAppendDODF(t *testing.T) {
	bootstrap := apdu.FileRef{Path: apdu.Path{0x6432}}
	tests := []struct {
		name   string
		object pkcs15.DataObject
		want   string
	}{
		{"the example of Appendix G", pkcs15.DataObject{ApplicationName: "LwM2M Bootstrap", ID: pkcs15.OIDLwM2M, Ref: bootstrap},
			"A125 3000 3011 0C0F4C774D324D20426F6F747374726170 A10E300C 0604672B0901 300404026432"},
		{"wrapped twice", pkcs15.DataObject{ApplicationName: "LwM2M", ID: pkcs15.OIDLwM2MDoubleWrapped, Ref: apdu.FileRef{Path: apdu.Path{0x6F31}}},
			"A11D 3000 3007 0C054C774D324D A110300E 06060604672B0901 300404026F31"},
		{"opaqueDO, part of a file", pkcs15.DataObject{
			Form: pkcs15.OpaqueDO, Label: "Bootstrap", Modifiable: true, ApplicationName: "Bootstrap", ApplicationOID: pkcs15.OIDLwM2M,
			Ref: apdu.FileRef{Path: apdu.Path{0x7FFF, 0x6F31}, Offset: 2, Length: 300}},
			"3035 300F 0C09426F6F747374726170 03020640 3011 0C09426F6F747374726170 0604672B0901 A10F 300D04047FFF6F31 020102 8002012C"},
		{"private, with a PIN", pkcs15.DataObject{Private: true, AuthID: []byte{0x11}, ID: pkcs15.OIDLwM2M, Ref: bootstrap},
			"A11B 3007 03020780 040111 3000 A10E300C 0604672B0901 300404026432"},
		{"private and modifiable, empty authId", pkcs15.DataObject{Private: true, Modifiable: true, AuthID: []byte{}, ID: pkcs15.OIDLwM2M, Ref: bootstrap},
			"A11A 3006 030206C0 0400 3000 A10E300C 0604672B0901 300404026432"},
		{"direct", pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Direct: []byte{0, 0, 0, 0}},
			"A116 3000 3000 A110300E 0604672B0901 A006 0404 00000000"},
		{"direct, empty", pkcs15.DataObject{Form: pkcs15.OpaqueDO, Direct: []byte{}}, "300A 3000 3000 A104 A002 0400"},
		{"by AID", pkcs15.DataObject{Form: pkcs15.OpaqueDO, Ref: apdu.FileRef{App: apdu.AIDPKCS15}},
			"3016 3000 3000 A110 300E 040CA000000063504B43532D3135"},
	}
	var all []pkcs15.DataObject
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := pkcs15.AppendDODF([]byte{0xEE}, tt.object)
			require.NoError(t, err)
			require.Equal(t, unhex(t, "EE"+tt.want), got)
			back, err := collect(pkcs15.ParseDODF(got[1:]))
			require.NoError(t, err)
			require.Equal(t, []pkcs15.DataObject{tt.object}, back)
		})
		all = append(all, tt.object)
	}
	b, err := pkcs15.AppendDODF(nil, all...)
	require.NoError(t, err)
	require.Equal(t, all, parsed(t, b), "all of them, in order")
	var starts []int
	for o, err := range pkcs15.ParseDODF(b) {
		require.NoError(t, err)
		starts = append(starts, o.Offset)
	}
	for n := range b {
		short, err := collect(pkcs15.ParseDODF(b[:n:n]))
		require.Equal(t, all[:len(short)], append([]pkcs15.DataObject{}, withoutOffsets(short)...), "cut to %d bytes", n)
		require.Less(t, len(short), len(all))
		if err == nil {
			require.Contains(t, starts, n, "cut between two objects")
		}
	}
}

// parsed is what a DODF parses to, without offsets.
func parsed(t *testing.T, b []byte) []pkcs15.DataObject {
	t.Helper()
	objects, err := collect(pkcs15.ParseDODF(b))
	require.NoError(t, err)
	return withoutOffsets(objects)
}

func withoutOffsets(objects []pkcs15.DataObject) []pkcs15.DataObject {
	for i := range objects {
		objects[i].Offset = 0
	}
	return objects
}

func TestAppendDODFTakesTheGreatestThatTheStandardAllows(t *testing.T) {
	want := pkcs15.DataObject{
		Label: strings.Repeat("é", 255), AuthID: slices.Repeat([]byte{7}, 255), ApplicationName: strings.Repeat("x", 255),
		ApplicationOID: pkcs15.OID(strings.Repeat("\x01", 64)), ID: pkcs15.OID(strings.Repeat("\x02", 64)),
		Direct: make([]byte, 31000),
	}
	b, err := pkcs15.AppendDODF(nil, want)
	require.NoError(t, err)
	require.Equal(t, []pkcs15.DataObject{want}, parsed(t, b))
}

func TestAppendDODFStopsAtMaxDirectory(t *testing.T) {
	object := pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Direct: make([]byte, 32000)}
	b, err := pkcs15.AppendDODF(nil, object)
	require.NoError(t, err)
	object.Direct = make([]byte, len(object.Direct)+pkcs15.MaxDirectory-len(b))
	b, err = pkcs15.AppendDODF(make([]byte, pkcs15.MaxDirectory), object)
	require.NoError(t, err, "what stands before does not count")
	require.Len(t, b, 2*pkcs15.MaxDirectory)
	object.Direct = append(object.Direct, 0)
	_, err = pkcs15.AppendDODF(nil, object)
	require.Error(t, err)
}

func TestAppendDODFRefuses(t *testing.T) {
	good := pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Ref: apdu.FileRef{Path: apdu.Path{0x6432}}}
	tests := []struct {
		name   string
		change func(*pkcs15.DataObject)
	}{
		{"no value", func(o *pkcs15.DataObject) { o.Ref = apdu.FileRef{} }},
		{"two values", func(o *pkcs15.DataObject) { o.Direct = []byte{} }},
		{"direct value too large", func(o *pkcs15.DataObject) { o.Ref, o.Direct = apdu.FileRef{}, make([]byte, 1<<24) }},
		{"entry too large", func(o *pkcs15.DataObject) { o.Ref, o.Direct = apdu.FileRef{}, make([]byte, pkcs15.MaxDirectory-20) }},
		{"offset without length", func(o *pkcs15.DataObject) { o.Ref.Offset = 1 }},
		{"oidDO without ID", func(o *pkcs15.DataObject) { o.ID = "" }},
		{"opaqueDO with ID", func(o *pkcs15.DataObject) { o.Form = pkcs15.OpaqueDO }},
		{"another form", func(o *pkcs15.DataObject) { o.Form = 2 }},
		{"ID not terminated", func(o *pkcs15.DataObject) { o.ID = "\x67\x89" }},
		{"ID of 65 octets", func(o *pkcs15.DataObject) { o.ID = pkcs15.OID(strings.Repeat("\x01", 65)) }},
		{"application OID with a leading zero", func(o *pkcs15.DataObject) { o.ApplicationOID = "\x80\x01" }},
		{"label not UTF-8", func(o *pkcs15.DataObject) { o.Label = "\xE9" }},
		{"label of 256 characters", func(o *pkcs15.DataObject) { o.Label = strings.Repeat("x", 256) }},
		{"application name not UTF-8", func(o *pkcs15.DataObject) { o.ApplicationName = "\xFF" }},
		{"application name of 256 characters", func(o *pkcs15.DataObject) { o.ApplicationName = strings.Repeat("é", 256) }},
		{"authId of 256 octets", func(o *pkcs15.DataObject) { o.AuthID = make([]byte, 256) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := good
			tt.change(&bad)
			got, err := pkcs15.AppendDODF([]byte("before"), good, bad)
			require.ErrorContains(t, err, "pkcs15: DODF: ")
			require.NotContains(t, err.Error(), "\n")
			require.Equal(t, []byte("before"), got)
		})
	}
	_, err := pkcs15.AppendDODF(nil, slices.Repeat([]pkcs15.DataObject{good}, pkcs15.MaxDODFEntries+1)...)
	require.Error(t, err)
	_, err = pkcs15.AppendDODF(nil, slices.Repeat([]pkcs15.DataObject{good}, pkcs15.MaxDODFEntries)...)
	require.NoError(t, err)
}
