package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestYAMLIsReadAsDataWithPlaces(t *testing.T) {
	n, err := ParseYAML([]byte("# é\nAbc: é  # x\n7:\n  - 0x10\n  - [true, ~, !!binary AP8=]\n  - {1.50: \"1\"}\n  - 2026-01-31\n"))
	require.NoError(t, err)
	require.Equal(t, Node{Kind: Mapping, At: Position{2, 1}, Entries: []Entry{
		{Node{Kind: Text, At: Position{2, 1}, Text: "Abc"}, Node{Kind: Text, At: Position{2, 6}, Text: "é"}},
		{Node{Kind: Number, At: Position{3, 1}, Text: "7"}, Node{Kind: Sequence, At: Position{4, 3}, Items: []Node{
			{Kind: Number, At: Position{4, 5}, Text: "0x10"},
			{Kind: Sequence, At: Position{5, 5}, Items: []Node{
				{Kind: Bool, At: Position{5, 6}, Bool: true},
				{Kind: Null, At: Position{5, 12}},
				{Kind: Bytes, At: Position{5, 15}, Octets: []byte{0, 0xFF}},
			}},
			{Kind: Mapping, At: Position{6, 5}, Entries: []Entry{
				{Node{Kind: Number, At: Position{6, 6}, Text: "1.50"}, Node{Kind: Text, At: Position{6, 12}, Text: "1"}},
			}},
			{Kind: Text, At: Position{7, 5}, Text: "2026-01-31"},
		}}},
	}}, n)
}

func TestYAMLScalarsWithoutQuotes(t *testing.T) {
	for yaml, want := range map[string]Kind{
		"no": Text, "yes": Text, "on": Text, "y": Text, "Null": Null, "null": Null, "~": Null, "": Null,
		"true": Bool, "FALSE": Bool, "tRue": Text, "1": Number, "-1": Number, "+1": Number, "1.5": Number,
		"1e3": Number, "1e999": Number, "0o7": Number, "0b1": Number, "0x": Text, "1:2": Text, "1_000": Number,
		"0xffffffffffffffffffffffffffffffff": Number, "99999999999999999999999": Number, "012": Number,
		".inf": Number, ".nan": Number, "1.2.3": Text, "12-34": Text, "2001-01-01": Text, "2001-01-01T00:00:00Z": Text,
		"!!str 1": Text, "!!int 1": Number, "!!float 1": Number, "'1'": Text, "\"0x\"": Text, "|\n  1": Text,
	} {
		n, err := ParseYAML([]byte("a: " + yaml + "\n"))
		require.NoError(t, err, yaml)
		require.Equal(t, want, n.Entries[0].Value.Kind, yaml)
	}
}

