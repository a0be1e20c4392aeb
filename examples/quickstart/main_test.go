package main

import (
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBootstrapFileIsTheKnownGoodOne(t *testing.T) {
	want, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	got, err := bootstrapFile()
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(want)), strings.ToUpper(hex.EncodeToString(got)))
}

func TestQuickstartPrintsWhatItFound(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out))
	for _, want := range []string{
		"126 bytes of content",
		"Found in EF 6432, named by DODF 6430 (OID 2.23.43.9.1), on logical channel 1.",
		"9 AT round trips",
		"channels left open: 0",
		"coaps://eu.iot.avsystem.cloud:5684",
		"******** (19 bytes, secret)",
		"lifetime 86400 s",
	} {
		require.Contains(t, out.String(), want)
	}
	require.NotContains(t, out.String(), "3x@mpl3P5K53cr3tK3y")
	require.NotContains(t, strings.ToUpper(out.String()), strings.ToUpper(hex.EncodeToString([]byte("3x@mpl3P5K53cr3tK3y"))))
}

func TestQuickstartTellsAnOutputThatFails(t *testing.T) {
	require.ErrorIs(t, run(t.Context(), failingWriter{}), errFull)
}

var errFull = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }
