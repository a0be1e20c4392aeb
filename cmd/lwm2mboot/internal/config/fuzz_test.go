package config

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// FuzzRoundTrip: whatever tlv.ParseFile takes, generate(decode(x)) is x, by YAML
// and by JSON; masked text is not taken, or had nothing to mask.
func FuzzRoundTrip(f *testing.F) {
	f.Add(seed(f))
	f.Add([]byte{0, 2, 0, 10, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0})
	f.Add([]byte{0, 1, 0, 13, 0, 1, 1, 1, 0, 7, 5, 0, 0xC2, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := tlv.ParseFile(file); err != nil {
			_, err = Decode(file, nil)
			require.Error(t, err)
			return
		}
		requireRoundTrip(t, file)
		text, err := EncodeYAML(file, &DecodeOptions{Mask: true})
		require.NoError(t, err)
		n, err := ParseYAML(text)
		require.NoError(t, err)
		again, _, err := Generate(n, &Options{NoValidate: true})
		if err != nil {
			require.ErrorIs(t, err, ErrMasked)
			return
		}
		require.True(t, bytes.HasPrefix(file, again))
	})
}

// FuzzParse: no text makes the parsers or what follows panic; an error is an
// *Error in one line, of a place that the text has; a file that comes of it
// can be read, and comes back.
func FuzzParse(f *testing.F) {
	f.Add([]byte(seedYAML), false)
	f.Add([]byte(seedJSON), true)
	f.Add([]byte("0/1/16: [[0, 1], [3, 0xC0A8]]\nServer@1.1: raw:00"), false)
	f.Add([]byte(`{"0/1/5": "\ud834\udd1e", "1": {"0x1": {"Lifetime": 1e3}}}`), true)
	f.Add([]byte("a: &a [*a]\n<<: !!binary AA=="), false)
	f.Fuzz(func(t *testing.T, text []byte, json bool) {
		parse := ParseYAML
		if json {
			parse = ParseJSON
		}
		n, err := parse(text)
		var file []byte
		if err == nil {
			file, _, err = Generate(n, &Options{NoValidate: true})
		}
		if err != nil {
			var bad *Error
			require.True(t, errors.As(err, &bad), "%T", err)
			require.NotContains(t, err.Error(), "\n")
			require.LessOrEqual(t, bad.At.Line, 2+strings.Count(string(text), "\n")+strings.Count(string(text), "\r")+
				strings.Count(string(text), "\u0085")+strings.Count(string(text), "\u2028")+strings.Count(string(text), "\u2029"))
			return
		}
		if n.Kind == Mapping {
			requireRoundTrip(t, file)
		}
	})
}
