package simboot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// Further files of the tests' cards.
const (
	fidDODF2 apdu.FID = 0x6440
	fidFile2 apdu.FID = 0x6442
	fidNone  apdu.FID = 0x6499 // not there
)

// twoFiles is a card with two DODFs, and two files: the known one in fidFile,
// one of 300 octets in fidFile2.
func twoFiles(t *testing.T, first, second []byte, more ...simcard.File) *simcard.Card {
	t.Helper()
	return appCard(t, append([]simcard.File{
		simcard.EF(fidODF, odf(t, fidDODF, fidDODF2)),
		simcard.EF(fidDODF, first),
		simcard.EF(fidDODF2, second),
		simcard.EF(fidFile, file126(t)),
		simcard.EF(fidFile2, fileOf(t, 300)),
	}, more...)...)
}

func TestFirstEntryWithContentCounts(t *testing.T) {
	good, other := lwm2mEntry(t, ref(fidFile)), lwm2mEntry(t, ref(fidFile2))
	dangling := lwm2mEntry(t, ref(fidNone))
	cut := unhex(t, "A1 0E 30 00 30 00 A1 08 30 06 06 04 67 2B 09 01") // without a value
	join := func(rows ...[]byte) (all []byte) {
		for _, r := range rows {
			all = append(all, r...)
		}
		return all
	}
	for _, tt := range []struct {
		name          string
		first, second []byte
		file          apdu.FID // 0: in the directory
		dodf          apdu.FID
		passed        int
	}{
		{"of two DODFs, the first", good, other, fidFile, fidDODF, 0},
		{"of two entries, the first", join(other, good), erased(20), fidFile2, fidDODF, 0},
		{"behind a DODF of another owner", rulesEntry(t), good, fidFile, fidDODF2, 0},
		{"behind entries of other owners", join(rulesEntry(t), rulesEntry(t), good), nil, fidFile, fidDODF, 0},
		{"behind an erased DODF", erased(100), good, fidFile, fidDODF2, 0},
		{"behind an empty file", join(lwm2mEntry(t, ref(0x6450)), good), other, fidFile, fidDODF, 0},
		{"behind empty files, in the second DODF", join(lwm2mEntry(t, ref(0x6450)), lwm2mEntry(t, ref(0x6451))), good, fidFile, fidDODF2, 0},
		{"behind an empty value in the DODF", join(directEntry(t, nil), directEntry(t, erased(4)), good), other, fidFile, fidDODF, 0},
		{"behind a file that is not there", join(dangling, good), other, fidFile, fidDODF, 1},
		{"behind files that are not there, in the second DODF", join(dangling, dangling), good, fidFile, fidDODF2, 2},
		{"behind a broken entry", join(cut, good), other, fidFile, fidDODF, 1},
		{"behind a broken DODF", good[:9], good, fidFile, fidDODF2, 1},
		{"in the directory itself", join(directEntry(t, file126(t)), other), other, 0, fidDODF, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card := twoFiles(t, tt.first, tt.second, simcard.EF(0x6450, erased(20)), simcard.EF(0x6451, make([]byte, 20)))
			content, found, err := simboot.Read(t.Context(), card, nil)
			require.NoError(t, err)
			want := file126(t)
			if tt.file == fidFile2 {
				want = fileOf(t, 300)
			}
			require.Equal(t, want, []byte(content))
			require.Equal(t, ref(tt.dodf), found.Directory)
			require.Equal(t, tt.file == 0, found.InDODF)
			if tt.file != 0 {
				require.Equal(t, ref(tt.file), found.File)
			} else {
				require.Zero(t, found.File)
			}
			require.Equal(t, len(want), found.Size)
			require.Len(t, found.Passed, tt.passed)
		})
	}
}

func TestWhatWasPassedOverIsTold(t *testing.T) {
	card := twoFiles(t, lwm2mEntry(t, ref(fidNone)), lwm2mEntry(t, ref(fidFile)))
	_, found, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.ErrorIs(t, found.Passed[0], apdu.ErrNotFound)
	require.ErrorContains(t, found.Passed[0], "EF 6499")
}

func TestDirectoryBehindAPINIsPassedOver(t *testing.T) {
	locked := simcard.EF(fidDODF, rulesEntry(t)) // of another owner
	locked.Read = simcard.PIN1
	card := appCard(t,
		simcard.EF(fidODF, odf(t, fidDODF, fidDODF2)), locked,
		simcard.EF(fidDODF2, lwm2mEntry(t, ref(fidFile))), simcard.EF(fidFile, file126(t)))
	content, found, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.Equal(t, file126(t), []byte(content))
	require.Len(t, found.Passed, 1)
	require.ErrorIs(t, found.Passed[0], apdu.ErrSecurity)
	require.ErrorContains(t, found.Passed[0], "DODF 6430")
}

