package batch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func benchmark(b *testing.B, tpl *Template, rows string, n int) {
	b.ReportAllocs()
	b.SetBytes(int64(len(rows)))
	for b.Loop() {
		s, err := tpl.Stream(context.Background(), strings.NewReader(rows), io.Discard, nil)
		if err != nil || s.Made != int64(n) {
			b.Fatal(s, err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(n)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
}

// BenchmarkStream is one core's work: -cpu 1. A million rows a minute are 16667
// rows/s; allocs/op is of 10000 rows.
func BenchmarkStream(b *testing.B) {
	const n = 10_000
	rows := csvRows(n)
	b.Run("CSV", func(b *testing.B) {
		benchmark(b, compile(b, cards, names), rows, n)
	})
	b.Run("CSV/derived", func(b *testing.B) {
		tpl := compile(b, strings.Replace(cards, "hex:${key}", "derive:16:psk/${iccid}", 1),
			&Options{Name: "${iccid}", Master: bytes.Repeat([]byte{7}, 32)})
		benchmark(b, tpl, rows, n)
	})
	b.Run("NDJSON", func(b *testing.B) {
		benchmark(b, compile(b, cards, names), ndjsonOf(b, rows), n)
	})
}

// ndjsonOf is plain CSV as NDJSON.
func ndjsonOf(t testing.TB, rows string) string {
	var b strings.Builder
	lines := strings.Split(strings.TrimSpace(rows), "\n")
	header := strings.Split(lines[0], ",")
	for _, line := range lines[1:] {
		fields := strings.Split(line, ",")
		require.Len(t, fields, len(header))
		for i, name := range header {
			fmt.Fprintf(&b, "%c%q:%q", "{,,,,"[i], name, fields[i])
		}
		b.WriteString("}\n")
	}
	return b.String()
}
