package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// place is a problem without its text.
type place struct {
	at, name string
	grade    objects.Grade
}

func places(problems []Problem) (list []place) {
	for _, p := range problems {
		list = append(list, place{p.At.String(), p.Name, p.Grade})
	}
	return list
}

// TestProblemsStandWhereTheConfigurationDoes: each with the place of its value
// or, where that is missing, of what should have it.
func TestProblemsStandWhereTheConfigurationDoes(t *testing.T) {
	change := func(old, new string) string {
		require.Contains(t, seedYAML, old)
		return strings.Replace(seedYAML, old, new, 1)
	}
	tests := []struct {
		name, yaml string
		first      place
		err        bool
	}{
		{"a value outside its range", change("Mode: 0", "Mode: 5"), place{"6:11", "Security/1/Mode", objects.Error}, true},
		{"a short server ID of 0", change("    ShortServerID: 1\nServer", "    ShortServerID: 0\nServer"), place{"9:20", "Security/1/ShortServerID", objects.Error}, true},
		{"a resource is missing", change("    SecretKey: 3x@mpl3P5K53cr3tK3y\n", ""), place{"3:3", "Security/1/SecretKey", objects.Error}, true},
		{"no server", seedYAML[:strings.Index(seedYAML, "Server:")], place{"2:1", "", objects.Error}, true},
		{"nothing at all", "\n {}", place{"2:2", "", objects.Error}, true},
		{"an unknown resource", seedYAML + "    99: 5\n", place{"16:9", "Server/1/99", objects.Warning}, false},
		{"an unknown object", seedYAML + "4711: {0: {0: 1}}\n", place{"16:1", "4711", objects.Warning}, false},
		{"raw and not UTF-8", change("ServerURI: coaps://eu.iot.avsystem.cloud:5684", "ServerURI: raw:ff"), place{"4:16", "Security/1/ServerURI", objects.Error}, true},
		{"raw and no number", change("Lifetime: 86400", "Lifetime: raw:010203"), place{"13:15", "Server/1/Lifetime", objects.Error}, true},
		{"a reserved instance", seedYAML + "  65535: {0: 2}\n", place{"16:3", "Server/65535", objects.Error}, true},
		{"a raw object", seedYAML + "3: raw:c10001\n", place{"16:1", "Device", objects.Error}, true},
		{"a raw file", "# c\nraw:0001", place{"2:1", "", objects.Error}, true},
		{"a value among several", seedYAML + "2: {0: {0: 1, 1: 1, 2: {1: 32, 2: 1}, 3: 1}}\n", place{"16:28", "AccessControl/0/ACL/1", objects.Warning}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, problems, err := generate(t, tt.yaml, nil)
			require.Contains(t, places(problems), tt.first, "%v", problems)
			require.Equal(t, tt.err, err != nil)
			require.Equal(t, tt.err, file == nil)
			if tt.err {
				require.ErrorIs(t, err, ErrInvalid)
				require.NotContains(t, err.Error(), "\n")
			}
			for _, p := range problems {
				require.NotContains(t, p.String(), "3x@mpl3")
				require.True(t, strings.HasPrefix(p.String(), p.At.String()), p.String())
				require.Contains(t, p.String(), p.Grade.String())
			}
			file, problems, err = generate(t, tt.yaml, &Options{NoValidate: true})
			require.NoError(t, err)
			require.Empty(t, problems)
			require.NotEmpty(t, file)
		})
	}
}

func TestErrorTellsTheFirstAndCountsTheRest(t *testing.T) {
	_, problems, err := generate(t, "1: {0: {0: 0, 1: 1, 6: true, 7: U}}\n0: {1: {}}", nil)
	n := 0
	for _, p := range problems {
		if p.Grade == objects.Error {
			n++
		}
	}
	require.Greater(t, n, 2)
	require.ErrorContains(t, err, ", and")
	require.ErrorContains(t, err, fmt.Sprintf("and %d more", n-1))
	require.ErrorContains(t, err, "1:1: ")
	require.NoError(t, problemsError(nil))
	require.NoError(t, problemsError([]Problem{{Problem: objects.Problem{Grade: objects.Warning}}}))
	one := problemsError([]Problem{{Problem: objects.Problem{Grade: objects.Error, Text: "x"}, Name: "a", At: Position{1, 2}}})
	require.Equal(t, "1:2: a: x", one.Error())
}

func TestNumberOfInstancesIsOnlyHeldAgainstTheDefinitionWhenValidating(t *testing.T) {
	for _, yaml := range []string{"0/1/16: 1", "0/1/2: [1]"} {
		_, _, err := generate(t, yaml, nil)
		require.ErrorIs(t, err, ErrValue)
		_, _, err = generate(t, yaml, &Options{NoValidate: true})
		require.NoError(t, err)
	}
}
