package simcard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

var levels = []scp03.Level{scp03.Level01, scp03.Level03, scp03.Level11, scp03.Level13, scp03.Level33}

// A level is enough for a file that asks for no more than it protects.
func TestSecuredAsksForALevel(t *testing.T) {
	enough := map[scp03.Level][]scp03.Level{
		scp03.Level01: levels,
		scp03.Level03: {scp03.Level03, scp03.Level13, scp03.Level33},
		scp03.Level11: {scp03.Level11, scp03.Level13, scp03.Level33},
		scp03.Level13: {scp03.Level13, scp03.Level33},
		scp03.Level33: {scp03.Level33},
	}
	for asked, will := range enough {
		records := simcard.RecordEF(0x6F01, []byte("one"))
		card := newCard(t, simcard.BootstrapFile([]byte("content")), simcard.SecureChannel(keys16(t)),
			simcard.Files(simcard.ADF(apdu.AIDPKCS15, records)),
			simcard.ReadCondition(simcard.Secured(asked), pkcs15.FIDBootstrap, 0x6F01),
			simcard.UpdateCondition(simcard.Secured(asked), pkcs15.FIDBootstrap, 0x6F01))
		play(t, card, selectPKCS15+`
			00A4000C02 6432          > 9000
			00B0000001               > 6982
			00B1000003 540100 08     > 6982
			00D6000001 41            > 6982
			00D7000006 540100 530141 > 6982
			00A4000C02 6F01          > 9000
			00B2010403               > 6982
			00DC010403 414141        > 6982`)
		for _, level := range levels {
			ch := selected(t, card)
			cfg := hostOf(keys16(t))
			cfg.Level = level
			_, err := scp03.Open(t.Context(), ch, cfg)
			require.NoError(t, err)
			_, readErr := readHere(t.Context(), ch, 7)
			updateErr := ch.UpdateFile(t.Context(), bootstrapFID(), 0, []byte("C"))
			_, recordErr := ch.ReadRecord(t.Context(), apdu.Path{0x6F01}, 1)
			updateRecordErr := ch.UpdateRecord(t.Context(), apdu.Path{0x6F01}, 1, []byte("two"))
			ok := false
			for _, l := range will {
				ok = ok || l == level
			}
			for _, err := range []error{readErr, updateErr, recordErr, updateRecordErr} {
				if ok {
					require.NoError(t, err, "%v for %v", level, asked)
				} else {
					require.ErrorIs(t, err, apdu.SWSecurity, "%v for %v", level, asked)
				}
			}
			require.NoError(t, ch.Close(t.Context()))
		}
	}
}

// READ and UPDATE ask for what they ask for, each for itself.
func TestReadAndUpdateConditionsAreTwo(t *testing.T) {
	card := newCard(t, small(simcard.PIN(simcard.PIN1, "1234", 3), simcard.UpdateCondition(simcard.PIN1, 0x2F01))...)
	play(t, card, `
		00A4000C02 2F01 > 9000
		00B0000002      > 6D66 9000
		00D6000001 4D   > 6982
		0020000108 31323334FFFFFFFF > 9000
		00D6000001 4D   > 9000
		00B0000002      > 4D66 9000`)
}

