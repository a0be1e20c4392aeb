package pkcs15_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// Parts of entries, in hex.
const (
	lwm2mID   = "06 04 672B0901"
	path6432  = "30 04 04 02 6432"
	someClass = "30 06 0C 04 4C774D32" // application "LwM2"
)

// entry is an entry of a DODF made of its attributes in hex.
func entry(t testing.TB, tag ber.Tag, common, class, typeAttrs string) []byte {
	t.Helper()
	body := unhex(t, common+class)
	return ber.Append(nil, tag, ber.Append(body, 0xA1, unhex(t, typeAttrs)))
}

// oidDO is an entry without common attributes whose value is given.
func oidDO(t testing.TB, id, value string) []byte {
	t.Helper()
	attrs := ber.Append(nil, 0x30, unhex(t, id+value))
	return entry(t, 0xA1, "3000", someClass, fmt.Sprintf("%X", attrs))
}

func TestParseDODFReadsAttributes(t *testing.T) {
	id, path := "30 0C"+lwm2mID+path6432, apdu.FileRef{Path: apdu.Path{0x6432}}
	tests := []struct {
		name          string
		common, class string
		want          pkcs15.DataObject
	}{
		{"none", "3000", "3000", pkcs15.DataObject{}},
		{"label", "30 04 0C 02 4F6B", "3000", pkcs15.DataObject{Label: "Ok"}},
		{"label in UTF-8", "30 04 0C 02 C3A9", "3000", pkcs15.DataObject{Label: "é"}},
		{"label that is not UTF-8", "30 05 0C 03 41E941", "3000", pkcs15.DataObject{Label: "A\uFFFDA"}},
		{"private", "30 04 03 02 0780", "3000", pkcs15.DataObject{Private: true}},
		{"modifiable", "30 04 03 02 0640", "3000", pkcs15.DataObject{Modifiable: true}},
		{"both flags", "30 04 03 02 06C0", "3000", pkcs15.DataObject{Private: true, Modifiable: true}},
		{"flag in a bit that does not count", "30 04 03 02 07C0", "3000", pkcs15.DataObject{Private: true}},
		{"no flags set", "30 04 03 02 0000", "3000", pkcs15.DataObject{}},
		{"no flag bits", "30 03 03 01 00", "3000", pkcs15.DataObject{}},
		{"more flags than known", "30 05 03 03 07C080", "3000", pkcs15.DataObject{Private: true, Modifiable: true}},
		{"authId", "30 03 04 01 11", "3000", pkcs15.DataObject{AuthID: []byte{0x11}}},
		{"empty authId", "30 02 04 00", "3000", pkcs15.DataObject{AuthID: []byte{}}},
		{"all, with userConsent and accessControlRules behind", "30 12 0C 01 41 03 02 0780 04 02 0102 02 01 01 30 02 05 00", "3000",
			pkcs15.DataObject{Label: "A", Private: true, AuthID: []byte{1, 2}}},
		{"malformed behind what is read", "30 05 0C 01 41 02 7F", "3000", pkcs15.DataObject{Label: "A"}},
		{"application", "3000", "30 0A 0C 02 4C57 06 04 2A864886", pkcs15.DataObject{ApplicationName: "LW", ApplicationOID: "\x2A\x86\x48\x86"}},
		{"application's OID not terminated", "3000", "30 03 06 01 89", pkcs15.DataObject{ApplicationOID: "\x89"}},
		{"class with more behind", "3000", "30 06 06 02 672B 02 00", pkcs15.DataObject{ApplicationOID: "\x67\x2B"}},
		{"subclass attributes", "3000", "3000 A0 02 30 00", pkcs15.DataObject{}},
		{"lengths longer than needed", "30 81 05 0C 82 00 01 41", "30 81 00", pkcs15.DataObject{Label: "A"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			want.Ref, want.ID = path, pkcs15.OIDLwM2M
			objects, err := collect(pkcs15.ParseDODF(entry(t, 0xA1, tt.common, tt.class, id)))
			require.NoError(t, err)
			require.Equal(t, []pkcs15.DataObject{want}, objects)

			want.Form, want.ID = pkcs15.OpaqueDO, ""
			objects, err = collect(pkcs15.ParseDODF(entry(t, 0x30, tt.common, tt.class, path6432)))
			require.NoError(t, err)
			require.Equal(t, []pkcs15.DataObject{want}, objects)
		})
	}
}

