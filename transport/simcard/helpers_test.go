package simcard_test

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// bootstrapFile is the known good file of 126 bytes.
func bootstrapFile(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	if err != nil {
		t.Fatal(err)
	}
	return unhex(t, string(text))
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return b
}

func newCard(t testing.TB, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	card, err := simcard.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// send carries out one command in hex and returns the answer in hex.
func send(t testing.TB, card apdu.CardTransport, command string) string {
	t.Helper()
	rapdu, err := card.Transmit(t.Context(), unhex(t, command))
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return strings.ToUpper(hex.EncodeToString(rapdu))
}

// play runs a script, one exchange a line: "command > answer" in hex; a * at
// the answer's beginning stands for any data. What follows # is a remark.
func play(t testing.TB, card apdu.CardTransport, script string) {
	t.Helper()
	for line := range strings.Lines(script) {
		line, _, _ = strings.Cut(line, "#")
		command, want, ok := strings.Cut(line, ">")
		if !ok {
			continue
		}
		want = strings.Join(strings.Fields(want), "")
		got := send(t, card, command)
		if suffix, any := strings.CutPrefix(want, "*"); any {
			if !strings.HasSuffix(got, suffix) || len(got) <= len(suffix) {
				t.Errorf("%s\ngot  %s\nwant …%s", strings.TrimSpace(line), got, suffix)
			}
		} else if got != want {
			t.Errorf("%s\ngot  %s", strings.TrimSpace(line), got)
		}
	}
}

// letters is a content of n octets that tells its offsets.
func letters(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i) ^ byte(i>>8)
	}
	return b
}

// small is a tree to walk in.
//
//	MF ─ 7F10 ─ 6F3A (SFI 03), 5F20 ─ 6F01
//	   ─ 7F20 ─ 6F02 "xyz"
//	   ─ 2F01 "mf" (SFI 01), 2F07 records "ab" "cd" (SFI 07)
//	   ─ ADF A000000001 ─ 6F11 "one"
//	   ─ ADF A00000000102 7F60 ─ 6F12 "two"
func small(opts ...simcard.Option) []simcard.Option {
	mf := simcard.EF(0x2F01, []byte("mf"))
	mf.SFI = 1
	numbers := simcard.EF(0x6F3A, []byte("0123456789"))
	numbers.SFI = 3
	records := simcard.RecordEF(0x2F07, []byte("ab"), []byte("cd"))
	records.SFI = 7
	second := simcard.ADF("\xA0\x00\x00\x00\x01\x02", simcard.EF(0x6F12, []byte("two")))
	second.FID = 0x7F60
	return append([]simcard.Option{simcard.Blank(), simcard.Files(
		simcard.DF(0x7F10, numbers, simcard.DF(0x5F20, simcard.EF(0x6F01, []byte("deep")))),
		simcard.DF(0x7F20, simcard.EF(0x6F02, []byte("xyz"))),
		mf, records,
		simcard.ADF("\xA0\x00\x00\x00\x01", simcard.EF(0x6F11, []byte("one"))),
		second,
	)}, opts...)
}
