package dict

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// accepted are values as Python writes them, each the value of {0: …}. Python
// agrees with every row, see TestPythonAgrees.
var accepted = []struct{ name, source, want string }{
	{"text", `'a'`, `"a"`},
	{"double quotes", `"it's"`, `"it's"`},
	{"empty text", `''`, `""`},
	{"long text", "'''a\n'b'' \"c\"'''", `"a\n'b'' \"c\""`},
	{"long text in double quotes", `"""a"b"""`, `"a\"b"`},
	{"long empty text", `""""""`, `""`},
	{"long text before another", `'''a''''b'`, `"ab"`},
	{"comment sign in text", `'a#b'`, `"a#b"`},
	{"brackets in text", `'{[(' ")"`, `"{[()"`},
	{"text beyond ASCII", `'grüß 😀'`, `"grüß 😀"`},
	{"replacement character", `'�'`, `"�"`},
	{"u", `u'a'`, `"a"`},
	{"U", `U"a"`, `"a"`},
	{"raw", `r'\x41\'\n'`, `"\\x41\\'\\n"`},
	{"raw with a joined line", "R'a\\\nb'", `"a\\\nb"`},
	{"long raw", `r'''\''''`, `"\\'"`},
	{"octets", `b'a'`, `b"a"`},
	{"octets of any value", `b'\x00\xff\xFE'`, `b"\x00\xff\xfe"`},
	{"one octet FF", `b'\xff'`, `b"\xff"`},
	{"one character FF", `'\xff'`, `"ÿ"`},
	{"character FF in octal", `'\377'`, `"ÿ"`},
	{"octet FF in octal", `b'\377'`, `b"\xff"`},
	{"raw octets", `rb'\xff'`, `b"\\xff"`},
	{"raw octets otherwise", `Br"\xff"`, `b"\\xff"`},
	{"long octets", "b'''a\nb'''", `b"a\nb"`},
	{"escapes", `'\a\b\f\n\r\t\v\\\'\"'`, `"\a\b\f\n\r\t\v\\'\""`},
	{"escapes of octets", `b'\a\b\f\n\r\t\v\\\'\"'`, `b"\a\b\f\n\r\t\v\\'\""`},
	{"octal of one digit", `'\08\7'`, `"\x008\a"`},
	{"octal of three digits", `'\1011'`, `"A1"`},
	{"octal at the end", `'\10'`, `"\b"`},
	{"u and U escapes", `'\u20ac\U0001F600\uFFFD'`, `"€😀�"`},
	{"no u escape in octets", `b'\u20ac\U\N{'`, `b"\\u20ac\\U\\N{"`},
	{"unknown escape", `'\d\8\é'`, `"\\d\\8\\é"`},
	{"unknown escape in octets", `b'\d'`, `b"\\d"`},
	{"joined line in text", "'a\\\nb'", `"ab"`},
	{"adjacent", `'a' "b"'c'`, `"abc"`},
	{"adjacent on lines with comments", "'a' # x'\n  r'\\.' \\\n  'c'", `"a\\.c"`},
	{"adjacent over a comment", "'a' # it's\n\n 'b'", `"ab"`},
	{"adjacent octets", `b'\xff' b'b'B"c"`, `b"\xffbc"`},
	{"octets that are UTF-8", `b'\xc3\xa9'`, `b"é"`},

	{"number", `86400`, `86400`},
	{"zero", `0`, `0`},
	{"zeros", `00_0`, `0`},
	{"underscore", `1_000`, `1000`},
	{"hexadecimal", `0xC0_a8`, `49320`},
	{"underscore after the base", `0x_ff`, `255`},
	{"hexadecimal with an e", `0xe+1`, `15`},
	{"octal", `0o17`, `15`},
	{"binary", `0B1_01`, `5`},
	{"largest", `18446744073709551615`, `18446744073709551615`},
	{"least", `-9223372036854775808`, `-9223372036854775808`},
	{"negative", `-1`, `-1`},
	{"signs", `- + -1`, `1`},
	{"fraction", `1.5`, `1.5`},
	{"fraction with a sign", `-0.5`, `-0.5`},
	{"fraction without digits", `5.`, `5.0`},
	{"fraction without an integer", `.5`, `0.5`},
	{"fraction with a zero before", `01.50`, `1.5`},
	{"exponent", `2_5e-1_0`, `2.5e-09`},
	{"exponent with a plus", `1E+300`, `1e+300`},
	{"exponent alone", `15e0`, `15.0`},

	{"True", `True`, `true`},
	{"False", `False`, `false`},
	{"list", `[1, 'a',]`, `[1, "a"]`},
	{"empty list", `[]`, `[]`},
	{"tuple", `(1, 2)`, `[1, 2]`},
	{"tuple of one", `(1,)`, `[1]`},
	{"empty tuple", `()`, `[]`},
	{"brackets", `((1))`, `1`},
	{"brackets around a list", `([1])`, `[1]`},
	{"pairs", `[(0, 'a'), (1, 'b')]`, `[[0, "a"], [1, "b"]]`},
	{"dictionary", `{1: {}, 2: {3: 4,},}`, `{1: {}, 2: {3: 4}}`},
	{"computed key", `{(1 + 1): 1, -3: 1, 0x10: 1, 'a' 'b': 1}`, `{2: 1, -3: 1, 16: 1, "ab": 1}`},
	{"number and text are two keys", `{1: 1, '1': 2}`, `{1: 1, "1": 2}`},

	{"seconds of a day", `60 * 60 * 24`, `86400`},
	{"order of operators", `1 + 2 * 3 - 4`, `3`},
	{"brackets in a sum", `(1 + 2) * 3`, `9`},
	{"floored division", `-7 // 2`, `-4`},
	{"remainder has the sign of the divisor", `-7 % 3 * 10 + 7 % -3`, `18`},
	{"sign of a sum", `-(1 + 2)`, `-3`},
	{"sum of texts", `'a' + 'b' 'c'`, `"abc"`},
	{"sum of octets", `b'\xc3' + b'\xa9' + bytes.fromhex('00')`, `b"é\x00"`},
	{"fromhex", `bytes.fromhex('00fF')`, `b"\x00\xff"`},
	{"fromhex with spaces", `bytes . fromhex(' 00 ff\t' '\n01',)`, `b"\x00\xff\x01"`},
	{"fromhex of nothing", `bytes.fromhex('')`, `b""`},
	{"fromhex of a sum", `bytes.fromhex(('0' + '1'))`, `b"\x01"`},

	{"Object", `OID.Server`, `1`},
	{"Resource", `RID.Server.Binding`, `7`},
	{"Resource over lines", "RID.\n  Server # the server\n  .Binding", `7`},
	{"names are numbers", `OID.Server + RID.Server.Binding`, `8`},
	{"keys of names", `{OID.Security: 1, OID.Server: 2, RID.Server.Binding: 3}`, `{0: 1, 1: 2, 7: 3}`},
}

