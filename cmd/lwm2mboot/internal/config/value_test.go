package config

import (
	"encoding/hex"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	require.NoError(t, err)
	return b
}

// field is one of a type; the Object is none that is known.
func field(typ objects.Type) Field {
	return Field{Object: 4711, ID: 5, Definition: &objects.ResourceDefinition{ID: 5, Type: typ}}
}

// anyOctets is a field that some versions call a String, others an Opaque.
var anyOctets = Field{Object: 21, Definition: &objects.ResourceDefinition{Type: objects.TypeString, AnyOctets: true}}

var unknown = Field{Object: 4711, ID: 5}

var mode = Field{Object: 0, ID: 2, Definition: &objects.ResourceDefinition{ID: 2, Type: objects.TypeInteger}}

// scalar parses one value of YAML.
func scalar(t testing.TB, yaml string) Node {
	t.Helper()
	n, err := ParseYAML([]byte(yaml))
	require.NoError(t, err)
	return n
}

func TestValuesOfEveryType(t *testing.T) {
	tests := []struct {
		name  string
		f     Field
		yaml  string
		want  string // hex
		again string // as it is written; "" as yaml has it
	}{
		{"text", field(objects.TypeString), `"coap://x"`, "636F61703A2F2F78", ""},
		{"empty text", field(objects.TypeString), `""`, "", ""},
		{"text in UTF-8", field(objects.TypeString), `"é€𝄞"`, "C3A9 E282AC F09D849E", ""},
		{"text of two lines", field(objects.TypeString), `"a\nb"`, "610A62", ""},
		{"text with controls", field(objects.TypeString), `"\x00\x1B\x7F\u0085\u2028\uFEFF"`, "00 1B 7F C285 E280A8 EFBBBF", ""},
		{"text with quotes", field(objects.TypeString), `"a\"b\\c'd"`, "612262 5C 63 27 64", ""},
		{"text that looks like a truth value", field(objects.TypeString), `"no"`, "6E6F", ""},
		{"text that looks like a number", field(objects.TypeString), `"1e3"`, "316533", ""},
		{"text that looks like hex", field(objects.TypeString), `"0x10"`, "30783130", ""},
		{"text that looks like a date", field(objects.TypeString), `"2001-01-01"`, "323030312D30312D3031", ""},
		{"text that looks like octal", field(objects.TypeString), `"007"`, "303037", ""},
		{"text that looks like nothing", field(objects.TypeString), `"~"`, "7E", ""},
		{"text with spaces around", field(objects.TypeString), `" a "`, "206120", ""},
		{"text like a template", field(objects.TypeString), `"${x}"`, "247B787D", ""},
		{"no without quotes", field(objects.TypeString), "no", "6E6F", `"no"`},
		{"a date without quotes", field(objects.TypeString), "2001-01-01", "323030312D30312D3031", `"2001-01-01"`},
		{"escaped prefix", field(objects.TypeString), `"text:hex:00"`, "6865783A3030", ""},
		{"escaped prefix twice", field(objects.TypeString), `"text:text:"`, "746578743A", ""},
		{"escaped prefix in capitals", field(objects.TypeString), `"text:Masked:"`, "4D61736B65643A", ""},
		{"blank before a prefix", field(objects.TypeString), `"text: hex:00"`, "20 6865783A3030", ""},
		{"tab before a prefix", field(objects.TypeOpaque), `!!binary IAlSYXc6`, "20 09 5261773A", `"hex:20095261773a"`},
		{"blanks before a prefix in octets", field(objects.TypeOpaque), `"text:  base64:"`, "2020 6261736536343A", ""},
		{"text in hex", field(objects.TypeString), "hex:55", "55", `"U"`},
		{"text in base64", field(objects.TypeString), "base64:VQ==", "55", `"U"`},
		{"text as bytes", field(objects.TypeString), "!!binary VQ==", "55", `"U"`},
		{"a String that is not UTF-8", field(objects.TypeString), "raw:ff", "FF", `"raw:ff"`},
		{"links", field(objects.TypeCorelnk), `"</1/0>,</3>"`, "3C2F312F303E2C3C2F333E", ""},

		{"readable octets", field(objects.TypeOpaque), `"3x@mpl3 P5K"`, "337840 6D706C3320 50354B", ""},
		{"no octets", field(objects.TypeOpaque), `""`, "", ""},
		{"no octets in hex", field(objects.TypeOpaque), `"hex:"`, "", `""`},
		{"octets", field(objects.TypeOpaque), `"hex:00ff"`, "00FF", ""},
		{"octets with spaces", field(objects.TypeOpaque), "hex:00 Ff  1a ", "00FF1A", `"hex:00ff1a"`},
		{"octets with a newline", field(objects.TypeOpaque), `"hex:610a"`, "610A", ""},
		{"octets in base64", field(objects.TypeOpaque), "base64:AP8=", "00FF", `"hex:00ff"`},
		{"octets in base64 without padding", field(objects.TypeOpaque), "base64:AP8", "00FF", `"hex:00ff"`},
		{"octets as bytes", field(objects.TypeOpaque), "!!binary AP8=", "00FF", `"hex:00ff"`},
		{"octets like a prefix", field(objects.TypeOpaque), `"text:raw:1"`, "7261773A31", ""},
		{"octets that some call a String", anyOctets, `"hex:ff"`, "FF", ""},
		{"bytes that some call a String", anyOctets, `!!binary /w==`, "FF", `"hex:ff"`},

		{"0", field(objects.TypeInteger), "0", "00", ""},
		{"-1", field(objects.TypeInteger), "-1", "FF", ""},
		{"127", field(objects.TypeInteger), "127", "7F", ""},
		{"200", field(objects.TypeInteger), "200", "00C8", ""},
		{"-32769", field(objects.TypeInteger), "-32769", "FFFF7FFF", ""},
		{"86400 in groups", field(objects.TypeInteger), "86_400", "00015180", "86400"},
		{"a number with a plus", field(objects.TypeInteger), "+5", "05", "5"},
		{"a number in hex", field(objects.TypeInteger), "0x7fff", "7FFF", "32767"},
		{"a number in octal", field(objects.TypeInteger), "0o17", "0F", "15"},
		{"a number in binary", field(objects.TypeInteger), "-0b101", "FB", "-5"},
		{"a number in quotes", field(objects.TypeInteger), `"12"`, "0C", "12"},
		{"the largest", field(objects.TypeInteger), "9223372036854775807", "7FFFFFFFFFFFFFFF", ""},
		{"the smallest", field(objects.TypeInteger), "-9223372036854775808", "8000000000000000", ""},
		{"longer than needed", field(objects.TypeInteger), `"raw:0005"`, "0005", ""},
		{"no number", field(objects.TypeInteger), `"raw:"`, "", ""},
		{"three octets", field(objects.TypeInteger), `"raw:010203"`, "010203", ""},

		{"200 unsigned", field(objects.TypeUnsigned), "200", "C8", ""},
		{"-0 unsigned", field(objects.TypeUnsigned), "-0", "00", "0"},
		{"65536 unsigned", field(objects.TypeUnsigned), "0x1_0000", "00010000", "65536"},
		{"the largest unsigned", field(objects.TypeUnsigned), "18446744073709551615", "FFFFFFFFFFFFFFFF", ""},

		{"a float of four octets", field(objects.TypeFloat), "1.5", "3FC00000", ""},
		{"a float of eight", field(objects.TypeFloat), "0.1", "3FB999999999999A", ""},
		{"a whole float", field(objects.TypeFloat), "-2", "C0000000", ""},
		{"a float with an exponent", field(objects.TypeFloat), "1e+300", "7E37E43C8800759C", ""},
		{"a float in hex", field(objects.TypeFloat), "-0x10", "C1800000", "-16"},
		{"a float in groups", field(objects.TypeFloat), "86_400.5", "47A8C040", "86400.5"},
		{"infinity", field(objects.TypeFloat), ".inf", "7F800000", `"+Inf"`},
		{"less than all", field(objects.TypeFloat), "-.Inf", "FF800000", `"-Inf"`},
		{"a float in quotes", field(objects.TypeFloat), `"1.5"`, "3FC00000", "1.5"},
		{"a NaN of its own", field(objects.TypeFloat), `"raw:7fc00001"`, "7FC00001", ""},
		{"a float longer than needed", field(objects.TypeFloat), `"raw:3ff0000000000000"`, "3FF0000000000000", ""},

		{"true", field(objects.TypeBoolean), "true", "01", ""},
		{"false", field(objects.TypeBoolean), "false", "00", ""},
		{"True", field(objects.TypeBoolean), "True", "01", "true"},
		{"1", field(objects.TypeBoolean), "1", "01", "true"},
		{"0 for false", field(objects.TypeBoolean), "0", "00", "false"},
		{"true in quotes", field(objects.TypeBoolean), `"TRUE"`, "01", "true"},
		{"neither", field(objects.TypeBoolean), `"raw:02"`, "02", ""},

		{"a time", field(objects.TypeTime), `"2026-01-31T12:00:00Z"`, "697DEEC0", ""},
		{"a time without quotes", field(objects.TypeTime), "2026-01-31T12:00:00Z", "697DEEC0", `"2026-01-31T12:00:00Z"`},
		{"a time elsewhere", field(objects.TypeTime), "2026-01-31T13:00:00+01:00", "697DEEC0", `"2026-01-31T12:00:00Z"`},
		{"seconds", field(objects.TypeTime), "1769860800", "697DEEC0", `"2026-01-31T12:00:00Z"`},
		{"a time before all", field(objects.TypeTime), `"1969-12-31T23:59:59Z"`, "FF", ""},
		{"a time of no year", field(objects.TypeTime), `"raw:7fffffffffffffff"`, "7FFFFFFFFFFFFFFF", ""},

		{"a link", field(objects.TypeObjlnk), `"21:0"`, "00150000", ""},
		{"a link without quotes", field(objects.TypeObjlnk), "21:0", "00150000", `"21:0"`},
		{"a link to nothing", field(objects.TypeObjlnk), `"65535:65535"`, "FFFFFFFF", ""},
		{"a link of two octets", field(objects.TypeObjlnk), `"raw:0015"`, "0015", ""},

		{"text that nothing is known of", unknown, `"abc"`, "616263", ""},
		{"octets that nothing is known of", unknown, "hex:00", "00", `"hex:00"`},
		{"a number that nothing is known of", unknown, "200", "00C8", `"hex:00c8"`},
		{"a fraction that nothing is known of", unknown, "1.5", "3FC00000", `"hex:3fc00000"`},
		{"1e3 that nothing is known of", unknown, "1e3", "447A0000", `"hex:447a0000"`},
		{"a truth that nothing is known of", unknown, "true", "01", `"hex:01"`},
		{"bytes that nothing is known of", unknown, "!!binary AA==", "00", `"hex:00"`},
		{"raw octets that nothing is known of", unknown, "raw:41", "41", `"A"`},
		{"a value of what can only be executed", field(objects.TypeNone), "5", "05", `"hex:05"`},

		{"PSK", mode, "psk", "00", `"PSK"`},
		{"RPK", mode, `"RPK"`, "01", ""},
		{"X.509", mode, "X.509", "02", `"Certificate"`},
		{"NoSec", mode, "3", "03", `"NoSec"`},
		{"EST", mode, "est", "04", `"EST"`},
		{"a mode without a name", mode, "5", "05", ""},
		{"a negative mode", mode, "-1", "FF", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := unhex(t, tt.want)
			got, err := AppendValue([]byte{0xEE}, tt.f, scalar(t, tt.yaml))
			require.NoError(t, err)
			require.Equal(t, append([]byte{0xEE}, want...), got)
			again := tt.again
			if again == "" {
				again = tt.yaml
			}
			var d decoder
			require.Equal(t, again+"\n", string(AppendYAML(nil, d.value(tt.f, want))))
		})
	}
}

