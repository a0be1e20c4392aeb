package apdu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestAskPIN(t *testing.T) {
	for _, v := range []struct {
		name   string
		script []string
		want   apdu.SW
	}{
		{"tries left", []string{"01200001 > 63C3"}, 0x63C3},
		{"verified", []string{"01200001 > 9000"}, apdu.SWOK},
		{"no count", []string{"01200001 > 6300"}, 0x6300},
		{"no such PIN", []string{"01200001 > 6A88"}, apdu.SWReferenceNotFound},
		{"card wants five bytes", []string{"01200001 > 6700", "0120000100 > 63C1"}, 0x63C1},
		{"card takes neither", []string{"01200001 > 6700", "0120000100 > 6700"}, apdu.SWWrongLength},
		{"modem wants five bytes", []string{"01200001 > refused", "0120000100 > 6983"}, apdu.SWBlocked},
	} {
		t.Run(v.name, func(t *testing.T) {
			sw, err := openScripted(t, v.script...).AskPIN(t.Context(), apdu.RefPIN1)
			require.NoError(t, err)
			require.Equal(t, v.want, sw)
		})
	}
}

func TestAskPINFails(t *testing.T) {
	_, err := openScripted(t, "01200081 > busy").AskPIN(t.Context(), apdu.RefPIN2)
	require.ErrorIs(t, err, apdu.ErrCardBusy)
	_, err = openScripted(t, "01200001 > refused", "0120000100 > refused").AskPIN(t.Context(), apdu.RefPIN1)
	require.ErrorIs(t, err, apdu.ErrRefused)
}

func TestInstructionsThatCarryAPIN(t *testing.T) {
	var got []byte
	for ins := range 256 {
		if apdu.CarriesPIN(byte(ins)) {
			got = append(got, byte(ins))
		}
	}
	require.Equal(t, unhex(t, "2021 2425 2627 2829 2C2D"), got)
}
