package simcard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestRemovedCardDoesNotAnswer(t *testing.T) {
	card := newCard(t, simcard.PIN(simcard.PIN1, "1234", 3))
	play(t, card, `
		0070000001                  > 01 9000
		0020000108 31323334FFFFFFFF > 9000`)
	card.Remove()
	if _, err := card.Transmit(t.Context(), unhex(t, "00A4000C023F00")); !errors.Is(err, apdu.ErrNoCard) {
		t.Error(err)
	}
	if card.Present() || card.Commands(0xA4) != 0 || card.Total() != 3 {
		t.Error(card.Present(), card.Commands(0xA4), card.Total())
	}
	card.Insert()
	if !card.Present() || len(card.OpenChannels()) != 0 || card.Verified(simcard.PIN1) {
		t.Error("not reset")
	}
	play(t, card, `00A4000C02 3F00 > 9000`)
}

func TestResetGoesBackToTheMF(t *testing.T) {
	card := newCard(t, small(simcard.T0)...)
	play(t, card, `
		00A4040C05 A000000001 > 9000
		0070000001            > 01 9000
		00A4000402 6F11 00    > 611E`)
	card.Reset()
	play(t, card, `
		00C000001E            > 6985
		01A4000C02 3F00       > 6881
		00A4000C02 7FFF       > 6A82
		00A4020C02 2F01       > 9000`)
}

func TestResetForgetsThat6C00WasAnswered(t *testing.T) {
	card := newCard(t, small(simcard.ReadAtEnd6C00)...)
	play(t, card, `00B0810200 > 6C00`)
	card.Reset()
	play(t, card, `
		00B0810200 > 6C00
		00B0810200 > 9000`)
}

func TestTransmitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	card := newCard(t)
	if _, err := card.Transmit(ctx, []byte{0, 0xA4, 0, 0}); !errors.Is(err, context.Canceled) || card.Total() != 0 {
		t.Error(err, card.Total())
	}
}

func TestAnswerIsTheCallers(t *testing.T) {
	card := newCard(t, small()...)
	capdu := unhex(t, "00B0810000")
	first, err := card.Transmit(t.Context(), capdu)
	if err != nil {
		t.Fatal(err)
	}
	clear(first)
	clear(capdu)
	play(t, card, `00B0000000 > 6D66 9000`)
}

func TestBeforeActsInTheMiddle(t *testing.T) {
	card := newCard(t, small()...)
	ref := apdu.FileRef{Path: apdu.Path{0x2F01}}
	card.Before(func(n int, cmd apdu.Command) {
		switch n {
		case 3:
			if err := card.SetFile(ref, []byte("MF")); err != nil {
				t.Error(err)
			}
		case 4:
			card.Reset()
		}
	})
	play(t, card, `
		00A4000C02 2F01 > 9000
		00B0000000      > 6D66 9000
		00B0000000      > 4D46 9000
		00B0000000      > 6986`)
}

func TestHooksSeeNoSecrets(t *testing.T) {
	card := newCard(t, small(simcard.PIN(simcard.PIN1, "1234", 3))...)
	var log []string
	card.Before(func(n int, cmd apdu.Command) { log = append(log, fmt.Sprintf("%d %v %X", n, cmd, cmd.Data)) })
	card.Observe(func(cmd apdu.Command, sw apdu.SW) {
		log = append(log, fmt.Sprintf("%v %X %04X", cmd, cmd.Data, uint16(sw)))
	})
	play(t, card, `
		00A4000C02 3F00             > 9000
		0020000108 31323334FFFFFFFF > 9000
		00D6810001 41               > 6982
		00B1000003 540100           > 53026D66 9000`)
	want := []string{
		"1 SELECT 00 A4 00 0C Lc=2 3F00", "SELECT 00 A4 00 0C Lc=2 3F00 9000",
		"2 VERIFY 00 20 00 01 Lc=8 0000000000000000", "VERIFY 00 20 00 01 Lc=8 0000000000000000 9000",
		"3 UPDATE BINARY 00 D6 81 00 Lc=1 00", "UPDATE BINARY 00 D6 81 00 Lc=1 00 6982",
		"4 READ BINARY 00 B1 00 00 Lc=3 540100", "READ BINARY 00 B1 00 00 Lc=3 540100 9000",
	}
	if !slices.Equal(log, want) {
		t.Errorf("got\n%s", strings.Join(log, "\n"))
	}
}

