package config

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// requireRoundTrip: JSON and YAML of the file give its octets again. It returns
// the YAML behind the comment.
func requireRoundTrip(t testing.TB, file []byte) (yaml string) {
	t.Helper()
	size, err := tlv.FileSize(file)
	require.NoError(t, err)
	decoded, err := Decode(file, nil)
	require.NoError(t, err)
	requireFile(t, file[:size], decoded)

	text, err := EncodeJSON(file, nil)
	require.NoError(t, err)
	require.Equal(t, string(AppendJSON(nil, decoded)), string(text), "nothing to put right")
	n, err := ParseJSON(text)
	require.NoError(t, err)
	requireFile(t, file[:size], n)

	text, err = EncodeYAML(file, nil)
	require.NoError(t, err)
	_, yaml, _ = strings.Cut(string(text), "\n")
	require.Equal(t, string(AppendYAML(nil, decoded)), yaml, "nothing to put right")
	n, err = ParseYAML(text)
	require.NoError(t, err)
	requireFile(t, file[:size], n)
	return yaml
}

// requireFile: n gives the file, and with a size the file and FF.
func requireFile(t testing.TB, want []byte, n Node) {
	t.Helper()
	got, problems, err := Generate(n, &Options{NoValidate: true})
	require.NoError(t, err)
	require.Empty(t, problems)
	require.True(t, bytes.Equal(want, got), "% X", got)
	got, _, err = Generate(n, &Options{NoValidate: true, Size: len(want) + 3})
	if len(want)+3 > tlv.MaxAcceptedSize {
		require.ErrorIs(t, err, ErrLimit)
		return
	}
	require.NoError(t, err)
	require.True(t, bytes.Equal(append(bytes.Clone(want), 0xFF, 0xFF, 0xFF), got))
}

// TestOddFilesComeBack: whatever the octets are, they are the same after the
// way to YAML and back; what can be read of them is.
func TestOddFilesComeBack(t *testing.T) {
	tests := []struct{ name, file, yaml string }{
		{"empty", "0000 0000", "{}"},
		{"empty with padding", "0000 0000 FFFF", "{}"},
		{"erased", "FFFF FFFF FF", `"raw:ffffffff"`},
		{"empty with a size", "0000 0005 01", `"raw:00000005"`},
		{"object without instances", "0001 0005 0000 00 0000", "Security: {}"},
		{"object with a version", "0001 0006 0001 0101 0000", "Server@1.1: {}"},
		{"object without a name", "0001 0006 1267 0205 0000", "4711@2.5: {}"},
		{"reserved object", "0001 0005 FFFF 00 0000", "65535: {}"},
		{"objects out of order", "0002 000A 0001 00 0000 0000 00 0000", "Server: {}\nSecurity: {}"},
		{"object twice", "0002 000A 0001 00 0000 0001 00 0000", `"raw:0002000a00010000000001000000"`},
		{"instance without resources", "0001 0007 0000 00 0002 0001", "Security:\n  1: {}"},
		{"reserved instance", "0001 0008 0000 00 0003 20FFFF", "Security:\n  65535: {}"},
		{"instance twice", "0001 0009 0000 00 0004 0001 0001", `Security: "raw:00010001"`},
		{"resources out of order", "0001 000D 0001 00 0008 0600 C10155 C10001", "Server:\n  0:\n    Lifetime: 85\n    ShortServerID: 1"},
		{"resource twice", "0001 000D 0001 00 0008 0600 C10001 C10001", `Server: "raw:0600c10001c10001"`},
		{"resource outside an instance", "0001 0008 0001 00 0003 C10001", `Server: "raw:c10001"`},
		{"instance in an instance", "0001 0009 0001 00 0004 0200 0000", `Server: "raw:02000000"`},
		{"value in a multiple resource", "0001 000C 0000 00 0007 0500 8310 C10001", `Security: "raw:05008310c10001"`},
		{"identifier longer than needed", "0001 0008 0001 00 0003 200000", `Server: "raw:200000"`},
		{"length longer than needed", "0001 000B 0001 00 0006 0803 03 C10001", `Server: "raw:080303c10001"`},
		{"bits of the length ignored", "0001 000B 0001 00 0006 0F00 03 C10001", `Server: "raw:0f0003c10001"`},
		{"not TLV", "0001 0007 0001 00 0002 08FF", `Server: "raw:08ff"`},
		{"integer longer than needed", "0001 000B 0001 00 0006 0400 C200 0001", "Server:\n  0:\n    ShortServerID: \"raw:0001\""},
		{"integer of three octets", "0001 000C 0001 00 0007 0500 C300 000001", "Server:\n  0:\n    ShortServerID: \"raw:000001\""},
		{"integer of none", "0001 0009 0001 00 0004 0200 C000", "Server:\n  0:\n    ShortServerID: \"raw:\""},
		{"multiple resource", "0001 000E 0000 00 0009 0700 8510 4100AE 4003", "Security:\n  0:\n    DTLSTLSCiphersuite:\n      0: 174\n      3: \"raw:\""},
		{"multiple resource of none", "0001 0009 0000 00 0004 0200 8010", "Security:\n  0:\n    DTLSTLSCiphersuite: {}"},
		{"multiple resource, a value twice", "0001 000D 0000 00 0008 0600 8410 4000 4000", `Security: "raw:0600841040004000"`},
		{"multiple resource for a single one", "0001 000B 0001 00 0006 0400 8200 4000", "Server:\n  0:\n    ShortServerID:\n      0: \"raw:\""},
		{"single resource for a multiple one", "0001 000A 0000 00 0005 0300 C110AE", "Security:\n  0:\n    DTLSTLSCiphersuite: 174"},
		{"resource that nothing is known of", "0001 000B 0001 00 0006 0400 E103E8 41", "Server:\n  0:\n    1000: \"A\""},
		{"resource of a later version", "0001 000B 0000 0100 0005 0300 C110AE", "Security@1.0:\n  0:\n    DTLSTLSCiphersuite: \"hex:ae\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.yaml+"\n", requireRoundTrip(t, unhex(t, tt.file)))
		})
	}
}

