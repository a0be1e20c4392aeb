package omaxml

import (
	"math"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/stretchr/testify/require"
)

func TestLimit(t *testing.T) {
	const (
		str, num, uns, octets = objects.TypeString, objects.TypeInteger, objects.TypeUnsigned, objects.TypeOpaque
	)
	none := objects.Range{}
	tests := []struct {
		text string
		typ  objects.Type
		want objects.Range
	}{
		// As the registry's files have it.
		{"", num, none},
		{"0-255 bytes", str, objects.Range{Max: 255}},
		{"0..255 bytes", str, objects.Range{Max: 255}},
		{"0..255", str, objects.Range{Max: 255}},
		{"0-4", num, objects.Range{Max: 4}},
		{"1-65534", num, objects.Range{Min: 1, Max: 65534}},
		{"1..65534", num, objects.Range{Min: 1, Max: 65534}},
		{"0..65535", uns, objects.Range{Max: 65535}},
		{"6 bytes", octets, objects.Range{Min: 6, Max: 6}},
		{"6", octets, objects.Range{Min: 6, Max: 6}},
		{"16-32-48 bytes", octets, objects.Range{Min: 16, Max: 48, Step: 16}},
		{"16,32,48", octets, objects.Range{Min: 16, Max: 48, Step: 16}},
		{"16-bit", num, objects.Range{Max: 65535}},
		{"The possible values of Resource are listed in 5.3.1.1", str, none},
		{"The possible values are those listed in the LwM2M Core Specification", str, none},

		{"-90..90", num, objects.Range{Min: -90, Max: 90}},
		{"-9--2", num, objects.Range{Min: -9, Max: -2}},
		{" 1 .. 5 ", num, objects.Range{Min: 1, Max: 5}},
		{"1 - 5bytes", octets, objects.Range{Min: 1, Max: 5}},
		{"3..3", num, objects.Range{Min: 3, Max: 3}},
		{"007", num, objects.Range{Min: 7, Max: 7}},
		{"0,1,2", num, objects.Range{Max: 2}},
		{"48, 16, 32, 16", octets, objects.Range{Min: 16, Max: 48, Step: 16}},
		{"0,4", num, objects.Range{Max: 4, Step: 4}},
		{"5,5", num, objects.Range{Min: 5, Max: 5}},
		{"1,2,4", num, objects.Range{Min: 1, Max: 4}},
		{"1,3,5,8", num, objects.Range{Min: 1, Max: 8}},
		{"0,2-4", num, objects.Range{Max: 4}},
		{"0..2,6", num, objects.Range{Max: 6}},
		{"2..4..6", num, objects.Range{Min: 2, Max: 6}},
		{"8-bit", uns, objects.Range{Max: 255}},
		{"62-bit", uns, objects.Range{Max: 1<<62 - 1}},
		{"-9223372036854775808..9223372036854775807", num, objects.Range{Min: math.MinInt64, Max: math.MaxInt64}},
		{"-9223372036854775808,9223372036854775807", num, objects.Range{Min: math.MinInt64, Max: math.MaxInt64}},
		{"-9223372036854775808,0,9223372036854775807", num, objects.Range{Min: math.MinInt64, Max: math.MaxInt64}},

		// No limit.
		{"0..18446744073709551615", uns, none},
		{"63-bit", uns, none},
		{"-bit", num, none},
		{"128-bit", octets, none},
		{"16-bit", octets, none},
		{"bytes", octets, none},
		{"-", num, none},
		{"5-", num, none},
		{"..5", num, none},
		{"1.5..2.5", num, none},
		{"1;2", num, none},
		{"0\u201355", num, none},
		{"2020-01-02", num, none},
		{"0..5 s", num, none},
		{"1,2,3", str, none},
		{"7", str, none},
		{"7 bytes", str, objects.Range{Min: 7, Max: 7}},
		{"1,3 bytes", str, objects.Range{Min: 1, Max: 3, Step: 2}},

		// Types without limits.
		{"0..1", objects.TypeFloat, none},
		{"9..1", objects.TypeBoolean, none},
		{"0..1", objects.TypeTime, none},
		{"0..1", objects.TypeObjlnk, none},
		{"0..1", objects.TypeCorelnk, none},
		{"0..1", objects.TypeNone, none},
	}
	for _, test := range tests {
		got, err := limit(test.text, test.typ)
		require.NoError(t, err, "%q", test.text)
		require.Equal(t, test.want, got, "%q of %v", test.text, test.typ)
	}
	for _, text := range []string{"5..1", "5-1", "1--5", "2..1 bytes"} {
		_, err := limit(text, str)
		require.Error(t, err, text)
	}
}
