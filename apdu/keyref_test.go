package apdu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestKeyReferences(t *testing.T) {
	const pin, adm = "PIN", "ADM"
	for _, v := range []struct {
		reference  apdu.KeyReference
		kind, want string
	}{
		{apdu.RefPIN1, pin, "PIN1 (01)"},
		{0x02, pin, "PIN of application 2 (02)"},
		{0x08, pin, "PIN of application 8 (08)"},
		{apdu.RefPIN2, pin, "PIN2 (81)"},
		{0x82, pin, "PIN2 of application 2 (82)"},
		{0x88, pin, "PIN2 of application 8 (88)"},
		{apdu.RefUniversalPIN, pin, "universal PIN (11)"},
		{apdu.RefADM1, adm, "ADM1 (0A)"},
		{0x0E, adm, "ADM5 (0E)"},
		{0x8A, adm, "ADM6 (8A)"},
		{0x8E, adm, "ADM10 (8E)"},
		{apdu.RefSecureMessaging, "", "secure messaging"},
		{0x09, "", "key (09)"},
		{0x0F, "", "key (0F)"},
		{0x10, "", "key (10)"},
		{0x12, "", "key (12)"},
		{0x80, "", "key (80)"},
		{0x89, "", "key (89)"},
		{0x8F, "", "key (8F)"},
		{0x91, "", "key (91)"},
		{0xFF, "", "key (FF)"},
	} {
		require.Equal(t, v.want, v.reference.String())
		require.Equal(t, v.kind == pin, v.reference.PIN(), v.want)
		require.Equal(t, v.kind == adm, v.reference.ADM(), v.want)
	}
}
