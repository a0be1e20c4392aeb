package simcard_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// The directories of each layout, octet for octet, without their padding.
var directories = map[simcard.Layout]struct{ odf, dodf string }{
	plain:                    {"A706300404026430", "A125 3000 3011 0C0F4C774D324D20426F6F747374726170 A10E 300C 0604672B0901 300404026432"},
	simcard.AbsolutePaths:    {"A70A300804063F007F506430", "A129 3000 3011 0C0F4C774D324D20426F6F747374726170 A112 3010 0604672B0901 300804063F007F506432"},
	simcard.ApplicationPaths: {"A708300604047FFF6430", "A127 3000 3011 0C0F4C774D324D20426F6F747374726170 A110 300E 0604672B0901 300604047FFF6432"},
	simcard.OpaqueObject:     {"A706300404026430", "3023 3000 3017 0C0F4C774D324D20426F6F747374726170 0604672B0901 A106 300404026432"},
	simcard.ApplicationOID:   {"A706300404026430", "A12A 3000 3017 0C0F4C774D324D20426F6F747374726170 0604672B0901 A10D 300B 0603883701 300404026432"},
	simcard.DirectContent:    {"A706300404026430", "A126 3000 3011 0C0F4C774D324D20426F6F747374726170 A10F 300D 0604672B0901 A0050403616263"},
	simcard.ObjectsInPlace:   {"A729A027 A125 3000 3011 0C0F4C774D324D20426F6F747374726170 A10E 300C 0604672B0901 300404026432", ""},
	simcard.OIDWrappedTwice:  {"A706300404026430", "A127 3000 3011 0C0F4C774D324D20426F6F747374726170 A110 300E 06060604672B0901 300404026432"},
	simcard.IndexAndLength:   {"A706300404026430", "A12B 3000 3011 0C0F4C774D324D20426F6F747374726170 A114 3012 0604672B0901 300A04026432020120800103"},
	simcard.LongLengths:      {"A7810830810504 81026430", "A1812D 308100 308112 0C810F4C774D324D20426F6F747374726170 A18112 30810F 068104672B0901 308105 0481026432"},
	simcard.AccessRulesFirst: {"A706300404026430", "A129 3000 300F 0C0D4750205345204163632043746C A114 3012 060A2A864886FC6B81480101 300404024200 A125 3000 3011 0C0F4C774D324D20426F6F747374726170 A10E 300C 0604672B0901 300404026432"},
	simcard.AccessRulesOnly:  {"A706300404026430", "A129 3000 300F 0C0D4750205345204163632043746C A114 3012 060A2A864886FC6B81480101 300404024200"},
	simcard.TwoDirectories:   {"A706300404026420 A706300404026430", "A125 3000 3011 0C0F4C774D324D20426F6F747374726170 A10E 300C 0604672B0901 300404026432"},
	simcard.FirstFileErased:  {"A706300404026430", "A125 3000 3011 0C0F4C774D324D20426F6F747374726170 A10E 300C 0604672B0901 300404026431 A125 3000 3011 0C0F4C774D324D20426F6F747374726170 A10E 300C 0604672B0901 300404026432"},
	simcard.DirectoryErased:  {"A706300404026430", ""},
}

const plain = simcard.Layout(100) // none

func TestDirectories(t *testing.T) {
	for layout, want := range directories {
		opts := []simcard.Option{simcard.BootstrapFile([]byte("abc"))}
		if layout != plain {
			opts = append(opts, layout)
		}
		card := newCard(t, opts...)
		for fid, want := range map[apdu.FID]string{pkcs15.FIDODF: want.odf, pkcs15.FIDDODF: want.dodf} {
			content, err := card.FileContent(apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{fid}})
			if err != nil {
				t.Fatal(err)
			}
			got := bytes.TrimRight(content, "\xFF")
			if !bytes.Equal(got, unhex(t, want)) || len(content) == len(got) {
				t.Errorf("%v: %v is\n%X, want\n%s", layout, fid, got, strings.ReplaceAll(want, " ", ""))
			}
		}
	}
	for _, l := range simcard.Layouts() {
		if _, ok := directories[l]; !ok && l < simcard.AIDAppended {
			t.Errorf("%v is not tested", l)
		}
	}
}

