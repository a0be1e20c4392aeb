package image_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

var otherObject = pkcs15.DataObject{
	ApplicationName: "GP SE Acc Ctl",
	ID:              "\x2A\x86\x48\x86\xFC\x6B\x81\x48\x01\x01",
	Ref:             apdu.FileRef{Path: apdu.Path{0x4200}},
}

// options are the ways to make an image.
var options = map[string]image.Options{
	"default":              {},
	"opaqueDO":             {Form: pkcs15.OpaqueDO},
	"OID wrapped twice":    {OID: pkcs15.OIDLwM2MDoubleWrapped},
	"absolute paths":       {Paths: image.Absolute},
	"paths from the ADF":   {Paths: image.FromApplication},
	"index and length":     {Index: true},
	"index of 32":          {Index: true, Offset: 32, Size: 300},
	"several objects":      {More: []pkcs15.DataObject{otherObject, otherObject}},
	"other identifiers":    {DF: 0x5F10, DODF: 0x6420, File: 0x6F31, Paths: image.Absolute},
	"no identifier":        {NoDF: true},
	"application's AID":    {AID: apdu.AIDPKCS15 + "\x01\xFF"},
	"sizes":                {Size: 126, ODFSize: 64, DODFSize: 256, RecordLength: 60},
	"largest file":         {Size: tlv.MaxFileSize},
	"labels":               {Label: "LwM2M", ApplicationName: "Boot", AppLabel: "Karte", Token: pkcs15.TokenInfo{Serial: []byte{1}, Label: "T"}},
	"private and modified": {Private: true, Modifiable: true, AuthID: []byte{1}},
}

func TestFilesLeadADeviceToTheContent(t *testing.T) {
	want := file126(t)
	for name, o := range options {
		t.Run(name, func(t *testing.T) {
			m := built(t, want, o)
			card := cardOf(t, m, func(f image.File) []byte { return f.Content })
			require.Equal(t, want, readBack(t, card, simboot.AIDFirst))
			require.Equal(t, want, readBack(t, card, simboot.DirFirst), "by EF(DIR)")
		})
	}
}

func TestFilesAreThoseOfAppendixG(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	got := map[string]string{}
	for name, b := range m.Contents() {
		got[name] = strings.TrimRight(fmt.Sprintf("%X", b), "F")
	}
	require.Equal(t, map[string]string{
		"3F00-2F00-dir.bin":       "611D4F0CA000000063504B43532D31355007504B43532D313551043F007F50",
		"7F50-5031-odf.bin":       "A706300404026430",
		"7F50-5032-tokeninfo.bin": "30080201000400030100",
		"7F50-6430-dodf.bin":      "A125300030110C0F4C774D324D20426F6F747374726170A10E300C0604672B0901300404026432",
		"7F50-6432-bootstrap.bin": fmt.Sprintf("%X", file126(t)),
	}, got)
	require.Len(t, m.Bootstrap.Content, image.DefaultSize)
	require.Equal(t, 126, m.Bootstrap.Used)
	require.Len(t, m.Dir.Content, image.DefaultRecordLength)
}

func TestEntriesSayWhatTheOptionsSay(t *testing.T) {
	m := built(t, file126(t), image.Options{Label: "L", ApplicationName: "N", Private: true, Modifiable: true, AuthID: []byte{7},
		Form: pkcs15.OpaqueDO, More: []pkcs15.DataObject{otherObject}, Index: true, Offset: 8, Size: 200, AppLabel: "App"})
	var objects []pkcs15.DataObject
	for o, err := range pkcs15.ParseDODF(m.DODF.Content) {
		require.NoError(t, err)
		objects = append(objects, o)
	}
	require.Len(t, objects, 2)
	require.Equal(t, otherObject.ID, objects[1].ID)
	require.Equal(t, pkcs15.DataObject{Form: pkcs15.OpaqueDO, Label: "L", Private: true, Modifiable: true, AuthID: []byte{7},
		ApplicationName: "N", ApplicationOID: pkcs15.OIDLwM2M,
		Ref: apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 8, Length: 192}}, objects[0])
	require.Equal(t, 8, m.Bootstrap.Ref.Offset)
	require.Equal(t, 192, m.Bootstrap.Ref.Length)
	dir, err := pkcs15.ParseDirRecord(m.Dir.Content)
	require.NoError(t, err)
	require.Equal(t, "App", dir.Label)
	require.Equal(t, apdu.Path{apdu.FIDMF, image.DefaultDF}, dir.Path)
	require.Nil(t, directoryPath(t, built(t, file126(t), image.Options{NoDF: true})), "no path without an identifier")
}

func directoryPath(t *testing.T, m *image.Image) apdu.Path {
	dir, err := pkcs15.ParseDirRecord(m.Dir.Content)
	require.NoError(t, err)
	return dir.Path
}

func TestFillingOfTheContentIsLeftOut(t *testing.T) {
	padded := append(file126(t), erased(100)...)
	m := built(t, padded, image.Options{Size: 126})
	require.Equal(t, file126(t), []byte(m.Bootstrap.Content))
}

func TestAnEmptyContentMakesAnEmptyFile(t *testing.T) {
	for _, content := range []string{"\x00\x00\x00\x00", "\xFF\xFF\xFF\xFF", "\x00\x00\x01\x00junk"} {
		m := built(t, []byte(content), image.Options{})
		require.True(t, tlv.Empty(m.Bootstrap.Content))
		require.Equal(t, append([]byte{0, 0, 0, 0}, erased(1020)...), []byte(m.Bootstrap.Content))
		card := cardOf(t, m, func(f image.File) []byte { return f.Content })
		_, _, err := simboot.Read(t.Context(), card, nil)
		require.ErrorIs(t, err, simboot.ErrNoData)
	}
}

func TestBuildRefuses(t *testing.T) {
	good := file126(t)
	large, err := tlv.AppendFile(nil, tlv.File{Objects: []tlv.Object{{ID: 0, Instances: make([]byte, 30000)}}})
	require.NoError(t, err)
	for _, v := range []struct {
		name    string
		content []byte
		o       image.Options
		want    error
		where   string
	}{
		{"no content", nil, image.Options{}, image.ErrContent, "0 octets"},
		{"half a header", good[:3], image.Options{}, image.ErrContent, "3 octets"},
		{"a content cut short", good[:125], image.Options{}, tlv.ErrTruncated, "offset"},
		{"a content of another kind", []byte("hello, world"), image.Options{}, image.ErrContent, "offset"},
		{"a file one octet too small", good, image.Options{Size: 125}, image.ErrTooSmall, "126 octets of content, 125 fit"},
		{"a part one octet too small", good, image.Options{Size: 200, Index: true, Offset: 75}, image.ErrTooSmall, "125 fit"},
		{"a part behind the file", good, image.Options{Size: 200, Index: true, Offset: 300}, image.ErrTooSmall, "0 fit"},
		{"a part that makes the file too large", large, image.Options{Index: true, Offset: 3000}, image.ErrTooSmall, "29768 fit"},
		{"a DODF that is too small", good, image.Options{DODFSize: 10}, image.ErrTooSmall, "dodf"},
		{"an ODF that is too small", good, image.Options{ODFSize: 7}, image.ErrTooSmall, "odf: 8 octets in 7"},
		{"a record that is too short", good, image.Options{RecordLength: 20}, image.ErrTooSmall, "dir"},
		{"a size below 0", good, image.Options{Size: -1}, image.ErrOptions, "Size"},
		{"a size above 32 KB", good, image.Options{Size: tlv.MaxFileSize + 1}, image.ErrOptions, "Size"},
		{"a record above 254", good, image.Options{DirRecord: 255}, image.ErrOptions, "DirRecord"},
		{"a record of 256 octets", good, image.Options{RecordLength: 256}, image.ErrOptions, "RecordLength"},
		{"an unknown form", good, image.Options{Form: 2}, image.ErrOptions, "Form(2)"},
		{"unknown paths", good, image.Options{Paths: 3}, image.ErrOptions, "Paths"},
		{"an offset without index", good, image.Options{Offset: 1}, image.ErrOptions, "Index"},
		{"absolute paths and no directory", good, image.Options{NoDF: true, Paths: image.Absolute}, image.ErrOptions, "directory"},
		{"one identifier twice", good, image.Options{DODF: 0x6432}, image.ErrOptions, "6432"},
		{"the identifier of the ODF", good, image.Options{File: 0x5031}, image.ErrOptions, "5031"},
		{"a reserved identifier", good, image.Options{DF: 0x3F00}, image.ErrOptions, "3F00"},
	} {
		t.Run(v.name, func(t *testing.T) {
			_, err := image.Build(v.content, v.o)
			require.ErrorIs(t, err, v.want)
			require.ErrorContains(t, err, v.where)
			require.NotContains(t, err.Error(), "\n")
		})
	}
	for name, o := range map[string]image.Options{
		"label":       {Label: strings.Repeat("x", 256)},
		"AID":         {AID: "\xA0"},
		"other entry": {More: []pkcs15.DataObject{{}}},
		"token":       {Token: pkcs15.TokenInfo{Version: 1}},
	} {
		_, err := image.Build(good, o)
		require.Error(t, err, name)
	}
}

func TestAnImagePrintsNoContent(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var manifest strings.Builder
	require.NoError(t, m.Manifest(&manifest))
	for _, s := range []string{fmt.Sprintf("%v", m), fmt.Sprintf("%#v", *m), fmt.Sprintf("%x", m), string(text), manifest.String()} {
		for _, secret := range []string{"3x@mpl3P5K53cr3tK3y", "33784", "3378406d706c", "3378406D706C", "M3hA"} {
			require.NotContains(t, s, secret)
		}
	}
}

func TestManifestTellsPlaceAndSizes(t *testing.T) {
	var b strings.Builder
	require.NoError(t, built(t, file126(t), image.Options{DirRecord: 2, Index: true, Offset: 4, Size: 200}).Manifest(&b))
	for _, want := range []string{
		"application A000000063504B43532D3135",
		"7F50-6432-bootstrap.bin  3F00/7F50/6432[4+196]  200     126   transparent",
		"3F00-2F00-dir.bin        3F00/2F00 record 2     38      31    record, linear fixed",
	} {
		require.Contains(t, b.String(), want)
	}
	b.Reset()
	require.NoError(t, built(t, file126(t), image.Options{NoDF: true}).Manifest(&b))
	require.Contains(t, b.String(), "ADF/6432 ")
	require.Contains(t, b.String(), "3F00/2F00 ")
}
