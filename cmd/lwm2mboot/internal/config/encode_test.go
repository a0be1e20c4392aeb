package config

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

func generate(t testing.TB, yaml string, opts *Options) ([]byte, []Problem, error) {
	t.Helper()
	n, err := ParseYAML([]byte(yaml))
	require.NoError(t, err)
	return Generate(n, opts)
}

func TestFormsOfSeveralValuesAreOne(t *testing.T) {
	for yaml, file := range map[string]string{
		"0@1.1/0/16: [0xAE, 0xAF]":             "0001 0011 0000 0101 000B 0800 08 8610 4100AE 4101AF",
		"0@1.1/0/16: {0: 0xAE, 1: 0xAF}":       "0001 0011 0000 0101 000B 0800 08 8610 4100AE 4101AF",
		"0@1.1/0/16: [[0, 0xAE], [1, 0xAF]]":   "0001 0011 0000 0101 000B 0800 08 8610 4100AE 4101AF",
		"0/0/16/0: 0xAE\n0@1.1/0/16/1: 0xAF":   "0001 0011 0000 0101 000B 0800 08 8610 4100AE 4101AF",
		"0/0/16/0: 0xAE\n0@1.1/0/16: {1: 175}": "0001 0011 0000 0101 000B 0800 08 8610 4100AE 4101AF",
		"0/0/16: {3: 1, 1: 2}":                 "0001 0010 0000 00 000B 0800 08 8610 410301 410102",
		"0/0/16: []":                           "0001 0009 0000 00 0004 0200 8010",
		"0/0/16: {}":                           "0001 0009 0000 00 0004 0200 8010",
		"0/0/16: {256: 1}":                     "0001 000D 0000 00 0008 0600 8410 61010001",
	} {
		got, _, err := generate(t, yaml, &Options{NoValidate: true})
		require.NoError(t, err, yaml)
		require.Equal(t, unhex(t, file), got, yaml)
	}
}

func TestOrderIsTheConfigurations(t *testing.T) {
	got, _, err := generate(t, "1/1/7: U\nSecurity: {}\nServer: {2: {}, 1: {0: 1}}\n0/3: {}", &Options{NoValidate: true})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "0002 0016 0001 00 000A 0601 C10755 C10001 0002"+"0000 00 0002 0003"), got)
}

func TestRawOctetsStandAsTheyAre(t *testing.T) {
	got, _, err := generate(t, "Server@1.1: raw:0801 ff\n4711: \"raw:\"", &Options{NoValidate: true})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "0002 000E 0001 0101 0003 0801FF 1267 00 0000"), got)
	got, _, err = generate(t, "raw:FF", &Options{NoValidate: true, Size: 3})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "FFFFFF"), got)
	d, err := Resolve(scalar(t, "raw:0102"), nil)
	require.NoError(t, err)
	got, _, err = d.Encode(&Options{NoValidate: true})
	require.NoError(t, err)
	got[0] = 9
	require.Equal(t, []byte{1, 2}, d.Raw, "not aliased")
}

func TestSizePadsWithFF(t *testing.T) {
	for _, size := range []int{126, 127, 512, tlv.MaxAcceptedSize} {
		got, _, err := generate(t, seedYAML, &Options{Size: size})
		require.NoError(t, err)
		require.Equal(t, append(seed(t), bytes.Repeat([]byte{0xFF}, size-126)...), got)
	}
	for _, size := range []int{-1, 1, 125, tlv.MaxAcceptedSize + 1} {
		got, _, err := generate(t, seedYAML, &Options{Size: size})
		requireError(t, err, "", "", ErrLimit)
		require.Nil(t, got)
	}
	_, _, err := generate(t, seedYAML, &Options{Size: 100})
	require.Contains(t, err.Error(), "26 more")
}

func TestFilesTooLongAreRefused(t *testing.T) {
	longest := func(n int, rest string) string { return "4711/0/0: text:" + strings.Repeat("a", n) + rest }
	head := 4 + 5 + 4 + 4
	got, _, err := generate(t, longest(tlv.MaxFileSize-head, ""), &Options{NoValidate: true})
	require.NoError(t, err)
	require.Len(t, got, tlv.MaxFileSize)
	_, _, err = generate(t, longest(tlv.MaxFileSize-head+1, ""), &Options{NoValidate: true})
	requireError(t, err, "", "", ErrLimit)
	require.Contains(t, err.Error(), "1 more")
	_, _, err = generate(t, longest(tlv.MaxFileSize-head, "\n0@1.1: {}"), &Options{NoValidate: true})
	requireError(t, err, "", "", ErrLimit)
	require.Contains(t, err.Error(), "6 more")
}

