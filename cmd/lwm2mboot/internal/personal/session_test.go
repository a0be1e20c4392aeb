package personal_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// dirOf is an EF(DIR) with one record.
func dirOf(t *testing.T, d pkcs15.DirRecord) simcard.File {
	t.Helper()
	b, err := pkcs15.AppendDirRecord(nil, d)
	require.NoError(t, err)
	return simcard.RecordEF(apdu.FIDDir, filled(b, 48))
}

func TestApplicationIsFoundAsEFDIRHasIt(t *testing.T) {
	longer := apdu.AIDPKCS15 + "\x01\x00\x00\xFF"
	for _, v := range []struct {
		name string
		opts []simcard.Option
		want simboot.Way
	}{
		{"whole AID", []simcard.Option{simcard.AIDAppended, simcard.RefusePartialAID}, simboot.ByDir},
		{"AID filled with 00", []simcard.Option{simcard.AIDAppended, simcard.RefusePartialAID, simcard.DirAIDZeroPadded}, simboot.ByDir},
		{"path", []simcard.Option{simcard.RefuseAID}, simboot.ByPath},
		{"path without the MF", []simcard.Option{simcard.RefuseAID, simcard.ApplicationPaths,
			simcard.Files(dirOf(t, pkcs15.DirRecord{AID: longer, Path: apdu.Path{simcard.FIDPKCS15}}))}, simboot.ByPath},
		{"absolute paths", []simcard.Option{simcard.RefuseAID, simcard.AbsolutePaths}, simboot.ByPath},
	} {
		t.Run(v.name, func(t *testing.T) {
			card := newCard(t, other(t), v.opts...)
			_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
			require.NoError(t, err)
			require.Equal(t, filled(file126(t), 1024), onCardByPath(t, card))
			r, err := personal.Inspect(t.Context(), card, nil)
			require.NoError(t, err)
			require.Equal(t, v.want.String(), r.Application.Way)
		})
	}
}

func onCardByPath(t *testing.T, card *simcard.Card) []byte {
	b, err := card.FileContent(apdu.FileRef{Path: apdu.Path{apdu.FIDMF, simcard.FIDPKCS15, pkcs15.FIDBootstrap}})
	require.NoError(t, err)
	return b
}

func TestApplicationThatCannotBeReachedIsNone(t *testing.T) {
	for name, opt := range map[string]simcard.Option{
		"no path":                 simcard.DirWithoutPath,
		"no record":               simcard.DirWithoutPKCS15,
		"path to nothing":         simcard.Files(dirOf(t, pkcs15.DirRecord{AID: apdu.AIDPKCS15, Path: apdu.Path{apdu.FIDMF, 0x7F99}})),
		"path to a file":          simcard.Files(dirOf(t, pkcs15.DirRecord{AID: apdu.AIDPKCS15, Path: apdu.Path{apdu.FIDMF, apdu.FIDICCID}})),
		"a record that is broken": simcard.Files(simcard.RecordEF(apdu.FIDDir, []byte{0x61, 9, 0x4F})),
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard(t, other(t), simcard.RefuseAID, opt)
			_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
			require.ErrorIs(t, err, personal.ErrNoFile)
			require.ErrorIs(t, err, apdu.ErrNotFound)
		})
	}
}

func TestFaultOfTheWayEndsAWriteAtOnce(t *testing.T) {
	for _, opts := range [][]simcard.Option{nil, {simcard.RefuseAID}, {simcard.AIDAppended, simcard.RefusePartialAID}, {simcard.DirTransparent, simcard.RefuseAID},
		{simcard.PIN(simcard.PIN1, "1234", 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap)}} {
		options := personal.Options{Key: key(t, adm), PIN: key(t, "1234")}
		whole := newCard(t, other(t), opts...)
		_, err := personal.Write(t.Context(), whole, file126(t), options)
		require.NoError(t, err)
		for n := 5; n <= whole.Total(); n++ { // behind those of the ICCID
			card := newCard(t, other(t), opts...)
			sent := 0
			counted := transport.Trace(card, func(transport.Exchange) { sent++ })
			failing := transport.Fault(counted, transport.At(n), transport.Fail(apdu.ErrCardFault))
			_, err := personal.Write(t.Context(), failing, file126(t), options)
			require.ErrorIs(t, err, apdu.ErrCardFault, "at %d", n)
			require.LessOrEqual(t, sent, n, "at %d: nothing but the channel's end follows", n)
		}
	}
}