func TestValuesThatAResourceCannotHave(t *testing.T) {
	types := map[string]objects.Type{
		"String": objects.TypeString, "Opaque": objects.TypeOpaque, "Integer": objects.TypeInteger,
		"Unsigned": objects.TypeUnsigned, "Float": objects.TypeFloat, "Boolean": objects.TypeBoolean,
		"Time": objects.TypeTime, "Objlnk": objects.TypeObjlnk, "Corelnk": objects.TypeCorelnk, "none": objects.TypeNone,
	}
	tests := map[string]string{ // YAML: the types that refuse it
		"[1]":                       "all",
		"{0: 1}":                    "all",
		"~":                         "all",
		"5":                         "String Opaque Corelnk Objlnk Boolean",
		"-1":                        "String Opaque Corelnk Objlnk Boolean Unsigned",
		"1.5":                       "String Opaque Corelnk Objlnk Boolean Integer Unsigned Time",
		"1e3":                       "String Opaque Corelnk Objlnk Boolean Integer Unsigned Time",
		"010":                       "all",
		"0_1":                       "all",
		"00.5":                      "all",
		`"0x1p1"`:                   "Objlnk Boolean Integer Unsigned Time Float",
		"1e999":                     "all",
		".nan":                      "String Opaque Corelnk Objlnk Boolean Integer Unsigned Time",
		"9223372036854775808":       "String Opaque Corelnk Objlnk Boolean Integer Time none",
		"-9223372036854775809":      "String Opaque Corelnk Objlnk Boolean Integer Unsigned Time none",
		"18446744073709551616":      "String Opaque Corelnk Objlnk Boolean Integer Unsigned Time none",
		"0x1ffffffffffffffff":       "all",
		"true":                      "String Opaque Corelnk Objlnk Integer Unsigned Time Float",
		"!!binary /w==":             "String Corelnk Objlnk Boolean Integer Unsigned Time Float",
		"!!binary MQ==":             "Objlnk Boolean Integer Unsigned Time Float",
		"abc":                       "Objlnk Boolean Integer Unsigned Time Float",
		`"1__0"`:                    "Objlnk Boolean Integer Unsigned Time Float",
		`"_1"`:                      "Objlnk Boolean Integer Unsigned Time Float",
		`"1_"`:                      "Objlnk Boolean Integer Unsigned Time Float",
		`""`:                        "Objlnk Boolean Integer Unsigned Time Float",
		`"-"`:                       "Objlnk Boolean Integer Unsigned Time Float",
		`"2"`:                       "Objlnk Boolean",
		"21:65536":                  "Boolean Integer Unsigned Time Float Objlnk",
		"2026-01-31":                "Objlnk Boolean Integer Unsigned Time Float",
		"2026-13-31T00:00:00Z":      "Objlnk Boolean Integer Unsigned Time Float",
		"2026-01-31T00:00:00.5Z":    "Objlnk Boolean Integer Unsigned Time Float",
		"hex:0":                     "all",
		"hex:0g":                    "all",
		"hex:g0":                    "all",
		"hex:0 0":                   "all",
		"raw:0":                     "all",
		"hex:ff":                    "String Corelnk Objlnk Boolean Integer Unsigned Time Float",
		"base64:/w==":               "String Corelnk Objlnk Boolean Integer Unsigned Time Float",
		"base64:A":                  "all",
		"base64:AP9=":               "all", // bits left over
		"base64:A_8=":               "all", // the other alphabet
		"text:1":                    "Objlnk Boolean Integer Unsigned Time Float",
		"file:x":                    "all",
		"masked:5":                  "all",
		"RAW:00":                    "all",
		"Base64:AA==":               "all",
		"!!str masked:5":            "all",
		`"\u0068ex:0"`:              "all",
		`" hex:00"`:                 "all",
		`"\t  Raw:00"`:              "all",
		`" text:x"`:                 "all",
		"99999999999999999999.5e10": "String Opaque Corelnk Objlnk Boolean Integer Unsigned Time",
	}
	for yaml, refusing := range tests {
		n := scalar(t, yaml)
		for name, typ := range types {
			want := strings.Contains(" "+refusing+" ", " "+name+" ") || refusing == "all"
			got, err := AppendValue([]byte{0xEE}, field(typ), n)
			require.Equal(t, want, err != nil, "%s for %s: %v", yaml, name, err)
			if want {
				require.Equal(t, []byte{0xEE}, got, "%s for %s", yaml, name)
				var bad *Error
				require.ErrorAs(t, err, &bad)
				require.Equal(t, n.At, bad.At)
			}
		}
	}
}

