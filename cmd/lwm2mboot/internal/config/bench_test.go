package config

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

func BenchmarkParseYAML(b *testing.B) {
	text := []byte(seedYAML)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseYAML(text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGenerate resolves and encodes the known configuration.
func BenchmarkGenerate(b *testing.B) {
	n := scalar(b, seedYAML)
	for name, opts := range map[string]*Options{"validated": nil, "not": {NoValidate: true}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := Generate(n, opts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendValue(b *testing.B) {
	f := Field{Object: 0, ID: 5, Definition: &objects.ResourceDefinition{ID: 5, Type: objects.TypeOpaque}}
	n := Node{Kind: Text, Text: "hex:00112233445566778899aabbccddeeff"}
	dst := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := AppendValue(dst, f, n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeYAML(b *testing.B) {
	file := seed(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := EncodeYAML(file, nil); err != nil {
			b.Fatal(err)
		}
	}
}
