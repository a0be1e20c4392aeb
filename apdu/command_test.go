package apdu_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func data(n int) []byte { return bytes.Repeat([]byte{0xDA}, n) }

// commandVectors are all cases at the bounds of their length fields: what
// stands behind the header, with … for the data.
var commandVectors = []struct {
	name     string
	nc, ne   int
	extended bool
	lc, le   string
}{
	{"case 1", 0, 0, false, "", ""},
	{"case 2, 1 byte", 0, 1, false, "", "01"},
	{"case 2, 255 bytes", 0, 255, false, "", "FF"},
	{"case 2, 256 bytes", 0, 256, false, "", "00"},
	{"case 3, 1 byte", 1, 0, false, "01", ""},
	{"case 3, 255 bytes", 255, 0, false, "FF", ""},
	{"case 4, 1 and 1", 1, 1, false, "01", "01"},
	{"case 4, 255 and 256", 255, 256, false, "FF", "00"},
	{"case 2 extended, 1 byte", 0, 1, true, "", "000001"},
	{"case 2 extended, 256 bytes", 0, 256, true, "", "000100"},
	{"case 2 extended, 65535 bytes", 0, 65535, true, "", "00FFFF"},
	{"case 2 extended, 65536 bytes", 0, 65536, true, "", "000000"},
	{"case 3 extended, 1 byte", 1, 0, true, "000001", ""},
	{"case 3 extended, 256 bytes", 256, 0, true, "000100", ""},
	{"case 3 extended, 65535 bytes", 65535, 0, true, "00FFFF", ""},
	{"case 4 extended, 1 and 1", 1, 1, true, "000001", "0001"},
	{"case 4 extended, 256 and 65535", 256, 65535, true, "000100", "FFFF"},
	{"case 4 extended, 65535 and 65536", 65535, 65536, true, "00FFFF", "0000"},
}

func TestCommandIsCodedInAllCases(t *testing.T) {
	for _, v := range commandVectors {
		t.Run(v.name, func(t *testing.T) {
			c := apdu.Command{CLA: 0x81, INS: 0xA4, P1: 0x04, P2: 0x0C, Data: data(v.nc), Ne: v.ne, Extended: v.extended}
			want := unhex(t, "81A4040C"+v.lc)
			want = append(append(want, data(v.nc)...), unhex(t, v.le)...)
			got, err := c.Bytes()
			require.NoError(t, err)
			require.True(t, bytes.Equal(want, got), "coded otherwise")

			parsed, err := apdu.ParseCommand(got)
			require.NoError(t, err)
			again, err := parsed.AppendTo([]byte("before"))
			require.NoError(t, err)
			require.True(t, bytes.Equal(append([]byte("before"), want...), again), "coded again otherwise")
			require.Equal(t, v.ne, parsed.Ne)
			require.Equal(t, v.nc, len(parsed.Data))
			require.Equal(t, v.extended, parsed.Extended)
			require.Equal(t, [4]byte{0x81, 0xA4, 0x04, 0x0C}, [4]byte{parsed.CLA, parsed.INS, parsed.P1, parsed.P2})
		})
	}
}

// One byte short, most commands are none. Without its Le a short one is of
// case 1 or 3; without its only byte of data, Lc reads as Le.
func TestCommandOneByteShort(t *testing.T) {
	others := map[string]apdu.Command{
		"case 2, 1 byte":          {},
		"case 2, 255 bytes":       {},
		"case 2, 256 bytes":       {},
		"case 3, 1 byte":          {Ne: 1},
		"case 4, 1 and 1":         {Data: data(1)},
		"case 4, 255 and 256":     {Data: data(255)},
		"case 3 extended, 1 byte": {Ne: 1, Extended: true},
	}
	for _, v := range commandVectors {
		t.Run(v.name, func(t *testing.T) {
			c := apdu.Command{Data: data(v.nc), Ne: v.ne, Extended: v.extended}
			b, err := c.Bytes()
			require.NoError(t, err)
			short, err := apdu.ParseCommand(b[:len(b)-1])
			other, ok := others[v.name]
			if !ok {
				require.ErrorIs(t, err, apdu.ErrMalformed)
				return
			}
			require.NoError(t, err)
			require.Equal(t, other, short)
		})
	}
}

func TestParseCommandRefusesWhatIsNone(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":                       "",
		"three bytes of a header":       "00A404",
		"Lc beyond the end":             "00A40400 03 AABB",
		"a byte behind Le":              "00A40400 01 AA 00 00",
		"an extended Lc cut":            "00A40400 00 00",
		"an extended Lc of 0":           "00A40400 000000 AA",
		"an extended Lc beyond the end": "00A40400 000003 AABB",
		"an extended Le of one byte":    "00A40400 000001 AA 00",
		"a byte behind an extended Le":  "00A40400 000001 AA 0000 00",
	} {
		t.Run(name, func(t *testing.T) {
			c, err := apdu.ParseCommand(unhex(t, body))
			require.ErrorIs(t, err, apdu.ErrMalformed)
			require.Zero(t, c)
		})
	}
}

