package batch

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// endless gives rows without holding them, as CSV or NDJSON.
type endless struct {
	format Format
	row, n int
	rest   string
	peak   *uint64 // of the live heap, looked at sometimes
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" && e.row > e.n {
		return 0, io.EOF
	}
	if e.rest == "" {
		e.rest = e.next()
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func (e *endless) next() string {
	row := e.row
	if e.row++; e.peak != nil && e.row%500 == 0 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		*e.peak = max(*e.peak, m.HeapAlloc)
	}
	switch {
	case e.format == NDJSON:
		return fmt.Sprintf("{\"iccid\":\"%020d\",\"identity\":\"urn:dev:ops:%06d\",\"key\":\"%032X\"}\n", row, row, row)
	case row == 0:
		return "iccid,identity,key\n"
	case row%100 == 0:
		return strings.Repeat("x", 3000) + "\n" // an error of its own
	}
	return fmt.Sprintf("%020d,urn:dev:ops:%06d,%032X\n", row, row, row)
}

func TestHeapDoesNotGrowWithTheRows(t *testing.T) {
	tpl := compile(t, cards, names)
	for _, f := range []Format{CSV, NDJSON} {
		peak := func(n int) (peak uint64) {
			in := &endless{format: f, n: n, peak: &peak}
			s, err := tpl.Stream(t.Context(), in, io.Discard, &RunOptions{KeepGoing: true})
			require.NoError(t, err)
			require.GreaterOrEqual(t, s.Rows, int64(n))
			return peak
		}
		few, many := peak(1_000), peak(50_000)
		require.Less(t, many, few+256<<10, f)
	}
}

// A row costs so many allocations whatever came before it; most of them are of
// validation.
func TestAllocationsOfARowAreBounded(t *testing.T) {
	tpl := compile(t, cards, names)
	for f, limit := range map[Format]float64{CSV: 50, NDJSON: 120} {
		allocs := func(n int) float64 {
			var b strings.Builder
			_, err := io.Copy(&b, &endless{format: f, n: n})
			require.NoError(t, err)
			return testing.AllocsPerRun(3, func() {
				_, err := tpl.Stream(t.Context(), strings.NewReader(b.String()), io.Discard, &RunOptions{KeepGoing: true})
				require.NoError(t, err)
			})
		}
		few, many := allocs(90), allocs(1_090)
		require.Less(t, (many-few)/1000, limit, f)
	}
}

// A row of 64 KiB leaves nothing behind, and a longer one is never held.
func TestHugeRowsAreReadInConstantMemory(t *testing.T) {
	tpl := compile(t, cards, names)
	var peak uint64
	huge := func() io.Reader { return io.LimitReader(&zeros{}, 64<<20) }
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	in := io.MultiReader(strings.NewReader("iccid,identity,key\n1,me,"), huge(), strings.NewReader("\n"), &endless{row: 1, n: 600, peak: &peak})
	s, err := tpl.Stream(t.Context(), in, io.Discard, &RunOptions{KeepGoing: true})
	require.NoError(t, err)
	require.ErrorIs(t, s.Errors[0], ErrRow)
	require.EqualValues(t, 600-6, s.Made)
	require.Less(t, peak, before.HeapAlloc+2<<20)
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20))
}

type zeros struct{}

func (*zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}
