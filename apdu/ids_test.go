package apdu_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestParseFID(t *testing.T) {
	for s, want := range map[string]apdu.FID{"3F00": apdu.FIDMF, "7fff": apdu.FIDCurrentADF, "0001": 1} {
		got, err := apdu.ParseFID(s)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, strings.ToUpper(s), got.String())
	}
	for _, s := range []string{"", "3F", "3F0", "3F0000", "3G00", "0x3F"} {
		_, err := apdu.ParseFID(s)
		require.Error(t, err, "%q", s)
	}
}

func TestParsePath(t *testing.T) {
	p, err := apdu.ParsePath(unhex(t, "3F00 7F50 6432"))
	require.NoError(t, err)
	require.Equal(t, apdu.Path{0x3F00, 0x7F50, 0x6432}, p)
	require.Equal(t, "3F00/7F50/6432", p.String())
	require.Equal(t, unhex(t, "FF 3F007F506432"), p.AppendTo([]byte{0xFF}))

	p, err = apdu.ParsePath(make([]byte, 16))
	require.NoError(t, err)
	require.Len(t, p, 8)

	for _, n := range []int{0, 1, 3, 17, 18} {
		_, err := apdu.ParsePath(make([]byte, n))
		require.ErrorIs(t, err, apdu.ErrBadPath, "%d octets", n)
	}
}

func TestParseAID(t *testing.T) {
	got, err := apdu.ParseAID("A0 00 00 00 63 50 4b 43 53 2d 31 35")
	require.NoError(t, err)
	require.Equal(t, apdu.AIDPKCS15, got)
	require.Equal(t, "A000000063504B43532D3135", got.String())
	for _, n := range []int{5, 16} {
		_, err := apdu.ParseAID(strings.Repeat("A0", n))
		require.NoError(t, err)
	}
	for _, s := range []string{"", "A0000000", strings.Repeat("A0", 17), "A00000006", "A00000006x"} {
		_, err := apdu.ParseAID(s)
		require.Error(t, err, "%q", s)
	}
}

func TestFileRefString(t *testing.T) {
	path := apdu.Path{0x7FFF, 0x6F31}
	for want, ref := range map[string]apdu.FileRef{
		"7FFF/6F31":                          {Path: path},
		"7FFF/6F31[2+300]":                   {Path: path, Offset: 2, Length: 300},
		"7FFF/6F31[0+1]":                     {Path: path, Length: 1},
		"7FFF/6F31[2+]":                      {Path: path, Offset: 2},
		"A000000063504B43532D3135/7FFF/6F31": {App: apdu.AIDPKCS15, Path: path},
		"A000000063504B43532D3135":           {App: apdu.AIDPKCS15},
		"":                                   {},
	} {
		require.Equal(t, want, ref.String())
	}
}