func TestSetFile(t *testing.T) {
	card := newCard(t, simcard.BootstrapFile([]byte("old")), simcard.BootstrapFileSize(4))
	content := func() string {
		b, err := card.FileContent(apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{apdu.FIDCurrentADF, pkcs15.FIDBootstrap}})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := content(); got != "old\xFF" {
		t.Errorf("%q", got)
	}
	mine := []byte("n")
	if err := card.SetBootstrapFile(mine); err != nil || content() != "n\xFF\xFF\xFF" {
		t.Errorf("%q, %v", content(), err)
	}
	mine[0] = 'x'
	ref := apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{pkcs15.FIDBootstrap}}
	if content() != "n\xFF\xFF\xFF" {
		t.Error("the content is the caller's still")
	}
	if err := card.SetFile(ref, []byte("longer")); err != nil || content() != "longer" {
		t.Errorf("%q, %v", content(), err)
	}
	if err := card.SetFile(ref, make([]byte, simcard.MaxFileSize+1)); !errors.Is(err, simcard.ErrBadFile) {
		t.Error(err)
	}
	for _, missing := range []apdu.FileRef{
		{},
		{Path: apdu.Path{apdu.FIDMF, 0x1234}},
		{App: "\xA0\x00\x00\x00\x99", Path: apdu.Path{pkcs15.FIDBootstrap}},
		{App: apdu.AIDPKCS15, Path: apdu.Path{0x1234}},
		{Path: apdu.Path{apdu.FIDDir}}, // records
		{App: apdu.AIDPKCS15},          // a directory
	} {
		_, err := card.FileContent(missing)
		if errSet := card.SetFile(missing, nil); !isRefusal(err) || !isRefusal(errSet) {
			t.Errorf("%v: %v, %v", missing, err, errSet)
		}
	}
}

func isRefusal(err error) bool {
	return errors.Is(err, simcard.ErrNoFile) || errors.Is(err, simcard.ErrBadFile)
}

func TestSetRecords(t *testing.T) {
	card := newCard(t, small()...)
	ref := apdu.FileRef{Path: apdu.Path{apdu.FIDMF, 0x2F07}}
	record := []byte("xyz")
	if err := card.SetRecords(ref, record); err != nil {
		t.Fatal(err)
	}
	record[0] = 0
	play(t, card, `
		00B2013C00 > 78797A 9000
		00B2020400 > 6A83`)
	for _, bad := range [][][]byte{nil, {{1}, {}}, {{}}, {{1}, {1, 2}}, {make([]byte, 256)}, make([][]byte, 255)} {
		if err := card.SetRecords(ref, bad...); !errors.Is(err, simcard.ErrBadFile) {
			t.Errorf("%d records: %v", len(bad), err)
		}
	}
	if err := card.SetRecords(apdu.FileRef{Path: apdu.Path{0x2F01}}, record); !errors.Is(err, simcard.ErrBadFile) {
		t.Error(err)
	}
}

func TestSIMIdentity(t *testing.T) {
	card := newCard(t)
	got, err := card.FileContent(apdu.FileRef{Path: apdu.Path{apdu.FIDICCID}})
	if err != nil || !bytes.Equal(got, unhex(t, "988812010000000000F1")) {
		t.Errorf("% X, %v", got, err)
	}
	imsi, err := card.FileContent(apdu.FileRef{App: simcard.AIDUSIM, Path: apdu.Path{0x6F07}})
	if err != nil || !bytes.Equal(imsi, unhex(t, "08 09 10 10 00 00 00 00 10")) {
		t.Errorf("% X, %v", imsi, err)
	}
	play(t, newCard(t, simcard.ICCID("12345678901234567890")), `
		00B0820000 > 21436587092143658709 9000
		00B0850000 > 656E 9000`)
	for _, bad := range []string{"", "12345678901234567", "123456789012345678901", "1234567890123456789F"} {
		if _, err := simcard.New(simcard.ICCID(bad)); !errors.Is(err, simcard.ErrBadOption) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	card := newCard(t, small()...)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				switch i {
				case 0:
					card.Reset()
				case 1:
					_ = card.SetFile(apdu.FileRef{Path: apdu.Path{0x2F01}}, []byte{byte(i)})
				case 2:
					card.Observe(func(apdu.Command, apdu.SW) {})
				default:
					_ = card.OpenChannels()
					if _, err := card.Transmit(t.Context(), []byte{0, 0xB0, 0x81, 0, 0}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if n := card.Commands(0xB0); n != 250 {
		t.Errorf("%d commands", n)
	}
}