// The channel and a PIN: both, or either.
func TestSecuredJoinedWithPINs(t *testing.T) {
	pin := apdu.Command{INS: apdu.INSVerify, P2: 1, Data: []byte("1234\xFF\xFF\xFF\xFF")}
	for _, opts := range [][]simcard.Option{nil, {simcard.T0}} {
		both := demanding(t, []byte{1}, append(opts, simcard.PIN(simcard.PIN1, "1234", 3),
			simcard.ReadCondition(simcard.AllOf(simcard.PIN1, simcard.Secured(scp03.Level33)), pkcs15.FIDBootstrap))...)
		ch, _ := secured(t, both, hostOf(keys16(t)))
		_, err := readHere(t.Context(), ch, 1)
		require.ErrorIs(t, err, apdu.SWSecurity)
		resp, err := ch.Transmit(t.Context(), pin)
		require.NoError(t, err)
		require.Equal(t, apdu.SWOK, resp.SW)
		_, err = readHere(t.Context(), ch, 1)
		require.NoError(t, err)
		plain := selected(t, both)
		_, err = readHere(t.Context(), plain, 1)
		require.ErrorIs(t, err, apdu.SWSecurity, "the PIN alone")

		either := demanding(t, []byte{1}, append(opts, simcard.PIN(simcard.PIN1, "1234", 3),
			simcard.ReadCondition(simcard.AnyOf(simcard.PIN1, simcard.Secured(scp03.Level33)), pkcs15.FIDBootstrap))...)
		ch, _ = secured(t, either, hostOf(keys16(t)))
		_, err = readHere(t.Context(), ch, 1)
		require.NoError(t, err)
		plain = selected(t, either)
		_, err = readHere(t.Context(), plain, 1)
		require.ErrorIs(t, err, apdu.SWSecurity)
		_, err = plain.Transmit(t.Context(), pin)
		require.NoError(t, err)
		_, err = readHere(t.Context(), plain, 1)
		require.NoError(t, err)
	}
}

// What EF(ARR) says of it: templates for secure messaging.
func TestSecuredInEFARR(t *testing.T) {
	for level, want := range map[scp03.Level]string{
		scp03.Level01: "B403950110",
		scp03.Level03: "AF0AB403950110B803950110",
		scp03.Level11: "B403950130",
		scp03.Level13: "AF0AB403950130B803950110",
		scp03.Level33: "AF0AB403950130B803950130",
	} {
		card := newCard(t, small(simcard.FCPRuleExpanded, simcard.ReadCondition(simcard.Secured(level), 0x2F01),
			simcard.UpdateCondition(simcard.AnyOf(simcard.PIN1, simcard.Secured(scp03.Level01)), 0x2F01))...)
		rule := "800101" + want + "800102" + "A00D" + "A406830101950108" + "B403950110"
		require.Contains(t, send(t, card, "00A40004022F0100"), "AB"+hexByte(len(rule)/2)+rule)

		ch := apdu.BasicChannel(card)
		read, err := ch.ReadAccessRule(t.Context(), apdu.Path{apdu.FIDMF, 0x2F01})
		require.NoError(t, err)
		require.Equal(t, [][]apdu.KeyReference{{apdu.RefSecureMessaging}}, read.Read().Alternatives)
		require.Equal(t, [][]apdu.KeyReference{{apdu.RefPIN1}, {apdu.RefSecureMessaging}}, read.Update().Alternatives)
	}
}

// Class A0 has no word for it, and no way through it.
func TestSecuredInClassA0(t *testing.T) {
	card := newCard(t, small(simcard.ReadCondition(simcard.Secured(scp03.Level01), 0x2F01))...)
	play(t, card, `
		A0A4000002 2F01 > 0000 0002 2F01 04 00 44FFFF 01 02 00 00 9000
		A0B0000002      > 9804`)
}

// PKCS #15 calls an object private when the cardholder is asked for something,
// which the channel does not.
func TestPrivateIsAboutTheCardholder(t *testing.T) {
	for _, v := range []struct {
		condition simcard.Condition
		want      bool
	}{
		{simcard.Always, false},
		{simcard.PIN1, true},
		{simcard.Never, true},
		{simcard.Secured(scp03.Level33), false},
		{simcard.AnyOf(simcard.Always, simcard.Secured(scp03.Level33)), false},
		{simcard.AnyOf(simcard.Secured(scp03.Level33), simcard.PIN1), true},
		{simcard.AllOf(simcard.Secured(scp03.Level33), simcard.PIN1), true},
		{simcard.AllOf(simcard.Secured(scp03.Level33)), false},
	} {
		card := newCard(t, simcard.BootstrapFile([]byte{1}), simcard.ReadCondition(v.condition, pkcs15.FIDBootstrap))
		ch := selected(t, card)
		for object, err := range pkcs15.Find(t.Context(), ch, pkcs15.OIDLwM2M) {
			require.NoError(t, err)
			require.Equal(t, v.want, object.Private, "%v", v.condition)
		}
	}
}
