package dict

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// show is a node without its places: {0: "text", 1: b"octets", 2: [true, 1]}.
func show(n config.Node) string {
	return render(n, func(s string) string { return fmt.Sprintf("%q", s) })
}

func render(n config.Node, text func(string) string) string {
	var parts []string
	switch n.Kind {
	case config.Text:
		return text(n.Text)
	case config.Bytes:
		return "b" + text(string(n.Octets))
	case config.Number:
		return n.Text
	case config.Bool:
		return fmt.Sprint(n.Bool)
	case config.Mapping:
		for _, e := range n.Entries {
			parts = append(parts, render(e.Key, text)+": "+render(e.Value, text))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case config.Sequence:
		for _, item := range n.Items {
			parts = append(parts, render(item, text))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "?"
}

// walk visits a node and all below it.
func walk(n config.Node, depth int, visit func(n config.Node, depth int)) {
	visit(n, depth)
	for _, e := range n.Entries {
		walk(e.Key, depth+1, visit)
		walk(e.Value, depth+1, visit)
	}
	for _, item := range n.Items {
		walk(item, depth+1, visit)
	}
}

// requireRefused is an error of a class at a place that shows no secret: the
// tests write every value that must not be shown as one with this word in it.
func requireRefused(t *testing.T, err, class error, at string) {
	t.Helper()
	var e *config.Error
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, class)
	require.Equal(t, at, e.At.String(), "%v", err)
	require.NotContains(t, err.Error(), "hush")
	require.NotContains(t, err.Error(), "\n")
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return content
}

func TestSeedByNamesAndByNumbersIsTheSameTree(t *testing.T) {
	const want = `{0: {1: {0: "coaps://eu.iot.avsystem.cloud:5684", 1: false, 2: 0, 3: b"example-psk-identity", ` +
		`5: b"3x@mpl3P5K53cr3tK3y", 10: 1}}, 1: {1: {0: 1, 1: 86400, 6: false, 7: "U"}}}`
	for _, name := range []string{"seed.py", "seed-numbers.py"} {
		n, err := Parse(read(t, name), config.NewNames(nil))
		require.NoError(t, err, name)
		require.Equal(t, want, show(n), name)
	}
}

func TestSeedGeneratesTheKnownFile(t *testing.T) {
	want, err := os.ReadFile("../../../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	for _, name := range []string{"seed.py", "seed-numbers.py"} {
		n, err := Parse(read(t, name), nil)
		require.NoError(t, err)
		file, _, err := config.Generate(n, nil)
		require.NoError(t, err, name)
		require.Equal(t, strings.TrimSpace(string(want)), fmt.Sprintf("%X", file), name)
	}
}

func TestNodesKnowTheirPlaces(t *testing.T) {
	n, err := Parse([]byte("\uFEFF# é\r\n\t{OID.Server: {1:\r(\r\n  [-1, 'é' 'x', (\n1) + 2, (0, b'a'), bytes.fromhex(''), RID.Server.Binding, ()])}}"), nil)
	require.NoError(t, err)
	var got []string
	walk(n, 0, func(n config.Node, _ int) { got = append(got, fmt.Sprint(n)) })
	require.Equal(t, []string{
		"a mapping at 2:2", "a number at 2:3", "a mapping at 2:15", "a number at 2:16", "a list at 4:3",
		"a number at 4:4", "text at 4:8", "a number at 4:17", "a list at 5:9", "a number at 5:10", "bytes at 5:13",
		"bytes at 5:20", "a number at 5:39", "a list at 5:59",
	}, got)
}

func TestNamesOfARegistryCount(t *testing.T) {
	reg := new(objects.Registry)
	require.NoError(t, reg.Register(objects.Definition{ID: 26241, Name: "Night Watch", Resources: []objects.ResourceDefinition{
		{ID: 26250, Name: "Colour of the Lamp", Type: objects.TypeString, Operations: objects.OpRead},
	}}))
	source := []byte("{OID.NightWatch: {1: {RID.NightWatch.ColourOfTheLamp: 'red'}}}")
	n, err := Parse(source, config.NewNames(reg))
	require.NoError(t, err)
	require.Equal(t, `{26241: {1: {26250: "red"}}}`, show(n))

	_, err = Parse(source, nil)
	requireRefused(t, err, config.ErrKey, "1:6")
}

func TestResultSharesNoMemoryWithTheContent(t *testing.T) {
	content := []byte("{0: 'text', 1: b'octets'}")
	n, err := Parse(content, nil)
	require.NoError(t, err)
	clear(content)
	require.Equal(t, `{0: "text", 1: b"octets"}`, show(n))
}
