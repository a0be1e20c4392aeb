package batch

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextPutsColumnsIn(t *testing.T) {
	row := map[string]string{"a": "1", "b": "", "ä b": "${a}"}
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"plain", "plain"},
		{"$ { } {}", "$ { } {}"},
		{"${a}", "1"},
		{"x${a}y", "x1y"},
		{"${a}${a}", "11"},
		{"${b}", ""},
		{"<${b}>", "<>"},
		{"$${a}", "${a}"},
		{"$${", "${"},
		{"$$${a}", "$${a}"},
		{"$${a}${a}", "${a}1"},
		{"${a}$${", "1${"},
		{"${a}$", "1$"},
		{"${ä b}", "${a}"},
		{"{${a}}", "{1}"},
	} {
		t.Run(test.in, func(t *testing.T) {
			var names, values []string
			text, reason := parseText(test.in, func(name string) int {
				at := slices.Index(names, name)
				if at < 0 {
					at = len(names)
					value, ok := row[name]
					require.True(t, ok, "column %q", name)
					names, values = append(names, name), append(values, value)
				}
				return at
			})
			require.Empty(t, reason)
			got, scratch := text.fill(values, []byte("what was there before"))
			require.Equal(t, test.want, got)
			again, _ := text.fill(values, scratch)
			require.Equal(t, test.want, again)
			require.Equal(t, len(names) > 0, text.varies())
		})
	}
}

func TestTextRefusesWhatIsNoColumn(t *testing.T) {
	for _, in := range []string{"${", "${a", "${}", "${ }", "${a${b}}", "${a$}", "${{a}}", "$${${"} {
		text, reason := parseText(in, func(string) int { return 0 })
		require.NotEmpty(t, reason, in)
		require.Nil(t, text, in)
	}
}

func TestTextJoinsLiterals(t *testing.T) {
	text, _ := parseText("a$${b$${c", nil)
	require.Equal(t, text.literal(""), text)
	require.Len(t, text, 1)
}

func TestTextLacksEmptyColumnsOnly(t *testing.T) {
	text := text{{literal: "x", column: -1}, {column: 1}}
	require.False(t, text.lacks([]string{"", "1"}))
	require.True(t, text.lacks([]string{"1", ""}))
}
