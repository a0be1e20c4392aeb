package pkcs15_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

func TestOIDsReadAndPrint(t *testing.T) {
	tests := []struct{ dotted, content string }{
		{"2.23.43.9.1", "67 2B 09 01"},
		{"2.23.43.9.1(double-wrapped)", "06 04 67 2B 09 01"},
		{"1.2.840.114283.200.1.1", "2A 86 48 86 FC 6B 81 48 01 01"},
		{"1.3.6.1.4.1.42.2.110.3.1.1.1", "2B 06 01 04 01 2A 02 6E 03 01 01 01"},
		{"0.0", "00"},
		{"0.39", "27"},
		{"1.0", "28"},
		{"1.39", "4F"},
		{"2.0", "50"},
		{"2.47", "7F"},
		{"2.48", "81 00"},
		{"2.999.3", "88 37 03"},
		{"2.1.127", "51 7F"},
		{"2.1.128", "51 81 00"},
		{"2.1.16383", "51 FF 7F"},
		{"2.1.16384", "51 81 80 00"},
		{"2.1.18446744073709551615", "51 81 FF FF FF FF FF FF FF FF 7F"},
		{"2.18446744073709551535", "81 FF FF FF FF FF FF FF FF 7F"},
		{"2.999(double-wrapped)", "06 02 88 37"},
		{"1.0(double-wrapped)", "06 01 28"},
	}
	for _, tt := range tests {
		t.Run(tt.dotted, func(t *testing.T) {
			want := pkcs15.OID(unhex(t, tt.content))
			got, err := pkcs15.ParseOID(tt.dotted)
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.Equal(t, tt.dotted, want.String())

			got, err = pkcs15.ParseOID(strings.ReplaceAll(tt.content, " ", ""))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestLwM2MOIDs(t *testing.T) {
	require.Equal(t, pkcs15.OID("\x67\x2B\x09\x01"), pkcs15.OIDLwM2M)
	inner, ok := pkcs15.OIDLwM2MDoubleWrapped.Unwrap()
	require.True(t, ok)
	require.Equal(t, pkcs15.OIDLwM2M, inner)
	require.Equal(t, pkcs15.OIDLwM2MDoubleWrapped, pkcs15.OIDLwM2M.Wrap())
	_, ok = pkcs15.OIDLwM2M.Unwrap()
	require.False(t, ok)
}

func TestOIDsThatAreNonePrintInHex(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"not terminated", "67 2B 89", "672B89"},
		{"number above 64 bits", "51 82 80 80 80 80 80 80 80 80 00", "5182808080808080808000"},
		{"first number above 64 bits", "83 FF FF FF FF FF FF FF FF 7F", "83FFFFFFFFFFFFFFFF7F"},
		{"leading zero", "67 80 01", "678001"},
		{"none", "", ""},
		{"wrapped, not terminated", "06 01 89", "060189"},
		{"wrapped, leading zero", "06 02 80 01", "06028001"},
		{"longest printed whole", strings.Repeat("81", 64), strings.Repeat("81", 64)},
		{"longer", strings.Repeat("01", 65), strings.Repeat("01", 64) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := pkcs15.OID(unhex(t, tt.content))
			require.Equal(t, tt.want, o.String())
			_, ok := o.Unwrap()
			require.False(t, ok)
		})
	}
}

func TestUnwrapWantsTheExactLength(t *testing.T) {
	for _, content := range []string{"06", "06 00", "06 03 67 2B 09 01", "06 05 67 2B 09 01", "04 04 67 2B 09 01", "06 81"} {
		inner, ok := pkcs15.OID(unhex(t, content)).Unwrap()
		require.False(t, ok, content)
		require.Empty(t, inner, content)
	}
	require.Equal(t, "0.6.3.103.43.9.1", pkcs15.OID(unhex(t, "06 03 67 2B 09 01")).String())
}

func TestParseOIDRefuses(t *testing.T) {
	for _, s := range []string{
		"", ".", "2", "2.", ".2", "2..1", "3.1", "0.40", "1.40", "2.-1", "2.+1", "2.023", "2.1.00", " 2.1", "2.1 ", "2.x",
		"2.18446744073709551536", "2.1.18446744073709551616", "67 2B", "672", "6G", "(double-wrapped)", "2.5(double-wrapped", "2.x(double-wrapped)",
		"2.5(double-wrapped)(double-wrapped)", strings.Repeat("01", 63) + "(double-wrapped)",
		"2." + strings.Repeat("1.", 64) + "1", strings.Repeat("01", 65),
	} {
		t.Run(s, func(t *testing.T) {
			o, err := pkcs15.ParseOID(s)
			require.ErrorContains(t, err, "pkcs15: ")
			require.Empty(t, o)
		})
	}
	_, err := pkcs15.ParseOID("2" + strings.Repeat(".1", 64))
	require.NoError(t, err, "64 octets are read")
}

func ExampleParseOID() {
	oid, err := pkcs15.ParseOID("0604672B0901")
	if err != nil {
		panic(err)
	}
	inner, wrapped := oid.Unwrap()
	fmt.Println(oid, wrapped, inner == pkcs15.OIDLwM2M)
	// Output: 2.23.43.9.1(double-wrapped) true true
}