// TestHostileYAMLIsRefused: with its line, and without a word of what it says.
func TestHostileYAMLIsRefused(t *testing.T) {
	tests := []struct {
		name, yaml, at string
		class          error
	}{
		{"nothing", "", "", ErrSyntax},
		{"comments alone", "# x\n\n", "", ErrSyntax},
		{"a document of nothing, and another", "---\n---\n", "2:1", ErrSyntax},
		{"two documents", "a: 1\n---\nb: 2\n", "2:1", ErrSyntax},
		{"a second document that is none", "a: 1\n---\n\"s3cr3t", "3", ErrSyntax},
		{"anchor", "a: 1\nb: &s3cr3t 2\n", "2:4", ErrSyntax},
		{"anchor at a mapping", "a: &s3cr3t\n  b: 2\n", "1:4", ErrSyntax},
		{"alias", "a: &s3cr3t 1\nb: *s3cr3t\n", "1:4", ErrSyntax},
		{"alias of nothing", "a: *s3cr3t\n", "1", ErrSyntax},
		{"an alias of itself", "a: &s3cr3t [*s3cr3t]\n", "1:4", ErrSyntax},
		{"a billion laughs", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n", "1:4", ErrSyntax},
		{"merge key", "a: 1\n<<: {s3cr3t: 2}\n", "2:1", ErrSyntax},
		{"tag of Python", "a: !!python/object/apply:os.system [s3cr3t]\n", "1:4", ErrSyntax},
		{"tag of its own", "a: !s3cr3t x\n", "1:4", ErrSyntax},
		{"tag of a set", "a: !!set {x, s3cr3t}\n", "1:4", ErrSyntax},
		{"tag of a pair", "a: !!omap [s3cr3t: 1]\n", "1:4", ErrSyntax},
		{"mapping called text", "a: !!str {s3cr3t: 1}\n", "1:4", ErrSyntax},
		{"text called a mapping", "a: !!map s3cr3t\n", "1:4", ErrSyntax},
		{"text called a truth value", "a: !!bool s3cr3t\n", "1:4", ErrSyntax},
		{"binary that is none", "a: !!binary s3cr3t!\n", "1:4", ErrSyntax},
		{"a NUL", "a: 1\nb: \x00s3cr3t\n", "2:4", ErrSyntax},
		{"not UTF-8", "a: é\nb: é\xFFs3cr3t", "2:5", ErrSyntax},
		{"UTF-16", "\xFF\xFEa\x00:\x00", "1:4", ErrSyntax},
		{"half a million keys", "{" + strings.Repeat("a,", MaxSize/2-1) + "}", "1:262147", ErrLimit},
		{"half a million lines", strings.Repeat("a\n", MaxSize/2), "131073:2", ErrLimit},
		{"a sixth of a million colons", "{" + strings.Repeat("a: 1 ", MaxSize/6) + "}", "1:655363", ErrLimit},
		{"too long", strings.Repeat("#", MaxSize+1), "", ErrLimit},
		{"nine lists", strings.Repeat("[", 9) + strings.Repeat("]", 9), "1:9", ErrLimit},
		{"nine mappings", strings.Repeat("{0: ", 9) + strings.Repeat("}", 9), "1:33", ErrLimit},
		{"a thousand lists that stay open", strings.Repeat("[", MaxSize), "1:1001", ErrLimit},
		{"ten thousand lists in a block", strings.Repeat("- ", 10001), "1", ErrSyntax},
		{"mappings as keys", strings.Repeat("? ", 12) + "a", "1:17", ErrLimit},
		{"no end of text", "a: 1\nb: 2\nc: \"s3cr3t\n", "3", ErrSyntax},
		{"no end of a list", "a: 1\n\nb: [s3cr3t\n", "3", ErrSyntax},
		{"a mapping in a line", "a: s3cr3t: 2\n", "1", ErrSyntax},
		{"a tab", "a:\n\ts3cr3t: 1\n", "2", ErrSyntax},
		{"a key without a colon", "a: 1\ns3cr3t\nb: 2\n", "2", ErrSyntax},
		{"unknown escape", "a: 1\nb: \"s3cr3t\\z\"\n", "2", ErrSyntax},
		{"half a pair", `a: "\ud834"`, "1", ErrSyntax},
		{"directive of tags", "%TAG ! tag:s3cr3t,2000:\n---\na: 1\n", "1:1", ErrSyntax},
		{"directive of tags on a later line", "# c\n%TAG !e! !s3cr3t\n---\na: !e!x 1\n", "2:1", ErrSyntax},
		{"directive", "%s3cr3t x\n---\na: 1\n", "1", ErrSyntax},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseYAML([]byte(tt.yaml))
			requireError(t, err, tt.at, "", tt.class)
			require.NotContains(t, err.Error(), "s3cr3t")
		})
	}
}

func TestEightDeepIsTaken(t *testing.T) {
	for _, parse := range []Parser{ParseYAML, ParseJSON} {
		n, err := parse([]byte(strings.Repeat("[", MaxDepth) + "1" + strings.Repeat("]", MaxDepth)))
		require.NoError(t, err)
		for range MaxDepth {
			require.Len(t, n.Items, 1)
			n = n.Items[0]
		}
		require.Equal(t, Number, n.Kind)
	}
}

func TestBracketsInTextAreNoDepth(t *testing.T) {
	for _, text := range []string{"a: \"" + strings.Repeat("[", 900) + "\"\n", "# " + strings.Repeat("[]", 4000) + "\na: b"} {
		n, err := ParseYAML([]byte(text))
		require.NoError(t, err)
		require.Len(t, n.Entries, 1)
	}
}

func TestPanicOfTheParserIsAnError(t *testing.T) {
	err := decodeYAML(nil, nil)
	requireError(t, err, "", "", ErrSyntax)
}
