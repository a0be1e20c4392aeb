package simboot_test

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// forged answers what answer says, and what the card says where that is nil.
func forged(card apdu.CardTransport, answer func(c apdu.Command) []byte) apdu.CardTransport {
	return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		c, err := apdu.ParseCommand(capdu)
		if err != nil {
			return nil, err
		}
		c.Data = bytes.Clone(c.Data)
		rapdu, err := card.Transmit(ctx, capdu)
		if lie := answer(c); lie != nil {
			return lie, nil
		}
		return rapdu, err
	})
}

// required reads with SecureRequired.
func required(t *testing.T) *simboot.Config {
	return through(simboot.SecureRequired, secureKeys(t, 0x10))
}

// A file of lower priority does not win because the first one is said to end,
// or not to be there.
func TestBareStatusWordLetsNoOtherFileWin(t *testing.T) {
	good, other := lwm2mEntry(t, ref(fidFile)), lwm2mEntry(t, ref(0x6442))
	for name, dodfs := range map[string][2][]byte{
		"two DODFs":   {good, other},
		"two entries": {append(bytes.Clone(good), other...), erased(20)},
	} {
		app := simcard.ADF(apdu.AIDPKCS15,
			simcard.EF(fidODF, odf(t, fidDODF, 0x6440)), simcard.EF(fidDODF, dodfs[0]), simcard.EF(0x6440, dodfs[1]),
			simcard.EF(fidFile, file126(t)), simcard.EF(0x6442, fileOf(t, 300)))
		app.FID = simcard.FIDPKCS15
		for _, sw := range []apdu.SW{0x6B00, 0x9402, 0x6A82, 0x6982, 0x6C00, 0x6282, 0x9000} {
			for k := range 12 {
				card := newCard(t, simcard.Files(app), simcard.SecureChannel(secureKeys(t, 0x10)))
				n := 0
				wire := forged(card, func(c apdu.Command) []byte {
					if !scp03.Wrapped(c) || c.INS == 0x82 {
						return nil
					}
					if n++; n-1 != k {
						return nil
					}
					return []byte{sw.SW1(), sw.SW2()}
				})
				store := new(counting)
				_, err := simboot.Bootstrap(t.Context(), wire, store, required(t))
				if requireSame(t, err, store) {
					continue // by another SELECT, or behind the last command
				}
				require.NotErrorIs(t, err, simboot.ErrNoData, "%s, %v at %d", name, sw, k)
			}
		}
	}
}

func TestForgedDirectoryLeadsNowhereElse(t *testing.T) {
	tree := func(size int) []simcard.File {
		return []simcard.File{simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))), simcard.EF(fidFile, fileOf(t, size))}
	}
	app := simcard.ADF(apdu.AIDPKCS15, tree(126)...)
	app.FID = simcard.FIDPKCS15
	record, err := pkcs15.AppendDirRecord(nil, pkcs15.DirRecord{AID: apdu.AIDPKCS15, Path: apdu.Path{apdu.FIDMF, 0x7F77}})
	require.NoError(t, err)
	card := newCard(t, simcard.Files(app, simcard.DF(0x7F77, tree(300)...)), simcard.SecureChannel(secureKeys(t, 0x10)))
	aid := []byte(apdu.AIDPKCS15)
	wire := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		switch c := capdu; {
		case c[0]&0b1100 != 0:
		case c[1] == apdu.INSSelect && c[2] == apdu.SelectByAID:
			return []byte{0x6A, 0x82}, nil
		case c[1] == apdu.INSReadRecord && c[2] == 1:
			return append(bytes.Clone(record), 0x90, 0x00), nil
		case c[1] == apdu.INSReadRecord:
			return []byte{0x6A, 0x83}, nil
		case c[1] == apdu.INSSelect && bytes.Contains(c, []byte{0x7F, 0x77}):
			capdu = append([]byte{c[0], apdu.INSSelect, apdu.SelectByAID, apdu.ReturnNone, byte(len(aid))}, aid...)
		}
		return card.Transmit(ctx, capdu)
	})
	_, _, err = simboot.Read(t.Context(), wire, required(t))
	require.Error(t, err)
	require.NotErrorIs(t, err, simboot.ErrNoData)
}

func TestApplicationThatIsSaidToBeMissingIsNoWordOfTheCards(t *testing.T) {
	card := securedCard(t, file126(t))
	wire := forged(card, func(c apdu.Command) []byte {
		switch {
		case scp03.Wrapped(c):
		case c.INS == apdu.INSSelect:
			return []byte{0x6A, 0x82}
		case c.INS == apdu.INSReadRecord:
			return []byte{0x6A, 0x83}
		}
		return nil
	})
	_, _, err := simboot.Read(t.Context(), wire, required(t))
	require.ErrorIs(t, err, simboot.ErrSecureChannel)
	require.NotErrorIs(t, err, simboot.ErrNoData)
}