func TestSeedComesBack(t *testing.T) {
	requireRoundTrip(t, seed(t))
	requireRoundTrip(t, append(seed(t), 0, 1, 2))
}

func TestFilesThatAreNoneAreRefused(t *testing.T) {
	whole := seed(t)
	for n := range whole {
		_, err := Decode(whole[:n], nil)
		require.Error(t, err)
		_, err = EncodeYAML(whole[:n], nil)
		require.ErrorIs(t, err, tlv.ErrTruncated)
		_, err = EncodeJSON(whole[:n], nil)
		require.ErrorIs(t, err, tlv.ErrTruncated)
	}
}

func TestLargestFilesComeBack(t *testing.T) {
	long := func(n int) []byte {
		b := make([]byte, n)
		b[1], b[2], b[3] = 1, byte((n-4)>>8), byte(n-4)
		b[7], b[8] = byte((n-9)>>8), byte(n-9)
		return b
	}
	for _, n := range []int{tlv.MaxFileSize, tlv.MaxFileSize + 1, tlv.MaxAcceptedSize} {
		requireRoundTrip(t, long(n))
	}
	// 16000 instances, each with nothing in it.
	file := long(tlv.MaxFileSize)
	for i := 9; i+3 <= len(file); i += 3 {
		file[i], file[i+1], file[i+2] = 0x20, byte((i+3000)>>8), byte(i+3000)
	}
	require.Contains(t, requireRoundTrip(t, file), "\n  3009: {}\n")
}

func TestTextThatDoesNotGiveTheFileIsReplaced(t *testing.T) {
	for _, text := range [][]byte{bytes.Repeat([]byte("a"), MaxSize+1), []byte("{"), []byte("a: 1"), []byte("{}"), []byte("0: {}")} {
		n, err := ParseYAML(checked(text, seed(t), nil, ParseYAML, func(n Node) []byte { return AppendYAML(nil, n) }))
		require.NoError(t, err)
		file, _, err := Generate(n, nil)
		require.NoError(t, err)
		require.Equal(t, seed(t), file)
	}
	same := []byte("0: {}")
	require.Equal(t, same, checked(same, unhex(t, "0001 0005 0000 00 0000"), nil, ParseYAML, nil))
}

