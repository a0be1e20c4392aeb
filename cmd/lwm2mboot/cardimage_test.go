package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheImageOfACardIsAFileForEachFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "files")
	r := tool(t, "card", "image", "-c", "testdata/seed.yaml", "-o", dir)
	require.Zero(t, r.status, r.stderr)
	for _, name := range []string{"3F00-2F00-dir.bin", "7F50-5031-odf.bin", "7F50-5032-tokeninfo.bin", "7F50-6430-dodf.bin", "7F50-6432-bootstrap.bin"} {
		requireMode(t, filepath.Join(dir, name), 0o600)
		require.Contains(t, r.stdout, name)
	}
	requireMode(t, dir, 0o700)
	file := contents(t, filepath.Join(dir, "7F50-6432-bootstrap.bin"))
	require.Len(t, file, 1024)
	require.True(t, bytes.HasPrefix(file, seed(t)))

	bin := filepath.Join(dir, "7F50-6432-bootstrap.bin")
	again := filepath.Join(t.TempDir(), "again")
	require.Zero(t, tool(t, "card", "image", "--file", bin, "-o", again).status)
	require.Equal(t, file, contents(t, filepath.Join(again, filepath.Base(bin))))
}

func TestAnImageIsNotMixedWithAnother(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "7F50-6430-dodf.bin"), []byte("mine"), 0o600))
	r := tool(t, "card", "image", "-c", "testdata/seed.yaml", "-o", dir)
	require.Equal(t, statusFault, r.status)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "none was written")
	require.Zero(t, tool(t, "card", "image", "-c", "testdata/seed.yaml", "-o", dir, "--force").status)
}

func TestScriptsComeWithTheImage(t *testing.T) {
	for kind, names := range map[string][]string{"apdu": {"script.apdu"}, "pysim": {"script.pysim", "activate.pysim"}} {
		dir := t.TempDir()
		require.Zero(t, tool(t, "card", "image", "-c", "testdata/seed.yaml", "-o", dir, "--script", kind, "--chunk", "64").status)
		for _, name := range names {
			requireMode(t, filepath.Join(dir, name), 0o600)
			require.NotEmpty(t, contents(t, filepath.Join(dir, name)))
		}
	}
}

func TestTheDirectoriesAreAsAskedFor(t *testing.T) {
	make := func(args ...string) (dodf, bootstrap []byte) {
		dir := t.TempDir()
		r := tool(t, append([]string{"card", "image", "-c", "testdata/seed.yaml", "-o", dir}, args...)...)
		require.Zero(t, r.status, r.stderr)
		for _, name := range []string{"7F50-6430-dodf.bin", "7F51-6440-dodf.bin"} {
			if b, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
				dodf = b
			}
		}
		b, _ := filepath.Glob(filepath.Join(dir, "*-bootstrap.bin"))
		return dodf, contents(t, b[0])
	}
	plain, _ := make()
	require.Contains(t, string(plain), "\x67\x2B\x09\x01")
	for _, args := range [][]string{
		{"--form", "opaquedo"}, {"--paths", "absolute"}, {"--paths", "application"}, {"--label", "mine"},
		{"--application-name", "mine"}, {"--private", "--auth-id", "01"}, {"--modifiable", "--auth-id", "01"}, {"--entry-oid", "2.23.43.9.1.1"},
		{"--ef", "6433"}, {"--df", "7F51", "--dodf", "6440", "--paths", "absolute"},
	} {
		dodf, _ := make(args...)
		require.NotEqual(t, plain, dodf, "%v", args)
	}
	_, bootstrap := make("--file-size", "2000", "--dir-record", "3")
	require.Len(t, bootstrap, 2000)
}

func TestImageRefusesBadInput(t *testing.T) {
	dir := t.TempDir()
	for status, all := range map[int][][]string{
		statusUsage: {
			{}, {"-c", "testdata/seed.yaml"}, {"-o", dir}, {"-c", "x", "--file", "y", "-o", dir},
			{"-c", "testdata/seed.yaml", "-o", dir, "--entry-oid", "7"}, {"-c", "testdata/seed.yaml", "-o", dir, "--ef", "64"},
			{"-c", "testdata/seed.yaml", "-o", dir, "--auth-id", "x"}, {"-c", "testdata/seed.yaml", "-o", dir, "--form", "x"},
			{"-c", "testdata/seed.yaml", "-o", dir, "--script", "x"}, {"-c", "testdata/seed.yaml", "-o", dir, "--dir-record", "900"},
		},
		statusFault: {
			{"-c", "none", "-o", dir}, {"-c", "testdata/seed.yaml", "-o", dir, "--file-size", "100"},
			{"-c", "testdata/seed.yaml", "-o", file(t, "f", "")}, {"-c", "testdata/seed.yaml", "-o", dir, "--label", strings.Repeat("x", 999)},
		},
	} {
		for _, args := range all {
			r := tool(t, append([]string{"card", "image"}, args...)...)
			require.Equal(t, status, r.status, "%v: %s", args, r.stderr)
		}
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
	require.NotZero(t, tool(t, "card", "image", "-c", "testdata/seed.yaml", "-o", dir, "--script", "apdu", "--chunk", "2").status)
}
