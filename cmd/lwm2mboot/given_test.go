package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEmptyNamesAreStatus2(t *testing.T) {
	for _, args := range [][]string{
		{"simulate", "--file", ""}, {"simulate", "--config="}, {"simulate", "--adm-file", ""}, {"simulate", "--pin-file", ""}, {"simulate", "--scp03-keys", ""},
		{"simulate", "--link", ""}, {"card", "read", "--port", ""}, {"card", "inspect", "--reader", ""}, {"generate", "-c", ""}, {"generate", "-o", ""},
		{"batch", "-t", ""}, {"batch", "-t", "testdata/template.yaml", ""}, {"batch", "-t", "testdata/template.yaml", "--master-file", ""},
		{"decode", ""}, {"check", ""}, {"diff", "", "testdata/seed.yaml"}, {"diff", "testdata/seed.yaml", ""},
		{"card", "write", "--port", "x", "-c", "testdata/seed.yaml", "--yes", "--adm-file", ""},
	} {
		r := tool(t, args...)
		require.Equal(t, statusUsage, r.status, "%v: %s", args, r.stderr)
		require.Contains(t, r.stderr, "empty", args)
		require.Empty(t, r.stdout)
	}
}

func TestNumbersThatCannotBeMeantAreStatus2(t *testing.T) {
	out := t.TempDir()
	for _, args := range [][]string{
		{"generate", "-c", "testdata/seed.yaml", "--size", "-1"}, {"batch", "-t", "testdata/template.yaml", "testdata/rows.csv", "--size", "-1"},
		{"card", "image", "-c", "testdata/seed.yaml", "-o", out, "--chunk", "64"}, {"card", "image", "-c", "testdata/seed.yaml", "-o", out, "--script", "none", "--chunk", "0"},
	} {
		r := tool(t, args...)
		require.Equal(t, statusUsage, r.status, "%v: %s", args, r.stderr)
		require.Empty(t, r.stdout)
	}
}

func TestVersionIsAFlagToo(t *testing.T) {
	require.Equal(t, tool(t, "version"), tool(t, "--version"))
	require.NotEmpty(t, tool(t, "--version").stdout)
	require.Equal(t, statusUsage, tool(t, "--version", "x").status)
}

func TestOutputThatIsFullIsAnError(t *testing.T) {
	bad := seed(t)
	bad[51] = 7
	path := file(t, "bad.bin", string(bad))
	for _, args := range [][]string{
		{"check", path}, {"check", file(t, "warn.bin", string(seed(t))+"\x00")}, {"decode", path, "--to", "yaml"}, {"version"}, {"--version"},
		{"simulate", "--list-quirks"}, {"simulate", "--list-layouts"}, {"batch", "-t", "testdata/template.yaml", "testdata/rows.csv"},
		{"card", "image", "-c", "testdata/seed.yaml", "-o", filepath.Join(t.TempDir(), "files")},
	} {
		var errOut bytes.Buffer
		require.Equal(t, statusFault, run(t.Context(), args, nil, full{}, &errOut), args)
		require.Contains(t, errOut.String(), "file already closed", args)
	}
}

func TestTheSyntaxOfAConfigurationCanBeTold(t *testing.T) {
	py := "# x\n" + string(contents(t, "testdata/seed.py"))
	bin := file(t, "seed.bin", string(seed(t)))
	for _, args := range [][]string{{"check", "-"}, {"decode", "-"}, {"diff", "-", bin}, {"diff", bin, "-"}} {
		require.Zero(t, feed(t, py, append(args, "--format", "dict")...).status, args)
		require.NotZero(t, feed(t, py, append(args, "--format", "json")...).status, args)
		require.Equal(t, statusUsage, feed(t, py, append(args, "--format", "xml")...).status, args)
	}
	require.Zero(t, tool(t, "check", bin, "--format", "json").status, "a file is no configuration")
}

func TestKeyOfHexDigitsAsTextIsToldByGenerateAndCheck(t *testing.T) {
	path := file(t, "seed.yaml", strings.Replace(string(contents(t, "testdata/seed.yaml")), key, "00112233445566778899aabbccddeeff", 1))
	r := tool(t, "generate", "-c", path, "--hex")
	require.Zero(t, r.status)
	require.Contains(t, r.stderr, path+":7:16: Security/1/SecretKey: warning: hex digits taken as text")
	r = tool(t, "check", path)
	require.Zero(t, r.status)
	require.Contains(t, r.stdout, path+":7:16: Security/1/SecretKey: warning: hex digits taken as text")
	require.Equal(t, statusFault, tool(t, "check", path, "--strict").status)
}
