package tlv

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// knownGoodFile is ../testdata/bootstrap-126.hex.
func knownGoodFile(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../testdata/bootstrap-126.hex")
	if err != nil {
		t.Fatal(err)
	}
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
