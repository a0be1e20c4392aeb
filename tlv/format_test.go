package tlv

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNothingPrintsValues(t *testing.T) {
	f, err := ParseFile(knownGoodFile(t))
	require.NoError(t, err)
	object := f.Objects[0]
	for verb, want := range map[string]string{
		"%v": "object 0 version default [94 octets]", "%+v": "object 0 version default [94 octets]",
		"%#v": "object 0 version default [94 octets]", "%s": "object 0 version default [94 octets]",
		"%x": "object 0 version default [94 octets]", "%d": "object 0 version default [94 octets]",
	} {
		require.Equal(t, want, fmt.Sprintf(verb, object))
		require.Contains(t, fmt.Sprintf(verb, f), want, "in the file")
		require.NotContains(t, fmt.Sprintf(verb, f), "51 120 64", "digits of the key")
	}
	for inst, err := range object.Entries() {
		require.NoError(t, err)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
			require.Equal(t, "Object Instance 1 [91 octets]", fmt.Sprintf(verb, inst))
			require.Equal(t, "[Object Instance 1 [91 octets]]", fmt.Sprintf("%v", []Entry{inst}))
		}
	}
	object.Version = Version{Major: 1, Minor: 1}
	require.Equal(t, "object 0 version 1.1 [94 octets]", object.String())
	require.Equal(t, "Resource 5 [0 octets]", Entry{Kind: Resource, ID: 5}.String())
}