func TestWriteOfAFileThatTellsNoSize(t *testing.T) {
	file := simcard.EF(pkcs15.FIDBootstrap, other(t))
	file.FCP = []byte{0x62, 8, 0x82, 2, 0x41, 0x21, 0x83, 2, 0x64, 0x32}
	pin := []simcard.Option{simcard.PIN(simcard.PIN1, "1234", 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap),
		simcard.Files(simcard.ADF(apdu.AIDPKCS15, file))}
	_, err := personal.Write(t.Context(), newCard(t, nil, pin...), file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrSize)

	_, err = personal.Write(t.Context(), newCard(t, file126(t), append(pin, simcard.IndexAndLength)...), file126(t), personal.Options{Key: key(t, adm), PIN: key(t, "1234")})
	require.ErrorIs(t, err, apdu.ErrShortFile, "the part that the directory names is longer than the file")
}

func TestWriteOfAPartThatCannotBeRead(t *testing.T) {
	card := newCard(t, other(t), simcard.IndexAndLength, simcard.PIN(simcard.PIN1, "1234", 3), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrUnverified)
	require.Equal(t, 126, res.Plan.Size)
	require.Equal(t, file126(t), onCard(t, card)[32:32+126])
}

func TestObjectsThatCannotBeReadArePassedOver(t *testing.T) {
	object := func(fid apdu.FID) pkcs15.DataObject {
		return pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Ref: apdu.FileRef{Path: apdu.Path{fid}}}
	}
	empty := pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Direct: pkcs15.Octets{0, 0, 0, 0}}
	dodf, err := pkcs15.AppendDODF(nil, object(0x6FFF), empty, object(0x6432))
	require.NoError(t, err)
	card := newCard(t, other(t), simcard.Files(simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDDODF, dodf))))
	_, err = personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, filled(file126(t), 1024), onCard(t, card))

	dodf, err = pkcs15.AppendDODF(nil, object(0x6FFF))
	require.NoError(t, err)
	card = newCard(t, other(t), simcard.Files(simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDDODF, dodf))))
	_, err = personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrNoFile)
	require.ErrorContains(t, err, "6FFF")
}

