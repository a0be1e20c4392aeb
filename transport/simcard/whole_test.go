package simcard_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// readThrough is a client: it follows the directories to the bootstrap file,
// whose length it knows.
func readThrough(t *testing.T, card apdu.CardTransport, length int) (content []byte) {
	t.Helper()
	ctx := t.Context()
	ch, err := apdu.OpenChannel(ctx, card)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ch.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	if _, err := ch.SelectApp(ctx, apdu.AIDPKCS15); err != nil {
		t.Fatal(err)
	}
	for object, err := range pkcs15.Find(ctx, ch, pkcs15.OIDLwM2M) {
		if err != nil {
			t.Fatal(err)
		}
		content, err = ch.ReadFile(ctx, object.Ref, func([]byte) (int, error) { return length, nil })
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	return content
}

// The client of this module reads the file through a modem, from every card
// but the one that refuses its way in.
func TestClientReadsThroughAModem(t *testing.T) {
	content := letters(700)
	modems := map[string][]simcard.ModemOption{
		"joining":          nil,
		"handing over":     {simcard.HandsOver61(), simcard.HandsOver6C()},
		"handing 61xx":     {simcard.HandsOver61(), simcard.NoEcho()},
		"in small pieces":  {simcard.Filtered(simcard.Pieces(3, time.Millisecond))},
		"talking":          {simcard.Filtered(simcard.On("AT+CSIM", simcard.Inject(-6, "\r\n+CREG: 1,\"00B0\"\r\n")))},
		"slow":             {simcard.Filtered(simcard.Delay(600 * time.Millisecond))},
		"silent at first":  {simcard.Filtered(simcard.Nth(1, simcard.Drop(simcard.Echo, simcard.Line, simcard.Final)))},
		"saying all twice": {simcard.Filtered(simcard.On("AT+CSIM", simcard.Double(simcard.Echo)))},
	}
	for name, opts := range modems {
		t.Run(name, func(t *testing.T) {
			for _, b := range simcard.Behaviours() {
				if b == simcard.RefuseAID || b == simcard.ReadOnlyAtZero {
					continue // these cannot be read
				}
				bubble(t, func(t *testing.T) {
					card := newCard(t, simcard.BootstrapFile(content), b)
					modem := csim.NewModem(simcard.NewModem(card, opts...), nil)
					defer modem.Close()
					if got := readThrough(t, csim.New(modem), len(content)); !bytes.Equal(got, content) {
						t.Errorf("%v: %d octets", b, len(got))
					}
					if open := card.OpenChannels(); len(open) != 0 {
						t.Errorf("%v: left open %v", b, open)
					}
				})
			}
		})
	}
}

// What the package's picture shows is there.
func TestFilesOfThePicture(t *testing.T) {
	usim := func(fid apdu.FID) apdu.FileRef {
		return apdu.FileRef{App: simcard.AIDUSIM, Path: apdu.Path{fid}}
	}
	pkcs := func(fid apdu.FID) apdu.FileRef { return apdu.FileRef{Path: apdu.Path{simcard.FIDPKCS15, fid}} }
	mf := func(fid apdu.FID) apdu.FileRef { return apdu.FileRef{Path: apdu.Path{apdu.FIDMF, fid}} }
	card := newCard(t, simcard.BootstrapFile(bootstrapFile(t)))
	for _, tt := range []struct {
		ref  apdu.FileRef
		size int
	}{
		{mf(0x2F05), 2}, {mf(apdu.FIDICCID), 10},
		{usim(0x6F07), 9}, {usim(0x6FAD), 4},
		{pkcs(pkcs15.FIDODF), 64}, {pkcs(pkcs15.FIDDODF), 256}, {pkcs(pkcs15.FIDBootstrap), 1024},
	} {
		content, err := card.FileContent(tt.ref)
		if err != nil || len(content) != tt.size {
			t.Errorf("%v: %d octets, %v", tt.ref, len(content), err)
		}
	}
	play(t, card, `
		00B201F400 > *9000 # EF(DIR) by its SFI
		00B0850000 > *9000 # EF(PL)
		00B0820000 > *9000 # EF(ICCID)
		00A4000C02 2F06 > 9000
		00B2010400      > *9000
		00A4040C10 A0000000871002FFFFFFFF8906190000 > 9000
		00A4000C02 6F06 > 9000
		00B2010400      > *9000
		00A4040C0C A000000063504B43532D3135 > 9000
		00A4000C02 6F06 > 9000
		00B2010400      > *9000`)
	withoutFile := newCard(t)
	if _, err := withoutFile.FileContent(pkcs(pkcs15.FIDODF)); err == nil {
		t.Error("there is a PKCS#15 application")
	}
}
