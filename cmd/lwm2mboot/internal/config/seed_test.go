package config

import (
	"bytes"
	"encoding/hex"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// seed is the known good file of 126 octets.
func seed(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../../../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	octets, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	require.NoError(t, err)
	require.Len(t, octets, 126)
	return octets
}

const seedYAML = `# the known configuration
Security:
  1:
    ServerURI: coaps://eu.iot.avsystem.cloud:5684
    Bootstrap: false
    Mode: 0
    PKOrIdentity: example-psk-identity
    SecretKey: 3x@mpl3P5K53cr3tK3y
    ShortServerID: 1
Server:
  1:
    ShortServerID: 1
    Lifetime: 86400
    NotificationStoring: false
    Binding: U
`

const seedJSON = `{
	"Security": {"1": {
		"ServerURI": "coaps://eu.iot.avsystem.cloud:5684", "Bootstrap": false, "Mode": 0,
		"PKOrIdentity": "example-psk-identity", "SecretKey": "3x@mpl3P5K53cr3tK3y", "ShortServerID": 1}},
	"Server": {"1": {"ShortServerID": 1, "Lifetime": 86400, "NotificationStoring": false, "Binding": "U"}}
}`

func TestSeedInEveryFormIsThe126Octets(t *testing.T) {
	tests := []struct {
		name, text string
		parse      Parser
	}{
		{"YAML by names", seedYAML, ParseYAML},
		{"JSON by names", seedJSON, ParseJSON},
		{"YAML with CRLF", string(bytes.ReplaceAll([]byte(seedYAML), []byte("\n"), []byte("\r\n"))), ParseYAML},
		{"YAML with a byte order mark", "\xEF\xBB\xBF" + seedYAML, ParseYAML},
		{"JSON with a byte order mark", "\xEF\xBB\xBF" + seedJSON, ParseJSON},
		{"JSON read as YAML", `{"Security": {"1": {"ServerURI": "coaps://eu.iot.avsystem.cloud:5684", "Bootstrap": false,
			"Mode": 0, "PKOrIdentity": "example-psk-identity", "SecretKey": "3x@mpl3P5K53cr3tK3y", "ShortServerID": 1}},
			"Server": {"1": {"ShortServerID": 1, "Lifetime": 86400, "NotificationStoring": false, "Binding": "U"}}}`, ParseYAML},
		{"YAML by numbers", `
0: {1: {0: "coaps://eu.iot.avsystem.cloud:5684", 1: false, 2: 0, 3: example-psk-identity, 5: 3x@mpl3P5K53cr3tK3y, 10: 1}}
1: {1: {0: 1, 1: 86400, 6: false, 7: U}}`, ParseYAML},
		{"JSON by numbers", `{"0": {"1": {"0": "coaps://eu.iot.avsystem.cloud:5684", "1": false, "2": 0,
			"3": "example-psk-identity", "5": "3x@mpl3P5K53cr3tK3y", "10": 1}},
			"1": {"1": {"0": 1, "1": 86400, "6": false, "7": "U"}}}`, ParseJSON},
		{"paths of numbers", `
0/1/0: coaps://eu.iot.avsystem.cloud:5684
0/1/1: false
0/1/2: 0
/0/1/3: example-psk-identity
0/1/5: 3x@mpl3P5K53cr3tK3y
0/1/10: 1
1/1/0: 1
1/1/1: 86400
1/1/6: false
1/1/7: U`, ParseYAML},
		{"paths of names", `
Security/1/ServerURI: coaps://eu.iot.avsystem.cloud:5684
Security/1/Bootstrap: false
Security/1:
  Mode: PSK
  PKOrIdentity: example-psk-identity
Security/1/SecretKey: 3x@mpl3P5K53cr3tK3y
Security/1/ShortServerID: 1
Server/1: {ShortServerID: 1, Lifetime: 86400, NotificationStoring: false, Binding: U}`, ParseYAML},
		{"paths among mappings", `
0/1/0: coaps://eu.iot.avsystem.cloud:5684
0/1/1: false
Security: {1: {Mode: 0, 3: example-psk-identity}}
Server: {1: {0: 1, Lifetime: 86400}}
0/1/5: 3x@mpl3P5K53cr3tK3y
Security/1/10: 1
1/1/6: false
Server/0x1/7: U`, ParseYAML},
		{"other names and other forms of values", `
LwM2M Security:
  0x1:
    LWM2M  Server URI: text:coaps://eu.iot.avsystem.cloud:5684
    bootstrap-server: 0
    security_mode: psk
    Public Key or Identity: !!binary ZXhhbXBsZS1wc2staWRlbnRpdHk=
    secretkey: base64:M3hAbXBsM1A1SzUzY3IzdEszeQ==
    SHORT SERVER ID: 0x1
OID.Server:
  1:
    RID.Server.ShortServerID: "1"
    RID.Server.Lifetime: 86_400
    NotificationStoringWhenDisabledOrOffline: "False"
    Binding: hex:55`, ParseYAML},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, err := tt.parse([]byte(tt.text))
			require.NoError(t, err)
			file, problems, err := Generate(n, nil)
			require.NoError(t, err)
			require.Empty(t, problems)
			require.Equal(t, seed(t), file)
		})
	}
}

func TestSeedIsWrittenInNames(t *testing.T) {
	text, err := EncodeYAML(seed(t), nil)
	require.NoError(t, err)
	require.Equal(t, `# EF(LwM2M_Bootstrap), 126 octets
Security:
  1:
    ServerURI: "coaps://eu.iot.avsystem.cloud:5684"
    Bootstrap: false
    Mode: "PSK"
    PKOrIdentity: "example-psk-identity"
    SecretKey: "3x@mpl3P5K53cr3tK3y"
    ShortServerID: 1
Server:
  1:
    ShortServerID: 1
    Lifetime: 86400
    NotificationStoring: false
    Binding: "U"
`, string(text))
}
