package apdu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// selected is the script of a channel that has the PKCS#15 application.
const selected = "01A4040C0CA000000063504B43532D3135 > 9000"

func TestReadFileByAnSFISelectsNothing(t *testing.T) {
	for _, v := range []struct {
		name   string
		ref    apdu.FileRef
		need   apdu.Need
		script []string
		want   string
	}{
		{"all of it", apdu.FileRef{Path: apdu.Path{0x6432}, SFI: 5}, exactly(2), []string{"01B0850000 > AABB 9000"}, "AABB"},
		{"more than an answer holds", apdu.FileRef{Path: apdu.Path{0x6432}, SFI: 0x1E}, exactly(3),
			[]string{"01B09E0000 > AABB 9000", "01B0000201 > CC 9000"}, "AABBCC"},
		{"at an offset", apdu.FileRef{Path: apdu.Path{0x6432}, SFI: 5, Offset: 255}, exactly(1), []string{"01B085FF00 > AA 9000"}, "AA"},
		{"at an offset that it cannot name", apdu.FileRef{Path: apdu.Path{0x6432}, SFI: 5, Offset: 256}, exactly(1),
			[]string{"01A4000C026432 > 9000", "01B0010000 > AA 9000"}, "AA"},
		{"with the number expected", apdu.FileRef{Path: apdu.Path{0x6432}, SFI: 5, Expect: 2}, exactly(2), []string{"01B0850002 > AABB 9000"}, "AABB"},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := openScripted(t, append([]string{selected}, v.script...)...)
			_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
			require.NoError(t, err)
			got, err := ch.ReadFile(t.Context(), v.ref, v.need)
			require.NoError(t, err)
			require.Equal(t, unhex(t, v.want), got)
		})
	}
}

func TestReadFileByAnSFIThatIsNoneFails(t *testing.T) {
	for _, sw := range []string{"6A82", "6B00", "6A86", "9402"} {
		ch := openScripted(t, selected, "01B0850000 > "+sw)
		_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
		require.NoError(t, err)
		_, err = ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}, SFI: 5}, exactly(2))
		var refused apdu.SW
		require.ErrorAs(t, err, &refused, "no end of a file: it was never selected")
	}
}

// An SFI is of the current directory: elsewhere it would be another file's.
func TestReadFileByAnSFIElsewhereSelectsTheFile(t *testing.T) {
	ch := openScripted(t, selected, "01A4080C022FE2 > 9000", "01B0000000 > 98 9000",
		"01A4000C027FFF > 9000", "01A4000C026432 > 9000", "01B0000000 > AABB 9000")
	_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	_, err = ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{apdu.FIDMF, apdu.FIDICCID}}, exactly(1))
	require.NoError(t, err)
	_, err = ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}, SFI: 5}, exactly(2))
	require.NoError(t, err)
}

func TestWhatIsExpectedIsAHint(t *testing.T) {
	for _, v := range []struct {
		name   string
		expect int
		need   apdu.Need
		script []string
		want   string
	}{
		{"right", 3, exactly(3), []string{"01B0000003 > AABBCC 9000"}, "AABBCC"},
		{"too few", 2, exactly(3), []string{"01B0000002 > AABB 9000", "01B0000201 > CC 9000"}, "AABBCC"},
		{"too many", 9, exactly(2), []string{"01B0000009 > AABBCC 9000"}, "AABB"},
		{"more than a command asks for", 300, exactly(1), []string{"01B0000000 > AA 9000"}, "AA"},
		{"to the end", 2, nil, []string{"01B0000002 > AABB 9000", "01B0000200 > CC 9000"}, "AABBCC"},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := openScripted(t, append([]string{"01A4000C026432 > 9000"}, v.script...)...)
			got, err := ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}, Expect: v.expect}, v.need)
			require.NoError(t, err)
			require.Equal(t, unhex(t, v.want), got)
		})
	}
}

func TestWhatTheCardTellsOfTheFileIsKept(t *testing.T) {
	const fcp = "6207 8202 0121 8801 28"
	for _, v := range []struct {
		name   string
		script []string
		want   byte
		err    error
	}{
		{"told", []string{"01A40004026432 00 > " + fcp + " 9000", "01B0000000 > AABB 9000"}, 5, nil},
		{"nothing told", []string{"01A40004026432 00 > 9000", "01B0000000 > AABB 9000"}, 0, nil},
		{"not found", []string{"01A40004026432 00 > 6A82", "01A40004026432 > 6A82", "01A40804047FFF6432 00 > 6A82", "01A40904026432 00 > 6A82"}, 0, apdu.ErrNotFound},
		{"refused in every form", []string{"01A40004026432 00 > 6985", "01A4000C026432 > 9000", "01B0000000 > AABB 9000"}, 0, nil},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := openScripted(t, append([]string{selected}, v.script...)...)
			_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
			require.NoError(t, err)
			var told apdu.FCP
			_, err = ch.ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x6432}, Told: &told}, exactly(2))
			require.ErrorIs(t, err, v.err)
			require.Equal(t, v.want, told.SFI)
		})
	}
}
