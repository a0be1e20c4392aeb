package table_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/internal/table"
)

func rows(w io.Writer) { fmt.Fprint(w, "/0\tname\t\n  /0/0\tlonger name\tvalue\n") }

func TestColumnsAreAlignedWithoutBlanksAtTheEnd(t *testing.T) {
	var out strings.Builder
	require.NoError(t, table.Write(&out, rows))
	require.Equal(t, "/0      name\n  /0/0  longer name  value\n", out.String())
}

func TestOutputThatFailsIsTold(t *testing.T) {
	require.ErrorIs(t, table.Write(full{}, rows), errFull)
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestReadable(t *testing.T) {
	for text, want := range map[string]bool{"a b": true, "Grüße": true, "": false, "a\nb": false, "\xFF": false, "\x1B[2J": false} {
		require.Equal(t, want, table.Readable([]byte(text)), "%q", text)
	}
}
