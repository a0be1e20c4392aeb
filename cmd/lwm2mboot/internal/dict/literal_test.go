package dict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/dict"
)

// The known tool knows no prefixes: what looks like one is part of the text,
// and no file is read on its account.
func TestPrefixInADictionaryIsPartOfTheText(t *testing.T) {
	for _, text := range []string{"hex:00", "base64:AA==", "file:/etc/passwd", "raw:00", "text:x", "masked:3", "HEX:00"} {
		n, err := dict.Parse([]byte(`{0: {1: {0: '`+text+`', 3: b'`+text+`', 5: '`+text+`'}}}`), nil)
		require.NoError(t, err)
		options := &config.Options{NoValidate: true}
		file, _, err := config.Generate(n, options)
		require.NoError(t, err)

		again, err := config.ParseYAML(config.AppendYAML(nil, withTextKeys(n)))
		require.NoError(t, err)
		same, _, err := config.Generate(again, options)
		require.NoError(t, err)
		require.Equal(t, file, same, "escaped where prefixes count")

		back, err := config.EncodeYAML(file, nil)
		require.NoError(t, err)
		require.Contains(t, string(back), "text:"+text)
	}
}

// withTextKeys is n without what only dictionaries have.
func withTextKeys(n config.Node) config.Node {
	for i := range n.Entries {
		n.Entries[i].Value = withTextKeys(n.Entries[i].Value)
	}
	if n.Kind == config.Bytes {
		return config.Node{Kind: config.Text, Text: string(n.Octets), Literal: true}
	}
	return n
}
