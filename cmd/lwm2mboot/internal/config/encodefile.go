package config

import (
	"bytes"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// EncodeYAML is [Decode] written as YAML, with a comment at its head. Unless it
// is masked, it is read again before it is handed out, and held against the
// file.
func EncodeYAML(file []byte, opts *DecodeOptions) ([]byte, error) {
	n, err := Decode(file, opts)
	if err != nil {
		return nil, err
	}
	size, _ := tlv.FileSize(file) // Decode has read it
	head := fmt.Sprintf("# EF(LwM2M_Bootstrap), %d octets\n", size)
	if opts != nil && opts.Mask {
		return AppendYAML([]byte(head+"# Secrets are masked (--show-secrets): no file can be made of this.\n"), n), nil
	}
	text := AppendYAML([]byte(head), n)
	return checked(text, file[:size], opts, ParseYAML, func(n Node) []byte { return AppendYAML([]byte(head), n) }), nil
}

// EncodeJSON is [Decode] written as JSON, and checked as [EncodeYAML] does.
func EncodeJSON(file []byte, opts *DecodeOptions) ([]byte, error) {
	n, err := Decode(file, opts)
	if err != nil {
		return nil, err
	}
	text := AppendJSON(nil, n)
	if opts != nil && opts.Mask {
		return text, nil
	}
	size, _ := tlv.FileSize(file)
	return checked(text, file[:size], opts, ParseJSON, func(n Node) []byte { return AppendJSON(nil, n) }), nil
}

// checked is text when content can be made of it again; the whole file in raw:
// otherwise, as when the text would be longer than is read.
func checked(text, content []byte, opts *DecodeOptions, parse Parser, write func(Node) []byte) []byte {
	o := Options{NoValidate: true}
	if opts != nil {
		o.Registry = opts.Registry
	}
	if n, err := parse(text); err == nil {
		if again, _, err := Generate(n, &o); err == nil && bytes.Equal(again, content) {
			return text
		}
	}
	return write(new(decoder).raw(content))
}
