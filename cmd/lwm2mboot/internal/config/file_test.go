//go:build unix

package config

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// directory has files to read below conf, and others beside it that are not to
// be read.
func directory(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "conf")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "keys"), 0o700))
	for name, content := range map[string]string{
		"key.bin": "\x00\xFFkey\n", "keys/a": "s3cr3t", "empty": "", "../outside": "s3cr3t",
		"long": strings.Repeat("a", tlv.MaxFileSize+1), "longest": strings.Repeat("a", tlv.MaxFileSize),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	require.NoError(t, os.Symlink("keys/a", filepath.Join(dir, "inside")))
	require.NoError(t, os.Symlink("../outside", filepath.Join(dir, "link")))
	require.NoError(t, os.Symlink(filepath.Join(dir, "key.bin"), filepath.Join(dir, "absolute")))
	require.NoError(t, os.Symlink("loop", filepath.Join(dir, "loop")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	return dir
}

func TestFilesAreReadWhole(t *testing.T) {
	dir := directory(t)
	for name, want := range map[string]string{
		"key.bin": "\x00\xFFkey\n", "keys/a": "s3cr3t", "./keys/../keys/a": "s3cr3t", "empty": "", "inside": "s3cr3t",
	} {
		d, err := Resolve(scalar(t, "0/1/5: file:"+name), &Options{Dir: dir})
		require.NoError(t, err, name)
		require.Equal(t, []byte(want), d.Objects[0].Instances[0].Resources[0].Values[0].Octets, name)
	}
	d, err := Resolve(scalar(t, "0/1/0: file:longest"), &Options{Dir: dir})
	require.NoError(t, err)
	require.Len(t, d.Objects[0].Instances[0].Resources[0].Values[0].Octets, tlv.MaxFileSize)
}

func TestFilesElsewhereAreRefused(t *testing.T) {
	dir := directory(t)
	for name, class := range map[string]error{
		"missing": ErrFile, "../outside": ErrFile, "keys/../../outside": ErrFile, "link": ErrFile, "absolute": ErrFile,
		"loop": ErrFile, "pipe": ErrFile, "keys": ErrFile, ".": ErrFile, "": ErrFile, "long": ErrLimit,
		filepath.Join(dir, "key.bin"): ErrFile, "/dev/zero": ErrFile, "key.bin/x": ErrFile, `"a\0b"`: ErrFile,
	} {
		n := scalar(t, "0/1/5: x")
		n.Entries[0].Value.Text = "file:" + name
		_, err := Resolve(n, &Options{Dir: dir})
		requireError(t, err, "1:8", "Security/1/SecretKey", class)
		require.NotContains(t, err.Error(), "s3cr3t")
	}
	_, err := Resolve(scalar(t, "0/1/5: file:x"), &Options{Dir: filepath.Join(dir, "nowhere")})
	requireError(t, err, "1:8", "Security/1/SecretKey", ErrFile)
	_, err = Resolve(scalar(t, "0/1/0: file:key.bin"), &Options{Dir: dir})
	requireError(t, err, "1:8", "Security/1/ServerURI", ErrValue)
	_, err = Resolve(scalar(t, "1/1/1: file:empty"), &Options{Dir: dir})
	requireError(t, err, "1:8", "Server/1/Lifetime", ErrValue)
}
