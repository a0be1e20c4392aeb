package personal

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

func TestStateTellsWhatIsWrongAndWhere(t *testing.T) {
	for _, v := range []struct {
		name, content, want string
	}{
		{"no file", "", "empty"},
		{"FF", "FFFFFFFF FFFF", "empty"},
		{"no objects", "0000 0005 AAAA", "empty"},
		{"half a header", "0001", "faulty: 2 octets are no header"},
		{"too large a size", "0001 FFFF", "faulty: tlv: offset 2"},
		{"content cut short", "0001 0010 0000", "faulty: tlv: offset"},
		{"one object", "0001 0005 0001 00 0000", "9 octets, 1 object"},
		{"two objects", "0002 000A 0001 00 0000 0001 00 0000", "14 octets, 2 objects"},
		{"a Resource outside", "0001 0008 0001 00 0003 C10001", "faulty: offset 9: Resource where an Object Instance is due"},
		{"an Object Instance inside", "0001 000A 0001 00 0005 08 00 02 01 00", "faulty: tlv: offset 12"},
		{"an Object Instance in another", "0001 000B 0001 00 0006 08 00 03 08 00 00", "faulty: offset 12: Object Instance inside a Object Instance"},
		{"a Resource in a Multiple Resource", "0001 000D 0001 00 0008 08 00 05 83 00 C1 00 00", "faulty: offset 14: Resource inside a Multiple Resource"},
		{"a fault two levels down", "0001 000D 0001 00 0008 08 00 05 83 00 42 00 00", "faulty: tlv: offset 14"},
		{"an entry cut short", "0001 0008 0001 00 0003 08 00 09", "faulty: tlv: offset 9"},
	} {
		t.Run(v.name, func(t *testing.T) {
			require.Contains(t, stateOf(unhex(t, v.content)).String(), v.want)
		})
	}
}

// FuzzState: a content of which nothing is said to be wrong is one.
func FuzzState(f *testing.F) {
	text, err := os.ReadFile("../../../../testdata/bootstrap-126.hex")
	require.NoError(f, err)
	f.Add(unhex(f, string(text)))
	f.Add([]byte{0, 1, 0, 8, 0, 1, 0, 0, 3, 0xC1, 0, 1})
	f.Fuzz(func(t *testing.T, content []byte) {
		s := stateOf(content)
		require.NotContains(t, s.String(), "\n")
		file, err := tlv.ParseFile(content)
		if err != nil {
			require.True(t, s.Problem != "" || s.Empty() && len(content) == 0)
			return
		}
		if s.Problem != "" {
			return
		}
		require.Len(t, s.Objects, len(file.Objects))
		for i, o := range file.Objects {
			require.NoError(t, tlv.Validate(o.Instances))
			require.Equal(t, o.ID, s.Objects[i].ID)
			require.Equal(t, len(o.Instances), s.Objects[i].Octets)
		}
	})
}
