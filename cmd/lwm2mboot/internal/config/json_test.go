package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJSONIsReadAsDataWithPlaces(t *testing.T) {
	n, err := ParseJSON([]byte("\uFEFF{\"é\" :\r\n\t\"\\ud834\\udd1e\\n\\\\ud834\",\n \"b\":[1e400, -0.50,true ,false,null , {}, []]}\n"))
	require.NoError(t, err)
	require.Equal(t, Node{Kind: Mapping, At: Position{1, 1}, Entries: []Entry{
		{Node{Kind: Text, At: Position{1, 2}, Text: "é"}, Node{Kind: Text, At: Position{2, 2}, Text: "𝄞\n\\ud834"}},
		{Node{Kind: Text, At: Position{3, 2}, Text: "b"}, Node{Kind: Sequence, At: Position{3, 6}, Items: []Node{
			{Kind: Number, At: Position{3, 7}, Text: "1e400"},
			{Kind: Number, At: Position{3, 14}, Text: "-0.50"},
			{Kind: Bool, At: Position{3, 20}, Bool: true},
			{Kind: Bool, At: Position{3, 26}},
			{Kind: Null, At: Position{3, 32}},
			{Kind: Mapping, At: Position{3, 39}},
			{Kind: Sequence, At: Position{3, 43}},
		}}},
	}}, n)
}

func TestHostileJSONIsRefused(t *testing.T) {
	tests := []struct {
		name, json, at string
		class          error
	}{
		{"nothing", "", "", ErrSyntax},
		{"spaces", " \n\t", "", ErrSyntax},
		{"cut off", "{\"a\":\n\"s3cr3t\"", "2:9", ErrSyntax},
		{"two values", "{}\n{}", "2:1", ErrSyntax},
		{"a comma too many", "{\"a\": \"s3cr3t\",\n }", "2:2", ErrSyntax},
		{"a comment", "{\n // s3cr3t\n}", "2:2", ErrSyntax},
		{"single quotes", "{'a': 's3cr3t'}", "1:2", ErrSyntax},
		{"a key without quotes", "{a: 1}", "1:2", ErrSyntax},
		{"a number as a key", "{1: 1}", "1:2", ErrSyntax},
		{"a leading zero", "[01]", "1:3", ErrSyntax},
		{"NaN", "[NaN]", "1:2", ErrSyntax},
		{"a control in text", "[\"s3cr3t\n\"]", "1:9", ErrSyntax},
		{"half a pair", `["é", "s3cr3t\ud834"]`, "1:14", ErrSyntax},
		{"the other half", `["s3cr3t\udd1e"]`, "1:9", ErrSyntax},
		{"half a pair before text", `["\ud834s3cr3t\udd1e"]`, "1:3", ErrSyntax},
		{"two first halves", `["\ud834\ud834\udd1e"]`, "1:3", ErrSyntax},
		{"half a pair in a key", `{"s3cr3t\ud834": 1}`, "1:9", ErrSyntax},
		{"half a pair behind a pair", `["\ud834\udd1e\udd1e"]`, "1:15", ErrSyntax},
		{"nine lists", strings.Repeat("[", 9) + strings.Repeat("]", 9), "1:9", ErrLimit},
		{"nine mappings", strings.Repeat(`{"a":`, 9) + "1" + strings.Repeat("}", 9), "1:41", ErrLimit},
		{"half a million lists", strings.Repeat("[", 1<<19) + strings.Repeat("]", 1<<19), "1:10001", ErrSyntax},
		{"a comma too many for us", strings.Repeat("\n", 7) + "[1" + strings.Repeat(",1", maxMarks-6) + "]", "8:262133", ErrLimit},
		{"too long", strings.Repeat(" ", MaxSize+1), "", ErrLimit},
		{"a NUL", "{\"a\":\x00\"s3cr3t\"}", "1:6", ErrSyntax},
		{"not UTF-8", "{\"a\":\n\"s3cr3t\xFF\"}", "2:8", ErrSyntax},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseJSON([]byte(tt.json))
			requireError(t, err, tt.at, "", tt.class)
			require.NotContains(t, err.Error(), "s3cr3t")
		})
	}
}

func TestErrorsInJSONTellWhere(t *testing.T) {
	n, err := ParseJSON([]byte("{\"Security\": {\"1\": {\n  \"SecretKey\": 12,\n  \"5\": \"x\"}}}"))
	require.NoError(t, err)
	_, err = Resolve(n, nil)
	requireError(t, err, "2:16", "Security/1/SecretKey", ErrValue)
	n, err = ParseJSON([]byte("{\"Security\": {\"1\": {\n  \"SecretKey\": \"x\",\n  \"5\": \"x\"}}}"))
	require.NoError(t, err)
	_, err = Resolve(n, nil)
	requireError(t, err, "3:3", "Security/1/SecretKey", ErrTwice)
	n, err = ParseJSON([]byte("{\"0\": {}, \"0\": {}}"))
	require.NoError(t, err)
	_, err = Resolve(n, nil)
	requireError(t, err, "1:11", "Security", ErrTwice)
}

func TestLongLineOfJSONIsReadInOnePass(t *testing.T) {
	text := "[" + strings.Repeat("123456,", maxMarks) + "1]"
	n, err := ParseJSON([]byte(text))
	require.NoError(t, err)
	require.Equal(t, Position{1, len(text) - 1}, n.Items[len(n.Items)-1].At)
}