func TestParseDODFReadsValues(t *testing.T) {
	tests := []struct {
		name, value string
		ref         apdu.FileRef
		direct      []byte
	}{
		{"path", path6432, apdu.FileRef{Path: apdu.Path{0x6432}}, nil},
		{"part of a file", "30 0B 04 02 6432 02 01 02 80 02 012C", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 2, Length: 300}, nil},
		{"direct, octet string", "A0 06 04 04 00000000", apdu.FileRef{}, []byte{0, 0, 0, 0}},
		{"direct, empty octet string", "A0 02 04 00", apdu.FileRef{}, []byte{}},
		{"direct, nothing between", "A0 04 00010203", apdu.FileRef{}, []byte{0, 1, 2, 3}},
		{"direct, octet string and more", "A0 05 04 01 00 05 00", apdu.FileRef{}, []byte{4, 1, 0, 5, 0}},
		{"direct, octet string too short", "A0 03 04 02 00", apdu.FileRef{}, []byte{4, 2, 0}},
		{"direct, empty", "A0 00", apdu.FileRef{}, []byte{}},
		{"direct, primitive", "80 03 04 01 00", apdu.FileRef{}, []byte{4, 1, 0}},
		{"more behind the value", path6432 + "05 00", apdu.FileRef{Path: apdu.Path{0x6432}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, b := range [][]byte{oidDO(t, lwm2mID, tt.value), entry(t, 0x30, "3000", someClass, tt.value)} {
				objects, err := collect(pkcs15.ParseDODF(b))
				require.NoError(t, err)
				require.Len(t, objects, 1)
				require.Equal(t, tt.ref, objects[0].Ref)
				require.Equal(t, pkcs15.Octets(tt.direct), objects[0].Direct)
			}
		})
	}
}

