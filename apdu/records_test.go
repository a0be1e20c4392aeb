package apdu_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

var dir = apdu.Path{apdu.FIDDir}

// records reads all of them, or up to the failure.
func records(t *testing.T, ch *apdu.Channel) (all []string, err error) {
	for record, err := range ch.ReadRecords(t.Context(), dir) {
		if err != nil {
			require.Nil(t, record)
			return all, err
		}
		all = append(all, fmt.Sprintf("%X", record))
	}
	return all, nil
}

func TestReadRecordsUntilThereIsNoOther(t *testing.T) {
	for _, v := range []struct {
		name   string
		script []string
		want   []string
	}{
		{"6A83", []string{"01B2010400 > AABB 9000", "01B2020402 > CCDD 9000", "01B2030402 > 6A83"}, []string{"AABB", "CCDD"}},
		{"6B00", []string{"01B2010400 > AABB 9000", "01B2020402 > 6B00"}, []string{"AABB"}},
		{"6A86", []string{"01B2010400 > AABB 9000", "01B2020402 > 6A86"}, []string{"AABB"}},
		{"9402", []string{"01B2010400 > AABB 9000", "01B2020402 > 9402"}, []string{"AABB"}},
		{"6Cxx once", []string{"01B2010400 > 6C02", "01B2010402 > AABB 9000", "01B2020402 > CCDD 9000", "01B2030402 > 6A83"}, []string{"AABB", "CCDD"}},
		{"6Cxx for each of another length", []string{
			"01B2010400 > 6C02", "01B2010402 > AABB 9000", "01B2020402 > 6C01", "01B2020401 > CC 9000", "01B2030401 > 6A83",
		}, []string{"AABB", "CC"}},
		{"empty ones", []string{"01B2010400 > 9000", "01B2020400 > AA 9000", "01B2030401 > 9110", "01B2040401 > 6A83"}, []string{"", "AA", ""}},
		{"no record", []string{"01B2010400 > 6A83"}, nil},
		{"256 bytes and more", []string{
			"01B2010400 > " + strings.Repeat("AA", 200) + "6164", "01C0000064 > " + strings.Repeat("AA", 100) + "9000", "01B2020400 > 6A83",
		}, []string{strings.Repeat("AA", 300)}},
	} {
		t.Run(v.name, func(t *testing.T) {
			got, err := records(t, openScripted(t, append([]string{"01A4000C022F00 > 9000"}, v.script...)...))
			require.NoError(t, err)
			require.Equal(t, v.want, got)
		})
	}
}

func TestReadRecordsYieldsAFailureAsTheLastPair(t *testing.T) {
	for _, v := range []struct {
		name   string
		script []string
		want   error
		before int
	}{
		{"no file", []string{"01A4000C022F00 > 6982"}, apdu.ErrSecurity, 0},
		{"transparent file", []string{"01A4000C022F00 > 9000", "01B2010400 > 6981"}, apdu.SWWrongStructure, 0},
		{"6B00 at once", []string{"01A4000C022F00 > 9000", "01B2010400 > 6B00"}, apdu.SWWrongOffset, 0},
		{"6A86 at once", []string{"01A4000C022F00 > 9000", "01B2010400 > 6A86"}, apdu.SWWrongP1P2, 0},
		{"security in between", []string{"01A4000C022F00 > 9000", "01B2010400 > AA 9000", "01B2020401 > 6982"}, apdu.ErrSecurity, 1},
		{"corrupted", []string{"01A4000C022F00 > 9000", "01B2010400 > AA 9000", "01B2020401 > BB 6281"}, apdu.ErrMemory, 1},
		{"transport", []string{"01A4000C022F00 > 9000", "01B2010400 > AA 9000", "01B2020401 > busy"}, apdu.ErrCardBusy, 1},
		{"record lost behind 61xx", []string{"01A4000C022F00 > 9000", "01B2010400 > AA 9000", "01B2020401 > 6102", "01C0000002 > 6A83"}, apdu.SWRecordNotFound, 1},
	} {
		t.Run(v.name, func(t *testing.T) {
			got, err := records(t, openScripted(t, v.script...))
			require.ErrorIs(t, err, v.want)
			require.Contains(t, err.Error(), "2F00")
			require.Len(t, got, v.before)
		})
	}
}

