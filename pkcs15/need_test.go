package pkcs15_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

func TestDirectoryNeed(t *testing.T) {
	const enough = -2 // len(head)
	tests := []struct {
		name, head string
		want       int
	}{
		{"nothing", "", apdu.UntilEnd},
		{"whole entry", "A706300404024401", apdu.UntilEnd},
		{"whole entries", "A706300404024401 A206300404024402", apdu.UntilEnd},
		{"whole entry, empty", "A000", apdu.UntilEnd},
		{"padding between", "A706300404024401 FF A206300404024402", apdu.UntilEnd},
		{"FF behind", "A706300404024401 FF", enough},
		{"00 behind", "A706300404024401 00", enough},
		{"FF alone", "FFFF", enough},
		{"00 alone", "00", enough},
		{"entry cut short", "A706300404024401 A20A3008", 8 + 12},
		{"entry cut short behind padding", "00 A706", 9},
		{"one byte missing", "A7063004040244", 8},
		{"tag alone", "A706300404024401 A2", 10},
		{"half a tag", "A706300404024401 7F", 10},
		{"tag of two bytes alone", "7F21", 3},
		{"half a length", "A782", 4},
		{"length without a value", "A7820123", 4 + 0x123},
		{"as far as a directory goes", "A7827FFC", pkcs15.MaxDirectory},
		{"further than a directory goes", "A7827FFD", enough},
		{"far further", "A706300404024401 A784 00FFFFFF", enough},
		{"indefinite length", "A780", enough},
		{"malformed behind a whole entry", "A000 30FF", enough},
		{"malformed inside alone", "A7023080", apdu.UntilEnd},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			head := unhex(t, tt.head)
			if tt.want == enough {
				tt.want = len(head)
			}
			got, err := pkcs15.DirectoryNeed(head)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestDirectoryNeedIsBounded(t *testing.T) {
	head := bytes.Repeat([]byte{0xA0, 0x00}, pkcs15.MaxDirectory/2-1)
	n, err := pkcs15.DirectoryNeed(head)
	require.NoError(t, err)
	require.Equal(t, apdu.UntilEnd, n)
	for _, more := range []int{2, 4, 1000} {
		head := append(head, bytes.Repeat([]byte{0xA0, 0x00}, more/2)...)
		n, err = pkcs15.DirectoryNeed(head)
		require.NoError(t, err)
		require.Equal(t, len(head), n, "as much as may be read, and entries to the end")
	}
}

func TestDirectoriesAreReadNoFurtherThanTheirContent(t *testing.T) {
	dodf := unhex(t, strings.Repeat("A706300404024401", 40)) // 320 bytes
	tests := []struct {
		name    string
		content []byte
		read    int
	}{
		{"32 KB of FF", bytes.Repeat([]byte{0xFF}, 32<<10), 256},
		{"32 KB of 00", make([]byte, 32<<10), 256},
		{"padded", append(dodf[:len(dodf):len(dodf)], make([]byte, 10000)...), 512},
		{"not padded", dodf, 320},
		{"an entry to the end of the first chunk", append(append(dodf[:256:256], dodf...), make([]byte, 10000)...), 768},
		{"an entry across the first chunk's end", append(append([]byte{0}, dodf[:256]...), bytes.Repeat([]byte{0xFF}, 999)...), 257 + 256},
		{"entries without end", bytes.Repeat([]byte{0xA0, 0}, 1<<20), pkcs15.MaxDirectory},
		{"malformed", append([]byte{0xA7, 0x80}, make([]byte, 10000)...), 256},
		{"a length that lies", append([]byte{0xA7, 0x83, 0x20, 0, 0}, make([]byte, 10000)...), 256},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ref := apdu.FileRef{Path: apdu.Path{0x6430}}
			card := card{"6430": tt.content}
			got, err := card.ReadFile(t.Context(), ref, pkcs15.DirectoryNeed)
			require.NoError(t, err)
			require.Len(t, got, tt.read)
		})
	}
}
