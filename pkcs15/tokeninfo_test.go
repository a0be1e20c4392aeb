package pkcs15_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

func TestTokenInfo(t *testing.T) {
	tests := []struct {
		name, content string
		want          pkcs15.TokenInfo
	}{
		{"least", "3008 020100 0400 030100", pkcs15.TokenInfo{Serial: []byte{}}},
		{"all that is read", "301C 020100 04020123 0C044F4D4153 80094C774D324D2053494D 03020410",
			pkcs15.TokenInfo{Serial: []byte{1, 0x23}, Manufacturer: "OMAS", Label: "LwM2M SIM", Flags: pkcs15.TokenEIDCompliant}},
		{"label without manufacturer", "300D 020100 0400 800241C3 030206C0",
			pkcs15.TokenInfo{Serial: []byte{}, Label: "A\uFFFD", Flags: pkcs15.TokenReadOnly | pkcs15.TokenLoginRequired}},
		{"more behind the flags", "300D 020101 0400 03020520 A2023000",
			pkcs15.TokenInfo{Version: 1, Serial: []byte{}, Flags: pkcs15.TokenPRNGeneration}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := unhex(t, tt.content)
			got, err := pkcs15.ParseTokenInfo(append(b, 0xFF, 0x00))
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			for n := range b {
				got, err := pkcs15.ParseTokenInfo(b[:n:n])
				require.ErrorContains(t, err, "pkcs15: TokenInfo: offset ")
				require.Zero(t, got)
			}
		})
	}
}

func TestParseTokenInfoRefuses(t *testing.T) {
	tests := []struct{ name, content, where string }{
		{"another tag", "3108 020100 0400 030100", "offset 0"},
		{"no version", "3005 0400 030100", "offset 2"},
		{"negative version", "3008 0201FF 0400 030100", "offset 2"},
		{"no serial number", "3006 020100 030100", "offset 5"},
		{"manufacturer cut short", "3007 020100 0400 0C01", "offset 7"},
		{"label cut short", "3007 020100 0400 8001", "offset 7"},
		{"no flags", "3005 020100 0400", "offset 7"},
		{"flags of no octets", "3007 020100 0400 0300", "offset 7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := pkcs15.ParseTokenInfo(unhex(t, tt.content))
			require.ErrorContains(t, err, "pkcs15: TokenInfo: "+tt.where+":")
			require.Zero(t, got)
		})
	}
}

func TestAppendTokenInfo(t *testing.T) {
	want := pkcs15.TokenInfo{Serial: []byte{1, 0x23}, Manufacturer: "OMAS", Label: "LwM2M SIM", Flags: pkcs15.TokenEIDCompliant}
	b, err := pkcs15.AppendTokenInfo([]byte{0xEE}, want)
	require.NoError(t, err)
	require.Equal(t, unhex(t, "EE 301C 020100 04020123 0C044F4D4153 80094C774D324D2053494D 03020410"), b)
	got, err := pkcs15.ParseTokenInfo(b[1:])
	require.NoError(t, err)
	require.Equal(t, want, got)

	b, err = pkcs15.AppendTokenInfo(nil, pkcs15.TokenInfo{})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "3008 020100 0400 030100"), b)
	_, err = pkcs15.AppendTokenInfo(nil, pkcs15.TokenInfo{Serial: make([]byte, 255)})
	require.NoError(t, err)
	for flags := range 256 {
		b, err := pkcs15.AppendTokenInfo(nil, pkcs15.TokenInfo{Flags: pkcs15.TokenFlags(flags)})
		require.NoError(t, err)
		got, err := pkcs15.ParseTokenInfo(b)
		require.NoError(t, err)
		require.Equal(t, pkcs15.TokenFlags(flags), got.Flags)
	}
}

func TestAppendTokenInfoRefuses(t *testing.T) {
	for name, bad := range map[string]pkcs15.TokenInfo{
		"version 1":                       {Version: 1},
		"version -1":                      {Version: -1},
		"serial number of 256 octets":     {Serial: make([]byte, 256)},
		"manufacturer not UTF-8":          {Manufacturer: "\xFF"},
		"manufacturer of 256 characters":  {Manufacturer: strings.Repeat("x", 256)},
		"label of 256 characters":         {Label: strings.Repeat("x", 256)},
		"label and manufacturer both bad": {Label: "\xFF", Manufacturer: "\xFF"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := pkcs15.AppendTokenInfo([]byte("before"), bad)
			require.ErrorContains(t, err, "pkcs15: TokenInfo: ")
			require.NotContains(t, err.Error(), "\n")
			require.Equal(t, []byte("before"), got)
		})
	}
}
