package dict

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// FuzzParse: no panic; an error is a config.Error of a class, with a place
// within the content; a result is not larger than the content says, not deeper
// than the limit, has its places in order within the content, and printed as
// Python prints it is read as the same.
func FuzzParse(f *testing.F) {
	f.Add(read(f, "seed.py"))
	f.Add(read(f, "seed-numbers.py"))
	for _, tt := range accepted {
		f.Add([]byte("{0: " + tt.source + "}"))
	}
	for _, tt := range refused {
		f.Add([]byte(tt.source))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		within := places(content)
		n, err := Parse(content, nil)
		if err != nil {
			var e *config.Error
			require.ErrorAs(t, err, &e)
			require.True(t, errors.Is(err, config.ErrSyntax) || errors.Is(err, config.ErrLimit) ||
				errors.Is(err, config.ErrKey) || errors.Is(err, config.ErrTwice))
			require.True(t, within(e.At) || len(content) > MaxSize, "%v", err)
			require.Less(t, len(err.Error()), 200)
			return
		}
		require.Equal(t, config.Mapping, n.Kind)
		nodes, octets := 0, 0
		last := config.Position{}
		walk(n, 1, func(n config.Node, depth int) {
			nodes++
			octets += len(n.Octets)
			if n.Kind == config.Text {
				octets += len(n.Text)
			}
			require.LessOrEqual(t, depth, MaxDepth+1)
			require.True(t, within(n.At), "%v", n)
			require.True(t, before(last, n.At), "%v after %v", n, last)
			last = n.At
		})
		require.LessOrEqual(t, nodes, min(len(content), MaxTokens))
		require.LessOrEqual(t, octets, len(content))

		printed := python(n)
		if len(printed) > MaxSize {
			return
		}
		again, err := Parse([]byte(printed), nil)
		require.NoError(t, err)
		require.Equal(t, show(n), show(again))
	})
}

func before(a, b config.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

// places tells which places content has, its end included.
func places(content []byte) func(config.Position) bool {
	text := strings.TrimPrefix(string(content), "\uFEFF")
	lines := strings.Split(newlines.Replace(text), "\n")
	return func(p config.Position) bool {
		return 1 <= p.Line && p.Line <= len(lines) && 1 <= p.Column && p.Column <= 1+utf8.RuneCountInString(lines[p.Line-1])
	}
}

// python is a node as Python's repr would have it.
func python(n config.Node) string {
	quote := func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			if s[i] < ' ' || s[i] == '\'' || s[i] == '\\' || s[i] == 0x7F {
				b.WriteString(`\x` + string("0123456789abcdef"[s[i]>>4]) + string("0123456789abcdef"[s[i]&15]))
			} else {
				b.WriteByte(s[i])
			}
		}
		return "'" + b.String() + "'"
	}
	var parts []string
	switch n.Kind {
	case config.Text:
		return quote(n.Text)
	case config.Bytes:
		var b strings.Builder
		for _, c := range n.Octets {
			b.WriteString(`\x` + string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]))
		}
		return "b'" + b.String() + "'"
	case config.Bool:
		if n.Bool {
			return "True"
		}
		return "False"
	case config.Mapping:
		for _, e := range n.Entries {
			parts = append(parts, python(e.Key)+": "+python(e.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case config.Sequence:
		for _, item := range n.Items {
			parts = append(parts, python(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return n.Text
}
