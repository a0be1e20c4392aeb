package batch

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/stretchr/testify/require"
)

// cards is a template as a bureau has it.
const cards = `
Security:
  1:
    ServerURI: coaps://eu.iot.avsystem.cloud:5684
    Bootstrap: false
    Mode: PSK
    PKOrIdentity: ${identity}
    SecretKey: hex:${key}
    ShortServerID: 1
Server/1:
  ShortServerID: 1
  Lifetime: 86400
  NotificationStoring: false
  Binding: U
`

// names is what goes with it.
var names = &Options{Name: "${iccid}"}

// document resolves a template.
func document(t testing.TB, text string) *config.Document {
	t.Helper()
	n, err := config.ParseYAML([]byte(text))
	require.NoError(t, err)
	d, err := config.Resolve(n, &config.Options{Template: true})
	require.NoError(t, err)
	return d
}

// compile makes a template.
func compile(t testing.TB, text string, o *Options) *Template {
	t.Helper()
	tpl, err := Compile(document(t, text), o)
	require.NoError(t, err)
	return tpl
}

// generate is the file of a configuration, by the way of package config alone.
func generate(t testing.TB, text string) []byte {
	t.Helper()
	n, err := config.ParseYAML([]byte(text))
	require.NoError(t, err)
	file, _, err := config.Generate(n, nil)
	require.NoError(t, err)
	return file
}

// good is what a stream has for the known values.
func good(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../../../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	return strings.ToUpper(string(bytes.TrimSpace(text)))
}

const (
	goodIdentity = "example-psk-identity"
	goodKey      = "3378406D706C3350354B3533637233744B3379"
)

// csvRows is n rows for cards.
func csvRows(n int) string {
	var b strings.Builder
	b.WriteString("iccid,identity,key\n")
	for i := range n {
		fmt.Fprintf(&b, "8949020000%010d,urn:dev:ops:%06d,%032X\n", i, i, i)
	}
	return b.String()
}

// toString runs to a string.
func toString(t testing.TB, tpl *Template, rows string, o *RunOptions) (string, Summary, error) {
	t.Helper()
	var out bytes.Buffer
	s, err := tpl.Stream(t.Context(), strings.NewReader(rows), &out, o)
	return out.String(), s, err
}

// fill is cards with a row put in by hand.
func fill(row map[string]string) string {
	text := cards
	for name, value := range row {
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	return text
}

func hexOf(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
