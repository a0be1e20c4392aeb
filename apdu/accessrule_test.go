package apdu_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Rules as cards have them. The first is that of the specification's clause,
// the others are of the forms that it allows.
var ruleVectors = []struct {
	name, hex    string
	read, update string
}{
	{"READ by PIN1, UPDATE by ADM1", "80 01 01 A4 06 83 01 01 95 01 08 80 01 02 A4 06 83 01 0A 95 01 08", "PIN1 (01)", "ADM1 (0A)"},
	{"READ always, all else never", "80 01 01 90 00 80 01 7E 97 00", "always", "never"},
	{"one mode byte for both", "80 01 03 A4 06 83 01 01 95 01 08", "PIN1 (01)", "PIN1 (01)"},
	{"another order", "80 01 02 A4 06 83 01 0B 95 01 08 80 01 01 90 00", "always", "ADM2 (0B)"},
	{"usage ahead of the reference", "80 01 01 A4 06 95 01 08 83 01 11", "universal PIN (11)", "never"},
	{"no usage", "80 01 01 A4 03 83 01 01", "PIN1 (01)", "never"},
	{"local PIN", "80 01 01 A4 06 83 01 81 95 01 08", "PIN2 (81)", "never"},
	{"any of", "80 01 01 A0 10 A4 06 83 01 01 95 01 08 A4 06 83 01 0A 95 01 08", "PIN1 (01) or ADM1 (0A)", "never"},
	{"all of", "80 01 01 AF 10 A4 06 83 01 01 95 01 08 A4 06 83 01 81 95 01 08", "PIN1 (01) and PIN2 (81)", "never"},
	{"two conditions behind one mode: both", "80 01 01 A4 06 83 01 01 95 01 08 A4 06 83 01 81 95 01 08", "PIN1 (01) and PIN2 (81)", "never"},
	{"any of, one of them two",
		"80 01 01 A0 1A A4 06 83 01 0A 95 01 08 AF 10 A4 06 83 01 01 95 01 08 A4 06 83 01 81 95 01 08",
		"ADM1 (0A) or PIN1 (01) and PIN2 (81)", "never"},
	{"all of, one of them either",
		"80 01 01 AF 1A A4 06 83 01 01 95 01 08 A0 10 A4 06 83 01 81 95 01 08 A4 06 83 01 0A 95 01 08",
		"PIN1 (01) and PIN2 (81) or PIN1 (01) and ADM1 (0A)", "never"},
	{"any of, always among them", "80 01 01 A0 0A A4 06 83 01 01 95 01 08 90 00", "always", "never"},
	{"any of, always ahead", "80 01 01 A0 0A 90 00 A4 06 83 01 01 95 01 08", "always", "never"},
	{"all of, always among them", "80 01 01 AF 0A 90 00 A4 06 83 01 01 95 01 08", "PIN1 (01)", "never"},
	{"all of, never among them", "80 01 01 AF 0A A4 06 83 01 01 95 01 08 97 00", "never", "never"},
	{"any of, never among them", "80 01 01 A0 0A 97 00 A4 06 83 01 01 95 01 08", "PIN1 (01)", "never"},
	{"the same twice", "80 01 01 AF 10 A4 06 83 01 01 95 01 08 A4 06 83 01 01 95 01 08", "PIN1 (01)", "never"},
	{"either of two, or one of them", // PIN1 and PIN2 asks for more than PIN1
		"80 01 01 A0 1A AF 10 A4 06 83 01 01 95 01 08 A4 06 83 01 81 95 01 08 A4 06 83 01 01 95 01 08", "PIN1 (01)", "never"},
	{"two rules for READ", "80 01 01 A4 06 83 01 01 95 01 08 80 01 03 A4 06 83 01 0A 95 01 08", "PIN1 (01) or ADM1 (0A)", "ADM1 (0A)"},
	{"READ not named", "80 01 78 90 00", "never", "never"},
	{"two modes ahead of one condition", "80 01 01 80 01 02 90 00", "always", "always"},
	{"condition byte: always", "80 01 01 9E 01 00", "always", "never"},
	{"condition byte: never", "80 01 01 9E 01 FF 80 01 02 90 00", "never", "always"},
	{"length in two octets", "80 81 01 01 A4 81 06 83 01 01 95 01 08", "PIN1 (01)", "never"},
	{"an erased octet between", "80 01 01 90 00 FF 80 01 02 97 00", "always", "never"},

	{"commands behind the modes", "80 01 01 90 00 84 01 32 A4 06 83 01 01 95 01 08 84 01 D4 97 00", "always", "never"},
	{"READ as an instruction code", "84 02 B0 B2 A4 06 83 01 01 95 01 08", "PIN1 (01)", "never"},
	{"UPDATE as an instruction code", "84 01 DC 90 00 80 01 01 97 00", "never", "always"},
	{"READ BINARY of one class", "8C 02 00 B0 A4 06 83 01 01 95 01 08", "something else", "never"},
	{"READ BINARY of a class, among others", "8C 04 80 F2 00 B1 90 00", "something else", "never"},
	{"UPDATE with a P1", "86 02 D6 81 90 00", "never", "something else"},
	{"command of a class", "88 01 00 90 00", "something else", "something else"},
	{"command of a class, never", "88 01 00 97 00", "never", "never"},
	{"all four octets", "8F 04 00 B0 00 00 90 00", "something else", "never"},
	{"proprietary mode", "9C 02 01 02 90 00 80 01 01 97 00", "something else", "something else"},
	{"either the mode or a command", "80 01 01 A4 06 83 01 01 95 01 08 88 01 80 90 00", "PIN1 (01) or something else", "something else"},

	{"secure messaging", "80 01 01 B4 03 83 01 01", "secure messaging", "never"},
	{"not", "80 01 01 A7 08 A4 06 83 01 01 95 01 08", "something else", "never"},
	{"security environment", "80 01 01 9E 01 11", "something else", "never"},
	{"external authentication", "80 01 01 A4 06 83 01 01 95 01 80", "something else", "never"},
	{"PIN and secure messaging in one", "80 01 01 A4 06 83 01 01 95 01 18", "something else", "never"},
	{"usage of two octets", "80 01 01 A4 07 83 01 01 95 02 08 08", "something else", "never"},
	{"two references in one template", "80 01 01 A4 09 83 01 01 83 01 81 95 01 08", "something else", "never"},
	{"no reference", "80 01 01 A4 03 95 01 08", "something else", "never"},
	{"reference 00", "80 01 01 A4 06 83 01 00 95 01 08", "something else", "never"},
	{"reference of two octets", "80 01 01 A4 07 83 02 00 01 95 01 08", "something else", "never"},
	{"algorithm in the template", "80 01 01 A4 09 80 01 01 83 01 01 95 01 08", "something else", "never"},
	{"PIN1, or secure messaging", "80 01 01 A0 0D A4 06 83 01 01 95 01 08 B4 03 83 01 01", "PIN1 (01) or secure messaging", "never"},
	{"PIN1 and secure messaging", "80 01 01 AF 0D A4 06 83 01 01 95 01 08 B4 03 83 01 01", "PIN1 (01) and secure messaging", "never"},
	{"never and secure messaging", "80 01 01 AF 07 97 00 B4 03 83 01 01", "never", "never"},
	{"secure messaging and never", "80 01 01 B4 03 83 01 01 97 00", "never", "never"},
	{"secure messaging twice", "80 01 01 B4 00 B8 00", "secure messaging", "never"},
	{"always, or secure messaging", "80 01 01 A0 07 B4 03 83 01 01 90 00", "always", "never"},
}

