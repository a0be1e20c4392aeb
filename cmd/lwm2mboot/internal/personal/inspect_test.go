package personal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func tree(t *testing.T, r *personal.Report) string {
	t.Helper()
	var b strings.Builder
	n, err := r.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.String()
}

func TestInspectShowsTheWayToTheData(t *testing.T) {
	evil := func(text string) pkcs15.DataObject {
		return pkcs15.DataObject{Label: text, ApplicationName: text, ID: pkcs15.OIDLwM2M, AuthID: []byte{1}, Modifiable: true,
			Ref: apdu.FileRef{Path: apdu.Path{0x6433}}}
	}
	dodf, err := pkcs15.AppendDODF(nil, evil("\x1b[2J\r\nkarte \"ü\""))
	require.NoError(t, err)
	dodf = append(dodf, 0xA1, 0x02, 0x30, 0x05, 0xA1, 0x7F)
	faulty := file126(t)
	faulty[3]-- // the objects do not fill it
	for name, opts := range map[string][]simcard.Option{
		"plain":    nil,
		"several":  {simcard.AccessRulesFirst, simcard.TwoDirectories, simcard.FirstFileErased, simcard.OpaqueObject},
		"pin":      {simcard.PIN(simcard.PIN1, "1234", 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap)},
		"in-place": {simcard.DirectContent, simcard.ObjectsInPlace, simcard.DirTransparent},
		"by-path":  {simcard.RefuseAID, simcard.FCPWithoutRule, simcard.FCPWithoutPINs},
		"part":     {simcard.IndexAndLength, simcard.AbsolutePaths, simcard.VerifyEmptyRefused, simcard.AIDAppended},
		"erased":   {simcard.DirectoryErased, simcard.Blank()},
		"faulty": {simcard.Files(
			simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDDODF, dodf), simcard.EF(0x6433, faulty)),
			simcard.RecordEF(apdu.FIDDir, erased(10), []byte("\x61\x08\x4F\x06abc\x1bde"), []byte("\x61\x7Fbroken!!"), erased(10)))},
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard(t, file126(t), opts...)
			r, err := personal.Inspect(t.Context(), card, nil)
			require.NoError(t, err)
			got := tree(t, r)
			golden(t, name+".txt", got)
			require.Empty(t, card.OpenChannels())
			require.Zero(t, card.Commands(apdu.INSUpdateBinary))
			require.NotContains(t, got, "\x1b")
		})
	}
}

func TestInspectTellsThatThereIsNoApplication(t *testing.T) {
	card, err := simcard.New()
	require.NoError(t, err)
	r, err := personal.Inspect(t.Context(), card, nil)
	require.NoError(t, err)
	golden(t, "none.txt", tree(t, r))
}

func TestInspectLooksAtTheFileThatIsNamed(t *testing.T) {
	card := newCard(t, file126(t), simcard.AccessRulesOnly, simcard.PINDisabled(simcard.ADM1))
	r, err := personal.Inspect(t.Context(), card, &simboot.Config{File: apdu.Path{0x6432}})
	require.NoError(t, err)
	require.Equal(t, 126, r.File.Content.Octets)
	golden(t, "named.txt", tree(t, r))

	r, err = personal.Inspect(t.Context(), card, &simboot.Config{File: apdu.Path{0x6FFF}})
	require.NoError(t, err)
	require.Contains(t, r.File.Error, "6A82")
}

func TestInspectMarshalsWithoutContent(t *testing.T) {
	r, err := personal.Inspect(t.Context(), newCard(t, file126(t), simcard.PIN(simcard.PIN1, "1234", 3)), nil)
	require.NoError(t, err)
	text, err := json.MarshalIndent(r, "", "  ")
	require.NoError(t, err)
	golden(t, "plain.json", string(text)+"\n")
	var back personal.Report
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, *r, back)
	for _, secret := range []string{"3x@mpl3", "3378406D", "example-psk", "avsystem"} {
		require.NotContains(t, string(text), secret)
		require.NotContains(t, tree(t, r), secret)
	}
}

func TestInspectOfEveryKindOfCardFindsTheData(t *testing.T) {
	for _, b := range simcard.Behaviours() {
		card := newCard(t, file126(t), b)
		r, err := personal.Inspect(t.Context(), card, nil)
		require.NoError(t, err, b)
		require.Contains(t, tree(t, r), "/0 LWM2M Security", b)
	}
}

