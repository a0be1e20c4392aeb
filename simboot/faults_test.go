package simboot_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// requireFault bootstraps what must fail with an error that is no ErrNoData.
func requireFault(t *testing.T, card *simcard.Card, cfg *simboot.Config) error {
	t.Helper()
	res, err := simboot.Bootstrap(t.Context(), card, &untouchable{t: t}, cfg)
	require.Error(t, err)
	require.NotErrorIs(t, err, simboot.ErrNoData)
	require.Regexp(t, "^simboot: ", err.Error())
	require.NotContains(t, err.Error(), "\n")
	require.False(t, res.Changed)
	require.Empty(t, card.OpenChannels())
	return err
}

func TestFaultOfACardIsNotNoData(t *testing.T) {
	part := func(offset, length int) []byte {
		return lwm2mEntry(t, apdu.FileRef{Path: fids(fidFile), Offset: offset, Length: length})
	}
	file := file126(t)
	twoObjects := append([]byte{0, 3}, file[2:]...) // it says three
	record := simcard.RecordEF(fidFile, file)
	for _, tt := range []struct {
		name  string
		card  *simcard.Card
		want  error
		where string
	}{
		{"the entry's file is not there", dodfCard(t, lwm2mEntry(t, ref(0x6499))), apdu.ErrNotFound, "EF 6499"},
		{"the entry's path leads nowhere", dodfCard(t, lwm2mEntry(t, ref(0x3F00, 0x7F20, 0x6432))), apdu.ErrNotFound, "EF 3F00/7F20/6432"},
		{"the entry leads to another application", dodfCard(t, lwm2mEntry(t, apdu.FileRef{App: "\xA0\x00\x00\x00\x01"})), apdu.ErrNotFound, "A000000001"},
		{"the file is of records", appCard(t, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))), record), apdu.SWWrongStructure, "EF 6432"},
		{"file of three octets", fileCard(t, file[:3]), apdu.ErrShortFile, "3 of 4 bytes"},
		{"file one octet short", fileCard(t, file[:125]), apdu.ErrShortFile, "125 of 126 bytes"},
		{"file of one READ, one octet short", fileCard(t, fileOf(t, 256)[:255]), apdu.ErrShortFile, "255 of 256 bytes"},
		{"file cut between two READs", fileCard(t, fileOf(t, 600)[:512]), apdu.ErrShortFile, "512 of 600 bytes"},
		{"part behind the file's end", dodfCard(t, part(126, 126)), apdu.SWWrongOffset, "EF 6432[126+126]"},
		{"part shorter than its content", dodfCard(t, part(0, 125)), apdu.ErrFileTooLarge, "EF 6432[0+125]"},
		{"direct value one octet short", dodfCard(t, directEntry(t, file[:125])), tlv.ErrTruncated, "directory 6430: 125 of 126"},
		{"direct value of two octets", dodfCard(t, directEntry(t, file[:2])), tlv.ErrTruncated, "directory 6430: 2 of 4"},
		{"too large a size", fileCard(t, []byte{0, 1, 0x80, 0x01}), simboot.ErrTooLarge, "offset 2"},
		{"direct value of too large a size", dodfCard(t, directEntry(t, []byte{0, 1, 0xFF, 0xFF})), simboot.ErrTooLarge, "offset 2"},
		{"fewer objects than it says", fileCard(t, twoObjects), tlv.ErrInconsistent, "EF 6432: bootstrapper: tlv: offset "},
		{"fewer objects in the directory", dodfCard(t, directEntry(t, twoObjects)), tlv.ErrInconsistent, "directory 6430: bootstrapper: tlv: offset "},
		{"data that make no sense", fileCard(t, unhex(t, "0001 0008 0001 00 0003 08 00 00")), bootstrapper.ErrInconsistent, "EF 6432: bootstrapper: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := requireFault(t, tt.card, nil)
			require.ErrorIs(t, err, tt.want)
			require.ErrorContains(t, err, tt.where)
		})
	}
}

