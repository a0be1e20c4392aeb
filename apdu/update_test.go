package apdu_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

const select6432 = "01A4000C026432 > 9000"

func TestUpdateFileSendsChunksBehindASelectEach(t *testing.T) {
	long := pattern(300)
	for _, v := range []struct {
		name   string
		ref    apdu.FileRef
		offset int
		data   []byte
		script []string
	}{
		{"nothing", ref6432, 0, nil, nil},
		{"a few bytes", ref6432, 0, []byte{1, 2}, []string{select6432, "01D6000002 0102 > 9000"}},
		{"at an offset", ref6432, 0x1234, []byte{1}, []string{select6432, "01D6123401 01 > 9000"}},
		{"in a part", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 0x20, Length: 3}, 1, []byte{1, 2}, []string{select6432, "01D6002102 0102 > 9000"}},
		{"two chunks", ref6432, 4, long, []string{
			select6432, fmt.Sprintf("01D60004FF %X > 9000", long[:255]),
			select6432, fmt.Sprintf("01D601032D %X > 9000", long[255:]),
		}},
		{"across the last offset of P1 and P2", ref6432, 0x7FFF, long[:260], []string{
			select6432, fmt.Sprintf("01D67FFFFF %X > 9000", long[:255]),
			select6432, fmt.Sprintf("01D700000B 540280FE 5305 %X > 9000", long[255:260]),
		}},
		{"above it", ref6432, 0x8000, long[:248], []string{
			select6432, fmt.Sprintf("01D70000FE 54028000 5381F7 %X > 9000", long[:247]),
			select6432, fmt.Sprintf("01D7000007 540280F7 5301 %X > 9000", long[247:248]),
		}},
		{"in an application", apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{0x6432}}, 0, []byte{1}, []string{
			"01A4040C0C A000000063504B43532D3135 > 9000", select6432, "01D6000001 01 > 9000",
		}},
		{"retried by the card", ref6432, 0, []byte{1}, []string{select6432, "01D6000001 01 > 63C2"}},
		{"proactive command waits", ref6432, 0, []byte{1}, []string{select6432, "01D6000001 01 > 9110"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			ch := openScripted(t, v.script...)
			require.NoError(t, ch.UpdateFile(t.Context(), v.ref, v.offset, v.data))
		})
	}
}

func TestUpdateFileStopsAtTheFirstFailure(t *testing.T) {
	long := pattern(300)
	first := fmt.Sprintf("01D60000FF %X > ", long[:255])
	second := fmt.Sprintf("01D600FF2D %X > ", long[255:])
	for _, v := range []struct {
		name   string
		script []string
		where  string
		want   error
	}{
		{"no such file", []string{"01A4000C026432 > 6985"}, "6432", apdu.SWConditions},
		{"security", []string{select6432, first + "6982"}, "offset 0", apdu.ErrSecurity},
		{"nothing was written", []string{select6432, first + "6200"}, "offset 0", apdu.SW(0x6200)},
		{"the second chunk", []string{select6432, first + "9000", select6432, second + "6A84"}, "offset 255", apdu.SW(0x6A84)},
		{"the second SELECT", []string{select6432, first + "9000", "01A4000C026432 > 6F00"}, "offset 255", apdu.SWNoDiagnosis},
		{"the modem", []string{select6432, first + "busy"}, "offset 0", apdu.ErrCardBusy},
	} {
		t.Run(v.name, func(t *testing.T) {
			err := openScripted(t, v.script...).UpdateFile(t.Context(), ref6432, 0, long)
			require.ErrorIs(t, err, v.want)
			require.ErrorContains(t, err, v.where)
		})
	}
	t.Run("the application", func(t *testing.T) {
		ch := openScripted(t, "01A4040C05 A000000001 > 6985")
		err := ch.UpdateFile(t.Context(), apdu.FileRef{App: "\xA0\x00\x00\x00\x01", Path: apdu.Path{0x6432}}, 0, []byte{1})
		require.ErrorIs(t, err, apdu.SWConditions)
	})
}

func TestUpdateFileSendsNothingThatGoesBeyond(t *testing.T) {
	part := apdu.FileRef{Path: apdu.Path{0x6432}, Offset: 2, Length: 4}
	for _, v := range []struct {
		name   string
		ref    apdu.FileRef
		offset int
		octets int
	}{
		{"longer than the part", part, 0, 5},
		{"beyond the part's end", part, 3, 2},
		{"behind the part", part, 5, 0},
		{"before the part", part, -1, 1},
		{"longer than any file", ref6432, 0, apdu.MaxFile + 1},
		{"an offset beyond any file", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: apdu.MaxFile + 1}, 0, 0},
		{"an offset below 0", apdu.FileRef{Path: apdu.Path{0x6432}, Offset: -1}, 0, 0},
		{"a length below 0", apdu.FileRef{Path: apdu.Path{0x6432}, Length: -1}, 0, 0},
	} {
		t.Run(v.name, func(t *testing.T) {
			err := openScripted(t).UpdateFile(t.Context(), v.ref, v.offset, make([]byte, v.octets))
			require.ErrorIs(t, err, apdu.ErrFileTooLarge)
		})
	}
}

func TestUpdateRecordWritesOneRecord(t *testing.T) {
	dir := apdu.Path{apdu.FIDMF, apdu.FIDDir}
	ch := openScripted(t, "01A4080C022F00 > 9000", "01DC0204 03 610190 > 9000")
	require.NoError(t, ch.UpdateRecord(t.Context(), dir, 2, []byte{0x61, 0x01, 0x90}))

	for _, v := range []struct {
		sw   apdu.SW
		want error
	}{{0x6700, apdu.ErrWrongLength}, {0x6A83, apdu.ErrNotFound}, {0x6982, apdu.ErrSecurity}, {0x6981, apdu.SWWrongStructure}} {
		ch := openScripted(t, "01A4080C022F00 > 9000", fmt.Sprintf("01DC0104 01 00 > %04X", uint16(v.sw)))
		err := ch.UpdateRecord(t.Context(), dir, 1, []byte{0})
		require.ErrorIs(t, err, v.want)
		require.ErrorContains(t, err, "3F00/2F00")
	}
	for _, number := range []byte{0, 255} {
		require.ErrorIs(t, openScripted(t).UpdateRecord(t.Context(), dir, number, []byte{0}), apdu.ErrNotFound)
	}
}

func TestUpdateRecordCommandNamesAnSFI(t *testing.T) {
	b, err := apdu.UpdateRecord(3, 0x1E, []byte{0xAB}).Bytes()
	require.NoError(t, err)
	require.Equal(t, "DC03F401AB", strings.ToUpper(fmt.Sprintf("%x", b[1:])))
}

func TestUpdateErrorsShowNoData(t *testing.T) {
	secret := []byte("s3cr3t-k3y")
	ch := openScripted(t, select6432, fmt.Sprintf("01D600000A %X > 6982", secret))
	err := ch.UpdateFile(t.Context(), ref6432, 0, secret)
	require.Error(t, err)
	for e := err; e != nil; e = errors.Unwrap(e) {
		require.NotContains(t, fmt.Sprintf("%v %+v", e, e), "s3cr3t")
	}
}