// badObjects are entries that are malformed, or of a form that is not read,
// within an outer length that is right.
var badObjects = []struct {
	name        string
	tag         ber.Tag
	body, where string
	unsupported bool
}{
	{"empty", 0xA1, "", "offset 2", false},
	{"common attributes alone", 0xA1, "3000", "offset 4", false},
	{"no type attributes", 0xA1, "3000 3000", "offset 6", false},
	{"subclass attributes alone", 0xA1, "3000 3000 A000", "offset 8", false},
	{"subclass attributes cut short", 0xA1, "3000 3000 A002", "offset 6", false},
	{"common attributes of another tag", 0xA1, "3100 3000 A100", "offset 2", false},
	{"class attributes of another tag", 0xA1, "3000 3100 A100", "offset 4", false},
	{"type attributes of another tag", 0xA1, "3000 3000 A200", "offset 6", false},
	{"common attributes cut short", 0xA1, "3009 3000 A100", "offset 2", false},
	{"label cut short", 0x30, "3003 0C0241 3000 A106" + path6432, "offset 4", false},
	{"flags cut short", 0x30, "3002 0301 3000 A106" + path6432, "offset 4", false},
	{"authId cut short", 0x30, "3002 0401 3000 A106" + path6432, "offset 4", false},
	{"flags of no octets", 0x30, "3002 0300 3000 A106" + path6432, "offset 4", false},
	{"flags with 8 unused bits", 0x30, "3004 03020880 3000 A106" + path6432, "offset 4", false},
	{"unused bits of no flags", 0x30, "3003 030101 3000 A106" + path6432, "offset 4", false},
	{"application name cut short", 0x30, "3000 3002 0C01 A106" + path6432, "offset 6", false},
	{"application OID cut short", 0x30, "3000 3002 0601 A106" + path6432, "offset 6", false},
	{"empty application OID", 0x30, "3000 3002 0600 A106" + path6432, "offset 6", false},
	{"application OID of 65 octets", 0x30, "3000 3043 0641" + strings.Repeat("01", 65) + "A106" + path6432, "offset 6", false},
	{"no value", 0x30, "3000 3000 A100", "offset 8", false},
	{"value cut short", 0x30, "3000 3000 A102 3001", "offset 8", false},
	{"value of another kind", 0x30, "3000 3000 A102 3100", "offset 8", false},
	{"reference to an enveloped value", 0x30, "3000 3000 A108 A106" + path6432, "offset 8", true},
	{"enveloped value", 0x30, "3000 3000 A104 A2023000", "offset 8", true},
	{"URL", 0x30, "3000 3000 A103 130161", "offset 8", true},
	{"URL with digest", 0x30, "3000 3000 A102 A300", "offset 8", true},
	{"bad path", 0x30, "3000 3000 A105 3003040101", "offset 10", false},
	{"oidDO without a sequence", 0xA1, "3000 3000 A106" + lwm2mID, "offset 8", false},
	{"oidDO without an ID", 0xA1, "3000 3000 A108 3006" + path6432, "offset 10", false},
	{"oidDO with an empty ID", 0xA1, "3000 3000 A10A 3008 0600" + path6432, "offset 10", false},
	{"oidDO without a value", 0xA1, "3000 3000 A108 3006" + lwm2mID, "offset 16", false},
	{"oidDO with its value outside", 0xA1, "3000 3000 A10E 3006" + lwm2mID + path6432, "offset 16", false},
}

func TestABrokenObjectHidesNoOther(t *testing.T) {
	good := oidDO(t, lwm2mID, path6432)
	for _, tt := range badObjects {
		t.Run(tt.name, func(t *testing.T) {
			b := append(ber.Append(nil, tt.tag, unhex(t, tt.body)), good...)
			n := 0
			for o, err := range pkcs15.ParseDODF(b) {
				if n++; n == 2 {
					require.NoError(t, err, "the next one")
					require.Equal(t, pkcs15.OIDLwM2M, o.ID)
					require.Equal(t, len(b)-len(good), o.Offset)
					continue
				}
				require.Zero(t, o)
				require.ErrorContains(t, err, "pkcs15: DODF: "+tt.where+":")
				require.Equal(t, tt.unsupported, errors.Is(err, pkcs15.ErrUnsupported))
			}
			require.Equal(t, 2, n)
		})
	}
}

func TestParseDODFPassesOverOtherForms(t *testing.T) {
	b := unhex(t, "A0 02 30 00 A2 00 05 00 7F 21 00 31 00")
	objects, err := collect(pkcs15.ParseDODF(append(b, oidDO(t, lwm2mID, path6432)...)))
	require.NoError(t, err)
	require.Len(t, objects, 1)
}

func TestABrokenOuterLengthEndsTheDODF(t *testing.T) {
	good := oidDO(t, lwm2mID, path6432)
	b := append(append([]byte{0xFF}, good...), unhex(t, "A1 7F 30 00")...)
	objects, err := collect(pkcs15.ParseDODF(b))
	require.Len(t, objects, 1)
	require.Equal(t, 1, objects[0].Offset)
	require.ErrorContains(t, err, fmt.Sprintf("pkcs15: DODF: offset %d:", 1+len(good)))
	for range pkcs15.ParseDODF(b) {
		break // the consumer may stop
	}
}

