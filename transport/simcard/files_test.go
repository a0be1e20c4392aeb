package simcard_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestFilesThatNoCardHolds(t *testing.T) {
	with := func(change func(f *simcard.File)) simcard.File {
		f := simcard.EF(0x6F01, []byte{1})
		change(&f)
		return f
	}
	sfi := func(fid apdu.FID) simcard.File {
		f := simcard.EF(fid, nil)
		f.SFI = 4
		return f
	}
	deep := simcard.EF(0x6F01, nil)
	for range 9 {
		deep = simcard.DF(0x5F01, deep)
	}
	second := simcard.ADF("\xA0\x00\x00\x00\x03")
	second.FID = 0x7F10
	tests := map[string][]simcard.File{
		"no identifier":          {with(func(f *simcard.File) { f.FID = 0 })},
		"3F00":                   {simcard.DF(apdu.FIDMF)},
		"7FFF":                   {simcard.DF(apdu.FIDCurrentADF)},
		"3FFF":                   {simcard.DF(0x3FFF)},
		"an EF with an AID":      {with(func(f *simcard.File) { f.AID = apdu.AIDPKCS15 })},
		"an EF with children":    {with(func(f *simcard.File) { f.Children = []simcard.File{simcard.EF(0x6F02, nil)} })},
		"empty FCP":              {with(func(f *simcard.File) { f.FCP = []byte{} })},
		"long FCP":               {with(func(f *simcard.File) { f.FCP = make([]byte, 257) })},
		"large":                  {simcard.EF(0x6F01, make([]byte, simcard.MaxFileSize+1))},
		"SFI 31":                 {with(func(f *simcard.File) { f.SFI = 31 })},
		"no kind":                {{FID: 0x6F01}},
		"cyclic":                 {{FID: 0x6F01, Kind: apdu.StructureCyclic}},
		"no records":             {simcard.RecordEF(0x6F01)},
		"records of two lengths": {simcard.RecordEF(0x6F01, []byte{1}, []byte{1, 2})},
		"short AID":              {simcard.ADF("\xA0\x00\x00\x00")},
		"long AID":               {simcard.ADF(apdu.AIDPKCS15 + "12345")},
		"long label":             {{Kind: apdu.StructureDF, AID: apdu.AIDPKCS15, Label: strings.Repeat("x", 33)}},
		"label that is no text":  {{Kind: apdu.StructureDF, AID: apdu.AIDPKCS15, Label: "\xFF"}},
		"an ADF in a DF":         {simcard.DF(0x7F10, simcard.ADF(apdu.AIDPKCS15))},
		"a DF with an SFI":       {{Kind: apdu.StructureDF, FID: 0x7F10, SFI: 1}},
		"two with one SFI":       {sfi(0x6F01), sfi(0x6F02)},
		"two with one FID":       {simcard.DF(0x7F10), second},
		"a DF where an EF is":    {simcard.EF(0x7F10, nil), simcard.DF(0x7F10)},
		"nine levels":            {deep},
	}
	for name, files := range tests {
		if _, err := simcard.New(simcard.Files(files...)); !errors.Is(err, simcard.ErrBadFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLargestFile(t *testing.T) {
	card := newCard(t, simcard.Files(simcard.EF(0x2F09, letters(simcard.MaxFileSize))))
	play(t, card, `
		00A4080402 2F09 00      > 621C 82024121 83022F09 A503C00140 8A0105 8B032F0602 8002FFFF 880100 9000
		00B1000004 5402FFFE 00  > 530101 9000`)
	ref := apdu.FileRef{Path: apdu.Path{0x2F09}}
	if err := card.SetFile(ref, make([]byte, simcard.MaxFileSize)); err != nil {
		t.Error(err)
	}
}

func TestEightLevelsOfDirectories(t *testing.T) {
	deep := simcard.EF(0x6F01, []byte("deep"))
	var path []byte
	for i := range 8 {
		fid := apdu.FID(0x5F08 - i)
		deep = simcard.DF(fid, deep)
		path = append(apdu.Path{fid}.AppendTo(nil), path...)
	}
	card := newCard(t, simcard.Files(deep))
	play(t, card, fmt.Sprintf(`
		00A4080C10 %X   > 9000
		00A4000C02 6F01 > 9000
		00B0000000      > 64656570 9000`, path))
}

func TestLongestAnswers(t *testing.T) {
	long := simcard.EF(0x2F09, letters(256))
	long.FCP = letters(256)
	record := simcard.RecordEF(0x2F0A, letters(255))
	card := newCard(t, simcard.Files(long, record))
	play(t, card, fmt.Sprintf(`
		00A4000402 2F09 00 > %X 9000
		00B0000000         > %[1]X 9000
		00A4000C02 2F0A    > 9000
		00B2010400         > %X 9000`, letters(256), letters(255)))
	card = newCard(t, simcard.T0, simcard.Files(long))
	play(t, card, fmt.Sprintf(`
		00A4000402 2F09 00 > 6100
		00C0000000         > %X 9000`, letters(256)))
}

func TestFilesMerge(t *testing.T) {
	old := simcard.DF(0x7F10, simcard.EF(0x6F01, []byte("one")), simcard.EF(0x6F02, []byte("two")))
	old.FCP = []byte{0x62, 0x01, 0x00}
	app := simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDBootstrap, []byte("mine")))
	card := newCard(t, simcard.Files(old, app), simcard.BootstrapFile([]byte("theirs")),
		simcard.Files(simcard.DF(0x7F10, simcard.EF(0x6F02, []byte("new")), simcard.EF(0x6F03, []byte("three")))))
	play(t, card, `
		00A4000402 7F10 00  > 620100 9000
		00A4000C02 6F01     > 9000
		00B0000000          > 6F6E65 9000
		00A4000C02 6F02     > 9000
		00B0000000          > 6E6577 9000
		00A4000C02 6F03     > 9000
		00A4080C04 7F506432 > 9000      # the FID of the application has stayed
		00B0000000          > 6D696E65 9000`)
}

func TestApplicationFoundByItsFIDTakesFiles(t *testing.T) {
	byFID := simcard.DF(simcard.FIDPKCS15, simcard.EF(0x6F01, []byte("one")))
	byFID.Label = "Mine"
	card := newCard(t, simcard.Blank(), simcard.BootstrapFile(nil), simcard.Files(byFID))
	play(t, card, `
		00A4040C0C A000000063504B43532D3135 > 9000
		00A4000C02 6F01                     > 9000
		00A4000C02 3F00                     > 9000`)
	record, err := pkcs15.ParseDirRecord(unhex(t, send(t, card, "00B201F400")))
	if err != nil || record.Label != "Mine" || record.AID != apdu.AIDPKCS15 {
		t.Errorf("%+v, %v", record, err)
	}
}

func TestFilesAreCopied(t *testing.T) {
	content, record, fcp := []byte("abc"), []byte("abc"), []byte{0x62, 0x00}
	ef := simcard.EF(0x2F09, content)
	ef.FCP = fcp
	card := newCard(t, simcard.Files(ef, simcard.RecordEF(0x2F0A, record)))
	clear(content)
	clear(record)
	clear(fcp)
	play(t, card, `
		00A4000402 2F09 00 > 6200 9000
		00B0000000         > 616263 9000
		00A4000C02 2F0A    > 9000
		00B2010400         > 616263 9000`)
}

func TestFilePrintsNoContent(t *testing.T) {
	both := simcard.ADF(apdu.AIDPKCS15, simcard.EF(0x6F01, []byte("secret")))
	both.FID = 0x7F50
	for want, f := range map[string]simcard.File{
		"7F50":             both,
		"6F01":             simcard.EF(0x6F01, []byte("secret")),
		"ADF A00000000102": simcard.ADF("\xA0\x00\x00\x00\x01\x02", simcard.EF(0x6F01, []byte("secret"))),
	} {
		if got := fmt.Sprintf("%v", f); got != want {
			t.Error(got)
		}
		if got := fmt.Sprintf("%#v %+v", f, f); got != "simcard.File("+want+") "+want {
			t.Error(got)
		}
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for name, o := range map[string]simcard.Option{
		"20 channels":       simcard.Channels(20),
		"-1 channels":       simcard.Channels(-1),
		"a refusal of 9000": simcard.ChannelRefusal(0x9000),
		"size 0":            simcard.BootstrapFileSize(0),
		"size 65536":        simcard.BootstrapFileSize(simcard.MaxFileSize + 1),
		"behaviour 200":     simcard.Behaviour(200),
		"layout 200":        simcard.Layout(200),
	} {
		if _, err := simcard.New(o); !errors.Is(err, simcard.ErrBadOption) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := simcard.New(simcard.BootstrapFile(make([]byte, 5)), simcard.BootstrapFileSize(4)); !errors.Is(err, simcard.ErrBadOption) {
		t.Errorf("5 octets in a file of 4: %v", err)
	}
	if _, err := simcard.New(simcard.BootstrapFile(make([]byte, simcard.MaxFileSize+1))); !errors.Is(err, simcard.ErrBadFile) {
		t.Errorf("a bootstrap file too large: %v", err)
	}
	if _, err := simcard.New(simcard.BootstrapFile(make([]byte, 40000)), simcard.DirectContent); err == nil {
		t.Error("40000 octets in EF(DODF)")
	}
}

func TestEFDIRHoldsNoMoreThan253Applications(t *testing.T) {
	var apps []simcard.File
	for i := range 254 {
		apps = append(apps, simcard.ADF(apdu.AID("\xA0\x00\x00\x00"+string([]byte{byte(i)}))))
	}
	if _, err := simcard.New(simcard.Blank(), simcard.Files(apps...)); !errors.Is(err, simcard.ErrBadFile) {
		t.Error(err)
	}
	newCard(t, simcard.Blank(), simcard.Files(apps[1:]...))
}

func TestTooManyAccessRules(t *testing.T) {
	var files []simcard.File
	for i := range 256 {
		f := simcard.EF(apdu.FID(0x4000+i), nil)
		f.Read = simcard.Access(i)
		files = append(files, f)
	}
	if _, err := simcard.New(simcard.Files(files...)); !errors.Is(err, simcard.ErrBadFile) {
		t.Error(err)
	}
}

func TestManyPINsStayBelowTheSizeOfAnFCP(t *testing.T) {
	var opts []simcard.Option
	for i := 1; i < 255; i++ {
		opts = append(opts, simcard.PIN(simcard.Access(i), "1234", 3))
	}
	resp, err := apdu.BasicChannel(newCard(t, opts...)).Transmit(t.Context(), apdu.SelectFID(apdu.FIDMF, apdu.ReturnFCP))
	if err != nil {
		t.Fatal(err)
	}
	fcp, err := apdu.ParseFCP(resp.Data)
	if err != nil || len(fcp.PINs) != 8 || !fcp.PINs[7].Enabled || fcp.PINs[7].Reference != 8 {
		t.Errorf("%+v, %v", fcp, err)
	}
}

func TestIssuersKeysAreNotInThePINStatus(t *testing.T) {
	var opts []simcard.Option
	for _, reference := range []simcard.Access{0x09, 0x0A, 0x0E, 0x0F, 0x89, 0x8A, 0x8E, 0x8F} {
		opts = append(opts, simcard.PIN(reference, "1234", 3))
	}
	play(t, newCard(t, opts...), `
		80F2000000 > 622A 82027821 83023F00 A507800171 8302C1DC 8A0105 8B032F0601 C60F 9001F0 830109 83010F 830189 83018F 9000`)
}

func TestBlankCardHasNoSIMFiles(t *testing.T) {
	play(t, newCard(t, simcard.Blank()), `
		00A4000C02 2FE2 > 6A82
		00A4000C02 2F00 > 6A82
		00A4040C05 A000000087 > 6A82
		00A4000C02 2F06 > 9000`)
	card := newCard(t, simcard.Blank(), simcard.BootstrapFile([]byte{1}))
	b, err := card.FileContent(apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{pkcs15.FIDBootstrap}})
	if err != nil || !bytes.Equal(b, append([]byte{1}, bytes.Repeat([]byte{0xFF}, 1023)...)) {
		t.Errorf("%d octets, %v", len(b), err)
	}
}