// Lengths of two octets become ones of three.
func TestLongLengthsOfLongContent(t *testing.T) {
	for _, n := range []int{127, 128, 255, 256, 1000} {
		card := newCard(t, simcard.BootstrapFile(letters(n)), simcard.DirectContent, simcard.LongLengths)
		content, err := card.FileContent(apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{pkcs15.FIDDODF}})
		if err != nil {
			t.Fatal(err)
		}
		header := map[int]string{127: "04817F", 128: "04820080", 255: "048200FF", 256: "0483000100", 1000: "04830003E8"}[n]
		if !bytes.Contains(content, append(unhex(t, header), letters(n)...)) {
			t.Errorf("%d octets: % X", n, content)
		}
		for o, err := range pkcs15.ParseDODF(content) {
			if err != nil || !bytes.Equal(o.Direct, letters(n)) {
				t.Errorf("%d octets: %v, %v", n, o, err)
			}
		}
	}
}

func TestIndexAndLengthOfAnEmptyFile(t *testing.T) {
	card := newCard(t, simcard.BootstrapFile(nil), simcard.IndexAndLength)
	content, err := card.FileContent(apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{pkcs15.FIDDODF}})
	if err != nil {
		t.Fatal(err)
	}
	for o, err := range pkcs15.ParseDODF(content) {
		if err != nil || o.Ref.Offset != 32 || o.Ref.Length != 4 {
			t.Error(o, err)
		}
	}
}

func TestProtectedFileIsPrivate(t *testing.T) {
	card := newCard(t, simcard.BootstrapFile(nil), simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
	content, err := card.FileContent(apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{pkcs15.FIDDODF}})
	if err != nil {
		t.Fatal(err)
	}
	for o, err := range pkcs15.ParseDODF(content) {
		if err != nil || !o.Private {
			t.Error(o, err)
		}
	}
}

// Where there is an object for access rules, there is their file.
func TestAccessRulesAreThere(t *testing.T) {
	for layout, there := range map[simcard.Layout]bool{
		simcard.AccessRulesFirst: true, simcard.AccessRulesOnly: true, simcard.TwoDirectories: true, simcard.OpaqueObject: false,
	} {
		content, err := newCard(t, simcard.BootstrapFile(nil), layout).FileContent(apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{0x4200}})
		if (err == nil) != there {
			t.Errorf("%v: %v", layout, err)
		}
		if there && !bytes.Equal(content, unhex(t, "3010 0408 0102030405060708 3004 0402 4300")) {
			t.Errorf("%v: % X", layout, content)
		}
	}
}