func TestInspectGoesOnBehindAnyRefusal(t *testing.T) {
	count := func(card *simcard.Card) int {
		_, err := personal.Inspect(t.Context(), card, nil)
		require.NoError(t, err)
		return card.Total()
	}
	opts := []simcard.Option{simcard.PIN(simcard.PIN1, "1234", 3), simcard.TwoDirectories}
	total := count(newCard(t, file126(t), opts...))
	found := 0
	for n := 1; n <= total; n++ {
		card := newCard(t, file126(t), opts...)
		refusing := transport.Fault(card, transport.At(n), transport.Answer(apdu.Response{SW: apdu.SWConditions}))
		r, err := personal.Inspect(t.Context(), refusing, nil)
		if err != nil { // of MANAGE CHANNEL
			require.Contains(t, err.Error(), "MANAGE CHANNEL")
			continue
		}
		require.NotNil(t, r)
		if strings.Contains(tree(t, r), "/0 LWM2M Security") {
			found++
		}
	}
	require.Greater(t, found, total*2/3)
}

func TestInspectBreaksOffWhenTheCardIsGone(t *testing.T) {
	whole := newCard(t, file126(t))
	_, err := personal.Inspect(t.Context(), whole, nil)
	require.NoError(t, err)
	for n := 1; n <= whole.Total(); n++ {
		card := newCard(t, file126(t))
		sent := 0
		gone := transport.Fault(transport.Trace(card, func(transport.Exchange) { sent++ }), transport.Since(transport.At(n)), transport.Fail(apdu.ErrNoCard))
		r, err := personal.Inspect(t.Context(), gone, nil)
		require.ErrorIs(t, err, apdu.ErrNoCard, "at %d", n)
		require.Equal(t, err.Error(), r.Error)
		require.Contains(t, tree(t, r), "broke off: ")
		require.Equal(t, n-1, sent)
	}
}

func TestInspectOfBadOptions(t *testing.T) {
	r, err := personal.Inspect(t.Context(), newCard(t, nil), &simboot.Config{Channel: 9})
	require.ErrorIs(t, err, personal.ErrOptions)
	require.NotEmpty(t, r.Error)
	_, err = personal.Inspect(t.Context(), newCard(t, nil, simcard.Channels(0)), nil)
	require.ErrorIs(t, err, apdu.ErrNoChannel)
}

func TestInspectIsBounded(t *testing.T) {
	var odf []byte
	for range pkcs15.MaxODFEntries {
		odf = append(odf, 0xA7, 6, 0x30, 4, 0x04, 2, 0x64, 0x30)
	}
	var objects []pkcs15.DataObject
	for range 100 {
		objects = append(objects, pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Ref: apdu.FileRef{Path: apdu.Path{0x6432}}})
	}
	dodf, err := pkcs15.AppendDODF(nil, objects...)
	require.NoError(t, err)
	card := newCard(t, file126(t), simcard.Files(simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDODF, odf), simcard.EF(pkcs15.FIDDODF, dodf))))
	r, err := personal.Inspect(t.Context(), card, nil)
	require.NoError(t, err)
	require.Less(t, card.Total(), 300)
	require.Contains(t, tree(t, r), "not looked at")
}

func TestInspectNamesLifeCycles(t *testing.T) {
	for status, want := range map[byte]string{0x05: "", 0x04: ", deactivated", 0x0C: ", terminated", 0x0F: ", terminated", 0x01: ", not yet in operation", 0x03: ", not yet in operation", 0x77: ", life cycle 77"} {
		file := simcard.EF(pkcs15.FIDBootstrap, file126(t))
		file.FCP = []byte{0x62, 0x11, 0x88, 0, 0x82, 2, 0x41, 0x21, 0x83, 2, 0x64, 0x32, 0x80, 2, 0, 126, 0x8A, 1, status}
		r, err := personal.Inspect(t.Context(), newCard(t, nil, simcard.Files(simcard.ADF(apdu.AIDPKCS15, file))), nil)
		require.NoError(t, err)
		require.Contains(t, tree(t, r), "6432, transparent, 126 octets"+want+"\n")
	}
}

func TestWriteToTellsWhatTheWriterSays(t *testing.T) {
	broken := errors.New("pipe is closed")
	_, err := new(personal.Report).WriteTo(writerFunc(func([]byte) (int, error) { return 0, broken }))
	require.ErrorIs(t, err, broken)
}

type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestInspectStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	card := newCard(t, file126(t))
	card.Before(func(n int, _ apdu.Command) {
		if n == 12 {
			cancel()
		}
	})
	r, err := personal.Inspect(ctx, card, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.NotEmpty(t, r.Dir.Path)
	require.Empty(t, card.OpenChannels())
}

func TestReadIsWhatADeviceReads(t *testing.T) {
	got, found, err := personal.Read(t.Context(), newCard(t, file126(t)), nil)
	require.NoError(t, err)
	require.True(t, bytes.Equal(file126(t), got))
	require.Equal(t, 126, found.Size)
}
