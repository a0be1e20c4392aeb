package batch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/stretchr/testify/require"
)

func TestCompileFindsTheColumns(t *testing.T) {
	tpl := compile(t, cards, names)
	require.Equal(t, []string{"identity", "key", "iccid"}, tpl.Columns())
	tpl.Columns()[0] = "changed"
	require.Equal(t, "identity", tpl.Columns()[0])
}

func TestCompileRefuses(t *testing.T) {
	uri := "coaps://eu.iot.avsystem.cloud:5684"
	for _, test := range []struct {
		name, old, new string
		o              *Options
		class          error
		path           string
	}{
		{"a column left open", uri, "coaps://${host", nil, ErrTemplate, "Security/1/ServerURI"},
		{"a column without a name", uri, "coaps://${}", nil, ErrTemplate, "Security/1/ServerURI"},
		{"a file of a row", "hex:${key}", "file:${key}", nil, ErrTemplate, "Security/1/SecretKey"},
		{"a file of a row in capitals", "hex:${key}", "FILE:${key}", nil, ErrTemplate, "Security/1/SecretKey"},
		{"a name left open", "", "", &Options{Name: "${iccid"}, ErrOption, ""},
		{"a name for all", "", "", &Options{Name: "card.bin"}, ErrOption, ""},
		{"a name for all with signs", "", "", &Options{Name: "$${iccid}"}, ErrOption, ""},
		{"a name with a secret", "", "", &Options{Name: "${iccid}-${key}"}, ErrOption, ""},
		{"copying a secret", "", "", &Options{Columns: []string{"key"}}, ErrOption, ""},
		{"copying to a key of the stream", "", "", &Options{Columns: []string{"hex"}}, ErrOption, ""},
		{"copying twice", "", "", &Options{Columns: []string{"a", "identity", "a"}}, ErrOption, ""},
		{"copying nothing", "", "", &Options{Columns: []string{""}}, ErrOption, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			tpl, err := Compile(document(t, strings.Replace(cards, test.old, test.new, 1)), test.o)
			require.ErrorIs(t, err, test.class)
			require.Nil(t, tpl)
			require.NotContains(t, err.Error(), "\n")
			var bad *config.Error
			if test.path != "" {
				require.ErrorAs(t, err, &bad)
				require.Equal(t, test.path, bad.Path)
				require.NotZero(t, bad.At)
			}
		})
	}
}

func TestCompileRefusesATemplateWithoutColumns(t *testing.T) {
	plain := fill(map[string]string{"identity": "me", "key": "00"})
	for _, text := range []string{plain, "raw:00000000", strings.Replace(plain, "me", "$${me}", 1)} {
		_, err := Compile(document(t, text), names)
		require.ErrorIs(t, err, ErrTemplate)
	}
}

func TestTemplatePrintsAsACount(t *testing.T) {
	tpl := compile(t, strings.Replace(cards, "Lifetime: 86400", "Lifetime: 60", 1), names)
	for _, verb := range []string{"%v", "%s", "%+v", "%#v"} {
		require.Equal(t, "template with 3 columns", fmt.Sprintf(verb, tpl))
	}
}

// A column may be anywhere that text may: in values of several instances, of
// any type, of objects without a definition.
func TestEveryKindOfValueTakesColumns(t *testing.T) {
	const text = `
Security@1.1/0:
  ServerURI: coaps://${host}:${port}
  Bootstrap: ${truth}
  Mode: ${mode}
  PKOrIdentity: base64:${base}
  SecretKey: ${key}
  ShortServerID: ${id}
  16: ["${suite}", 0xC0A8, "${suite}"]
Server/0: {ShortServerID: "${id}", Lifetime: "8${id}", NotificationStoring: false, Binding: "${binding}"}
500/0: {0: "hex:${hex}", 1: "raw:${hex}", 2: "$${${id}", 3: "${free}"}
`
	row := map[string]string{"host": "a.example", "port": "5684", "truth": "false", "mode": "psk", "base": "aWQ=", "key": "secret!",
		"id": "7", "suite": "49320", "binding": "U", "hex": "00FF", "free": "text:hex:zz"}
	columns, values, plain := []string{}, []string{}, text
	for name, value := range row {
		columns, values = append(columns, name), append(values, value)
		plain = strings.ReplaceAll(plain, "$${${"+name+"}", "$ {"+value)
		plain = strings.ReplaceAll(plain, "${"+name+"}", value)
	}
	plain = strings.ReplaceAll(plain, "$ {", "${")
	tpl := compile(t, text, nil)
	out, s, err := toString(t, tpl, strings.Join(columns, ",")+"\n"+strings.Join(values, ",")+"\n", nil)
	require.NoError(t, err)
	require.Contains(t, out, `"hex":"`+hexOf(generate(t, plain))+`"`)
	require.EqualValues(t, 1, s.Warned, "an object without a definition")
	require.NotEmpty(t, s.Warnings)
	for _, secret := range []string{"key", "hex", "free"} {
		require.NotContains(t, out, row[secret]+`"`)
		require.NotContains(t, out, `"`+secret+`":"`+row[secret])
	}
}

func TestOptionsOfConfigCount(t *testing.T) {
	rows := "identity,key\nme,\n"
	_, _, err := toString(t, compile(t, cards, nil), rows, nil)
	require.ErrorIs(t, err, config.ErrInvalid)
	_, _, err = toString(t, compile(t, cards, &Options{Config: config.Options{NoValidate: true}}), rows, nil)
	require.NoError(t, err)
	out, s, err := toString(t, compile(t, cards, &Options{Config: config.Options{Size: 200}}), "identity,key\nme,00\n", nil)
	require.NoError(t, err)
	require.EqualValues(t, 200, s.Octets)
	require.True(t, strings.HasSuffix(out, "FFFFFF\"}\n"))
	_, _, err = toString(t, compile(t, cards, &Options{Config: config.Options{Size: 20}}), "identity,key\nme,00\n", nil)
	require.ErrorIs(t, err, config.ErrLimit)
}

// Two runs of one template at the same time do not see each other's rows.
func TestTemplateIsSafeForConcurrentRuns(t *testing.T) {
	tpl := compile(t, cards, names)
	rows := csvRows(200)
	want, _, err := toString(t, tpl, rows, nil)
	require.NoError(t, err)
	got := make(chan string)
	for range 4 {
		go func() {
			out, _, _ := toString(t, tpl, rows, nil)
			got <- out
		}()
	}
	for range 4 {
		require.Equal(t, want, <-got)
	}
}
