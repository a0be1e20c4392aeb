package dict

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// refused are whole configurations, with the place where each stops.
var refused = []struct {
	name, source string
	class        error
	at           string
}{
	{"nothing", "", config.ErrSyntax, "1:1"},
	{"a comment alone", "# hush", config.ErrSyntax, "1:1"},
	{"a list", " [1]", config.ErrSyntax, "1:2"},
	{"a text", "'hush'", config.ErrSyntax, "1:1"},
	{"two dictionaries", "{1: 2}\n{3: 4}", config.ErrSyntax, "2:1"},
	{"two dictionaries with a comma", "{1: 2}, {3: 4}", config.ErrSyntax, "1:1"},
	{"a comma after the dictionary", "{1: 2},", config.ErrSyntax, "1:1"},
	{"an assignment", "{1: 2}\nx = {}", config.ErrSyntax, "2:1"},
	{"a merge", "{} | {}", config.ErrSyntax, "1:4"},
	{"not UTF-8", "{1:\n '\xff'}", config.ErrSyntax, "2:3"},
	{"a NUL", "{1: '\x00'}", config.ErrSyntax, "1:6"},
	{"a character of no meaning", "{1: é}", config.ErrSyntax, "1:5"},
	{"a question mark", "{1: ?}", config.ErrSyntax, "1:5"},
	{"a lone backslash", "{1: \\ 2}", config.ErrSyntax, "1:5"},

	{"a bracket left open", "{1: [2}", config.ErrSyntax, "1:7"},
	{"a brace left open", "{1:\n {2: 3}", config.ErrSyntax, "1:1"},
	{"a bracket too many", "{1: 2}}", config.ErrSyntax, "1:7"},
	{"no value", "{1: }", config.ErrSyntax, "1:5"},
	{"no colon", "{1 2}", config.ErrSyntax, "1:4"},
	{"no comma", "{1: 2\n 3: 'hush'}", config.ErrSyntax, "2:2"},
	{"two commas", "{1: 2,, 3: 4}", config.ErrSyntax, "1:7"},
	{"a set", "{1, 2}", config.ErrSyntax, "1:3"},
	{"an operator at the end", "{1: 2} +", config.ErrSyntax, "1:8"},
	{"a text after a number", "{1: 2 'hush'}", config.ErrSyntax, "1:7"},
	{"octets after a number", "{1: 2 b'hush'}", config.ErrSyntax, "1:7"},
	{"a name after a number", "{1: 2 True}", config.ErrSyntax, "1:7"},
	{"a number after a dot", "{1: OID.5}", config.ErrSyntax, "1:8"},
	{"a keyword after a dot", "{1: OID.lambda}", config.ErrSyntax, "1:9"},
	{"a spread list", "{1: [*[2]]}", config.ErrSyntax, "1:6"},
	{"a spread dictionary", "{**{1: 2}}", config.ErrSyntax, "1:2"},

	{"a call", "{1: open('hush')}", config.ErrSyntax, "1:5"},
	{"an import", "{1: __import__('os').system('hush')}", config.ErrSyntax, "1:5"},
	{"lambda", "{1: (lambda f: f(f))(lambda f: f(f))}", config.ErrSyntax, "1:6"},
	{"a list comprehension", "{1: [2 for x in 'hush']}", config.ErrSyntax, "1:8"},
	{"a dictionary comprehension", "{1: 2 for x in 'hush'}", config.ErrSyntax, "1:7"},
	{"a condition", "{1: 2 if True else 3}", config.ErrSyntax, "1:7"},
	{"not", "{1: not True}", config.ErrSyntax, "1:5"},
	{"and", "{1: True and False}", config.ErrSyntax, "1:10"},
	{"or", "{1: True or False}", config.ErrSyntax, "1:10"},
	{"in", "{1: 1 in []}", config.ErrSyntax, "1:7"},
	{"a comparison", "{1: 1 == 1}", config.ErrSyntax, "1:7"},
	{"a named expression", "{1: (OID := 1)}", config.ErrSyntax, "1:10"},
	{"a statement", "{1: 2}; {}", config.ErrSyntax, "1:7"},
	{"an index", "{1: 'hush'[0]}", config.ErrSyntax, "1:11"},
	{"a slice", "{1: 'hush'[0:1]}", config.ErrSyntax, "1:11"},
	{"a method of a text", "{1: 'hush'.encode()}", config.ErrSyntax, "1:18"},
	{"an attribute of a text", "{1: 'hush'.upper}", config.ErrSyntax, "1:11"},
	{"an attribute of an Object", "{1: OID.Server.real}", config.ErrSyntax, "1:15"},
	{"an attribute of an Object's method", "{1: OID.Server.__class__.__base__}", config.ErrSyntax, "1:25"},
	{"a call of an Object", "{1: OID.Server(2)}", config.ErrSyntax, "1:15"},
	{"a call of a call", "{1: bytes.fromhex('00')('00')}", config.ErrSyntax, "1:24"},
	{"an unquoted text", "{1: hush}", config.ErrSyntax, "1:5"},
	{"an unquoted address", "{1: coaps://hush}", config.ErrSyntax, "1:5"},
	{"true of JSON", "{1: true}", config.ErrSyntax, "1:5"},
	{"null of JSON", "{1: null}", config.ErrSyntax, "1:5"},
	{"None", "{1: None}", config.ErrSyntax, "1:5"},
	{"OID alone", "{OID: 1}", config.ErrSyntax, "1:2"},
	{"RID alone", "{1: RID}", config.ErrSyntax, "1:5"},
	{"RID with an Object alone", "{1: RID.Server}", config.ErrSyntax, "1:8"},
	{"OID of a Resource", "{1: OID.Server.Binding}", config.ErrSyntax, "1:15"},
	{"bytes alone", "{1: bytes}", config.ErrSyntax, "1:5"},
	{"a call of bytes", "{1: bytes(9)}", config.ErrSyntax, "1:10"},
	{"a call of another method", "{1: bytes.maketrans('a')}", config.ErrSyntax, "1:20"},
	{"fromhex of nothing", "{1: bytes.fromhex()}", config.ErrSyntax, "1:18"},
	{"fromhex of two", "{1: bytes.fromhex('00', '00')}", config.ErrSyntax, "1:18"},
	{"fromhex of octets", "{1: bytes.fromhex(b'00')}", config.ErrSyntax, "1:19"},
	{"fromhex of spread", "{1: bytes.fromhex(*['00'])}", config.ErrSyntax, "1:20"},
	{"fromhex of a spread number", "{1: bytes.fromhex(*1)}", config.ErrSyntax, "1:19"},
	{"an error in brackets", "{1: ((None))}", config.ErrSyntax, "1:7"},
	{"an error in brackets in a sum", "{1: 1 + (None)}", config.ErrSyntax, "1:10"},
	{"not UTF-8 after a CR", "{1:\r '\xff'}", config.ErrSyntax, "2:3"},
	{"an error in a sum on the left", "{1: None + 1}", config.ErrSyntax, "1:5"},
	{"fromhex of half an octet", "{1: bytes.fromhex('0 0')}", config.ErrSyntax, "1:19"},
	{"fromhex of other letters", "{1: bytes.fromhex('hush')}", config.ErrSyntax, "1:19"},
	{"fromhex of an unknown name", "{1: bytes.fromhex(None)}", config.ErrSyntax, "1:19"},

	{"repetition", "{1: 'hush' * 1000000000}", config.ErrSyntax, "1:12"},
	{"repetition from the left", "{1: 9 * b'hush'}", config.ErrSyntax, "1:7"},
	{"repetition of a list", "{1: [0] * 9}", config.ErrSyntax, "1:5"},
	{"a sum of lists", "{1: 1 + [0]}", config.ErrSyntax, "1:9"},
	{"a sum of a tuple", "{1: 1 + (0, 1)}", config.ErrSyntax, "1:9"},
	{"formatting", "{1: 'hush%s' % 'hush'}", config.ErrSyntax, "1:14"},
	{"a difference of octets", "{1: b'hush' - b'hush'}", config.ErrSyntax, "1:13"},
	{"a sum of text and octets", "{1: 'hush' + b'hush'}", config.ErrSyntax, "1:12"},
	{"a sum of octets and text", "{1: b'hush' + 'hush'}", config.ErrSyntax, "1:13"},
	{"a sum of truths", "{1: True + True}", config.ErrSyntax, "1:10"},
	{"a sum of fractions", "{1: 1.5 + 1.5}", config.ErrSyntax, "1:9"},
	{"a sum with None", "{1: 1 + None}", config.ErrSyntax, "1:9"},
	{"a minus before a text", "{1: -'hush'}", config.ErrSyntax, "1:5"},
	{"a minus before None", "{1: -None}", config.ErrSyntax, "1:6"},
	{"a quotient", "{1: 4 / 2}", config.ErrSyntax, "1:7"},
	{"a power", "{1: 9 ** 9 ** 9}", config.ErrSyntax, "1:7"},
	{"a shift", "{1: 1 << 1000000000}", config.ErrSyntax, "1:7"},
	{"a complement", "{1: ~1}", config.ErrSyntax, "1:5"},
	{"a division by zero", "{1: 1 // 0}", config.ErrSyntax, "1:7"},
	{"a remainder of zero", "{1: 1 % (1 - 1)}", config.ErrSyntax, "1:7"},

	{"a number above 64 bits", "{1: 18446744073709551616}", config.ErrLimit, "1:5"},
	{"a number below 64 bits", "{1: -9223372036854775809}", config.ErrLimit, "1:5"},
	{"a product above 64 bits", "{1: 1 + 0xFFFFFFFFFFFFFFFF * 2 - 0xFFFFFFFFFFFFFFFF}", config.ErrLimit, "1:28"},
	{"a fraction above 64 bits", "{1: 1e309}", config.ErrLimit, "1:5"},
	{"octal of C", "{1: 0755}", config.ErrSyntax, "1:5"},
	{"a decimal with a zero before", "{1: 01_9}", config.ErrSyntax, "1:5"},
	{"two underscores", "{1: 1__0}", config.ErrSyntax, "1:5"},
	{"an underscore at the end", "{1: 1_}", config.ErrSyntax, "1:5"},
	{"no digits", "{1: 0x}", config.ErrSyntax, "1:5"},
	{"a wrong digit", "{1: 0b2}", config.ErrSyntax, "1:5"},
	{"an imaginary number", "{1: 1j}", config.ErrSyntax, "1:5"},
	{"an exponent without digits", "{1: 1e+}", config.ErrSyntax, "1:5"},
	{"an address", "{1: 10.0.0.1}", config.ErrSyntax, "1:5"},
	{"a date", "{1: 1hush}", config.ErrSyntax, "1:5"},

	{"a text that does not end on its line", "{1:\n  'hush\n'}", config.ErrSyntax, "2:3"},
	{"a text that never ends", "{1: 'hush}", config.ErrSyntax, "1:5"},
	{"a long text that never ends", "{1: 2,\n3: '''hush\n''}", config.ErrSyntax, "2:4"},
	{"a text that ends in a backslash", "{1: 'hush\\", config.ErrSyntax, "1:5"},
	{"a computed text", "{1: f'hush{2}'}", config.ErrSyntax, "1:5"},
	{"a computed raw text", "{1: 'a' Rf'hush{2}'}", config.ErrSyntax, "1:9"},
	{"octets after text", "{1: 'hush' b'hush'}", config.ErrSyntax, "1:12"},
	{"text after octets", "{1: b'hush' 'hush'}", config.ErrSyntax, "1:13"},
	{"octets beyond ASCII", "{1: b'hushé'}", config.ErrSyntax, "1:11"},
	{"ub", "{1: ub'hush'}", config.ErrSyntax, "1:5"},
	{"hexadecimal of one digit", "{1: 'hush\\xa'}", config.ErrSyntax, "1:10"},
	{"hexadecimal with an underscore", "{1: b'hush\\u\\x_a'}", config.ErrSyntax, "1:13"},
	{"hexadecimal with a sign", "{1: b'hush\\x+a'}", config.ErrSyntax, "1:11"},
	{"u with three digits", "{1: 'hush\\u20a'}", config.ErrSyntax, "1:10"},
	{"u at the end", "{1: 'hush\\u", config.ErrSyntax, "1:10"},
	{"half a surrogate", "{1: 'hush\\ud83d\\ude00'}", config.ErrSyntax, "1:10"},
	{"beyond Unicode", "{1: 'hush\\U00110000'}", config.ErrSyntax, "1:10"},
	{"far beyond Unicode", "{1: 'hush\\Uffffffff'}", config.ErrSyntax, "1:10"},
	{"octal above 377", "{1: 'hush\\400'}", config.ErrSyntax, "1:10"},
	{"octal above 377 in octets", "{1: b'hush\\777'}", config.ErrSyntax, "1:11"},
	{"a named character", "{1: 'hush\\N{DASH}'}", config.ErrSyntax, "1:10"},

	{"a key twice", "{1: 'hush',\n 1: 'hush'}", config.ErrTwice, "2:2"},
	{"a key twice in two spellings", "{255: 1, 0xFF: 2}", config.ErrTwice, "1:10"},
	{"a key by number and by name", "{0: 1, OID.Security: 2}", config.ErrTwice, "1:8"},
	{"a key by name and by number", "{1: {OID.Server: 1, 1: 2}}", config.ErrTwice, "1:21"},
	{"a text twice", "{'hush': 1, 'hu' 'sh': 2}", config.ErrTwice, "1:13"},
	{"a key of octets", "{b'hush': 1}", config.ErrKey, "1:2"},
	{"a key of truth", "{1: 2, True: 1}", config.ErrKey, "1:8"},
	{"a fraction for a key", "{1.0: 1}", config.ErrKey, "1:2"},
	{"a list for a key", "{[1]: 1}", config.ErrSyntax, "1:2"},
	{"a tuple for a key", "{(1, 2): 1}", config.ErrSyntax, "1:2"},
	{"an empty tuple for a key", "{(): 1}", config.ErrSyntax, "1:2"},
	{"a dictionary for a key", "{{}: 1}", config.ErrSyntax, "1:2"},
	{"an error in a list", "{1: [2, None]}", config.ErrSyntax, "1:9"},
	{"an error in a dictionary", "{1: {2: None}}", config.ErrSyntax, "1:9"},

	{"an unknown Object", "{OID.hush: 1}", config.ErrKey, "1:6"},
	{"an unknown Object of a Resource", "{RID.Securty.Mode: 1}", config.ErrKey, "1:6"},
	{"an unknown Resource", "{RID.\nServer.\n hush: 1}", config.ErrKey, "3:2"},
}

