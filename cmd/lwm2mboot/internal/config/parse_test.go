package config

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDetectByNameThenByContent(t *testing.T) {
	tests := []struct {
		name, content string
		want          Format
	}{
		{"a.yaml", "{", YAML}, {"a.YML", "{'", YAML}, {"x/a.json", "a: 1", JSON}, {"a.py", "{}", Dict}, {"a.dict", "", Dict},
		{"basic", "{\n    OID.Security: {", Dict},
		{"", "# -*- x -*-\n\n# {\"\n{ # {\n\t0: {1: {0: 'a'}}}", Dict},
		{"", "{'a': 1}", Dict},
		{"", "{\"Security\": {}}", JSON},
		{"", "\uFEFF { }", JSON},
		{"", "{Security: {1: {}}}", YAML},
		{"", "{O: 1}", YAML},
		{"", "Security:\n  1: {}", YAML},
		{"", "# {", YAML},
		{"", "# { no end of line", YAML},
		{"", "{", YAML},
		{"", "", YAML},
		{"a.txt", "0: {1: {}}", YAML},
		{"a.txt", "\r\n{\"", JSON},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, Detect(tt.name, []byte(tt.content)), "%s %q", tt.name, tt.content)
	}
}

func TestSeedIsDetected(t *testing.T) {
	require.Equal(t, YAML, Detect("-", []byte(seedYAML)))
	require.Equal(t, JSON, Detect("-", []byte(seedJSON)))
}

func TestParseCallsTheParserOfTheFormat(t *testing.T) {
	dict := func(content []byte) (Node, error) { return textNode(string(content)), nil }
	n, err := Parse([]byte("{1: 2}"), YAML, nil)
	require.NoError(t, err)
	require.Equal(t, Mapping, n.Kind)
	n, err = Parse([]byte("[1]"), JSON, dict)
	require.NoError(t, err)
	require.Equal(t, Sequence, n.Kind)
	n, err = Parse([]byte("x"), Dict, dict)
	require.NoError(t, err)
	require.Equal(t, textNode("x"), n)
	broken := errors.New("broken")
	_, err = Parse(nil, Dict, func([]byte) (Node, error) { return Node{}, broken })
	require.ErrorIs(t, err, broken)
	_, err = Parse([]byte("x"), Dict, nil)
	require.ErrorIs(t, err, ErrSyntax)
	_, err = Parse([]byte("x"), "toml", dict)
	require.ErrorIs(t, err, ErrSyntax)
}

func TestPrepareTakesTheMarkAwayAndKeepsTheRest(t *testing.T) {
	b, err := Prepare([]byte("\uFEFFé\r\n\uFEFF"))
	require.NoError(t, err)
	require.Equal(t, "é\r\n\uFEFF", string(b))
	b, err = Prepare(make([]byte, MaxSize+1))
	require.ErrorIs(t, err, ErrLimit)
	require.Nil(t, b)
	_, err = Prepare([]byte("é\n\uFFFD\xC3"))
	requireError(t, err, "2:2", "", ErrSyntax)
}
