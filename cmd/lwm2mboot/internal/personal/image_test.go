package personal_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func built(t testing.TB, content []byte, o image.Options) *image.Image {
	t.Helper()
	m, err := image.Build(content, o)
	require.NoError(t, err)
	return m
}

var usimRecord = append([]byte{0x61, 0x12, 0x4F, 0x10}, simcard.AIDUSIM...)

// unfilled is a card whose files exist and hold nothing; more files take the
// place of those.
func unfilled(t testing.TB, more ...simcard.File) *simcard.Card {
	t.Helper()
	app := simcard.ADF(apdu.AIDPKCS15,
		simcard.EF(pkcs15.FIDODF, erased(32)), simcard.EF(pkcs15.FIDTokenInfo, erased(32)),
		simcard.EF(pkcs15.FIDDODF, erased(128)), simcard.EF(pkcs15.FIDBootstrap, erased(512)))
	app.FID = image.DefaultDF
	dir := simcard.RecordEF(apdu.FIDDir, filled(usimRecord, 40), erased(40), erased(40))
	files := append([]simcard.File{app, dir}, more...)
	card, err := simcard.New(simcard.PIN(simcard.ADM1, adm, 3), simcard.Files(files...))
	require.NoError(t, err)
	return card
}

// inApp puts a file into the application.
func inApp(f simcard.File) simcard.File { return simcard.ADF(apdu.AIDPKCS15, f) }

func TestWriteImageFillsACard(t *testing.T) {
	for name, o := range map[string]image.Options{
		"default":        {},
		"opaque":         {Form: pkcs15.OpaqueDO, Paths: image.Absolute},
		"part":           {Index: true, Offset: 16, Size: 400},
		"record 3":       {DirRecord: 3},
		"several":        {More: []pkcs15.DataObject{{ID: "\x2A\x03", Ref: apdu.FileRef{Path: apdu.Path{0x4200}}}}},
		"short of chunk": {Label: "L"},
	} {
		t.Run(name, func(t *testing.T) {
			card := unfilled(t)
			m := built(t, file126(t), o)
			res, err := personal.WriteImage(t.Context(), card, m, personal.Options{Key: key(t, adm), Chunk: 30})
			require.NoError(t, err)
			require.True(t, res.Changed)
			require.True(t, res.Verified)
			require.Len(t, res.Plan.Also, 4)
			for _, search := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
				got, _, err := personal.Read(t.Context(), card, &simboot.Config{Search: search})
				require.NoError(t, err)
				require.Equal(t, file126(t), []byte(got))
			}
			require.Empty(t, card.OpenChannels())

			updates := card.Commands(apdu.INSUpdateBinary)
			res, err = personal.WriteImage(t.Context(), card, m, personal.Options{Key: key(t, adm)})
			require.NoError(t, err)
			require.False(t, res.Changed, "the second time there is nothing to do")
			require.Equal(t, updates, card.Commands(apdu.INSUpdateBinary))

			res, err = personal.WriteImage(t.Context(), card, m, personal.Options{Key: key(t, adm), Force: true})
			require.NoError(t, err)
			require.True(t, res.Changed)
			require.Len(t, res.Plan.Also, 3, "but for EF(DIR), which has the application")
		})
	}
}

func TestWriteImageTornAtAnyCommandLeavesNoHalfContent(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	opts := personal.Options{Key: key(t, adm), Chunk: 60}
	whole := unfilled(t)
	sent := 0
	_, err := personal.WriteImage(t.Context(), transport.Trace(whole, func(transport.Exchange) { sent++ }), m, opts)
	require.NoError(t, err)
	for n := 1; n <= sent; n++ {
		card := unfilled(t)
		cut := transport.Fault(card, transport.Since(transport.At(n)), transport.Fail(apdu.ErrNoCard))
		_, err := personal.WriteImage(t.Context(), cut, m, opts)
		card.Reset()
		got, _, readErr := personal.Read(t.Context(), card, nil)
		switch {
		case readErr == nil:
			require.Equal(t, file126(t), []byte(got), "cut at %d of %d", n, sent)
		case !errors.Is(readErr, simboot.ErrNoData):
			t.Errorf("cut at %d of %d: %v", n, sent, readErr)
		default:
			require.Error(t, err)
		}
		_, err = personal.WriteImage(t.Context(), card, m, opts)
		require.NoError(t, err, "again after a cut at %d", n)
	}
}

