package bootstrapper_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// certificates is about the largest file there can be: accounts with chains
// and keys of X.509, as many as fit 32 KB.
func certificates(t testing.TB) []byte {
	r := rand.NewChaCha8([32]byte{})
	octets := func(n int) []byte {
		b := make([]byte, n)
		_, _ = r.Read(b)
		return b
	}
	tr := new(objects.Tree)
	for i := range uint16(12) {
		acc(i, 100+i)(tr)
		s := objects.Security{
			URI: "coaps://server.example:5684", Mode: objects.ModeCertificate, ShortServerID: 100 + i,
			Identity: octets(1200), ServerPublicKey: octets(1200), SecretKey: objects.NewSecret(octets(150)),
		}
		tr.Put(objects.ObjectSecurity, s.Instance(i))
	}
	file := fileOf(t, tr)
	require.Greater(t, len(file), 30<<10)
	return file
}

func BenchmarkApply(b *testing.B) {
	for _, bb := range []struct {
		name string
		file []byte
	}{
		{"126B", file126(b)},
		{"32KB", certificates(b)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.file)))
			for b.Loop() {
				var store bootstrapper.MemStore
				if _, err := bootstrapper.Apply(b.Context(), bytes.NewReader(bb.file), &store, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("unchanged", func(b *testing.B) {
		var store bootstrapper.MemStore
		file := file126(b)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := bootstrapper.Apply(b.Context(), bytes.NewReader(file), &store, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A device bootstraps from a card in 256 KB at most, of which Apply may take
// its part.
func TestApplyOfALargeFileAllocatesLittle(t *testing.T) {
	file := certificates(t)
	got := allocated(func() {
		var store bootstrapper.MemStore
		_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), &store, nil)
		require.NoError(t, err)
	})
	require.Less(t, got, uint64(200<<10))
}