func TestMalformedDirectoryIsAFault(t *testing.T) {
	for _, tt := range []struct {
		name, where string
		card        *simcard.Card
	}{
		{"ODF cut in an entry", "ODF: offset 0", appCard(t, simcard.EF(fidODF, unhex(t, "A7 06 30 04 04")))},
		{"ODF entry of no place", "ODF: offset 0", appCard(t, simcard.EF(fidODF, unhex(t, "A7 00")))},
		{"DODF cut in an entry", "DODF 6430: offset 0", dodfCard(t, lwm2mEntry(t, ref(fidFile))[:10])},
		{"our entry is broken", "DODF 6430: offset ", dodfCard(t, unhex(t, "A1 0E 30 00 30 00 A1 08 30 06 06 04 67 2B 09 01"))},
		{"our entry is enveloped", "DODF 6430: offset ", dodfCard(t, unhex(t, "A1 10 30 00 30 00 A1 0A 30 08 06 04 67 2B 09 01 A1 00"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := requireFault(t, tt.card, nil)
			var malformed *pkcs15.Error
			require.ErrorAs(t, err, &malformed)
			require.ErrorContains(t, err, tt.where)
		})
	}
}

func TestFileBehindAPINIsErrSecurity(t *testing.T) {
	for _, fid := range []apdu.FID{fidODF, fidDODF, fidFile} {
		for _, condition := range []simcard.Access{simcard.PIN1, simcard.PIN2, simcard.UniversalPIN, simcard.ADM1, simcard.Never} {
			card := newCard126(t, simcard.PIN(simcard.PIN1, "1234", 3), simcard.ReadCondition(condition, fid))
			err := requireFault(t, card, nil)
			require.ErrorIs(t, err, apdu.ErrSecurity, fid)
			tries, _ := card.TriesLeft(simcard.PIN1)
			require.Equal(t, 3, tries)
		}
	}
	for _, opts := range [][]simcard.Option{nil, {simcard.DirTransparent}} {
		card := newCard126(t, append(opts, simcard.ReadCondition(simcard.PIN1, apdu.FIDDir))...)
		require.ErrorIs(t, requireFault(t, card, &simboot.Config{Search: simboot.DirFirst}), apdu.ErrSecurity)
	}
}

func TestFileIsReadOnceItsPINIsVerified(t *testing.T) {
	card := newCard126(t, simcard.PIN(simcard.PIN1, "1234", 3), simcard.ReadCondition(simcard.PIN1, fidFile))
	pin, _ := apdu.PadPIN("1234")
	resp, err := apdu.BasicChannel(card).Transmit(t.Context(), apdu.Verify(byte(simcard.PIN1), pin))
	require.NoError(t, err)
	require.NoError(t, resp.SW.Err())
	res := bootstrap126(t, card)
	require.True(t, res.Found.Private)
}

func TestConfiguredFileThatIsNotThereIsAFault(t *testing.T) {
	for _, file := range []apdu.Path{fids(0x6499), fids(0x7FFF, 0x6499), fids(0x3F00, 0x7F50, 0x6499), fids(0x3F00, 0x7F20, 0x6432)} {
		err := requireFault(t, newCard126(t), &simboot.Config{File: file})
		require.ErrorIs(t, err, apdu.ErrNotFound)
		require.ErrorContains(t, err, file.String())
	}
}

func TestStoreThatFailsIsTold(t *testing.T) {
	broken := errors.New("flash worn out")
	store := failing{err: broken}
	res, err := simboot.Bootstrap(t.Context(), newCard126(t), &store, nil)
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "simboot: EF 6432: bootstrapper: store: ")
	require.False(t, res.Changed)
	require.Equal(t, 126, res.Found.Size)
	require.Equal(t, bootstrapper.DigestOf(file126(t)), res.Digest)
}