func TestTokenInfo(t *testing.T) {
	card := newCard(t, simcard.BootstrapFile(nil))
	content, err := card.FileContent(apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{pkcs15.FIDTokenInfo}})
	if err != nil {
		t.Fatal(err)
	}
	info, err := pkcs15.ParseTokenInfo(content)
	if err != nil || hex.EncodeToString(info.Serial) != "988812010000000000f1" || info.Label != "PKCS-15" {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestEFDIR(t *testing.T) {
	const (
		usim   = "A0000000871002FFFFFFFF8906190000"
		pkcs15 = "A000000063504B43532D3135"
	)
	unused := strings.Repeat("F", 2*38)
	tests := map[simcard.Layout][]string{
		plain: {
			"6118 4F10" + usim + "5004 5553494D",
			"611D 4F0C" + pkcs15 + "5007 504B43532D3135 5104 3F007F50",
			unused},
		simcard.DirFilled: {
			"6124 4F10" + usim + "5004 5553494D",
			"6124 4F0C" + pkcs15 + "5007 504B43532D3135 5104 3F007F50",
			unused},
		simcard.DirWithoutPath: {
			"6118 4F10" + usim + "5004 5553494D",
			"6117 4F0C" + pkcs15 + "5007 504B43532D3135",
			unused},
		simcard.DirWithoutPKCS15: {"6118 4F10" + usim + "5004 5553494D", unused},
		simcard.DirAIDZeroPadded: {
			"6118 4F10" + usim + "5004 5553494D",
			"6121 4F10" + pkcs15 + "00000000 5007 504B43532D3135 5104 3F007F50",
			unused},
		simcard.AIDAppended: {
			"6118 4F10" + usim + "5004 5553494D",
			"6121 4F10" + pkcs15 + "010000FF 5007 504B43532D3135 5104 3F007F50",
			unused},
	}
	for layout, records := range tests {
		opts := []simcard.Option{simcard.BootstrapFile(nil)}
		if layout != plain {
			opts = append(opts, layout)
		}
		var script strings.Builder
		for i, r := range records {
			r = strings.ReplaceAll(r, " ", "")
			r += strings.Repeat("F", 2*38-len(r))
			script.WriteString("00B2" + hexByte(i+1) + "F400 > " + r + "9000\n")
		}
		script.WriteString("00B2" + hexByte(len(records)+1) + "F400 > 6A83\n")
		t.Run(layout.String(), func(t *testing.T) { play(t, newCard(t, opts...), script.String()) })
	}
	padding := strings.Repeat("0", 2*(128-26-31))
	play(t, newCard(t, simcard.BootstrapFile(nil), simcard.DirTransparent), `
		00A4000C02 2F00 > 9000
		00B0000000 > 6118 4F10`+usim+`50045553494D 611D 4F0C`+pkcs15+`5007504B43532D31355104 3F007F50`+padding+`9000`)
}

func TestDirWithoutAnyRecordIsUnused(t *testing.T) {
	play(t, newCard(t, simcard.Blank(), simcard.BootstrapFile(nil), simcard.DirWithoutPKCS15), `
		00B201F400 > `+strings.Repeat("F", 2*38)+` 9000
		00B202F400 > 6A83`)
}

func TestZeroPaddedAIDIsUnknownToTheCard(t *testing.T) {
	play(t, newCard(t, simcard.BootstrapFile(nil), simcard.DirAIDZeroPadded), `
		00A4040C10 A000000063504B43532D313500000000 > 6A82
		00A4040C0C A000000063504B43532D3135         > 9000`)
}

// A client that follows the directories finds the file in every layout that
// has LwM2M data.
func TestClientFindsTheFileInEveryLayout(t *testing.T) {
	want := bootstrapFile(t)
	need := func([]byte) (int, error) { return len(want), nil }
	for _, layout := range simcard.Layouts() {
		t.Run(layout.String(), func(t *testing.T) {
			card := newCard(t, layout, simcard.BootstrapFile(want))
			ctx := t.Context()
			ch, err := apdu.OpenChannel(ctx, card)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ch.SelectApp(ctx, apdu.AIDPKCS15); err != nil {
				t.Fatal(err)
			}
			found := false
			for o, err := range pkcs15.Find(ctx, ch, pkcs15.OIDLwM2M, pkcs15.OIDLwM2MDoubleWrapped) {
				if err != nil {
					t.Fatal(err)
				}
				got := []byte(o.Direct)
				if o.Direct == nil {
					got, err = ch.ReadFile(ctx, o.Ref, need)
				}
				if errors.Is(err, apdu.ErrShortFile) {
					continue // the erased one
				}
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%v: %d octets, %v", o, len(got), err)
				}
				found = true
			}
			if found == (layout == simcard.AccessRulesOnly || layout == simcard.DirectoryErased) {
				t.Errorf("found: %v", found)
			}
			if err := ch.Close(ctx); err != nil || len(card.OpenChannels()) != 0 {
				t.Errorf("%v, open %v", err, card.OpenChannels())
			}
		})
	}
}

func TestLayoutsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range simcard.Layouts() {
		if s := l.String(); s == "" || seen[s] || strings.Contains(s, "(") {
			t.Errorf("%d is called %q", l, s)
		} else {
			seen[s] = true
		}
	}
	if s := plain.String(); s != "Layout(100)" {
		t.Error(s)
	}
}
