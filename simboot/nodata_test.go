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

// Files of the tests' cards.
const (
	fidODF  = pkcs15.FIDODF
	fidDODF = pkcs15.FIDDODF
	fidFile = pkcs15.FIDBootstrap
)

// appCard is a card whose PKCS#15 application has those files and no others.
func appCard(t testing.TB, files ...simcard.File) *simcard.Card {
	t.Helper()
	app := simcard.ADF(apdu.AIDPKCS15, files...)
	app.FID = simcard.FIDPKCS15
	return newCard(t, simcard.Files(app))
}

// fileCard is a card whose directories lead to a file with that content.
func fileCard(t testing.TB, content []byte) *simcard.Card {
	t.Helper()
	return appCard(t,
		simcard.EF(fidODF, odf(t, fidDODF)),
		simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))),
		simcard.EF(fidFile, content))
}

// dodfCard is a card with a good file, and that DODF.
func dodfCard(t testing.TB, dodf []byte, more ...simcard.File) *simcard.Card {
	t.Helper()
	return appCard(t, append(more,
		simcard.EF(fidODF, odf(t, fidDODF)),
		simcard.EF(fidDODF, dodf),
		simcard.EF(fidFile, file126(t)))...)
}

// directEntry holds the content itself.
func directEntry(t testing.TB, content []byte) []byte {
	t.Helper()
	return entry(t, pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Direct: append(pkcs15.Octets{}, content...)})
}

func erased(n int) []byte { return bytes.Repeat([]byte{0xFF}, n) }

// emptyFiles are the forms of a file without bootstrap data.
var emptyFiles = []struct {
	name    string
	content []byte
}{
	{"no objects", []byte{0, 0, 0, 0}},
	{"no objects, but a size", []byte{0, 0, 0, 122, 0, 0}},
	{"no objects, padding", append([]byte{0, 0, 0, 0}, erased(300)...)},
	{"no objects, what was there before", append([]byte{0, 0, 0, 0}, "coaps://old.example"...)},
	{"no objects, a size all the same", []byte{0, 0, 0xFF, 0xFF, 1, 2, 3}},
	{"erased header", erased(4)},
	{"erased", erased(1000)},
	{"an EF of no octets", nil},
}

func TestCardWithoutData(t *testing.T) {
	type card struct {
		name string
		card *simcard.Card
		cfg  simboot.Config
	}
	cards := []card{
		{"no application", newCard(t), simboot.Config{}},
		{"no application, no EF(DIR)", newCard(t, simcard.Blank()), simboot.Config{}},
		{"no ODF", appCard(t, simcard.EF(fidFile, file126(t))), simboot.Config{}},
		{"ODF of no octets", appCard(t, simcard.EF(fidODF, nil)), simboot.Config{}},
		{"erased ODF", appCard(t, simcard.EF(fidODF, erased(300))), simboot.Config{}},
		{"ODF of certificates", appCard(t, simcard.EF(fidODF, unhex(t, "A4 06 30 04 04 02 64 30"))), simboot.Config{}},
		{"no DODF", appCard(t, simcard.EF(fidODF, odf(t, fidDODF))), simboot.Config{}},
		{"DODF of no octets", dodfCard(t, nil), simboot.Config{}},
		{"erased DODF", dodfCard(t, erased(300)), simboot.Config{}},
		{"DODF of zeros", dodfCard(t, make([]byte, 300)), simboot.Config{}},
		{"DODF of another owner", dodfCard(t, rulesEntry(t)), simboot.Config{}},
		{"a broken entry of another owner", dodfCard(t, unhex(t, "A1 05 30 00 30 00 00")), simboot.Config{}},
		{"another OID is asked for", newCard126(t), simboot.Config{OIDs: []pkcs15.OID{"\x2A\x03"}}},
		{"another AID is asked for", newCard126(t), simboot.Config{AID: "\xA0\x00\x00\x00\x01"}},
	}
	for _, f := range emptyFiles {
		cards = append(cards,
			card{"file: " + f.name, fileCard(t, f.content), simboot.Config{}},
			card{"direct: " + f.name, dodfCard(t, directEntry(t, f.content)), simboot.Config{}},
			card{"configured file: " + f.name, fileCard(t, f.content), simboot.Config{File: fids(fidFile)}},
			card{"configured path: " + f.name, fileCard(t, f.content), simboot.Config{File: fids(0x3F00, 0x7F50, fidFile)}},
		)
	}
	for _, tt := range cards {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
				cfg := tt.cfg
				cfg.Search = order
				res, err := simboot.Bootstrap(t.Context(), tt.card, &untouchable{t: t}, &cfg)
				require.ErrorIs(t, err, simboot.ErrNoData)
				require.ErrorContains(t, err, "simboot: ")
				require.NotContains(t, err.Error(), "\n")
				require.False(t, res.Changed)
				require.Empty(t, res.Found.Passed)
				require.Zero(t, res.Found.Size)
				require.Empty(t, tt.card.OpenChannels())
			}
		})
	}
}

func TestEmptyPartOfAFileIsNoData(t *testing.T) {
	place := apdu.FileRef{Path: fids(fidFile), Offset: 4, Length: 4}
	card := appCard(t,
		simcard.EF(fidODF, odf(t, fidDODF)),
		simcard.EF(fidDODF, lwm2mEntry(t, place)),
		simcard.EF(fidFile, append([]byte{1, 2, 3, 4}, erased(8)...)))
	_, _, err := simboot.Read(t.Context(), card, nil)
	require.ErrorIs(t, err, simboot.ErrNoData)
}

func TestNoDataIsToldBeforeTheFileIsReadWhole(t *testing.T) {
	card := fileCard(t, erased(32<<10))
	_, found, err := simboot.Read(t.Context(), card, nil)
	require.ErrorIs(t, err, simboot.ErrNoData)
	require.Equal(t, commandsBesideReads+1, found.Stats.RoundTrips)
}

func TestEmptyFileAndMissingEntryAreToldApart(t *testing.T) {
	_, _, err := simboot.Read(t.Context(), fileCard(t, erased(8)), nil)
	require.ErrorContains(t, err, "file is empty")
	_, _, err = simboot.Read(t.Context(), dodfCard(t, rulesEntry(t)), nil)
	require.ErrorContains(t, err, "no entry of OID 2.23.43.9.1")
}