// TestDirectoryBehindABlockedPINIsPassedOver has a card that says so, not one
// that asks for the PIN.
func TestDirectoryBehindABlockedPINIsPassedOver(t *testing.T) {
	card := twoFiles(t, rulesEntry(t), lwm2mEntry(t, ref(fidFile)))
	wire := &faulty{card: card, at: 6, do: func(func() []byte) ([]byte, error) { return []byte{0x69, 0x83}, nil }}
	_, found, err := simboot.Read(t.Context(), wire, nil)
	require.NoError(t, err)
	require.Len(t, found.Passed, 1)
	require.ErrorIs(t, found.Passed[0], apdu.ErrBlocked)
}

// TestWhatMayPassByItselfIsNotPassedOver has two DODFs and a fault at the
// first one: data of lower priority must not win because of it.
func TestWhatMayPassByItselfIsNotPassedOver(t *testing.T) {
	for _, sw := range []apdu.SW{0x6F00, 0x6581, 0x6985, 0x6400, 0x9300} {
		card := twoFiles(t, lwm2mEntry(t, ref(fidFile)), lwm2mEntry(t, ref(fidFile2)))
		wire := &faulty{card: card, at: 6, do: func(func() []byte) ([]byte, error) {
			return apdu.Response{SW: sw}.AppendTo(nil), nil
		}}
		_, found, err := simboot.Read(t.Context(), wire, nil)
		require.ErrorIs(t, err, sw)
		require.Empty(t, found.Passed)
	}
}

// TestFileBehindAPINIsNotPassedOver has two entries: the data of the second
// are not those that the issuer means.
func TestFileBehindAPINIsNotPassedOver(t *testing.T) {
	locked := simcard.EF(fidFile, file126(t))
	locked.Read = simcard.PIN1
	card := appCard(t,
		simcard.EF(fidODF, odf(t, fidDODF)),
		simcard.EF(fidDODF, append(lwm2mEntry(t, ref(fidFile)), lwm2mEntry(t, ref(fidFile2))...)),
		locked, simcard.EF(fidFile2, fileOf(t, 300)))
	require.ErrorIs(t, requireFault(t, card, nil), apdu.ErrSecurity)
}

func TestNothingFoundButSomethingPassedOverIsAFault(t *testing.T) {
	card := twoFiles(t, lwm2mEntry(t, ref(fidNone)), lwm2mEntry(t, ref(0x6450)), simcard.EF(0x6450, erased(20)))
	err := requireFault(t, card, nil)
	require.ErrorIs(t, err, apdu.ErrNotFound)
	require.ErrorContains(t, err, "EF 6499")
}

func TestPartOfAFile(t *testing.T) {
	file := fileOf(t, 300)
	place := apdu.FileRef{Path: fids(fidFile2), Offset: 77, Length: 300}
	whole := append(append(make([]byte, 77), file...), erased(100)...)
	card := appCard(t, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, lwm2mEntry(t, place)), simcard.EF(fidFile2, whole))
	content, found, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.Equal(t, file, []byte(content))
	require.Equal(t, place, found.File)
}

func TestObjectsInTheODF(t *testing.T) {
	row, err := pkcs15.AppendODF(nil, pkcs15.Directory{InPlace: directEntry(t, file126(t))})
	require.NoError(t, err)
	content, found, err := simboot.Read(t.Context(), appCard(t, simcard.EF(fidODF, row)), nil)
	require.NoError(t, err)
	require.Equal(t, file126(t), []byte(content))
	require.True(t, found.InDODF)
	require.Equal(t, ref(fidODF), found.Directory)
	require.Equal(t, "directory 5031 of A000000063504B43532D3135 by AID, channel 1, 126 bytes, 5 commands", found.String())
}

func TestLongDirectoryIsReadToItsEnd(t *testing.T) {
	var row []byte
	for range 20 {
		row = append(row, rulesEntry(t)...)
	}
	row = append(row, lwm2mEntry(t, ref(fidFile))...)
	require.Greater(t, len(row), 512)
	for _, padding := range []int{0, 1, 200} {
		content, _, err := simboot.Read(t.Context(), dodfCard(t, append(row, erased(padding)...)), nil)
		require.NoError(t, err)
		require.Equal(t, file126(t), []byte(content))
	}
}

// TestContentIsTheCallersOwn clears what Read returned, as its owner may, and
// reads again.
func TestContentIsTheCallersOwn(t *testing.T) {
	for _, card := range []*simcard.Card{newCard126(t), dodfCard(t, directEntry(t, file126(t)))} {
		content, _, err := simboot.Read(t.Context(), card, nil)
		require.NoError(t, err)
		clear(content)
		content, _, err = simboot.Read(t.Context(), card, nil)
		require.NoError(t, err)
		require.Equal(t, file126(t), []byte(content))
	}
}
