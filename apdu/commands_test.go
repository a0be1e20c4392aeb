package apdu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestCommandsByName(t *testing.T) {
	for _, v := range []struct {
		name string
		c    apdu.Command
		want string
	}{
		{"SELECT by AID, no answer", apdu.SelectAID(apdu.AIDPKCS15, apdu.ReturnNone), "00A4040C 0C A000000063504B43532D3135"},
		{"SELECT by AID, FCP", apdu.SelectAID("\xA0\x00\x00\x00\x63", apdu.ReturnFCP), "00A40404 05 A000000063 00"},
		{"SELECT by AID, FCI, next occurrence", apdu.SelectAID("\xA0\x00\x00\x00\x63", apdu.ReturnFCI|2), "00A40402 05 A000000063 00"},
		{"SELECT by FID", apdu.SelectFID(apdu.FIDMF, apdu.ReturnFCP), "00A40004 02 3F00 00"},
		{"SELECT by FID, no answer", apdu.SelectFID(0x6432, apdu.ReturnNone), "00A4000C 02 6432"},
		{"SELECT by path from the MF", apdu.SelectPath(apdu.Path{0x3F00, 0x7F50, 0x5031}, apdu.ReturnNone), "00A4080C 04 7F505031"},
		{"SELECT by path from the application", apdu.SelectPath(apdu.Path{0x7FFF, 0x5031}, apdu.ReturnFCP), "00A40804 04 7FFF5031 00"},
		{"SELECT by path from the current DF", apdu.SelectPath(apdu.Path{0x5015, 0x5031}, apdu.ReturnFCP), "00A40904 04 50155031 00"},
		{"SELECT of the MF by path", apdu.SelectPath(apdu.Path{0x3F00}, apdu.ReturnNone), "00A4000C 02 3F00"},
		{"SELECT of the parent", apdu.Select(apdu.SelectParent, apdu.ReturnNone, nil), "00A4030C"},
		{"SELECT of a child DF", apdu.Select(apdu.SelectChildDF, apdu.ReturnFCP, []byte{0x5F, 0x3B}), "00A40104 02 5F3B 00"},
		{"SELECT of a child EF", apdu.Select(apdu.SelectChildEF, apdu.ReturnFCI, []byte{0x6F, 0x07}), "00A40200 02 6F07 00"},
		{"READ BINARY", apdu.ReadBinary(0, 256), "00B00000 00"},
		{"READ BINARY at the highest offset", apdu.ReadBinary(apdu.MaxOffset, 1), "00B07FFF 01"},
		{"READ BINARY behind it", apdu.ReadBinary(apdu.MaxOffset+1, 4), "00B10000 04 54028000 04"},
		{"READ BINARY at the highest offset of two bytes", apdu.ReadBinary(0xFFFF, 4), "00B10000 04 5402FFFF 04"},
		{"READ BINARY of a huge file", apdu.ReadBinary(0x012345, 256), "00B10000 05 5403012345 00"},
		{"READ BINARY by SFI", apdu.ReadBinarySFI(0x1E, 0xFF, 256), "00B09EFF 00"},
		{"READ BINARY by SFI, too high", apdu.ReadBinarySFI(0x3E, 0, 1), "00B09E00 01"},
		{"UPDATE BINARY", apdu.UpdateBinary(0x1234, []byte{0xAA, 0xBB}), "00D61234 02 AABB"},
		{"UPDATE BINARY at the highest offset", apdu.UpdateBinary(apdu.MaxOffset, []byte{0xAA}), "00D67FFF 01 AA"},
		{"UPDATE BINARY behind it", apdu.UpdateBinary(apdu.MaxOffset+1, []byte{0xAA, 0xBB}), "00D70000 08 54028000 5302AABB"},
		{"READ RECORD", apdu.ReadRecord(3, apdu.SFINone, 38), "00B20304 26"},
		{"READ RECORD by SFI", apdu.ReadRecord(1, 0x1E, 256), "00B201F4 00"},
		{"MANAGE CHANNEL open", apdu.OpenLogicalChannel(), "00700000 01"},
		{"MANAGE CHANNEL close", apdu.CloseLogicalChannel(19), "00708013"},
		{"VERIFY", apdu.Verify(0x01, []byte("1234\xFF\xFF\xFF\xFF")), "00200001 08 31323334FFFFFFFF"},
		{"VERIFY that asks for the tries left", apdu.Verify(0x81, nil), "00200081"},
		{"GET RESPONSE", apdu.GetResponse(256), "00C00000 00"},
		{"STATUS", apdu.Status(0), "80F20000 00"},
		{"STATUS, the AID", apdu.Status(1), "80F20001 00"},
		{"STATUS, no answer", apdu.Status(apdu.ReturnNone), "80F2000C"},
	} {
		t.Run(v.name, func(t *testing.T) {
			got, err := v.c.Bytes()
			require.NoError(t, err)
			require.Equal(t, unhex(t, v.want), got)
		})
	}
}

func TestUpdateBinaryBehindTheHighestOffsetHasRoomFor247Bytes(t *testing.T) {
	b, err := apdu.UpdateBinary(0x10000, data(247)).Bytes()
	require.NoError(t, err)
	require.Equal(t, unhex(t, "00D70000 FF 5403010000 5381F7"), b[:13])
	require.Len(t, b, 5+255)

	_, err = apdu.UpdateBinary(0x10000, data(248)).Bytes()
	require.Error(t, err)

	c := apdu.UpdateBinary(apdu.MaxOffset+1, data(300))
	c.Extended = true
	b, err = c.Bytes()
	require.NoError(t, err)
	require.Equal(t, unhex(t, "00D70000 000134 54028000 5382012C"), b[:15])
}

func TestPadPIN(t *testing.T) {
	for digits, want := range map[string]string{
		"1234":     "31323334FFFFFFFF",
		"0000000":  "30303030303030FF",
		"98765432": "3938373635343332",
	} {
		pin, ok := apdu.PadPIN(digits)
		require.True(t, ok)
		require.Equal(t, unhex(t, want), pin)
	}
	for _, digits := range []string{"", "123", "123456789", "12a4", "12 4", "/234", ":234", "12é4", "1234\xFF"} {
		pin, ok := apdu.PadPIN(digits)
		require.False(t, ok, "%q", digits)
		require.Nil(t, pin)
	}
}