func TestMaskedSecretsAreNotWrittenAndNotTakenBack(t *testing.T) {
	const key = "3x@mpl3P5K53cr3tK3y"
	hexKey := "337840"
	for name, encode := range map[string]func([]byte, *DecodeOptions) ([]byte, error){"yaml": EncodeYAML, "json": EncodeJSON} {
		text, err := encode(seed(t), &DecodeOptions{Mask: true})
		require.NoError(t, err)
		require.NotContains(t, string(text), key)
		require.Contains(t, string(text), "example-psk-identity")
		require.Contains(t, string(text), `"masked:19"`)
		n, err := ParseJSON(text)
		if name == "yaml" {
			n, err = ParseYAML(text)
		}
		require.NoError(t, err)
		_, _, err = Generate(n, nil)
		require.ErrorIs(t, err, ErrMasked)
	}
	for name, file := range map[string][]byte{
		"raw file":                 append([]byte{0, 2, 0, 31, 0, 0, 0, 0, 0}, append(unhex(t, "0000 00 0015 C813 12"), key[:18]...)...),
		"raw object":               append([]byte{0, 1, 0, 26}, append(unhex(t, "0000 00 0015 C805 12"), key[:18]...)...),
		"unknown object":           append([]byte{0, 1, 0, 29}, append(unhex(t, "1267 00 0018 0800 15 C805 12"), key[:18]...)...),
		"unknown resource":         append([]byte{0, 1, 0, 29}, append(unhex(t, "0000 00 0018 0800 15 C863 12"), key[:18]...)...),
		"key in a multiple":        append([]byte{0, 1, 0, 32}, append(unhex(t, "0000 00 001B 0800 18 8805 15 4800 12"), key[:18]...)...),
		"key that is raw, and 1.0": append([]byte{0, 1, 0, 30}, append(unhex(t, "0000 0100 0018 0800 15 C805 12"), key[:18]...)...),
	} {
		open, err := EncodeYAML(file, nil)
		require.NoError(t, err, name)
		require.True(t, strings.Contains(string(open), hexKey) || strings.Contains(string(open), key[:18]), name)
		text, err := EncodeYAML(file, &DecodeOptions{Mask: true})
		require.NoError(t, err, name)
		require.NotContains(t, string(text), hexKey, name)
		require.NotContains(t, string(text), key[:3], name)
		require.Contains(t, string(text), "masked:", name)
	}
}

func TestDefinitionsOfTheCallerAreUsedBothWays(t *testing.T) {
	reg := new(objects.Registry)
	require.NoError(t, reg.Register(objects.Definition{ID: 4711, Name: "Coffee Machine", Resources: []objects.ResourceDefinition{
		{ID: 3, Name: "LwM2M Cup(s) left", Type: objects.TypeUnsigned, Operations: objects.OpRead},
		{ID: 4, Name: "PIN", Type: objects.TypeString, Secret: true},
	}}))
	n, err := ParseYAML([]byte("Coffee-machine/0: {cups left: 200, pin: \"0000\"}"))
	require.NoError(t, err)
	file, _, err := Generate(n, &Options{Registry: reg, NoValidate: true})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "0001 0011 1267 00 000C 0800 09 C103C8 C404 30303030"), file)
	text, err := EncodeYAML(file, &DecodeOptions{Registry: reg})
	require.NoError(t, err)
	require.Contains(t, string(text), "CoffeeMachine:\n  0:\n    CupsLeft: 200\n    PIN: \"0000\"\n")
	text, err = EncodeJSON(file, &DecodeOptions{Registry: reg, Mask: true})
	require.NoError(t, err)
	require.Contains(t, string(text), `"PIN": "masked:4"`)
}
