package bootstrapper_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

func TestApplyReadsFromAnyReader(t *testing.T) {
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"one octet at a time":    iotest.OneByteReader,
		"half of what is wanted": iotest.HalfReader,
		"data with EOF":          iotest.DataErrReader,
		"now and then nothing":   sparse,
		"an error with the last octets": func(r io.Reader) io.Reader {
			return io.MultiReader(io.LimitReader(r, 125), readerFunc(func(b []byte) (int, error) {
				n, _ := r.Read(b)
				return n, errors.New("behind the content")
			}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := bootstrapper.Apply(t.Context(), wrap(bytes.NewReader(file126(t))), new(bootstrapper.MemStore), nil)
			require.NoError(t, err)
			require.Len(t, res.Applied, 2)
		})
	}
}

// sparse returns nothing, 100 times, before each octet.
func sparse(r io.Reader) io.Reader {
	n := 0
	return readerFunc(func(b []byte) (int, error) {
		if n++; n%101 != 0 {
			return 0, nil
		}
		return r.Read(b[:1])
	})
}

func TestApplyReadsNothingBehindTheContent(t *testing.T) {
	for name, file := range map[string][]byte{
		"a file":        file126(t),
		"an empty file": {0, 0, 0, 0},
		"an erased one": {0xFF, 0xFF, 0xFF, 0xFF},
		"a large size":  {0, 1, 0x80, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := io.MultiReader(bytes.NewReader(file), readerFunc(func([]byte) (int, error) {
				t.Error("read behind the content")
				return 0, io.EOF
			}))
			bootstrapper.Apply(t.Context(), r, new(bootstrapper.MemStore), nil) //nolint:errcheck // only what is read counts
		})
	}
}

func TestAShortStreamIsAnErrorWithCounts(t *testing.T) {
	file := file126(t)
	for n := 1; n < len(file); n++ {
		var store testStore
		_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file[:n]), &store, nil)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, n)
		require.Zero(t, store.replaced)
	}
	_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file[:60]), new(bootstrapper.MemStore), nil)
	require.ErrorContains(t, err, "60 of 126")
	_, err = bootstrapper.Apply(t.Context(), bytes.NewReader(file[:3]), new(bootstrapper.MemStore), nil)
	require.ErrorContains(t, err, "3 of the 4")
}

func TestErrorsOfTheReaderPassThrough(t *testing.T) {
	boom := errors.New("boom")
	file := file126(t)
	for _, n := range []int{0, 2, 4, 60, 125} {
		var store testStore
		r := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(boom))
		_, err := bootstrapper.Apply(t.Context(), r, &store, nil)
		require.ErrorIs(t, err, boom, n)
		require.NotErrorIs(t, err, bootstrapper.ErrNoData, n)
		require.Zero(t, store.replaced)
	}
}

func TestAReaderThatStandsStillIsGivenUp(t *testing.T) {
	for _, n := range []int{0, 4, 60} {
		reads := 0
		r := io.MultiReader(bytes.NewReader(file126(t)[:n]), readerFunc(func([]byte) (int, error) {
			reads++
			return 0, nil
		}))
		_, err := bootstrapper.Apply(t.Context(), r, new(bootstrapper.MemStore), nil)
		require.ErrorIs(t, err, io.ErrNoProgress)
		require.Equal(t, 101, reads)
	}
}

func TestAReaderIsNotBelievedImpossibleCounts(t *testing.T) {
	for _, n := range []int{-1, 5, 1 << 30} {
		r := readerFunc(func([]byte) (int, error) { return n, nil })
		_, err := bootstrapper.Apply(t.Context(), r, new(bootstrapper.MemStore), nil)
		require.ErrorContains(t, err, "count")
	}
}

// The size in a header is believed up to its limit only.
func TestTheHeaderAllocatesLittle(t *testing.T) {
	for _, head := range [][]byte{{0xFF, 0xFE, 0xFF, 0xFF}, {0, 1, 0x80, 1}} {
		require.Less(t, allocated(func() {
			_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(head), new(bootstrapper.MemStore), nil)
			require.ErrorIs(t, err, bootstrapper.ErrTooLarge)
			require.ErrorIs(t, err, tlv.ErrTooLong)
		}), uint64(16<<10))
	}
}