func TestParseAccessRule(t *testing.T) {
	for _, v := range ruleVectors {
		t.Run(v.name, func(t *testing.T) {
			b := unhex(t, v.hex)
			for _, padding := range []string{"", "FF", "00", "FFFFFFFFFFFFFFFFFFFFFFFF"} {
				rule, err := apdu.ParseAccessRule(append(unhex(t, v.hex), unhex(t, padding)...))
				require.NoError(t, err, "padded with %q", padding)
				require.Equal(t, v.read, rule.Read().String())
				require.Equal(t, v.update, rule.Update().String())
				require.Equal(t, "READ "+v.read+", UPDATE "+v.update, rule.String())
			}
			_, err := apdu.ParseAccessRule(b[: len(b)-1 : len(b)-1])
			require.ErrorIs(t, err, apdu.ErrBadRule, "one byte short")
		})
	}
}

// A record that ends early is none, unless it ends behind a rule.
func TestParseAccessRuleCutShort(t *testing.T) {
	b := unhex(t, ruleVectors[0].hex)
	for n := range b {
		rule, err := apdu.ParseAccessRule(b[:n:n])
		if n == len(b)/2 {
			require.NoError(t, err)
			require.Equal(t, "READ PIN1 (01), UPDATE never", rule.String())
			continue
		}
		require.ErrorIs(t, err, apdu.ErrBadRule, "%d bytes", n)
		require.Equal(t, apdu.AccessRule{}, rule)
	}
}

func TestParseAccessRuleRefuses(t *testing.T) {
	for _, v := range []struct{ name, hex, where string }{
		{"nothing", "", "offset 0"},
		{"erased", "FF FF FF FF", "offset 4"},
		{"zeros", "00 00", "offset 2"},
		{"condition without a mode", "90 00 80 01 01 90 00", "offset 0"},
		{"mode without a condition", "80 01 01", "offset 3"},
		{"last mode without a condition", "80 01 01 90 00 80 01 02 FF", "offset 9"},
		{"mode of no octets", "80 00 90 00", "offset 0"},
		{"mode of two octets", "80 01 01 90 00 80 02 01 01 90 00", "offset 5"},
		{"command of no octets", "84 00 90 00", "offset 0"},
		{"half a command", "8C 03 00 B0 00 90 00", "offset 0"},
		{"condition byte of no octets", "80 01 01 9E 00", "offset 3"},
		{"condition byte of two octets", "80 01 01 9E 02 00 00", "offset 3"},
		{"any of nothing", "80 01 01 A0 00", "offset 3"},
		{"all of nothing", "80 01 01 AF 02 FF FF", "offset 3"},
		{"template beyond the record", "80 01 01 A4 07 83 01 01 95 01 08", "offset 3"},
		{"element beyond its template", "80 01 01 A4 05 83 01 01 95 01 08", "offset 8"},
		{"element beyond its template, nested", "80 01 01 A0 05 A4 03 83 02 01", "offset 7"},
		{"indefinite length", "80 80 01 90 00", "offset 0"},
		{"five templates in one another", "80 01 01 A0 0A AF 08 A0 06 AF 04 A0 02 90 00", "offset 11"},
	} {
		t.Run(v.name, func(t *testing.T) {
			rule, err := apdu.ParseAccessRule(unhex(t, v.hex))
			require.ErrorIs(t, err, apdu.ErrBadRule)
			require.ErrorContains(t, err, v.where)
			require.Equal(t, apdu.AccessRule{}, rule)
		})
	}
}

func TestFourTemplatesInOneAnother(t *testing.T) {
	rule, err := apdu.ParseAccessRule(unhex(t, "80 01 01 A0 08 AF 06 A0 04 AF 02 90 00"))
	require.NoError(t, err)
	require.True(t, rule.Read().Always())
}

// keyTemplates is a condition for each of n references from the first on.
func keyTemplates(first apdu.KeyReference, n int) (b []byte) {
	for i := range n {
		b = append(b, 0xA4, 3, 0x83, 1, byte(first)+byte(i))
	}
	return b
}

// template is tag, length and value.
func template(tag byte, value []byte) []byte { return append([]byte{tag, byte(len(value))}, value...) }

