package simboot_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// longAID is the AID of an application with simcard.AIDAppended.
const longAID = apdu.AIDPKCS15 + "\x01\x00\x00\xFF"

func TestApplicationIsFound(t *testing.T) {
	const padded = apdu.AIDPKCS15 + "\x00\x00\x00\x00"
	for _, tt := range []struct {
		name   string
		search simboot.Search
		with   []simcard.Option
		way    simboot.Way
		aid    apdu.AID
	}{
		{"by its AID", simboot.AIDFirst, nil, simboot.ByAID, apdu.AIDPKCS15},
		{"by the left part of its AID", simboot.AIDFirst, []simcard.Option{simcard.AIDAppended}, simboot.ByAID, apdu.AIDPKCS15},
		{"by the whole AID, told by EF(DIR)", simboot.AIDFirst, []simcard.Option{simcard.AIDAppended, simcard.RefusePartialAID}, simboot.ByDir, longAID},
		{"by the whole AID, padded in EF(DIR)", simboot.AIDFirst,
			[]simcard.Option{simcard.AIDAppended, simcard.RefusePartialAID, simcard.DirAIDZeroPadded}, simboot.ByDir, longAID},
		{"by the whole AID, EF(DIR) being transparent", simboot.AIDFirst,
			[]simcard.Option{simcard.AIDAppended, simcard.RefusePartialAID, simcard.DirTransparent}, simboot.ByDir, longAID},
		{"by its path", simboot.AIDFirst, []simcard.Option{simcard.RefuseAID}, simboot.ByPath, apdu.AIDPKCS15},
		{"by its path, paths being refused", simboot.AIDFirst, []simcard.Option{simcard.RefuseAID, simcard.RefusePaths}, simboot.ByPath, apdu.AIDPKCS15},
		{"by its path, with paths from the application", simboot.AIDFirst, []simcard.Option{simcard.RefuseAID, simcard.ApplicationPaths}, simboot.ByPath, apdu.AIDPKCS15},
		{"by its path, with paths from the MF", simboot.AIDFirst, []simcard.Option{simcard.RefuseAID, simcard.AbsolutePaths}, simboot.ByPath, apdu.AIDPKCS15},

		{"by EF(DIR)", simboot.DirFirst, nil, simboot.ByDir, apdu.AIDPKCS15},
		{"by EF(DIR), a longer AID", simboot.DirFirst, []simcard.Option{simcard.AIDAppended}, simboot.ByDir, longAID},
		{"by EF(DIR), padded", simboot.DirFirst, []simcard.Option{simcard.DirAIDZeroPadded}, simboot.ByDir, apdu.AIDPKCS15},
		{"by EF(DIR), a longer AID padded", simboot.DirFirst, []simcard.Option{simcard.DirAIDZeroPadded, simcard.AIDAppended}, simboot.ByDir, longAID},
		{"by EF(DIR), transparent", simboot.DirFirst, []simcard.Option{simcard.DirTransparent}, simboot.ByDir, apdu.AIDPKCS15},
		{"by EF(DIR), filled templates", simboot.DirFirst, []simcard.Option{simcard.DirFilled}, simboot.ByDir, apdu.AIDPKCS15},
		{"by the path in EF(DIR)", simboot.DirFirst, []simcard.Option{simcard.RefuseAID, simcard.DirAIDZeroPadded}, simboot.ByPath, padded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card := newCard126(t, tt.with...)
			content, found, err := simboot.Read(t.Context(), card, &simboot.Config{Search: tt.search})
			require.NoError(t, err)
			require.Equal(t, pkcs15.Octets(file126(t)), content)
			require.Equal(t, tt.way, found.Way)
			require.Equal(t, tt.aid, found.AID)
			require.Equal(t, card.Total(), found.Stats.RoundTrips)
		})
	}
}

func TestConfiguredFileBelowAnApplicationReachedByItsPath(t *testing.T) {
	for _, file := range []apdu.Path{fids(fidFile), fids(0x7FFF, fidFile)} {
		content, found, err := simboot.Read(t.Context(), newCard126(t, simcard.RefuseAID), &simboot.Config{File: file})
		require.NoError(t, err)
		require.Equal(t, pkcs15.Octets(file126(t)), content)
		require.Equal(t, simboot.ByPath, found.Way)
		require.Equal(t, file, found.File.Path)
	}
}

// dirCard is a card with that EF(DIR), and a PKCS#15 application at 7F50 that
// no AID selects.
func dirCard(t *testing.T, records ...string) *simcard.Card {
	t.Helper()
	var rows [][]byte
	for _, r := range records {
		row := unhex(t, r)
		rows = append(rows, append(row, bytes.Repeat([]byte{0xFF}, 48-len(row))...))
	}
	return newCard126(t, simcard.RefuseAID, simcard.Files(simcard.RecordEF(apdu.FIDDir, rows...)))
}