func TestAccepted(t *testing.T) {
	for _, tt := range accepted {
		t.Run(tt.name, func(t *testing.T) {
			n, err := Parse([]byte("{0: "+tt.source+"}"), nil)
			require.NoError(t, err)
			require.Equal(t, "{0: "+tt.want+"}", show(n))
		})
	}
}

func TestAcceptedAroundTheDictionary(t *testing.T) {
	for name, source := range map[string]string{
		"blank lines and comments": "\n\n# a\n  # b\n{1: 2}\n\n# c",
		"indented":                 "   \t{1: 2}",
		"indented after a line":    "\n    {1:\n2}\n  ",
		"brackets":                 "(({1: 2}))",
		"byte order mark":          "\uFEFF{1: 2}",
		"CRLF":                     "# a\r\n{1:\r\n2 # b\r\n}\r\n",
		"CR":                       "# a\r{1:\r2 # b\r}\r",
		"form feed":                "\f{1: 2}",
		"joined lines":             "{1\\\n:\\\r\n2}",
		"no blanks":                "{1:2}",
	} {
		n, err := Parse([]byte(source), nil)
		require.NoError(t, err, name)
		require.Equal(t, "{1: 2}", show(n), name)
	}
}

func TestEveryEndOfLineInATextIsOneLineFeed(t *testing.T) {
	n, err := Parse([]byte("{1: '''a\r\nb\rc\nd''', 2: 'e\\\r\nf'}"), nil)
	require.NoError(t, err)
	require.Equal(t, `{1: "a\nb\nc\nd", 2: "ef"}`, show(n))
}

func TestPrefixOfTheSeedIsNeverTaken(t *testing.T) {
	for _, name := range []string{"seed.py", "seed-numbers.py"} {
		content := read(t, name)
		end := strings.LastIndexByte(string(content), '}')
		for n := range end {
			_, err := Parse(content[:n], nil)
			require.Error(t, err, "%s: %d octets", name, n)
		}
	}
}
