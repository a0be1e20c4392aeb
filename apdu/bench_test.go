package apdu_test

import (
	"context"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// readyCard is a card with one file whose answers to READs of it are made
// beforehand, so that a benchmark shows what a Channel allocates.
func readyCard(content []byte) apdu.CardTransport {
	ok := []byte{0x90, 0x00}
	var answers [][]byte
	for len(content) > 0 {
		n := min(256, len(content))
		answers = append(answers, append(content[:n:n], ok...))
		content = content[n:]
	}
	return apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		if capdu[1] != apdu.INSReadBinary {
			return ok, nil
		}
		return answers[capdu[2]], nil
	})
}

func benchmarkReadFile(b *testing.B, content []byte, want int) {
	ch := apdu.BasicChannel(readyCard(content))
	ref := apdu.FileRef{Path: apdu.Path{0x3F00, 0x7F50, 0x6432}}
	b.SetBytes(int64(want))
	b.ReportAllocs()
	for b.Loop() {
		got, err := ch.ReadFile(b.Context(), ref, sized)
		if err != nil || len(got) != want {
			b.Fatal(len(got), err)
		}
	}
}

func BenchmarkReadFile300(b *testing.B) { benchmarkReadFile(b, sizedFile(300, 0), 300) }
func BenchmarkReadFile32K(b *testing.B) { benchmarkReadFile(b, sizedFile(32768, 0), 32768) }

// A read grows its buffer once, and each READ BINARY costs nothing besides the
// answer, which is the transport's.
func TestReadFileAllocatesLittle(t *testing.T) {
	for _, size := range []int{300, 32768} {
		ch := apdu.BasicChannel(readyCard(sizedFile(size, 0)))
		ref := apdu.FileRef{Path: apdu.Path{0x3F00, 0x7F50, 0x6432}}
		n := testing.AllocsPerRun(10, func() {
			if _, err := ch.ReadFile(t.Context(), ref, sized); err != nil {
				t.Fatal(err)
			}
		})
		if n > 4 {
			t.Errorf("%d bytes: %v allocations", size, n)
		}
	}
}