func TestOneOfSeveralKeysIsEnough(t *testing.T) {
	rule := func(record string) []simcard.Option { // of EF(ARR), record 1
		file := simcard.EF(pkcs15.FIDBootstrap, other(t))
		file.FCP = append([]byte{0x62, 17 + byte(len(record)), 0x82, 2, 0x41, 0x21, 0x83, 2, 0x64, 0x32, 0x80, 2, 0, 126, 0x88, 0, 0xAB, byte(len(record))}, record...)
		file.FCP[1] = byte(len(file.FCP) - 2)
		return []simcard.Option{simcard.Files(simcard.ADF(apdu.AIDPKCS15, file)), simcard.PIN(simcard.PIN1, "1234", 3)}
	}
	const always, adm2, adm1, pin1 = "\x80\x01\x01\x90\x00\x80\x01\x02", "\xA4\x06\x83\x01\x0B\x95\x01\x08", "\xA4\x06\x83\x01\x0A\x95\x01\x08", "\xA4\x06\x83\x01\x01\x95\x01\x08"
	for _, v := range []struct {
		name, rule string
		opts       personal.Options
		want       error
		keys       int
	}{
		{"any of two", always + "\xA0\x10" + adm2 + adm1, personal.Options{Key: key(t, adm)}, nil, 1},
		{"all of two", always + "\xAF\x10" + adm1 + pin1, personal.Options{Key: key(t, adm), PIN: key(t, "1234")}, nil, 2},
		{"all of two, and one is known", always + "\xAF\x10" + adm1 + pin1, personal.Options{Key: key(t, adm)}, personal.ErrNoKey, 0},
		{"something else", always + "\xB6\x03\x83\x01\x01", personal.Options{Key: key(t, adm)}, nil, 1},
		{"something else, and no key", always + "\xB6\x03\x83\x01\x01", personal.Options{}, personal.ErrNoKey, 0},
		{"secure messaging, and there is none", always + "\xB4\x03\x83\x01\x01", personal.Options{Key: key(t, adm)}, personal.ErrNoKey, 0},
	} {
		t.Run(v.name, func(t *testing.T) {
			card := newCard(t, nil, rule(v.rule)...)
			var sent verifies
			sent.watch(card)
			_, err := personal.Write(t.Context(), card, file126(t), v.opts)
			require.ErrorIs(t, err, v.want)
			require.Equal(t, v.keys, sent.keys)
		})
	}
}

func TestAFaultAtTheFirstCommandsEndsAllAtOnce(t *testing.T) {
	for _, fault := range []error{context.DeadlineExceeded, apdu.ErrNoCard, apdu.ErrLostStep} {
		sent := 0
		dead := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) {
			sent++
			return nil, fault
		})
		_, err := personal.Write(t.Context(), dead, file126(t), personal.Options{Key: key(t, adm)})
		require.ErrorIs(t, err, fault)
		require.Equal(t, 1, sent, "who waited once does not wait again")
		report, err := personal.Inspect(t.Context(), dead, nil)
		require.ErrorIs(t, err, fault)
		require.Equal(t, 2, sent)
		require.Equal(t, err.Error(), report.Error)
		require.NotEmpty(t, report.ICCIDError)
	}
}

func TestACardWithoutANumberIsWrittenAndInspected(t *testing.T) {
	good := newCard(t, other(t))
	missing := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		if c, err := apdu.ParseCommand(capdu); err == nil && c.INS == apdu.INSSelect && bytes.HasSuffix(c.Data, []byte{0x2F, 0xE2}) {
			return []byte{0x6A, 0x82}, nil
		}
		return good.Transmit(ctx, capdu)
	})
	blank := newCard(t, other(t), simcard.Files(simcard.EF(apdu.FIDICCID, erased(10))))
	for name, card := range map[string]apdu.CardTransport{"no file": missing, "no digits": blank} {
		res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
		require.NoError(t, err, name)
		require.Empty(t, res.Plan.ICCID, name)
		require.True(t, res.Verified, name)
		report, err := personal.Inspect(t.Context(), card, nil)
		require.NoError(t, err, name)
		require.NotEmpty(t, report.ICCIDError, name)
		require.Contains(t, tree(t, report), "126 of 1024 octets, 2 objects", name)
	}
}

func TestFileThatEndsBeforeTheCardSaysIsTold(t *testing.T) {
	file := simcard.EF(pkcs15.FIDBootstrap, erased(100))
	file.FCP = []byte{0x62, 12, 0x82, 2, 0x41, 0x21, 0x83, 2, 0x64, 0x32, 0x80, 2, 0x04, 0x00}
	card := newCard(t, nil, simcard.Files(simcard.ADF(apdu.AIDPKCS15, file)))
	_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrTooSmall)
	require.ErrorContains(t, err, "the card tells of 1024, and it can be read to 100 octets only")
	require.Zero(t, card.Commands(apdu.INSUpdateBinary))

	card = newCard(t, nil, simcard.Files(simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDBootstrap, erased(100)))))
	_, err = personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrTooSmall)
	require.NotContains(t, err.Error(), "only")
}
