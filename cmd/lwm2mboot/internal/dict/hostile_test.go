package dict

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// Each of these would take a parser, its stack or its memory far.
func TestHostileConfigurationsAreRefused(t *testing.T) {
	deep := func(open, end string) string { return strings.Repeat(open, 10000) + "1" + strings.Repeat(end, 10000) }
	for _, tt := range []struct {
		name, source string
		class        error
		at           string
	}{
		{"brackets", "{1: " + deep("[", "]") + "}", config.ErrLimit, "1:204"},
		{"braces", deep("{1: ", "}"), config.ErrLimit, "1:801"},
		{"tuples", "{1: " + deep("(", ",)") + "}", config.ErrLimit, "1:204"},
		{"brackets that are never closed", strings.Repeat("[", 10000), config.ErrLimit, "1:201"},
		{"brackets of one byte each, 1 MiB", strings.Repeat("(", MaxSize), config.ErrLimit, "1:201"},
		{"calls in calls", "{1: " + deep("bytes.fromhex(", ")") + "}", config.ErrLimit, "1:2804"},
		{"signs", "{1: " + strings.Repeat("-", MaxSize-8) + "1}", config.ErrLimit, "1:204"},
		{"sums in brackets", "{1: " + deep("1+(", ")") + "}", config.ErrLimit, "1:304"},
		{"brackets after many operators", "{1: [" + strings.Repeat("1 + 1, 1, ", 300) + deep("[", "]") + "]}", config.ErrLimit, "1:3204"},
		{"a sum of many", "{1: 1" + strings.Repeat(" + 1", 10000) + "}", config.ErrLimit, "1:803"},
		{"a huge integer", "{1: 1" + strings.Repeat("0", MaxSize-10) + "}", config.ErrLimit, "1:5"},
		{"a huge hexadecimal", "{1: 0x1" + strings.Repeat("0", MaxSize-10) + "}", config.ErrLimit, "1:5"},
		{"a huge fraction", "{1: 1" + strings.Repeat("0", 1000) + ".0}", config.ErrLimit, "1:5"},
		{"a huge product", "{1: 99999999999" + strings.Repeat(" * 99999999999", 100) + "}", config.ErrLimit, "1:17"},
		{"a huge text", "{1: 'a' * 10**9}", config.ErrSyntax, "1:13"},
		{"a huge text, spelt out", "{1: 'a' * 1000000000}", config.ErrSyntax, "1:9"},
		{"a loop without end", "{1: (lambda f: f(f))(lambda f: f(f))}", config.ErrSyntax, "1:6"},
		{"a comprehension in a comprehension", "{1: [[0 for a in b] for b in [1] * 9]}", config.ErrSyntax, "1:9"},
		{"a fork", "{1: __import__('os').fork()}", config.ErrSyntax, "1:5"},
		{"names without end", "{1: OID" + strings.Repeat(".a", 60000) + "}", config.ErrSyntax, "1:120006"},
		{"calls without end", "{1: True" + strings.Repeat("()", 30000) + "}", config.ErrSyntax, "1:60007"},
		{"a long name", "{1: OID." + strings.Repeat("a", MaxSize-20) + "}", config.ErrKey, "1:9"},
		{"a text without end", "{1: '" + strings.Repeat("a", MaxSize-10), config.ErrSyntax, "1:5"},
		{"empty texts without end", "{1: " + strings.Repeat("'' ", MaxSize/4), config.ErrSyntax, "1:1"},
		{"a comment without end", "#" + strings.Repeat("{", MaxSize-1), config.ErrSyntax, "1:1"},
		{"lines without end", strings.Repeat("\r", MaxSize), config.ErrSyntax, "1:1"},
		{"too many tokens", "{1: [" + strings.Repeat("1,", MaxSize/2-10) + "]}", config.ErrLimit, fmt.Sprint("1:", 6+MaxTokens-4)},
		{"an octet too many", "{1: 2}" + strings.Repeat(" ", MaxSize-5), config.ErrLimit, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.source), nil)
			requireRefused(t, err, tt.class, tt.at)
			require.Less(t, len(err.Error()), 200)
		})
	}
}

func TestLimitsAreReached(t *testing.T) {
	n, err := Parse([]byte("{1: "+strings.Repeat("[", MaxDepth-1)+strings.Repeat("]", MaxDepth-1)+"}"), nil)
	require.NoError(t, err)
	deepest := 0
	walk(n, 0, func(_ config.Node, depth int) { deepest = max(deepest, depth) })
	require.Equal(t, MaxDepth-1, deepest)

	n, err = Parse([]byte("{1: "+strings.Repeat("-", MaxDepth-1)+"1}"), nil)
	require.NoError(t, err)
	require.Equal(t, "{1: -1}", show(n))

	// Operators of one value do not count for the next.
	n, err = Parse([]byte("{1: ["+strings.Repeat("1 + 1, (1 + 1), ", MaxDepth)+"], "+
		strings.Repeat("-", MaxDepth-1)+"2: (1 + 1)}"), nil)
	require.NoError(t, err)
	require.Len(t, n.Entries[0].Value.Items, 2*MaxDepth)
	require.Equal(t, "-2", n.Entries[1].Key.Text)

	n, err = Parse([]byte("{1: ["+strings.Repeat("1,", (MaxTokens-6)/2)+"]}"), nil)
	require.NoError(t, err)
	require.Len(t, n.Entries[0].Value.Items, (MaxTokens-6)/2)
	require.Equal(t, config.Position{Line: 1, Column: 6 + 2*((MaxTokens-6)/2-1)}, n.Entries[0].Value.Items[(MaxTokens-6)/2-1].At)
}

func TestCommentOfAMiBIsNothing(t *testing.T) {
	n, err := Parse([]byte("{1: 2}#"+strings.Repeat("[", MaxSize-7)), nil)
	require.NoError(t, err)
	require.Equal(t, "{1: 2}", show(n))
}

func TestLongTextsAreRead(t *testing.T) {
	octets := bytes.Repeat([]byte(`\xff`), MaxSize/4-8)
	n, err := Parse([]byte("{1: b'"+string(octets)+"'}"), nil)
	require.NoError(t, err)
	require.Equal(t, bytes.Repeat([]byte{0xFF}, MaxSize/4-8), n.Entries[0].Value.Octets)

	n, err = Parse([]byte("{1: "+strings.Repeat("'a'\n", MaxSize/4-8)+"}"), nil)
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("a", MaxSize/4-8), n.Entries[0].Value.Text)
}