func TestRefused(t *testing.T) {
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			n, err := Parse([]byte(tt.source), nil)
			requireRefused(t, err, tt.class, tt.at)
			require.Equal(t, config.Node{}, n)
		})
	}
}

func TestUnknownNameIsAnsweredWithTheNearestOne(t *testing.T) {
	for source, want := range map[string]string{
		"{OID.Securty: 1}":         "OID.Security",
		"{OID.Sever: 1}":           "OID.Server",
		"{RID.Servr.Binding: 1}":   "RID.Server",
		"{RID.Server.Bindings: 1}": "RID.Server.Binding",
		"{RID.Server.LifeTme: 1}":  "RID.Server.Lifetime",
	} {
		_, err := Parse([]byte(source), nil)
		require.ErrorIs(t, err, config.ErrKey, source)
		require.ErrorContains(t, err, "did you mean "+want+"?", source)
	}
	for _, far := range []string{"Qqqqqq", "x", strings.Repeat("Server", 11)} {
		_, err := Parse([]byte("{OID."+far+": 1}"), nil)
		require.ErrorIs(t, err, config.ErrKey)
		require.NotContains(t, err.Error(), "did you mean")
	}
}

func TestNearestIsBounded(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	require.Equal(t, a(63), nearest(a(maxName), map[string]uint16{a(63): 1}))
	require.Empty(t, nearest(a(maxName+1), map[string]uint16{a(63): 1}))
	require.Equal(t, "abd", nearest("abc", map[string]uint16{"xyz": 1, "abe": 2, "abd": 3}))
	require.Equal(t, "abcd", nearest("abxx", map[string]uint16{"abcd": 1}))
	require.Empty(t, nearest("axxx", map[string]uint16{"abcd": 1}))
	require.Empty(t, nearest("a", nil))
}
