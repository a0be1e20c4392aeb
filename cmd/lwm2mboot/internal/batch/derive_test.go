package batch

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/stretchr/testify/require"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return b
}

// RFC 5869 appendix A, the test cases for SHA-256 with a master key that is
// long enough here; the third has neither salt nor info.
func TestDeriveGivesTheVectorsOfRFC5869(t *testing.T) {
	for _, v := range []struct{ name, ikm, salt, info, okm string }{
		{"A.1", strings.Repeat("0b", 22), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
			"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
		{"A.2", series(0x00, 0x4f), series(0x60, 0xaf), series(0xb0, 0xff),
			"b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
		{"A.3", strings.Repeat("0b", 22), "", "",
			"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
	} {
		t.Run(v.name, func(t *testing.T) {
			prk, err := extract(unhex(t, v.ikm), unhex(t, v.salt))
			require.NoError(t, err)
			want := unhex(t, v.okm)
			got, err := derive(prk, string(unhex(t, v.info)), len(want))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func series(from, to int) string {
	var b strings.Builder
	for c := from; c <= to; c++ {
		fmt.Fprintf(&b, "%02x", c)
	}
	return b.String()
}

// byHand is RFC 5869 2.2 and 2.3 as they are written there.
func byHand(master, salt []byte, info string, n int) (okm []byte) {
	mac := func(key []byte, parts ...[]byte) []byte {
		h := hmac.New(sha256.New, key)
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	if len(salt) == 0 {
		salt = make([]byte, sha256.Size)
	}
	prk := mac(salt, master)
	var last []byte
	for i := byte(1); len(okm) < n; i++ {
		last = mac(prk, last, []byte(info), []byte{i})
		okm = append(okm, last...)
	}
	return okm[:n]
}

// masterKey is 00 01 … 1F.
func masterKey() Master { return Master(unhexSeries(0x00, 0x1f)) }

func unhexSeries(from, to int) []byte {
	b, _ := hex.DecodeString(series(from, to))
	return b
}

// The value of the documentation, and two more, were computed with the hmac of
// Python's library.
func TestDerivedValueIsThatOfTheDocumentation(t *testing.T) {
	for _, test := range []struct{ name, text, salt, want string }{
		{"16 octets", "derive:16:psk/${iccid}", "", "7D 89 D9 4A 65 05 38 E2 BC BD 11 40 80 7C 97 58"},
		{"64 octets", "derive:64:psk/${iccid}", "", "7D89D94A650538E2BCBD1140807C975868712F03839018A1B8608D729642FF438499A976004A578BC0B04618D5053C39F68A951F1584232B381CE71A818F178A"},
		{"with a salt", "derive:48:psk/${iccid}", "batch-7", "BB62C5A58CAB18068E87837C7E66FD1F38E701BEFEF001457D1437DD30D97E998F4BF0DB271DEEF5DFF928B5093768B4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tpl := compile(t, strings.Replace(cards, "hex:${key}", test.text, 1), &Options{Master: masterKey(), Salt: []byte(test.salt)})
			out, s, err := toString(t, tpl, "iccid,identity\n89490200001234567890,dev-1\n", nil)
			require.NoError(t, err)
			require.EqualValues(t, 1, s.Made)
			want := generate(t, fill(map[string]string{"identity": "dev-1", "key": test.want}))
			require.Equal(t, `{"row":1,"identity":"dev-1","iccid":"89490200001234567890","hex":"`+hexOf(want)+"\"}\n", out)
			var octets int
			_, err = fmt.Sscanf(test.text, "derive:%d", &octets)
			require.NoError(t, err)
			require.Equal(t, unhex(t, test.want), byHand(masterKey(), []byte(test.salt), "psk/89490200001234567890", octets))
		})
	}
}

func TestDerivedValueIsComputedOfTheWholeInfo(t *testing.T) {
	tpl := compile(t, strings.Replace(cards, "hex:${key}", "'derive:33:a:$${b/${x}:${y} '", 1), &Options{Master: masterKey()})
	for _, row := range [][2]string{{"1", "23"}, {"12", "3"}, {"ä", " "}} {
		out, _, err := toString(t, tpl, "identity,x,y\nme,"+row[0]+","+row[1]+"\n", nil)
		require.NoError(t, err)
		key := byHand(masterKey(), nil, "a:${b/"+row[0]+":"+row[1]+" ", 33)
		want := generate(t, fill(map[string]string{"identity": "me", "key": hexOf(key)}))
		require.Contains(t, out, `"hex":"`+hexOf(want)+`"`)
	}
}

func TestDeriveNeedsEveryColumnOfTheInfo(t *testing.T) {
	tpl := compile(t, strings.Replace(cards, "hex:${key}", "derive:16:psk/${iccid}", 1), &Options{Master: masterKey()})
	_, _, err := toString(t, tpl, "iccid,identity\n,dev-1\n", nil)
	var bad *RowError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, "Security/1/SecretKey", bad.Path)
	require.ErrorIs(t, err, config.ErrValue)
}

func TestMasterKeyIsNeededAndLongEnough(t *testing.T) {
	d := document(t, strings.Replace(cards, "hex:${key}", "derive:16:${iccid}", 1))
	for n := range 33 {
		tpl, err := Compile(d, &Options{Master: bytes.Repeat([]byte{1}, n)})
		if n < MinMaster {
			require.ErrorIs(t, err, ErrMaster, "%d octets", n)
			continue
		}
		require.NoError(t, err)
		require.NotNil(t, tpl)
	}
	_, err := Compile(document(t, cards), nil)
	require.NoError(t, err, "nothing derived")
}

func TestDerivedValuesAreRefused(t *testing.T) {
	for _, test := range []struct{ name, old, new, path string }{
		{"without octets", "hex:${key}", "derive:${iccid}", "Security/1/SecretKey"},
		{"without info", "hex:${key}", "derive:16", "Security/1/SecretKey"},
		{"octets with a sign", "hex:${key}", "derive:+16:${iccid}", "Security/1/SecretKey"},
		{"octets with a zero", "hex:${key}", "derive:016:${iccid}", "Security/1/SecretKey"},
		{"octets of a column", "hex:${key}", "derive:${n}:${iccid}", "Security/1/SecretKey"},
		{"too short", "hex:${key}", "derive:15:${iccid}", "Security/1/SecretKey"},
		{"too long", "hex:${key}", "derive:65:${iccid}", "Security/1/SecretKey"},
		{"in capitals", "hex:${key}", "Derive:16:${iccid}", "Security/1/SecretKey"},
		{"the same for all", "hex:${key}", "derive:16:psk", "Security/1/SecretKey"},
		{"the same for all, with signs", "hex:${key}", "derive:16:$${psk}", "Security/1/SecretKey"},
		{"a column left open", "hex:${key}", "derive:16:${iccid", "Security/1/SecretKey"},
		{"in a String", "coaps://eu.iot.avsystem.cloud:5684", "derive:16:${iccid}", "Security/1/ServerURI"},
		{"in an Integer", "86400", "derive:16:${iccid}", "Server/1/Lifetime"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Compile(document(t, strings.Replace(cards, test.old, test.new, 1)), &Options{Master: masterKey()})
			require.ErrorIs(t, err, ErrTemplate)
			var bad *config.Error
			require.ErrorAs(t, err, &bad)
			require.Equal(t, test.path, bad.Path)
			require.NotZero(t, bad.At.Line)
		})
	}
}

func TestDeriveOfARowIsRefused(t *testing.T) {
	tpl := compile(t, strings.Replace(cards, "hex:${key}", "${key}", 1), nil)
	for _, key := range []string{"derive:16:1234", "DERIVE:16:1234"} {
		_, _, err := toString(t, tpl, "identity,key\nme,"+key+"\n", nil)
		require.ErrorIs(t, err, config.ErrValue)
	}
	out, _, err := toString(t, tpl, "identity,key\nme,text:derive:16:1234\n", nil)
	require.NoError(t, err)
	require.Contains(t, out, hexOf([]byte("derive:16:1234")))
}

func TestMasterPrintsAsItsLength(t *testing.T) {
	m := Master("0123456789abcdef")
	for _, verb := range []string{"%v", "%s", "%x", "%q", "%#v", "%d"} {
		require.Equal(t, "[16 octets]", fmt.Sprintf(verb, m))
	}
	require.NotContains(t, fmt.Sprintf("%+v", Options{Master: m}), "48 49")
}
