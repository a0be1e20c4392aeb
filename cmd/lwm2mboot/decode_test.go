package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/objects/senmljson"
)

func TestDecodeTakesOctetsHexAndPadding(t *testing.T) {
	want := tool(t, "decode", file(t, "seed.bin", string(seed(t))))
	require.Equal(t, statusDone, want.status)
	require.Empty(t, want.stderr)
	require.Contains(t, want.stdout, `/0/1/0   ServerURI            "coaps://eu.iot.avsystem.cloud:5684"`)
	require.Contains(t, want.stdout, "******** (19 octets, secret)")
	for name, text := range map[string]string{
		"padded": string(seed(t)) + strings.Repeat("\xFF", 100),
		"HEX":    fmt.Sprintf("%X", seed(t)),
		"hex":    fmt.Sprintf("%x\n", seed(t)),
		"h e x":  fmt.Sprintf("% x\n\n", seed(t)),
	} {
		require.Equal(t, want, feed(t, text, "decode", "-"), name)
	}
}

func TestDecodeMasksUnlessSecretsAreAskedFor(t *testing.T) {
	for _, to := range []string{"table", "yaml", "json", "senml"} {
		r := feed(t, string(seed(t)), "decode", "-", "--to", to) // looks for the key
		require.Zero(t, r.status)
		r = reveal(t, bytes.NewReader(seed(t)), "decode", "-", "--to", to, "--show-secrets")
		require.True(t, showsKey(r.stdout), to)
	}
}

func TestDecodedConfigurationsGiveTheSameOctetsAgain(t *testing.T) {
	for _, to := range []string{"yaml", "json"} {
		out := filepath.Join(t.TempDir(), "again."+to)
		require.Zero(t, feed(t, string(seed(t)), "decode", "-", "--to", to, "--show-secrets", "-o", out).status)
		requireMode(t, out, 0o600)
		require.Equal(t, string(seed(t)), reveal(t, nil, "generate", "-c", out).stdout)

		masked := feed(t, string(seed(t)), "decode", "-", "--to", to).stdout
		r := feed(t, masked, "generate")
		require.Equal(t, statusFault, r.status)
		require.Contains(t, r.stderr, "--show-secrets")
	}
}

func TestDecodedSenMLReadsBack(t *testing.T) {
	r := reveal(t, bytes.NewReader(seed(t)), "decode", "-", "--to", "senml", "--show-secrets")
	tree, _, err := senmljson.Codec{}.Parse([]byte(strings.TrimSpace(r.stdout)), objects.Path{}, nil)
	require.NoError(t, err)
	require.Equal(t, key, string(tree.Accounts()[0].Security.SecretKey.Bytes()))
}

func TestDecodeTellsProblemsAndGoesOn(t *testing.T) {
	b := seed(t)
	b[len(b)-1] = 'Q'
	r := feed(t, string(b), "decode", "-")
	require.Zero(t, r.status)
	require.Contains(t, r.stderr, "/1/1/7: error")
	require.Contains(t, r.stdout, `"Q"`)
}

func TestDecodeRefusesWhatIsNoFile(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "blank": " \n", "short": "\x00\x02\x00", "cut": string(seed(t)[:50])} {
		r := feed(t, text, "decode", "-")
		require.Equal(t, statusFault, r.status, name)
		require.Contains(t, r.stderr, "standard input: ", name)
		require.Empty(t, r.stdout)
	}
	bad := seed(t)
	bad[49] = 0xC2 // Bootstrap of two octets: what follows is another entry
	require.Equal(t, statusFault, feed(t, string(bad), "decode", "-").status)
	require.Equal(t, statusUsage, tool(t, "decode").status)
	require.Equal(t, statusUsage, tool(t, "decode", "a", "b").status)
	require.Equal(t, statusFault, tool(t, "decode", t.TempDir()).status)
}

func TestDecodeTakesAConfiguration(t *testing.T) {
	require.Equal(t, tool(t, "decode", file(t, "x", string(seed(t)))), tool(t, "decode", "testdata/seed.py"))
	require.Equal(t, statusFault, feed(t, "no: configuration\n", "decode", "-").status)
}

func TestCheckTellsNothingOfAGoodFile(t *testing.T) {
	for _, text := range []string{string(seed(t)), hex.EncodeToString(seed(t)), string(seed(t)) + "\xFF\xFF"} {
		require.Equal(t, result{}, feed(t, text, "check", "-", "--strict"))
	}
	require.Equal(t, result{}, tool(t, "check", "testdata/seed.yaml"))
}