func TestOpenThatLeavesNoSessionIsAnError(t *testing.T) {
	cfg := &simboot.Config{SecureChannel: simboot.SecureChannel{Mode: simboot.SecureRequired,
		Open: func(context.Context, *apdu.Channel, string) (string, error) { return "nothing", nil }}}
	_, _, err := simboot.Read(t.Context(), newCard126(t), cfg)
	require.ErrorIs(t, err, simboot.ErrSecureChannel)
}

func TestEmptyFileIsNoDataThroughTheChannel(t *testing.T) {
	for _, content := range [][]byte{nil, erased(30), make([]byte, 30)} {
		app := simcard.ADF(apdu.AIDPKCS15, simcard.EF(fidODF, odf(t, fidDODF)), simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))), simcard.EF(fidFile, content))
		app.FID = simcard.FIDPKCS15
		_, _, err := simboot.Read(t.Context(), newCard(t, simcard.Files(app), simcard.SecureChannel(secureKeys(t, 0x10))), required(t))
		require.ErrorIs(t, err, simboot.ErrNoData, "%d octets", len(content))
	}
}

// securedPINCard asks for PIN1 through the channel; cfg answers with digits.
func securedPINCard(t *testing.T, digits *string) (*simcard.Card, *simboot.Config) {
	card := newCard(t, simcard.BootstrapFile(file126(t)), simcard.SecureChannel(secureKeys(t, 0x10)), simcard.PIN(simcard.PIN1, "271828", 3),
		simcard.ReadCondition(simcard.AllOf(simcard.PIN1, simcard.Secured(scp03.Level33)), pkcs15.FIDBootstrap))
	cfg := required(t)
	cfg.PIN.Ask = func(context.Context, simboot.PINRequest) ([]byte, error) { return []byte(*digits), nil }
	return card, cfg
}

// The right PIN is not remembered as a wrong one because somebody says so.
func TestForgedRefusalOfAPINIsNotRemembered(t *testing.T) {
	digits := "271828"
	card, cfg := securedPINCard(t, &digits)
	evil := true
	wire := forged(card, func(c apdu.Command) []byte {
		if evil && c.INS == apdu.INSVerify && len(c.Data) > 8 {
			return []byte{0x98, 0x04}
		}
		return nil
	})
	store := new(bootstrapper.MemStore)
	_, err := simboot.Bootstrap(t.Context(), wire, store, cfg)
	require.Error(t, err)
	require.NotErrorIs(t, err, simboot.ErrPINRefused)
	evil = false
	_, err = simboot.Bootstrap(t.Context(), wire, store, cfg)
	require.NoError(t, err)
}

// Nor is a wrong one sent again because the card is said to be another.
func TestForgedICCIDCostsNoTries(t *testing.T) {
	digits := "314159"
	card, cfg := securedPINCard(t, &digits)
	cfg.SecureChannel.ICCID = true
	store, n := new(bootstrapper.MemStore), byte(0)
	wire := forged(card, func(c apdu.Command) []byte {
		if scp03.Wrapped(c) || c.INS != apdu.INSReadBinary {
			return nil
		}
		n++ // another number each time
		return append(bytes.Repeat([]byte{n % 10}, 10), 0x90, 0x00)
	})
	for range 3 {
		_, err := simboot.Bootstrap(t.Context(), wire, store, cfg)
		require.ErrorIs(t, err, simboot.ErrPINRefused)
	}
	left, _ := card.TriesLeft(simcard.PIN1)
	require.Equal(t, 2, left)
	require.Equal(t, byte(3), n)
}

func TestCheckKeepsDataThatAreSaidToBeGone(t *testing.T) {
	for _, sw := range []apdu.SW{0x6B00, 0x9402} {
		synctest.Test(t, func(t *testing.T) {
			store := holding(t, file126(t))
			wire := forged(securedCard(t, file126(t)), func(c apdu.Command) []byte {
				if scp03.Wrapped(c) && c.INS == apdu.INSReadBinary {
					return []byte{sw.SW1(), sw.SW2()}
				}
				return nil
			})
			before := load(t, store)
			_, err := simboot.Check(t.Context(), wire, store, required(t))
			require.Error(t, err)
			require.True(t, before.Equal(load(t, store)))
		})
	}
}