func TestConditionsAreBounded(t *testing.T) {
	mode := []byte{0x80, 1, 1}
	read := func(condition []byte) apdu.Condition {
		rule, err := apdu.ParseAccessRule(append(mode, condition...))
		require.NoError(t, err)
		return rule.Read()
	}
	or := read(template(0xA0, keyTemplates(1, apdu.MaxAlternatives)))
	require.Len(t, or.Alternatives, apdu.MaxAlternatives)
	require.False(t, or.Unclear)
	or = read(template(0xA0, keyTemplates(1, apdu.MaxAlternatives+1)))
	require.Len(t, or.Alternatives, apdu.MaxAlternatives)
	require.True(t, or.Unclear)

	and := read(template(0xAF, keyTemplates(1, apdu.MaxTogether)))
	require.Len(t, and.Alternatives[0], apdu.MaxTogether)
	require.False(t, and.Unclear)
	and = read(template(0xAF, keyTemplates(1, apdu.MaxTogether+1)))
	require.Equal(t, "something else", and.String())

	product := read(template(0xAF, append(template(0xA0, keyTemplates(1, 4)), template(0xA0, keyTemplates(0x81, 4))...)))
	require.Len(t, product.Alternatives, apdu.MaxAlternatives)
	require.True(t, product.Unclear)
}

func TestConditions(t *testing.T) {
	var never apdu.Condition
	require.True(t, never.Never())
	require.False(t, never.Always())
	require.Equal(t, "never", never.String())

	unclear := apdu.Condition{Unclear: true}
	require.False(t, unclear.Never())
	require.False(t, unclear.Always())

	pin := apdu.Condition{Alternatives: [][]apdu.KeyReference{{apdu.RefPIN1}}}
	require.False(t, pin.Never())
	require.False(t, pin.Always())
}

// Who needs PIN1 alone need not be told of ways that ask for more.
func TestAShorterWayTakesThePlaceOfLongerOnes(t *testing.T) {
	both := template(0xAF, keyTemplates(1, 2))
	other := template(0xAF, keyTemplates(1, 3))
	rule, err := apdu.ParseAccessRule(append([]byte{0x80, 1, 1},
		template(0xA0, bytes.Join([][]byte{other, keyTemplates(5, 1), both, keyTemplates(1, 1), {0xB6, 0}}, nil))...))
	require.NoError(t, err)
	require.Equal(t, "PIN of application 5 (05) or PIN1 (01) or something else", rule.Read().String())
}

// FuzzParseAccessRule holds: a condition is within its bounds, no way of it
// asks for all that another one does, padding and a second reading change
// nothing, and the same rule twice is the same as once.
func FuzzParseAccessRule(f *testing.F) {
	for _, v := range ruleVectors {
		f.Add(unhex(f, v.hex))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rule, err := apdu.ParseAccessRule(b)
		if err != nil {
			require.ErrorIs(t, err, apdu.ErrBadRule)
			require.NotContains(t, err.Error(), "\n")
			return
		}
		for _, c := range []apdu.Condition{rule.Read(), rule.Update()} {
			checkCondition(t, c, len(b))
		}
		again, err := apdu.ParseAccessRule(append(bytes.Clone(b), 0xFF, 0x00, 0xFF))
		require.NoError(t, err)
		require.Equal(t, rule, again)
		twice, err := apdu.ParseAccessRule(append(bytes.Clone(b), b...))
		require.NoError(t, err)
		require.Equal(t, rule, twice)
	})
}

func checkCondition(t *testing.T, c apdu.Condition, size int) {
	require.LessOrEqual(t, len(c.Alternatives), min(apdu.MaxAlternatives, size))
	require.False(t, c.Always() && c.Never())
	require.False(t, c.Always() && c.Unclear)
	require.Equal(t, c.Never(), c.String() == "never")
	for i, a := range c.Alternatives {
		require.LessOrEqual(t, len(a), apdu.MaxTogether)
		for j, b := range c.Alternatives {
			require.False(t, i != j && containsAll(a, b), "%v", c)
		}
	}
	require.LessOrEqual(t, strings.Count(c.String(), " or "), apdu.MaxAlternatives)
}

// containsAll reports whether all of part is in whole.
func containsAll(whole, part []apdu.KeyReference) bool {
	for _, k := range part {
		if !slices.Contains(whole, k) {
			return false
		}
	}
	return true
}