func TestParseDODFIsBounded(t *testing.T) {
	b := unhex(t, strings.Repeat("A000", pkcs15.MaxDODFEntries-1))
	b = append(b, oidDO(t, lwm2mID, path6432)...)
	objects, err := collect(pkcs15.ParseDODF(append(b, 0, 0, 0xFF)))
	require.NoError(t, err)
	require.Len(t, objects, 1)
	objects, err = collect(pkcs15.ParseDODF(append(b, 0xA0, 0)))
	require.ErrorContains(t, err, fmt.Sprintf("offset %d:", len(b)))
	require.Len(t, objects, 1)
}

func TestParsedSlicesAliasTheInput(t *testing.T) {
	b := entry(t, 0x30, "30 03 04 01 11", "3000", "A0 03 04 01 22")
	objects, err := collect(pkcs15.ParseDODF(b))
	require.NoError(t, err)
	objects[0].AuthID[0], objects[0].Direct[0] = 0x33, 0x44
	require.Equal(t, entry(t, 0x30, "30 03 04 01 33", "3000", "A0 03 04 01 44"), b)
	_ = append(objects[0].AuthID, 0xEE)
	require.Equal(t, entry(t, 0x30, "30 03 04 01 33", "3000", "A0 03 04 01 44"), b, "but do not reach beyond")
}

func TestDataObjectsPrint(t *testing.T) {
	ref := apdu.FileRef{Path: apdu.Path{0x7FFF, 0x6F31}, Offset: 2, Length: 300}
	for want, o := range map[string]pkcs15.DataObject{
		"oidDO:2.23.43.9.1->7FFF/6F31[2+300]":      {ID: pkcs15.OIDLwM2M, ApplicationOID: "\x2A", Ref: ref},
		"oidDO:2.23.43.9.1(double-wrapped)->6F31":  {ID: pkcs15.OIDLwM2MDoubleWrapped, Ref: apdu.FileRef{Path: apdu.Path{0x6F31}}},
		"opaqueDO:2.23.43.9.1->[3 bytes]":          {Form: pkcs15.OpaqueDO, ApplicationOID: pkcs15.OIDLwM2M, Direct: []byte("key")},
		"Form(7):->A000000063504B43532D3135":       {Form: 7, Ref: apdu.FileRef{App: apdu.AIDPKCS15}},
		"opaqueDO:->A000000063504B43532D3135/6F31": {Form: pkcs15.OpaqueDO, Ref: apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{0x6F31}}},
	} {
		require.Equal(t, want, o.String())
	}
}

func TestDirectValuesDoNotPrint(t *testing.T) {
	secret := []byte("psk-psk-psk")
	o := pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Direct: secret}
	d := pkcs15.Directory{InPlace: secret}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%08b", "%o"} {
		for _, v := range []any{o, &o, d, &d, o.Direct, []any{o, d}} {
			s := fmt.Sprintf(verb, v)
			for _, form := range []string{"psk", "70736b", "70736B", "112 115", "0x70", "01110000", "160 163"} {
				require.NotContains(t, s, form, verb)
			}
		}
	}
	marshalled, err := json.Marshal([]any{o, d})
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(string(marshalled), "[11 bytes]"))
	require.NotContains(t, string(marshalled), "cHNr", "base64")
}

func TestForms(t *testing.T) {
	require.Equal(t, "oidDO", pkcs15.OIDDO.String())
	require.Equal(t, "opaqueDO", pkcs15.OpaqueDO.String())
	require.Equal(t, "Form(2)", pkcs15.Form(2).String())
}

func ExampleParseDODF() {
	dodf := []byte("\xA1\x1D\x30\x00\x30\x07\x0C\x05LwM2M\xA1\x10\x30\x0E\x06\x06\x06\x04\x67\x2B\x09\x01\x30\x04\x04\x02\x6F\x31\xFF\xFF")
	for object, err := range pkcs15.ParseDODF(dodf) {
		if err != nil {
			fmt.Println(err) // the next one may be good
			continue
		}
		fmt.Println(object.ApplicationName, object)
	}
	// Output: LwM2M oidDO:2.23.43.9.1(double-wrapped)->6F31
}
