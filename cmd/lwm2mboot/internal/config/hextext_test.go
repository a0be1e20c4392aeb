package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

const digits32 = "00112233445566778899aAbBcCdDeEfF"

func TestKeyOfHexDigitsAsTextIsWarnedOf(t *testing.T) {
	for value, warned := range map[string]bool{
		`"` + digits32 + `"`:                true,
		`"` + digits32[:16] + `"`:           true,
		`"` + digits32[:14] + `"`:           false, // too short
		`"` + digits32[:17] + `"`:           false, // no whole octets
		`"` + digits32 + `0g"`:              false,
		`"hex:` + digits32 + `"`:            false,
		`"text:` + digits32 + `"`:           false, // it is meant
		`"3x@mpl3P5K53cr3tK3y00"`:           false,
		"!!binary MDAxMTIyMzM0NDU1NjY3Nw==": false,
	} {
		yaml := strings.Replace(seedYAML, "SecretKey: 3x@mpl3P5K53cr3tK3y", "SecretKey: "+value, 1)
		file, problems, err := generate(t, yaml, nil)
		require.NoError(t, err, value)
		require.NotEmpty(t, file)
		if !warned {
			require.Empty(t, problems, value)
			continue
		}
		require.Equal(t, []place{{"8:16", "Security/1/SecretKey", objects.Warning}}, places(problems), value)
		require.Contains(t, problems[0].String(), "hex: makes octets")
		require.NotContains(t, problems[0].String(), digits32[:14])
		_, problems, err = generate(t, yaml, &Options{NoValidate: true})
		require.NoError(t, err)
		require.Empty(t, problems)
	}
}

func TestTextOfHexDigitsThatIsNoKeyIsNotWarnedOf(t *testing.T) {
	_, problems, err := generate(t, strings.Replace(seedYAML, "example-psk-identity", `"`+digits32+`"`, 1), nil)
	require.NoError(t, err)
	require.Empty(t, problems, "an identity may well be digits")
}

func TestKeyOfHexDigitsInADictionaryIsToldItsOwnWay(t *testing.T) {
	n := scalar(t, strings.Replace(seedYAML, "3x@mpl3P5K53cr3tK3y", digits32, 1))
	resources := n.Entries[0].Value.Entries[0].Value.Entries
	for i := range resources {
		if resources[i].Key.Text == "SecretKey" {
			resources[i].Value.Literal = true
		}
	}
	_, problems, err := Generate(n, nil)
	require.NoError(t, err)
	require.Len(t, problems, 1)
	require.Contains(t, problems[0].Text, "bytes.fromhex")
}