const (
	aidHex  = "A000000063504B43532D3135"
	usim    = "61 12 4F10 A0000000871002FFFFFFFF8906190000"
	atMF    = "61 12 4F0C " + aidHex + " 51 02 3F00"
	at7F50  = "61 14 4F0C " + aidHex + " 51 04 3F007F50"
	short   = "61 12 4F0C " + aidHex + " 51 02 7F50"
	at7F20  = "61 14 4F0C " + aidHex + " 51 04 3F007F20"
	nowhere = "61 0E 4F0C " + aidHex
	unused  = "FF"
	broken  = "61 7F 4F0C"
)

func TestPathInEFDir(t *testing.T) {
	for _, tt := range []struct {
		name    string
		records []string
		want    error
		way     simboot.Way
	}{
		{"from the MF", []string{at7F50}, nil, simboot.ByPath},
		{"without the MF", []string{short}, nil, simboot.ByPath},
		{"behind records of others", []string{usim, unused, broken, at7F50}, nil, simboot.ByPath},
		{"behind one without a path", []string{nowhere, at7F50}, nil, simboot.ByPath},
		{"behind one that is no path of an application", []string{atMF, at7F50}, nil, simboot.ByPath},
		{"without a path", []string{nowhere}, apdu.ErrNotFound, 0},
		{"to the MF alone", []string{atMF}, apdu.ErrNotFound, 0},
		{"to another place", []string{at7F20}, apdu.ErrNotFound, 0},
		{"behind one to another place", []string{at7F20, at7F50}, nil, simboot.ByPath},
		{"of no application", []string{usim, unused}, simboot.ErrNoData, 0},
		{"unused", []string{unused}, simboot.ErrNoData, 0},
		{"broken", []string{broken}, simboot.ErrNoData, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, search := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
				card := dirCard(t, tt.records...)
				_, found, err := simboot.Read(t.Context(), card, &simboot.Config{Search: search})
				require.ErrorIs(t, err, tt.want)
				if tt.want == apdu.ErrNotFound {
					require.NotErrorIs(t, err, simboot.ErrNoData)
					require.ErrorContains(t, err, "EF(DIR)")
				}
				require.Equal(t, tt.way, found.Way)
				require.Empty(t, card.OpenChannels())
			}
		})
	}
}

func TestOtherAID(t *testing.T) {
	const other apdu.AID = "\xA0\x00\x00\x06\x99LwM2M"
	app := simcard.ADF(other,
		simcard.EF(fidODF, odf(t, fidDODF)),
		simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))),
		simcard.EF(fidFile, file126(t)))
	for _, search := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
		card := newCard(t, simcard.BootstrapFile(fileOf(t, 300)), simcard.Files(app))
		_, found, err := simboot.Read(t.Context(), card, &simboot.Config{AID: other[:5], Search: search})
		require.NoError(t, err)
		require.Equal(t, 126, found.Size)
		require.Equal(t, other[:len(found.AID)], found.AID)
		require.NotZero(t, found.Way)
	}
}

func TestAIDThatEndsInZerosIsKeptWhole(t *testing.T) {
	const other apdu.AID = "\xA0\x00\x00\x06\x99\x00\x00"
	app := simcard.ADF(other, simcard.EF(fidODF, odf(t, fidDODF)),
		simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))), simcard.EF(fidFile, file126(t)))
	card := newCard(t, simcard.RefusePartialAID, simcard.DirAIDZeroPadded, simcard.Files(app))
	_, found, err := simboot.Read(t.Context(), card, &simboot.Config{AID: other, Search: simboot.DirFirst})
	require.NoError(t, err)
	require.Equal(t, other, found.AID)
}

func TestEFDirIsReadOnlyWhenItIsNeeded(t *testing.T) {
	card := newCard126(t)
	_, _, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.Zero(t, card.Commands(apdu.INSReadRecord))

	_, _, err = simboot.Read(t.Context(), card, &simboot.Config{Search: simboot.DirFirst})
	require.NoError(t, err)
	require.Positive(t, card.Commands(apdu.INSReadRecord))
}

func TestCardWithoutTheApplicationIsAskedForItTwice(t *testing.T) {
	card := newCard(t)
	_, found, err := simboot.Read(t.Context(), card, nil)
	require.ErrorIs(t, err, simboot.ErrNoData)
	require.Zero(t, found.Way)
	require.Equal(t, 8, card.Total(), "MANAGE CHANNEL, SELECT AID in two forms, EF(DIR) and its records, MANAGE CHANNEL")
}

func TestNameThatWasRefusedIsNotTriedAgain(t *testing.T) {
	card := newCard126(t, simcard.RefuseAID)
	byAID := 0
	card.Observe(func(cmd apdu.Command, _ apdu.SW) {
		if cmd.INS == apdu.INSSelect && cmd.P1 == apdu.SelectByAID {
			byAID++
		}
	})
	_, _, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.Equal(t, 2, byAID, "once in each of two forms")
}
