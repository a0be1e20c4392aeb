package check_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/check"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

func octets(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	require.NoError(t, err)
	return b
}

func seed(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../../../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	return octets(t, string(text))
}

func TestAGoodFileHasNoFault(t *testing.T) {
	require.Empty(t, check.File(seed(t), nil))
	require.Empty(t, check.File(append(seed(t), 0xFF, 0xFF), nil))
}

func TestFaultsAreToldWithOffsetAndPath(t *testing.T) {
	// The seed: C1 01 00 at 49 is Bootstrap, C1 02 00 at 52 Mode, the Server
	// object at 103, its Short Server ID at 111, C1 07 55 at 123 the Binding.
	for name, tt := range map[string]struct {
		change func(b []byte) []byte
		want   []string // beginnings of lines
	}{
		"values of the wrong type": {
			func(b []byte) []byte { b[51], b[125] = 2, 0xFF; return b },
			[]string{"offset 51: /0/1/1: error: no Boolean, in 1 octets", "offset 125: /1/1/7: error: no String, in 1 octets"},
		},
		"a value that validation refuses": {
			func(b []byte) []byte { b[125] = 'Q'; return b },
			[]string{"offset 123: /1/1/7: error: not a Binding"},
		},
		"a Resource given twice": {
			func(b []byte) []byte { b[53] = 1; return b },
			[]string{"offset 52: /0/1/1: error: given twice", "/0/1/2: error: "},
		},
		"an entry of another level": {
			func(b []byte) []byte { b[52] = 0x41; return b },
			[]string{"offset 52: /0/1: error: a Resource Instance stands where a Resource is due", "/0/1/2: error: "},
		},
		"an entry cut short": {
			func(b []byte) []byte { b[123] = 0xC7; return b },
			[]string{"offset 123: /1/1: error: truncated"},
		},
		"a file cut short": {
			func(b []byte) []byte { return b[:60] },
			[]string{"offset 60: error: truncated"},
		},
		"more objects than there are": {
			func(b []byte) []byte { b[1] = 3; return b },
			[]string{"offset 126: error: inconsistent"},
		},
		"no padding": {
			func(b []byte) []byte { return append(b, 0xFF, 0x00) },
			[]string{"offset 127: warning: octets behind"},
		},
		"an object that is not known": {
			func(b []byte) []byte { b[103], b[104] = 0x10, 0x92; return b },
			[]string{"offset 9: /0/1: warning: no Server", "offset 103: /4242: warning: ", "error: no account"},
		},
		"a reserved object": {
			func(b []byte) []byte { b[103], b[104] = 0xFF, 0xFF; return b },
			[]string{"offset 9: /0/1: warning: no Server", "offset 103: /65535: error: no object"},
		},
		"two faults in one instance": {
			func(b []byte) []byte { b[51], b[54] = 9, 9; return b },
			[]string{"offset 51: /0/1/1: error: ", "offset 52: /0/1/2: error: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range check.File(tt.change(seed(t)), nil) {
				got = append(got, f.String())
			}
			require.Len(t, got, len(tt.want), "%q", got)
			for i, want := range tt.want {
				require.True(t, strings.HasPrefix(got[i], want), "%q is not %q", got[i], want)
			}
		})
	}
}

func TestEveryTypeIsLookedAt(t *testing.T) {
	for path, value := range map[string]string{
		"/3/0/9": "00 00 00", "/3/0/13": "", "/1/0/10": "00 00", "/1/0/26": "00 00 00", "/3/0/14": "FF",
	} {
		p, err := objects.ParsePath(path)
		require.NoError(t, err)
		object, _ := p.Object()
		resource, _ := p.Resource()
		entry, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.Resource, ID: uint16(resource), Value: octets(t, value)})
		require.NoError(t, err)
		instance, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.ObjectInstance, Value: entry})
		require.NoError(t, err)
		file, err := tlv.AppendFile(nil, tlv.File{Objects: []tlv.Object{{ID: uint16(object), Instances: instance}}})
		require.NoError(t, err)
		faults := check.File(file, nil)
		require.NotEmpty(t, faults)
		require.Contains(t, fmt.Sprint(faults), fmt.Sprintf("%s: error: no ", path))
	}
}

func TestAReservedInstanceIsNoInstance(t *testing.T) {
	faults := check.File(octets(t, "0001 0009 0003 00 0004 20FFFF00"), nil)
	require.Equal(t, "offset 9: /3/65535: error: no Object Instance has this ID", faults[0].String())
}

func TestValuesOfMultipleResourcesAreLookedAt(t *testing.T) {
	// /3/0/11: two error codes, the second of three octets.
	faults := check.File(octets(t, "0001 0013 0003 00 000E  08 00 0B  88 0B 08  41 00 01  43 01 000000"), nil)
	require.NotEmpty(t, faults)
	require.Equal(t, "offset 20: /3/0/11/1: error: no Integer, in 3 octets", faults[0].String())
}

func TestFaultsAreBounded(t *testing.T) {
	instance := strings.Repeat("C1 01 07", 5000)
	entry, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.ObjectInstance, Value: octets(t, instance)})
	require.NoError(t, err)
	file, err := tlv.AppendFile(nil, tlv.File{Objects: []tlv.Object{{Instances: entry}}})
	require.NoError(t, err)
	faults := check.File(file, nil)
	require.Len(t, faults, check.MaxFaults)
	require.Contains(t, faults[check.MaxFaults-1].Text, "there is more")
	require.Equal(t, check.MaxFaults, check.Errors(faults))
}

// FuzzFile: check finds an error exactly when a device would.
func FuzzFile(f *testing.F) {
	f.Add(seed(f))
	f.Add(seed(f)[:60])
	f.Add([]byte{0, 1, 0, 5, 0, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		faults := check.File(b, nil)
		require.LessOrEqual(t, len(faults), check.MaxFaults)
		for _, fault := range faults {
			require.Less(t, fault.Offset, len(b)+1)
			require.NotContains(t, fault.String(), "\n")
		}
		require.Equal(t, usable(b), check.Errors(faults) == 0, "%v", faults)
	})
}

// usable is what a device does with a file.
func usable(b []byte) bool {
	file, err := tlv.ParseFile(b)
	if err != nil {
		return false
	}
	var t objects.Tree
	problems, err := t.Decode(file, nil)
	return err == nil && append(problems, t.Validate(nil)...).Err() == nil
}
