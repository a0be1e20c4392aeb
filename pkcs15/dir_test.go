package pkcs15_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

const usim = apdu.AID("\xA0\x00\x00\x00\x87\x10\x02\xFF\x33\xFF\xFF\x89\x06\x03\x01\x00")

func TestParseDirRecord(t *testing.T) {
	tests := []struct {
		name, record string
		want         pkcs15.DirRecord
	}{
		{"AID alone", "61 0E 4F 0C A000000063504B43532D3135", pkcs15.DirRecord{AID: apdu.AIDPKCS15}},
		{"label and path", "61 18 4F 0C A000000063504B43532D3135 50 02 4C57 51 04 3F005015",
			pkcs15.DirRecord{AID: apdu.AIDPKCS15, Label: "LW", Path: apdu.Path{0x3F00, 0x5015}}},
		{"FF inside the template", "61 12 4F 0C A000000063504B43532D3135 FF FF FF FF FF FF", pkcs15.DirRecord{AID: apdu.AIDPKCS15}},
		{"00 inside the template", "61 10 00 4F 0C A000000063504B43532D3135 00", pkcs15.DirRecord{AID: apdu.AIDPKCS15}},
		{"padding in front", "FF 00 61 07 4F 05 A000000063 FF", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63", Offset: 2}},
		{"discretionary data", "61 0D 73 02 06 00 4F 05 A000000063 53 00", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63"}},
		{"AID of 16 octets ending in FF", "61 12 4F 10 A0000000871002FFFFFFFF89040300FF",
			pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x87\x10\x02\xFF\xFF\xFF\xFF\x89\x04\x03\x00\xFF"}},
		{"AID filled up with 00", "61 12 4F 10 A000000063504B43532D313500000000", pkcs15.DirRecord{AID: apdu.AIDPKCS15 + "\x00\x00\x00\x00"}},
		{"AID without a template", "4F 05 A000000063 FF", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63"}},
		{"empty path is none", "61 09 4F 05 A000000063 51 00", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63"}},
		{"path of 1 octet is none", "61 0A 4F 05 A000000063 51 01 3F", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63"}},
		{"path of 3 octets is none", "61 0C 4F 05 A000000063 51 03 3F0050", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63"}},
		{"label that is not UTF-8", "61 0C 4F 05 A000000063 50 03 80 04 12", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63", Label: "\x80\x04\x12"}},
		{"first of each tag counts", "61 1C 4F 05 A000000063 4F 05 A000000087 50 01 41 50 01 42 51 02 5015 51 02 5016",
			pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63", Label: "A", Path: apdu.Path{0x5015}}},
		{"length longer than needed", "61 81 07 4F 05 A000000063", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63"}},
		{"second template is not looked at", "61 07 4F 05 A000000063 61 07 4F 05 A000000087", pkcs15.DirRecord{AID: "\xA0\x00\x00\x00\x63"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := unhex(t, tt.record)
			got, err := pkcs15.ParseDirRecord(b)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestParseDirRecordTellsUnusedRecords(t *testing.T) {
	for _, record := range []string{"", "FF", "FFFFFFFF", "00", "00000000", "00FF"} {
		d, err := pkcs15.ParseDirRecord(unhex(t, record))
		require.ErrorIs(t, err, pkcs15.ErrUnusedRecord, record)
		require.Zero(t, d)
	}
}

var badDirRecords = []struct{ name, record, where string }{
	{"another tag", "62 07 4F 05 A000000063", "offset 0"},
	{"template cut short", "61 08 4F 05 A000000063", "offset 0"},
	{"element beyond the template", "61 06 4F 05 A0000000", "offset 2"},
	{"no AID", "61 04 50 02 4C57", "offset 0"},
	{"empty template", "61 00", "offset 0"},
	{"empty AID", "61 02 4F 00", "offset 2"},
	{"AID of 4 octets", "61 06 4F 04 A0000000", "offset 2"},
	{"AID of 17 octets", "61 13 4F 11 A000000063504B43532D31350000000000", "offset 2"},
	{"AID of 4 octets without a template", "FF 4F 04 A0000000", "offset 1"},
}

func TestParseDirRecordRefuses(t *testing.T) {
	for _, tt := range badDirRecords {
		t.Run(tt.name, func(t *testing.T) {
			d, err := pkcs15.ParseDirRecord(unhex(t, tt.record))
			require.ErrorContains(t, err, "pkcs15: EF(DIR): "+tt.where+":")
			require.NotErrorIs(t, err, pkcs15.ErrUnusedRecord)
			require.Zero(t, d)
		})
	}
}

func TestParseDirYieldsTheTemplatesOfATransparentFile(t *testing.T) {
	b := unhex(t, "61 12 4F 10 A0000000871002FF33FFFF8906030100"+
		"00 61 00"+ // malformed inside
		"61 0E 4F 0C A000000063504B43532D3135 FF FF"+
		"4F 05 A000000087 00 00")
	var got []string
	for d, err := range pkcs15.ParseDir(b) {
		if err != nil {
			require.Zero(t, d)
			require.ErrorContains(t, err, "offset 21:")
			got = append(got, "error")
			continue
		}
		require.Equal(t, b[d.Offset], map[bool]byte{true: 0x61, false: 0x4F}[d.Offset < 30])
		got = append(got, d.AID.String())
	}
	require.Equal(t, []string{usim.String(), "error", apdu.AIDPKCS15.String(), "A000000087"}, got)

	for range pkcs15.ParseDir(b) {
		break // the consumer may stop
	}
	_, err := collect(pkcs15.ParseDir(b))
	require.Error(t, err)
}

func TestParseDirEndsAtABrokenLength(t *testing.T) {
	b := unhex(t, "61 07 4F 05 A000000063 61 7F 4F 05 A000000087")
	all, err := collect(pkcs15.ParseDir(b))
	require.ErrorContains(t, err, "pkcs15: EF(DIR): offset 9:")
	require.Len(t, all, 1)
}

func TestParseDirIsBounded(t *testing.T) {
	one := "6107 4F05A000000063"
	all, err := collect(pkcs15.ParseDir(unhex(t, strings.Repeat(one, pkcs15.MaxApplications)+"FF")))
	require.NoError(t, err)
	require.Len(t, all, pkcs15.MaxApplications)
	all, err = collect(pkcs15.ParseDir(unhex(t, strings.Repeat(one, pkcs15.MaxApplications+1))))
	require.ErrorContains(t, err, "offset 576:")
	require.Len(t, all, pkcs15.MaxApplications)
}

func TestIsPKCS15(t *testing.T) {
	for aid, want := range map[apdu.AID]bool{
		apdu.AIDPKCS15:                      true,
		apdu.AIDPKCS15 + "\x00\x00\x00\x00": true,
		apdu.AIDPKCS15 + "\x01":             true,
		apdu.AIDPKCS15[:11]:                 false,
		usim:                                false,
		"":                                  false,
	} {
		require.Equal(t, want, pkcs15.DirRecord{AID: aid}.IsPKCS15(), aid.String())
	}
}

func TestAppendDirRecord(t *testing.T) {
	d := pkcs15.DirRecord{AID: apdu.AIDPKCS15, Label: "LwM2M UICC", Path: apdu.Path{0x3F00, 0x5015}}
	got, err := pkcs15.AppendDirRecord([]byte{0xEE}, d)
	require.NoError(t, err)
	require.Equal(t, unhex(t, "EE 61204F0CA000000063504B43532D3135500A4C774D324D205549434351043F005015"), got)
	back, err := pkcs15.ParseDirRecord(got[1:])
	require.NoError(t, err)
	require.Equal(t, d, back)
}

func TestAppendDirRecordRefuses(t *testing.T) {
	for name, d := range map[string]pkcs15.DirRecord{
		"no AID":                      {},
		"AID of 4 octets":             {AID: "\xA0\x00\x00\x00"},
		"AID of 17 octets":            {AID: usim + "\x00"},
		"path too deep":               {AID: usim, Path: make(apdu.Path, 9)},
		"longer than a record":        {AID: usim, Label: strings.Repeat("x", 235)},
		"label longer than a record":  {AID: usim, Label: strings.Repeat("x", 1<<24)},
		"path makes it too long, too": {AID: usim, Label: strings.Repeat("x", 230), Path: apdu.Path{0x3F00}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := pkcs15.AppendDirRecord([]byte("before"), d)
			require.ErrorContains(t, err, "pkcs15: EF(DIR): ")
			require.Equal(t, []byte("before"), got)
		})
	}
	for _, aid := range []apdu.AID{usim[:5], usim} {
		_, err := pkcs15.AppendDirRecord(nil, pkcs15.DirRecord{AID: aid})
		require.NoError(t, err)
	}
	longest, err := pkcs15.AppendDirRecord(nil, pkcs15.DirRecord{AID: usim, Label: strings.Repeat("x", 231)})
	require.NoError(t, err)
	require.Len(t, longest, 255)
}
