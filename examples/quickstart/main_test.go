package main

import (
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBootstrapFileIsTheKnownGoodOne(t *testing.T) {
	want, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	got, err := bootstrapFile(false)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(want)), strings.ToUpper(hex.EncodeToString(got)))
}

// quickstart runs the program on a state that it keeps.
func quickstart(t *testing.T, o options) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, run(t.Context(), o, &out))
	for _, key := range []string{"3x@mpl3P5K53cr3tK3y", "0123456789abcdef"} {
		require.NotContains(t, out.String(), key)
		require.NotContains(t, strings.ToUpper(out.String()), strings.ToUpper(hex.EncodeToString([]byte(key))))
	}
	require.Contains(t, out.String(), "channels left open: 0")
	return out.String()
}

func TestQuickstartLivesThroughRebootSwapAndRemoval(t *testing.T) {
	state := filepath.Join(t.TempDir(), "new", "state")
	for _, tt := range []struct {
		name         string
		o            options
		tells, hides []string
	}{
		{"the first start", options{}, []string{
			"126 bytes of content",
			"New data, found in EF 6432, named by DODF 6430 (OID 2.23.43.9.1), on logical channel 1.",
			"9 AT round trips",
			"coaps://eu.iot.avsystem.cloud:5684",
			"******** (19 bytes, secret)",
			"lifetime 86400 s",
		}, []string{"Put aside"}},
		{"a reboot", options{}, []string{"Nothing changed.", "5 AT round trips", "lifetime 86400 s"}, nil},
		{"another SIM", options{swap: true}, []string{"Another simulated SIM", "New data", "coaps://lwm2m.example.com", "lifetime 43200 s",
			"Put aside, because the card's data changed"}, []string{"lifetime 86400 s"}},
		{"a reboot with it", options{swap: true}, []string{"Nothing changed.", "lifetime 43200 s"}, nil},
		{"no SIM", options{remove: true}, []string{"what it gave is deleted", "/0/1 is no longer in use", "no server to register with"},
			[]string{"coaps:", "Put aside"}},
		{"no SIM still", options{remove: true}, []string{"Nothing changed.", "SIM not inserted"}, nil},
		{"the first SIM", options{}, []string{"New data", "lifetime 86400 s"}, nil},
	} {
		tt.o.state = state
		out := quickstart(t, tt.o)
		for _, want := range tt.tells {
			require.Contains(t, out, want, tt.name)
		}
		for _, not := range tt.hides {
			require.NotContains(t, out, not, tt.name)
		}
	}
}

func TestQuickstartThroughTheSecureChannel(t *testing.T) {
	out := quickstart(t, options{secure: true, state: filepath.Join(t.TempDir(), "state")})
	require.Contains(t, out, "INITIALIZE UPDATE")
	require.Contains(t, out, "SCP03 level 33: nobody on the line")
	require.Contains(t, out, "lifetime 86400 s")
	for _, key := range []string{"0123456789 - ENC", "0123456789 - MAC"} {
		require.NotContains(t, out, key)
	}
}

func TestQuickstartTellsAnOutputThatFails(t *testing.T) {
	o := options{state: filepath.Join(t.TempDir(), "state")}
	require.ErrorIs(t, run(t.Context(), o, failingWriter{}), errFull)
}

func TestQuickstartTellsAStateThatItCannotKeep(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.Error(t, run(t.Context(), options{state: filepath.Join(file, "state")}, io.Discard))
}

var errFull = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }
