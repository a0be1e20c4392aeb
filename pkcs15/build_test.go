package pkcs15_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

var application = pkcs15.Application{
	Dir:   pkcs15.DirRecord{AID: apdu.AIDPKCS15 + "\x01", Label: "LwM2M UICC", Path: apdu.Path{0x3F00, 0x5015}},
	Token: pkcs15.TokenInfo{Serial: []byte{0x89, 0x01}, Manufacturer: "Maker", Label: "Card", Flags: pkcs15.TokenReadOnly},
	Directories: []pkcs15.ObjectDirectory{
		{Ref: apdu.FileRef{Path: apdu.Path{pkcs15.FIDDODF}}, Objects: []pkcs15.DataObject{
			{ID: "\x2A\x86\x48\x86\xFC\x6B\x81\x48\x01\x01", ApplicationName: "GP SE Acc Ctl", Ref: apdu.FileRef{Path: apdu.Path{0x4300}}},
			{ID: pkcs15.OIDLwM2M, Label: "Bootstrap", Private: true, AuthID: []byte{1}, Ref: apdu.FileRef{Path: apdu.Path{pkcs15.FIDBootstrap}}},
		}},
		{Objects: []pkcs15.DataObject{{Form: pkcs15.OpaqueDO, ApplicationOID: pkcs15.OIDLwM2M, Direct: []byte{0, 0, 0, 0}}}},
		{Ref: apdu.FileRef{Path: apdu.Path{0x3F00, 0x5015, 0x4405}}, Objects: []pkcs15.DataObject{
			{Form: pkcs15.OIDDO, ID: pkcs15.OIDLwM2MDoubleWrapped, Modifiable: true, Ref: apdu.FileRef{Path: apdu.Path{0x7FFF, 0x6F31}, Offset: 2, Length: 300}},
		}},
		{Ref: apdu.FileRef{Path: apdu.Path{0x4406}}},
	},
}

func TestBuildParsesToWhatItWasBuiltFrom(t *testing.T) {
	files, err := application.Build()
	require.NoError(t, err)

	var got pkcs15.Application
	got.Dir, err = pkcs15.ParseDirRecord(files.Dir)
	require.NoError(t, err)
	got.Token, err = pkcs15.ParseTokenInfo(files.TokenInfo)
	require.NoError(t, err)
	dodf := 0
	for d, err := range pkcs15.ParseODF(files.ODF) {
		require.NoError(t, err)
		content := []byte(d.InPlace)
		if d.InPlace == nil {
			require.Equal(t, d.Ref, files.DODFs[dodf].Ref)
			content = files.DODFs[dodf].Content
			dodf++
		}
		got.Directories = append(got.Directories, pkcs15.ObjectDirectory{Ref: d.Ref, Objects: parsed(t, content)})
	}
	require.Equal(t, application, got)
	require.Len(t, files.DODFs, dodf)
}

func TestFindFindsWhatWasBuilt(t *testing.T) {
	files, err := application.Build()
	require.NoError(t, err)
	r := card{"5031": append(files.ODF, 0xFF)}
	for _, f := range files.DODFs {
		r[f.Ref.String()] = append(f.Content, make([]byte, 600)...)
	}
	require.Equal(t, []string{
		"oidDO:2.23.43.9.1->6432",
		"opaqueDO:2.23.43.9.1->[4 bytes]",
		"oidDO:2.23.43.9.1(double-wrapped)->7FFF/6F31[2+300]",
	}, find(t, r))
}

func TestBuildOfNothingIsAnEmptyCard(t *testing.T) {
	files, err := pkcs15.Application{}.Build()
	require.NoError(t, err)
	require.Equal(t, unhex(t, "610E 4F0C A000000063504B43532D3135"), files.Dir)
	require.Empty(t, files.ODF)
	require.Empty(t, files.DODFs)
	require.Equal(t, unhex(t, "3008 020100 0400 030100"), files.TokenInfo)
}

func TestBuildRefuses(t *testing.T) {
	for where, bad := range map[string]pkcs15.Application{
		"EF(DIR)":                    {Dir: pkcs15.DirRecord{AID: "x"}},
		"TokenInfo":                  {Token: pkcs15.TokenInfo{Version: 2}},
		"DODF: entry 1":              {Directories: []pkcs15.ObjectDirectory{{Objects: []pkcs15.DataObject{application.Directories[0].Objects[0], {}}}}},
		"ODF: entry 0":               {Directories: []pkcs15.ObjectDirectory{{Ref: apdu.FileRef{Path: apdu.Path{1}, Offset: 2}}}},
		"ODF: 65 entries":            {Directories: make([]pkcs15.ObjectDirectory, 65)},
		"EF(DIR): entry of 256 byte": {Dir: pkcs15.DirRecord{Label: strings.Repeat("x", 236)}},
	} {
		t.Run(where, func(t *testing.T) {
			files, err := bad.Build()
			require.ErrorContains(t, err, "pkcs15: "+where)
			require.Zero(t, files)
		})
	}
}

// files is a card in memory, the least that Find asks for.
type files map[string][]byte

func (f files) ReadFile(_ context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	content, ok := f[ref.String()]
	if !ok {
		return nil, apdu.SWFileNotFound
	}
	_, err := need(content)
	return content, err
}

func ExampleFind() {
	built, err := pkcs15.Application{
		Directories: []pkcs15.ObjectDirectory{{
			Ref: apdu.FileRef{Path: apdu.Path{pkcs15.FIDDODF}},
			Objects: []pkcs15.DataObject{{
				Label:           "Bootstrap data",
				ApplicationName: "LwM2M",
				ID:              pkcs15.OIDLwM2M,
				Ref:             apdu.FileRef{Path: apdu.Path{pkcs15.FIDBootstrap}},
			}},
		}},
	}.Build()
	if err != nil {
		panic(err)
	}
	card := files{"5031": built.ODF, "6430": built.DODFs[0].Content}

	for object, err := range pkcs15.Find(context.Background(), card) {
		if err != nil {
			fmt.Println(err) // the next one may be good
			continue
		}
		fmt.Printf("%q in DODF %v: read EF %v\n", object.Label, object.Directory, object.Ref)
		break
	}
	// Output: "Bootstrap data" in DODF 6430: read EF 6432
}