func TestReadRecordsStopsWithItsConsumer(t *testing.T) {
	ch := openScripted(t, "01A4000C022F00 > 9000", "01B2010400 > AA 9000", "01B2020401 > BB 9000")
	n := 0
	for range ch.ReadRecords(t.Context(), dir) {
		if n++; n == 2 {
			break
		}
	}
	require.Equal(t, 2, n)
}

func TestReadRecordsEndsAtMaxRecords(t *testing.T) {
	var numbers []byte
	card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		if capdu[1] == apdu.INSReadRecord {
			numbers = append(numbers, capdu[2])
		}
		return []byte{0x61, 0x00, 0x90, 0x00}, nil
	})
	n := 0
	for _, err := range apdu.BasicChannel(card).ReadRecords(t.Context(), apdu.Path{apdu.FIDMF, apdu.FIDDir}) {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, apdu.MaxRecords, n)
	require.Equal(t, byte(254), slices.Max(numbers))
	require.Len(t, numbers, 254)
}

func TestReadRecordTakesTwoCommands(t *testing.T) {
	ch := openScripted(t, "01A4000C022F00 > 9000", "01B2070400 > AABB 9000")
	record, err := ch.ReadRecord(t.Context(), dir, 7)
	require.NoError(t, err)
	require.Equal(t, []byte{0xAA, 0xBB}, record)
}

func TestReadRecordTakesTheLengthThatTheCardTells(t *testing.T) {
	ch := openScripted(t, "01A4000C022F00 > 9000", "01B2010400 > 6C02", "01B2010402 > AABB 9000")
	record, err := ch.ReadRecord(t.Context(), dir, 1)
	require.NoError(t, err)
	require.Equal(t, []byte{0xAA, 0xBB}, record)
}

func TestReadRecordFails(t *testing.T) {
	for _, v := range []struct {
		name   string
		number byte
		script []string
		want   error
	}{
		{"record 0", 0, nil, apdu.ErrNotFound},
		{"record 255", 255, nil, apdu.ErrNotFound},
		{"no file", 1, []string{"01A4000C022F00 > 6982"}, apdu.ErrSecurity},
		{"6A83", 9, []string{"01A4000C022F00 > 9000", "01B2090400 > 6A83"}, apdu.SWRecordNotFound},
		{"6B00", 9, []string{"01A4000C022F00 > 9000", "01B2090400 > 6B00"}, apdu.SWRecordNotFound},
		{"6A86", 9, []string{"01A4000C022F00 > 9000", "01B2090400 > 6A86"}, apdu.SWRecordNotFound},
		{"9402", 9, []string{"01A4000C022F00 > 9000", "01B2090400 > 9402"}, apdu.SWRecordNotFound},
		{"6B00 to the first", 1, []string{"01A4000C022F00 > 9000", "01B2010400 > 6B00"}, apdu.SWWrongOffset},
		{"transparent file", 1, []string{"01A4000C022F00 > 9000", "01B2010400 > 6981"}, apdu.SWWrongStructure},
		{"corrupted", 1, []string{"01A4000C022F00 > 9000", "01B2010400 > AA 6281"}, apdu.ErrMemory},
		{"transport", 1, []string{"01A4000C022F00 > 9000", "01B2010400 > busy"}, apdu.ErrCardBusy},
	} {
		t.Run(v.name, func(t *testing.T) {
			record, err := openScripted(t, v.script...).ReadRecord(t.Context(), dir, v.number)
			require.ErrorIs(t, err, v.want)
			require.ErrorContains(t, err, "2F00")
			require.Nil(t, record)
		})
	}
}
