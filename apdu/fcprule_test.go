package apdu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestRuleInTheFCP(t *testing.T) {
	for _, v := range []struct {
		name, hex    string // inside 62
		read, update string
	}{
		{"expanded", "AB 10 80 01 01 A4 06 83 01 01 95 01 08 80 01 02 97 00", "PIN1 (01)", "never"},
		{"expanded, in two", "AB 05 80 01 01 90 00 AB 0B 80 01 02 A4 06 83 01 0A 95 01 08", "always", "ADM1 (0A)"},
		{"expanded, none", "AB 00", "something else", "something else"},
		{"expanded, cut short", "AB 04 80 01 01 90", "something else", "something else"},

		{"compact: READ and UPDATE", "8C 03 03 FF 00", "always", "never"},
		{"compact: UPDATE", "8C 02 02 00", "never", "always"},
		{"compact: all", "8C 08 7F FF FF FF FF FF 00 11", "something else", "always"},
		{"compact: DELETE and READ", "8C 03 41 FF 00", "always", "never"},
		{"compact: proprietary DELETE, and READ", "8C 03 C1 FF 00", "always", "never"},
		{"compact: none of them", "8C 02 40 00", "never", "never"},
		{"compact: nothing named", "8C 01 00", "never", "never"},
		{"compact: one byte short", "8C 02 03 00", "something else", "something else"},
		{"compact: one byte more", "8C 03 01 00 00", "something else", "something else"},
		{"compact: no octets", "8C 00", "something else", "something else"},
	} {
		t.Run(v.name, func(t *testing.T) {
			fcp, err := apdu.ParseFCP(template(0x62, unhex(t, v.hex)))
			require.NoError(t, err)
			require.True(t, fcp.HasRule)
			require.Equal(t, v.read, fcp.Rule.Read().String())
			require.Equal(t, v.update, fcp.Rule.Update().String())
		})
	}
}

func TestNoRuleInTheFCP(t *testing.T) {
	fcp, err := apdu.ParseFCP(unhex(t, "62 0B 8B 03 6F 06 04 A5 04 8C 02 01 00"))
	require.NoError(t, err)
	require.False(t, fcp.HasRule)
}