// TestValuesTooLongForTLVAreRefused: 16 MB, which no parser lets through but a
// row of data may hold.
func TestValuesTooLongForTLVAreRefused(t *testing.T) {
	value := Value{Octets: make([]byte, tlv.MaxValueLength+1)}
	at := Position{3, 4}
	for name, res := range map[string]Resource{"single": {At: at, Values: []Value{value}}, "multiple": {At: at, Multiple: true, Values: []Value{value}}} {
		d := &Document{Objects: []Object{{Instances: []Instance{{ID: 1, Resources: []Resource{res}}}}}}
		_, _, err := d.Encode(nil)
		requireError(t, err, "3:4", "Security/1/ServerURI", ErrLimit)
		require.NotEmpty(t, name)
	}
	value.Octets = value.Octets[:tlv.MaxValueLength]
	d := &Document{Objects: []Object{{Instances: []Instance{{ID: 1, At: at, Resources: []Resource{{Values: []Value{value}}}}}}}}
	_, _, err := d.Encode(nil)
	requireError(t, err, "3:4", "Security/1", ErrLimit)
}

func TestTemplatesKeepWhatRowsGive(t *testing.T) {
	const yaml = "0/1/0: coaps://x\n0/1/5: hex:${key}\n1/1/1: ${lifetime}\n0/1/16: [\"${a}\", 5]"
	n, err := ParseYAML([]byte(yaml))
	require.NoError(t, err)
	d, err := Resolve(n, &Options{Template: true})
	require.NoError(t, err)
	resources := d.Objects[0].Instances[0].Resources
	require.Equal(t, []byte("coaps://x"), resources[0].Values[0].Octets)
	key := resources[1].Values[0]
	require.True(t, key.Template)
	require.Nil(t, key.Octets)
	require.Equal(t, "hex:${key}", key.Node.Text)
	require.Equal(t, Position{2, 8}, key.Node.At)
	require.True(t, resources[2].Values[0].Template)
	require.False(t, resources[2].Values[1].Template)
	_, _, err = d.Encode(nil)
	requireError(t, err, "2:8", "Security/1/SecretKey", ErrValue)

	key.Node.Text = "hex:00ff"
	octets, err := AppendValue(nil, resources[1].Field, key.Node)
	require.NoError(t, err)
	require.Equal(t, []byte{0, 0xFF}, octets)
	key.Node.Text = "file:key"
	_, err = AppendValue(nil, resources[1].Field, key.Node)
	require.ErrorIs(t, err, ErrFile)
	lifetime := d.Objects[1].Instances[0].Resources[0]
	require.Equal(t, "Lifetime", NewNames(nil).ResourceName(lifetime.Object, lifetime.ID))
	lifetime.Values[0].Node.Text = "60"
	octets, err = AppendValue(nil, lifetime.Field, lifetime.Values[0].Node)
	require.NoError(t, err)
	require.Equal(t, []byte{60}, octets)

	// Otherwise ${ is text.
	_, err = Resolve(n, nil)
	requireError(t, err, "2:8", "Security/1/SecretKey", ErrValue)
	got, _, err := generate(t, "4711/0/0: ${x}", &Options{NoValidate: true})
	require.NoError(t, err)
	require.True(t, bytes.HasSuffix(got, []byte("${x}")))
}

func TestNothingThatHoldsValuesPrintsThem(t *testing.T) {
	const key = "3x@mpl3P5K53cr3tK3y"
	n, err := ParseYAML([]byte("Security/1/SecretKey: \"" + key + "\"\nServer: raw:0801"))
	require.NoError(t, err)
	d, err := Resolve(n, nil)
	require.NoError(t, err)
	template, err := Resolve(scalar(t, "0/1/5: \""+key+"${x}\""), &Options{Template: true})
	require.NoError(t, err)
	raw, err := Resolve(scalar(t, "raw:00000000"), nil)
	require.NoError(t, err)
	value := d.Objects[0].Instances[0].Resources[0].Values[0]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for want, what := range map[string]any{
			"a mapping at 1:1": n, "text at 1:23": n.Entries[0].Value, "a document of 2 objects": d,
			"object 0 version default, 1 instances": d.Objects[0], "object 1 version default, 2 raw octets": d.Objects[1],
			"value 0, 19 octets": value, "value 0, a template": template.Objects[0].Instances[0].Resources[0].Values[0],
			"a raw file of 4 octets": *raw,
		} {
			require.Equal(t, want, fmt.Sprintf(verb, what), verb)
		}
		for _, what := range []any{n.Entries, d.Objects[0].Instances, d.Objects[0].Instances[0].Resources, []Document{*d}} {
			text := fmt.Sprintf(verb, what)
			require.NotContains(t, text, key, verb)
			require.NotContains(t, text, "337840", verb)
			require.NotContains(t, text, "51 120 64", verb)
		}
	}
	require.Equal(t, "invalid", Kind(200).String())
	require.True(t, Field{}.Secret())
	require.False(t, Field{Definition: &objects.ResourceDefinition{}}.Secret())
}