func TestCheckTellsOffsetsAndGoesOn(t *testing.T) {
	b := seed(t)
	b[len(b)-1] = 'Q' // Binding
	b[51] = 7         // Bootstrap is no Boolean
	require.Equal(t, byte(0xC1), b[49])
	r := feed(t, string(b), "check", "-")
	require.Equal(t, statusFault, r.status)
	lines := strings.Split(r.stdout, "\n")
	require.True(t, strings.HasPrefix(lines[0], "offset 51: /0/1/1: error: "), r.stdout)
	require.True(t, strings.HasPrefix(lines[1], "offset 123: /1/1/7: error: "), r.stdout)
	require.Len(t, lines, 3)
	require.Contains(t, r.stderr, "standard input: 2 errors, 0 warnings")
}

func TestStrictMakesWarningsCount(t *testing.T) {
	padded := string(seed(t)) + "\x00"
	r := feed(t, padded, "check", "-")
	require.Zero(t, r.status)
	require.Contains(t, r.stdout, "offset 126: warning: ")
	require.Equal(t, statusFault, feed(t, padded, "check", "--strict", "-").status)
}

func TestCheckOfAConfigurationTellsLines(t *testing.T) {
	yaml := strings.Replace(string(contents(t, "testdata/seed.yaml")), "Binding: U", "Binding: Q", 1)
	path := file(t, "wrong.yaml", yaml)
	r := tool(t, "check", path)
	require.Equal(t, statusFault, r.status)
	require.True(t, strings.HasPrefix(r.stdout, path+":14:14: Server/1/Binding: error: "), r.stdout)
	require.Equal(t, statusFault, feed(t, "Nothing: {}\n", "check", "-").status)
	require.Equal(t, statusFault, feed(t, "Server: [\n", "check", "-").status)
	require.Equal(t, statusFault, feed(t, "", "check", "-").status)
	require.Equal(t, statusFault, tool(t, "check", filepath.Join(t.TempDir(), "none")).status)
}

func TestDiffTellsWhatIsDifferent(t *testing.T) {
	a := file(t, "a.bin", string(seed(t)))
	require.Equal(t, result{}, tool(t, "diff", a, "testdata/seed.py"))
	require.Equal(t, result{}, feed(t, hex.EncodeToString(seed(t)), "diff", a, "-"))

	yaml := string(contents(t, "testdata/seed.yaml"))
	yaml = strings.NewReplacer("86400", "60", key, "another key", "    PKOrIdentity: example-psk-identity\n", "",
		"    Binding: U", "    Binding: U\n    PreferredTransport: U").Replace(yaml)
	r := feed(t, yaml, "diff", a, "-")
	require.Equal(t, statusDifferent, r.status)
	require.Empty(t, r.stderr)
	require.Equal(t, ""+
		"-  /0/1/3   Security/1/PKOrIdentity      \"example-psk-identity\"\n"+
		"~  /0/1/5   Security/1/SecretKey         differs\n"+
		"~  /1/1/1   Server/1/Lifetime            86400 -> 60\n"+
		"+  /1/1/22  Server/1/PreferredTransport  \"U\"\n", r.stdout)
	r = reveal(t, strings.NewReader(yaml), "diff", a, "-", "--show-secrets")
	require.Contains(t, r.stdout, `"`+key+`" -> "another key"`)
}

func TestDiffPassesOverOrderAndSaysSo(t *testing.T) {
	r := feed(t, "Server: {1: {0: 1, 1: 86400, 6: false, 7: U}}\n", "diff", "-",
		file(t, "b.yaml", "Server: {1: {7: U, 1: raw:0000000000015180, 0: 1, 6: false}}\n"))
	require.Equal(t, statusEqual, r.status)
	require.Contains(t, r.stderr, "other octets")
}

func TestDiffIsStatus2InTrouble(t *testing.T) {
	a := file(t, "a.bin", string(seed(t)))
	cut, none := file(t, "cut.bin", string(seed(t)[:60])), filepath.Join(t.TempDir(), "none")
	for _, args := range [][]string{{a, none}, {none, a}, {a, cut}, {cut, a}, {a}, {"-", "-"}, {a, file(t, "bad.yaml", "x: [\n")},
		{a, file(t, "z", "Security: {1: {Mode: PSK, Bootstrap: maybe}}\n")}} {
		r := tool(t, append([]string{"diff"}, args...)...)
		require.Equal(t, statusTrouble, r.status, "%v", args)
		require.NotEmpty(t, r.stderr)
	}
	status := run(t.Context(), []string{"diff", a, "testdata/template.yaml"}, nil, full{}, new(bytes.Buffer))
	require.Equal(t, statusTrouble, status)
}

func TestInterruptedIsStatus130(t *testing.T) {
	r, w, err := os.Pipe() // nothing comes
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	for _, command := range [][]string{{"generate"}, {"decode", "-"}, {"diff", "-", "x"}} {
		var errOut bytes.Buffer
		require.Equal(t, statusInterrupted, run(canceled(t), command, r, new(bytes.Buffer), &errOut))
		require.Equal(t, "lwm2mboot: interrupted\n", errOut.String())
	}
}
