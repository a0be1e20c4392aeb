//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package bootstrapper_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// stateSizes are the State after the card of 126 octets, and after about the
// largest there can be.
func stateSizes(t testing.TB) map[string]*bootstrapper.State {
	states := map[string]*bootstrapper.State{}
	for name, file := range map[string][]byte{"126B": file126(t), "32KB": certificates(t)} {
		s := new(bootstrapper.State)
		_, err := bootstrapper.ApplyFile(t.Context(), file, &storeOf{s}, nil)
		require.NoError(t, err)
		states[name] = s
	}
	return states
}

func BenchmarkFileStore(b *testing.B) {
	for name, s := range stateSizes(b) {
		size := float64(len(form(b, s)))
		f := openFile(b, filepath.Join(b.TempDir(), "state"))
		b.Run("Replace/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, f.Replace(b.Context(), s))
			}
			b.ReportMetric(size, "written")
		})
		b.Run("Load/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := f.Load(b.Context())
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkStateForm(b *testing.B) {
	for name, s := range stateSizes(b) {
		octets := form(b, s)
		b.Run("Append/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := bootstrapper.AppendState(octets[:0], s)
				require.NoError(b, err)
			}
		})
		b.Run("Parse/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := bootstrapper.ParseState(octets)
				require.NoError(b, err)
			}
		})
	}
}

// The store has its part of the 256 KB that a device bootstraps in.
func TestTheFormOfALargeStateAllocatesLittle(t *testing.T) {
	s := stateSizes(t)["32KB"]
	b := form(t, s)
	require.Less(t, len(b), 33<<10)
	require.Less(t, allocated(func() { form(t, s) }), uint64(100<<10))
	require.Less(t, allocated(func() { _, _ = bootstrapper.ParseState(b) }), uint64(64<<10))
}
