package pcsc

import (
	"bytes"
	"slices"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func FuzzParseReaders(f *testing.F) {
	f.Add([]byte{})
	f.Add(slices.Concat(entry("A", present, 0, testATR, 8), entry("B", absent, 1, nil, 0)))
	f.Add(entry("A", present, 0, testATR, 0xFFFFFFFF)[:readerSize-1])
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		found := parseReaders(b)
		if len(found) > len(b)/readerSize {
			t.Fatalf("%d readers of %d bytes", len(found), len(b))
		}
		for _, r := range found {
			if r.Name == "" || len(r.Name) > nameSize || len(r.ATR) > atrSize || r.ATR != nil && !r.Card || r.Locked && !r.InUse {
				t.Fatalf("impossible reader %+v", r)
			}
			clear(r.ATR)
		}
		if !bytes.Equal(before, b) {
			t.Fatal("an ATR aliases the answer")
		}
	})
}

// What a card with T=0 gets is the command without what T=0 has no room for.
func FuzzForT0(f *testing.F) {
	f.Add([]byte{0x00, 0x44, 0x00, 0x00})
	f.Add([]byte{0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00, 0x00})
	f.Add([]byte{0x00, 0xA4, 0x00, 0x04, 0x00, 0x00, 0x02, 0x3F, 0x00, 0x00, 0x00})
	f.Fuzz(func(t *testing.T, capdu []byte) {
		command, err := apdu.ParseCommand(capdu)
		if err != nil {
			return
		}
		tpdu := forT0(command, capdu)
		if len(tpdu) < 5 {
			t.Fatalf("%d bytes", len(tpdu))
		}
		got, err := apdu.ParseCommand(tpdu)
		if err != nil {
			t.Fatal(err)
		}
		if got.INS != command.INS || !bytes.Equal(got.Data, command.Data) {
			t.Fatalf("%v became %v", command, got)
		}
		if !command.Extended && len(got.Data) > 0 && got.Ne > 0 {
			t.Fatalf("%v is of case 4", got)
		}
	})
}
