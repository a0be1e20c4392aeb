package simboot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestConfigThatCannotBeMeant(t *testing.T) {
	for name, cfg := range map[string]simboot.Config{
		"AID of 4 octets":         {AID: "\xA0\x00\x00\x00"},
		"AID of 17 octets":        {AID: apdu.AID(strings.Repeat("\xA0", 17))},
		"unknown Search":          {Search: simboot.DirFirst + 1},
		"unknown ChannelPolicy":   {Channel: simboot.BasicOnly + 1},
		"MaxBytes below 0":        {MaxBytes: -1},
		"MaxBytes above the most": {MaxBytes: tlv.MaxAcceptedSize + 1},
		"File is the MF":          {File: fids(0x3F00)},
		"File is the application": {File: fids(0x7FFF)},
		"Origin is the factory":   {Apply: &bootstrapper.Options{Origin: bootstrapper.Factory}},
		"Origin is a server":      {Apply: &bootstrapper.Options{Origin: bootstrapper.Server}},
		"Origin is none":          {Apply: &bootstrapper.Options{Origin: 200}},
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard126(t)
			content, found, err := simboot.Read(t.Context(), card, &cfg)
			require.ErrorIs(t, err, simboot.ErrConfig)
			require.ErrorContains(t, err, "simboot: bad configuration: ")
			require.Nil(t, content)
			require.Zero(t, found)
			_, err = simboot.Bootstrap(t.Context(), card, &untouchable{t: t}, &cfg)
			require.ErrorIs(t, err, simboot.ErrConfig)
			stream, err := simboot.Open(t.Context(), card, &cfg)
			require.ErrorIs(t, err, simboot.ErrConfig)
			require.Nil(t, stream)
			require.Zero(t, card.Total())
		})
	}
}

func TestConfigAtItsLimits(t *testing.T) {
	for name, cfg := range map[string]*simboot.Config{
		"nil":              nil,
		"zero":             {},
		"AID of 5 octets":  {AID: apdu.AIDPKCS15[:5]},
		"largest MaxBytes": {MaxBytes: tlv.MaxAcceptedSize},
		"least MaxBytes":   {MaxBytes: 126},
		"the origin":       {Apply: &bootstrapper.Options{Origin: bootstrapper.Smartcard}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := simboot.Read(t.Context(), newCard126(t), cfg)
			require.NoError(t, err)
		})
	}
}

func TestConfigIsNotChanged(t *testing.T) {
	cfg := simboot.Config{Apply: &bootstrapper.Options{}}
	var store bootstrapper.MemStore
	_, err := simboot.Bootstrap(t.Context(), newCard126(t), &store, &cfg)
	require.NoError(t, err)
	require.Equal(t, simboot.Config{Apply: &bootstrapper.Options{}}, cfg)
}

func TestMaxBytesCountsTheHeader(t *testing.T) {
	err := requireFault(t, newCard126(t), &simboot.Config{MaxBytes: 125})
	require.ErrorIs(t, err, simboot.ErrTooLarge)
	require.ErrorContains(t, err, "126 bytes, at most 125")
	err = requireFault(t, dodfCard(t, directEntry(t, file126(t))), &simboot.Config{MaxBytes: 125})
	require.ErrorIs(t, err, simboot.ErrTooLarge)
}

func TestTooLargeAFileIsNotReadOn(t *testing.T) {
	card := newCard(t, simcard.BootstrapFile(fileOf(t, 2000)))
	_, found, err := simboot.Read(t.Context(), card, &simboot.Config{MaxBytes: 1999})
	require.ErrorIs(t, err, simboot.ErrTooLarge)
	require.Equal(t, commandsBesideReads+1, found.Stats.RoundTrips)
}

func TestOtherOID(t *testing.T) {
	const other pkcs15.OID = "\x2A\x03\x04"
	row := append(entry(t, pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Ref: ref(0x6499)}),
		entry(t, pkcs15.DataObject{ID: other, Ref: ref(fidFile)})...)
	_, found, err := simboot.Read(t.Context(), dodfCard(t, row), &simboot.Config{OIDs: []pkcs15.OID{"\x2A\x05", other}})
	require.NoError(t, err)
	require.Equal(t, other, found.OID)
	require.Empty(t, found.Passed, "the entry of LwM2M is another's now")
}

func TestOIDWrappedTwiceIsTakenUnlessOneIsNamed(t *testing.T) {
	card := newCard126(t, simcard.OIDWrappedTwice)
	_, found, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.Equal(t, pkcs15.OIDLwM2MDoubleWrapped, found.OID)

	_, _, err = simboot.Read(t.Context(), card, &simboot.Config{OIDs: []pkcs15.OID{pkcs15.OIDLwM2M}})
	require.ErrorIs(t, err, simboot.ErrNoData)
}

