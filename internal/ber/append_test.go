package ber_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

func TestAppendTakesTheShortestLength(t *testing.T) {
	tests := []struct {
		name   string
		tag    ber.Tag
		length int
		head   string
	}{
		{"empty", 0x04, 0, "04 00"},
		{"127", 0x04, 127, "04 7F"},
		{"128", 0x04, 128, "04 81 80"},
		{"255", 0x04, 255, "04 81 FF"},
		{"256", 0x04, 256, "04 82 01 00"},
		{"65535", 0x04, 65535, "04 82 FF FF"},
		{"65536", 0x04, 65536, "04 83 01 00 00"},
		{"two-byte tag", 0x7F21, 1, "7F 21 01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			value := bytes.Repeat([]byte{0x5A}, tt.length)
			got := ber.Append([]byte("before"), tt.tag, value)
			require.Equal(t, append(append([]byte("before"), unhex(t, tt.head)...), value...), got)

			r := ber.NewReader(got[len("before"):])
			var e ber.Element
			require.True(t, r.Read(tt.tag, &e) && r.End())
			require.Equal(t, value, e.Value)
		})
	}
}

func TestAppendHeaderCodesTheGreatestLength(t *testing.T) {
	require.Equal(t, unhex(t, "30 83 FF FF FF"), ber.AppendHeader(nil, 0x30, 1<<24-1))
}

func TestAppendHeaderPanicsOnWhatNoReaderReturns(t *testing.T) {
	for name, call := range map[string]func(){
		"negative length":              func() { ber.AppendHeader(nil, 0x04, -1) },
		"length above 16 MiB":          func() { ber.AppendHeader(nil, 0x04, 1<<24) },
		"first half of a two-byte tag": func() { ber.AppendHeader(nil, 0x7F, 0) },
		"two bytes, first not open":    func() { ber.AppendHeader(nil, 0x3021, 0) },
		"three-byte tag":               func() { ber.AppendHeader(nil, 0x7F81, 0) },
	} {
		t.Run(name, func(t *testing.T) { require.Panics(t, call) })
	}
}