func TestNodesOfOtherParsers(t *testing.T) {
	got, err := AppendValue(nil, field(objects.TypeFloat), Node{Kind: Text, Text: "nan"})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "7FF8000000000001"), got)
	for _, text := range []string{"++inf", "+-1", "--.inf", "..inf"} {
		_, err = AppendValue(nil, field(objects.TypeFloat), Node{Kind: Text, Text: text})
		require.ErrorIs(t, err, ErrValue, text)
	}
	// Text of a dictionary has no prefix, whatever stands before it.
	literal := Node{Kind: Text, Text: " hex:00", Literal: true}
	got, err = AppendValue(nil, field(objects.TypeOpaque), literal)
	require.NoError(t, err)
	require.Equal(t, " hex:00", string(got))
	require.Equal(t, "\"text: hex:00\"\n", string(AppendYAML(nil, literal)))
	// Python's bytes are never looked into for a prefix.
	got, err = AppendValue(nil, field(objects.TypeOpaque), Node{Kind: Bytes, Octets: []byte("hex:00")})
	require.NoError(t, err)
	require.Equal(t, []byte("hex:00"), got)
	require.True(t, math.Signbit(math.Copysign(0, -1)))
	got, err = AppendValue(nil, field(objects.TypeFloat), Node{Kind: Number, Text: "-0.0"})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "80000000"), got)
}

func TestAppendValueAllocatesNothing(t *testing.T) {
	dst := make([]byte, 0, 64)
	for f, text := range map[*Field]string{
		{Definition: &objects.ResourceDefinition{Type: objects.TypeOpaque}}:  "hex:00112233445566778899aabbccddeeff",
		{Definition: &objects.ResourceDefinition{Type: objects.TypeString}}:  "coaps://example.com",
		{Definition: &objects.ResourceDefinition{Type: objects.TypeInteger}}: "86400",
	} {
		n := Node{Kind: Text, Text: text}
		require.Zero(t, testing.AllocsPerRun(100, func() {
			if _, err := AppendValue(dst[:0], *f, n); err != nil {
				panic(err)
			}
		}), text)
	}
}

func TestPrintableIsWhatPeopleCanType(t *testing.T) {
	for _, text := range []string{"", "abc", "é€", "a b"} {
		require.True(t, printable([]byte(text)), text)
	}
	for _, text := range []string{"\n", "\x00", "\xFF", "\u00A0", "\u200B", "\uFEFF", "\uFFFE"} {
		require.False(t, printable([]byte(text)), "%q", text)
	}
	require.True(t, printable([]byte(string(utf8.RuneError))), "U+FFFD itself")
}