func TestParseCommandAliasesItsInputAndNoMore(t *testing.T) {
	for _, s := range []string{"00D60000 02 AABB 00", "00D60000 000002 AABB 0000"} {
		b := unhex(t, s)
		c, err := apdu.ParseCommand(b)
		require.NoError(t, err)
		_ = append(c.Data, 0x77)
		require.Equal(t, unhex(t, s), b, "Le overwritten")
		i := bytes.IndexByte(b, 0xAA)
		b[i] = 0x11
		require.Equal(t, byte(0x11), c.Data[0])
	}
}

func TestAppendToRefusesWhatDoesNotFit(t *testing.T) {
	for name, c := range map[string]apdu.Command{
		"256 bytes of data":               {Data: data(256)},
		"Ne 257":                          {Ne: 257},
		"Ne below 0":                      {Ne: -1},
		"65536 bytes of data, extended":   {Data: data(65536), Extended: true},
		"Ne 65537, extended":              {Ne: 65537, Extended: true},
		"Ne below 0, extended, with data": {Ne: -1, Extended: true, Data: data(1)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.AppendTo([]byte("kept"))
			require.Error(t, err)
			require.Equal(t, "kept", string(got))
			require.NotContains(t, err.Error(), "DA", "data in an error")
		})
	}
}

// A PIN in a command, a key in an answer: no verb prints them.
func TestCommandAndResponseHideTheirData(t *testing.T) {
	secret := []byte("7391")
	c := apdu.Verify(1, secret)
	r := apdu.Response{Data: secret, SW: apdu.SWOK}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%t"} {
		for _, v := range []any{c, &c, r, &r, []apdu.Command{c}} {
			shown := fmt.Sprintf(verb, v)
			for _, form := range []string{"7391", "37333931", "55 51 57 49", "0x37, 0x33"} {
				require.NotContains(t, shown, form, verb)
			}
			require.Contains(t, shown, " ", verb)
		}
	}
}

func TestCommandStringShowsHeaderAndLengths(t *testing.T) {
	for want, c := range map[string]apdu.Command{
		"SELECT 00 A4 04 0C Lc=12":        apdu.SelectAID(apdu.AIDPKCS15, apdu.ReturnNone),
		"SELECT 00 A4 00 04 Lc=2 Ne=256":  apdu.SelectFID(0x6432, apdu.ReturnFCP),
		"READ BINARY 00 B0 01 02 Ne=3":    apdu.ReadBinary(0x102, 3),
		"READ BINARY 00 B1 00 00 Lc=4":    {INS: 0xB1, Data: data(4)},
		"READ RECORD 00 B2 01 04 Ne=256":  apdu.ReadRecord(1, 0, 256),
		"GET RESPONSE 00 C0 00 00 Ne=9":   apdu.GetResponse(9),
		"MANAGE CHANNEL 00 70 80 02":      apdu.CloseLogicalChannel(2),
		"VERIFY 00 20 00 81":              apdu.Verify(0x81, nil),
		"STATUS 80 F2 00 0C":              apdu.Status(apdu.ReturnNone),
		"UPDATE BINARY 00 D6 00 05 Lc=1":  apdu.UpdateBinary(5, data(1)),
		"UPDATE BINARY 00 D7 00 00 Lc=7":  apdu.UpdateBinary(0x8000, data(1)),
		"80 CA 00 5A Ne=1":                {CLA: 0x80, INS: 0xCA, P2: 0x5A, Ne: 1},
		"READ BINARY 00 B0 9E 07 Ne=256":  apdu.ReadBinarySFI(0x1E, 7, 256),
		"SELECT 00 A4 08 0C Lc=4":         apdu.SelectPath(apdu.Path{0x7FFF, 0x6432}, apdu.ReturnNone),
		"MANAGE CHANNEL 00 70 00 00 Ne=1": apdu.OpenLogicalChannel(),
	} {
		require.Equal(t, want, c.String())
	}
}

func TestParseResponseSplitsDataAndStatusWord(t *testing.T) {
	b := unhex(t, "AABB 6282")
	r, err := apdu.ParseResponse(b)
	require.NoError(t, err)
	require.Equal(t, apdu.Response{Data: []byte{0xAA, 0xBB}, SW: 0x6282}, r)
	require.Equal(t, append([]byte("x"), b...), r.AppendTo([]byte("x")))
	_ = append(r.Data, 0)
	require.Equal(t, unhex(t, "AABB 6282"), b, "status word overwritten")
	require.Equal(t, "2 bytes, SW 6282", r.String())

	r, err = apdu.ParseResponse([]byte{0x90, 0x00})
	require.NoError(t, err)
	require.Empty(t, r.Data)

	for _, short := range []string{"", "90"} {
		_, err := apdu.ParseResponse(unhex(t, short))
		require.ErrorIs(t, err, apdu.ErrMalformed)
		require.True(t, strings.HasPrefix(err.Error(), "apdu: "))
	}
}