func TestConfiguredFile(t *testing.T) {
	for _, tt := range []struct {
		file  apdu.Path
		where simboot.Found
	}{
		{fids(0x6432), simboot.Found{Way: simboot.ByAID, AID: apdu.AIDPKCS15, Place: "A000000063504B43532D3135 6432 0+0 0 126 -"}},
		{fids(0x7FFF, 0x6432), simboot.Found{Way: simboot.ByAID, AID: apdu.AIDPKCS15, Place: "A000000063504B43532D3135 7FFF6432 0+0 0 126 -"}},
		{fids(0x3F00, 0x7F50, 0x6432), simboot.Found{Way: simboot.ByFile, Place: "- 3F007F506432 0+0 0 126 -"}},
	} {
		t.Run(tt.file.String(), func(t *testing.T) {
			content, found, err := simboot.Read(t.Context(), newCard126(t), &simboot.Config{File: tt.file})
			require.NoError(t, err)
			require.Equal(t, pkcs15.Octets(file126(t)), content)
			tt.where.Channel, tt.where.File, tt.where.Size, tt.where.Stats = 1, apdu.FileRef{Path: tt.file}, 126, found.Stats
			require.Equal(t, tt.where, found)
		})
	}
}

func TestConfiguredFileBelowTheMFNeedsNoApplication(t *testing.T) {
	card := newCard(t, simcard.Blank(), simcard.Files(simcard.DF(0x7F70, simcard.EF(0x6F01, file126(t)))))
	content, _, err := simboot.Read(t.Context(), card, &simboot.Config{File: fids(0x3F00, 0x7F70, 0x6F01)})
	require.NoError(t, err)
	require.Equal(t, pkcs15.Octets(file126(t)), content)
	require.Zero(t, card.Commands(apdu.INSReadRecord))
}

func TestChannelPolicy(t *testing.T) {
	for _, tt := range []struct {
		name    string
		policy  simboot.ChannelPolicy
		opts    []simcard.Option
		channel int
		manage  int // MANAGE CHANNEL commands
		want    error
	}{
		{"a logical one is there", simboot.LogicalOnly, nil, 1, 2, nil},
		{"there is none", simboot.LogicalOnly, []simcard.Option{simcard.Channels(0)}, 0, 1, apdu.ErrNoChannel},
		{"a logical one goes first", simboot.LogicalOrBasic, nil, 1, 2, nil},
		{"the basic one instead", simboot.LogicalOrBasic, []simcard.Option{simcard.Channels(0)}, 0, 1, nil},
		{"a fault is no lack of channels", simboot.LogicalOrBasic,
			[]simcard.Option{simcard.Channels(0), simcard.ChannelRefusal(0x6F00)}, 0, 1, apdu.SWNoDiagnosis},
		{"the basic one only", simboot.BasicOnly, nil, 0, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card := newCard126(t, tt.opts...)
			_, found, err := simboot.Read(t.Context(), card, &simboot.Config{Channel: tt.policy})
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, tt.channel, found.Channel)
			require.Equal(t, tt.manage, card.Commands(apdu.INSManageChannel))
			require.Empty(t, card.OpenChannels())
			if tt.want == nil {
				require.Equal(t, 126, found.Size)
			}
		})
	}
}

func TestModemThatLetsNoChannelBeOpened(t *testing.T) {
	card := newCard126(t)
	wire := &faulty{card: card, at: 1, do: func(func() []byte) ([]byte, error) { return nil, apdu.ErrRefused }}
	_, found, err := simboot.Read(t.Context(), wire, &simboot.Config{Channel: simboot.LogicalOrBasic})
	require.NoError(t, err)
	require.Zero(t, found.Channel)
}

func TestApplyOptionsArePassedOn(t *testing.T) {
	card := newCard(t, simcard.BootstrapFile(fileOf(t, 200))) // with an object of nobody's
	refuse := &simboot.Config{Apply: &bootstrapper.Options{Unknown: bootstrapper.RefuseUnknown}}
	require.ErrorIs(t, requireFault(t, card, refuse), bootstrapper.ErrInconsistent)

	var store counting
	for range 2 {
		res, err := simboot.Bootstrap(t.Context(), card, &store, &simboot.Config{Apply: &bootstrapper.Options{Force: true}})
		require.NoError(t, err)
		require.True(t, res.Changed)
		require.NotEmpty(t, res.Warnings)
	}
	require.Equal(t, 2, store.replaced)
}