func TestWriteImageRefuses(t *testing.T) {
	odf, err := pkcs15.AppendODF(nil, pkcs15.Directory{Ref: apdu.FileRef{Path: apdu.Path{0x4401}}})
	require.NoError(t, err)
	full := simcard.RecordEF(apdu.FIDDir, filled(usimRecord, 40))
	for _, v := range []struct {
		name  string
		more  []simcard.File
		image image.Options
		want  error
		where string
	}{
		{"an ODF with another directory", []simcard.File{inApp(simcard.EF(pkcs15.FIDODF, filled(odf, 32)))}, image.Options{}, personal.ErrFilled, "EF(ODF)"},
		{"an ODF that is too small", []simcard.File{inApp(simcard.EF(pkcs15.FIDODF, erased(7)))}, image.Options{}, personal.ErrTooSmall, "8 octets of content, 7 fit"},
		{"a DODF that is too small", []simcard.File{inApp(simcard.EF(pkcs15.FIDDODF, erased(10)))}, image.Options{}, personal.ErrTooSmall, "EF(DODF)"},
		{"a DODF that is not there", nil, image.Options{DODF: 0x6420}, apdu.ErrNotFound, "6420"},
		{"a file that is not there", nil, image.Options{File: 0x6F31}, apdu.ErrNotFound, "6F31"},
		{"a file that is too small", []simcard.File{inApp(simcard.EF(pkcs15.FIDBootstrap, erased(100)))}, image.Options{}, personal.ErrTooSmall, "26 too many"},
		{"an application that is not there", nil, image.Options{AID: "\xA0\x00\x00\x00\x99"}, personal.ErrNoFile, "A000000099"},
		{"no unused record", []simcard.File{full}, image.Options{}, personal.ErrNoRecord, "EF(DIR)"},
		{"a record that is used", nil, image.Options{DirRecord: 1}, personal.ErrFilled, "record 1"},
		{"a record behind the last", nil, image.Options{DirRecord: 4}, personal.ErrNoRecord, "record 4 of 3"},
		{"records that are too short", []simcard.File{simcard.RecordEF(apdu.FIDDir, erased(20))}, image.Options{}, personal.ErrTooSmall, "31 octets, 20 fit"},
		{"a DODF of records", []simcard.File{inApp(simcard.RecordEF(pkcs15.FIDDODF, erased(100)))}, image.Options{}, apdu.SWWrongStructure, "EF(DODF)"},
		{"a TokenInfo that nobody may update", []simcard.File{inApp(simcard.File{Kind: apdu.StructureTransparent, FID: pkcs15.FIDTokenInfo, Content: erased(20), Update: simcard.Never})},
			image.Options{}, personal.ErrReadOnly, "5032"},
	} {
		t.Run(v.name, func(t *testing.T) {
			card := unfilled(t, v.more...)
			var keys verifies
			keys.watch(card)
			_, err := personal.WriteImage(t.Context(), card, built(t, file126(t), v.image), personal.Options{Key: key(t, adm)})
			require.ErrorIs(t, err, v.want)
			require.ErrorContains(t, err, v.where)
			require.Zero(t, keys.keys)
			require.Zero(t, card.Commands(apdu.INSUpdateBinary))
		})
	}
}

func TestWriteImageReplacesWhatIsThereWhenTold(t *testing.T) {
	odf, err := pkcs15.AppendODF(nil, pkcs15.Directory{Ref: apdu.FileRef{Path: apdu.Path{0x4401}}})
	require.NoError(t, err)
	card := unfilled(t, inApp(simcard.EF(pkcs15.FIDODF, filled(odf, 32))))
	m := built(t, file126(t), image.Options{DirRecord: 1})
	_, err = personal.WriteImage(t.Context(), card, m, personal.Options{Key: key(t, adm), Replace: true})
	require.NoError(t, err)
	got, _, err := personal.Read(t.Context(), card, &simboot.Config{Search: simboot.DirFirst})
	require.NoError(t, err)
	require.Equal(t, file126(t), []byte(got))
}

func TestWriteImageDoesWithoutWhatNoDeviceNeeds(t *testing.T) {
	app := simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDODF, erased(32)),
		simcard.EF(pkcs15.FIDDODF, erased(128)), simcard.EF(pkcs15.FIDBootstrap, erased(512)))
	card, err := simcard.New(simcard.PIN(simcard.ADM1, adm, 3), simcard.Files(app), simcard.DirTransparent, simcard.DirWithoutPKCS15)
	require.NoError(t, err)
	res, err := personal.WriteImage(t.Context(), card, built(t, file126(t), image.Options{}), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, []string{"EF(DODF) 6430", "EF(ODF) 5031"}, res.Plan.Also)
	require.Contains(t, res.Plan.String(), "writes also  EF(DODF) 6430\nwrites also  EF(ODF) 5031\n")

	withoutDir := answering{unfilled(t), "\x2F\x00", apdu.SWFileNotFound}
	res, err = personal.WriteImage(t.Context(), withoutDir, built(t, file126(t), image.Options{}), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.NotContains(t, res.Plan.String(), "EF(DIR)")
}

func TestWriteImageReadsBackDirectoriesAndRecords(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	for name, written := range map[string]func(c *apdu.Command) bool{
		"EF(DODF)": func(c *apdu.Command) bool { return c.INS == apdu.INSUpdateBinary && c.Data[0] == 0xA1 },
		"EF(DIR)":  func(c *apdu.Command) bool { return c.INS == apdu.INSUpdateRecord },
	} {
		t.Run(name, func(t *testing.T) {
			card := unfilled(t)
			bad := mangling{card, func(c *apdu.Command) {
				if written(c) {
					c.Data[9]++
				}
			}}
			_, err := personal.WriteImage(t.Context(), bad, m, personal.Options{Key: key(t, adm)})
			require.ErrorIs(t, err, personal.ErrDifferent)
			require.ErrorContains(t, err, name)
			b, err := card.FileContent(bootstrapRef)
			require.NoError(t, err)
			require.Equal(t, erased(4), b[:4])
		})
	}
}
