package senmljson

import (
	"fmt"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

// The examples of Core 1.2 7.4.6.
func TestParseSpecificationExamples(t *testing.T) {
	tests := []struct{ name, json, want string }{
		{"Read /3/0", `[{"bn":"/3/0/","n":"0","vs":"Open Mobile Alliance"},
			{"n":"1","vs":"Lightweight M2M Client"},
			{"n":"2","vs":"345000123"},
			{"n":"3","vs":"1.0"},
			{"n":"6/0","v":1},
			{"n":"6/1","v":5},
			{"n":"7/0","v":3800},
			{"n":"7/1","v":5000},
			{"n":"8/0","v":125},
			{"n":"8/1","v":900},
			{"n":"9","v":100},
			{"n":"10","v":15},
			{"n":"11/0","v":0},
			{"n":"13","v":1367491215},
			{"n":"14","vs":"+02:00"},
			{"n":"16","vs":"U"}]`,
			`/3/0{0="Open Mobile Alliance" 1="Lightweight M2M Client" 2="345000123" 3="1.0" 6={0=1 1=5} 7={0=3800 1=5000} ` +
				`8={0=125 1=900} 9=100 10=15 11={0=0} 13=2013-05-02T10:40:15Z 14="+02:00" 16="U"}`},
		{"Read /65/0", `[{"bn":"/","n":"65/0/0/0","vlo":"66:0"},
			{"n":"65/0/0/1","vlo":"66:1"},
			{"n":"65/0/1","vs":"8613800755500"},
			{"n":"65/0/2","v":1},
			{"n":"66/0/0","vs":"myService1"},
			{"n":"66/0/1","vs":"Internet.15.234"},
			{"n":"66/0/2","vlo":"67:0"},
			{"n":"66/1/0","vs":"myService2"},
			{"n":"66/1/1","vs":"Internet.15.235"},
			{"n":"66/1/2","vlo":"FFFF:FFFF"},
			{"n":"67/0/0","vs":"85.76.76.84"},
			{"n":"67/0/1","vs":"85.76.255.255"}]`,
			`/65/0{0={0=66:0 1=66:1} 1="8613800755500" 2=1} /66/0{0="myService1" 1="Internet.15.234" 2=67:0} ` +
				`/66/1{0="myService2" 1="Internet.15.235" 2=65535:65535} /67/0{0="85.76.76.84" 1="85.76.255.255"}`},
		{"Read /3/0/0", `[{"bn":"/3/0/0","vs":"Open Mobile Alliance"}]`, `/3/0{0="Open Mobile Alliance"}`},
		{"Read-Composite", `[{"n":"/3/0/0", "vs":"Open Mobile Alliance"},{"n" :"/3/0/9", "v":95},{"n":"/1/0/1", "v":86400}]`,
			`/1/0{1=86400} /3/0{0="Open Mobile Alliance" 9=95}`},
		{"Write-Composite", `[{"n":"/3311/0/5850", "vb":false},{"n":"/3311/1/5850", "vb":false},
			{"n":"/3311/2/5851", "v":20},{"n":"/3308/0/5900", "v":18}]`,
			`/3308/0{5900=18} /3311/0{5850=false} /3311/1{5850=false} /3311/2{5851=20}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, _, err := Codec{}.Parse([]byte(tt.json), objects.Path{}, nil)
			require.NoError(t, err)
			require.Equal(t, tt.want, tree.String())
			for n := range tt.json { // one byte short, at each length
				_, _, err := Codec{}.Parse([]byte(tt.json[:n]), objects.Path{}, nil)
				require.Error(t, err, "%d bytes", n)
			}
		})
	}
}

func TestParseNamesAndBases(t *testing.T) {
	const want = `/0/1{1=true 10=7} /1/2{1=60}`
	for _, json := range []string{
		`[{"bn":"/0/1/","n":"1","vb":true},{"n":"10","v":7},{"bn":"/1/2/","n":"1","v":60}]`,
		`[{"bn":"/","n":"0/1/1","vb":true},{"n":"0/1/10","v":7},{"n":"1/2/1","v":60}]`,
		`[{"bn":"/0/","n":"1/1","vb":true},{"n":"1/10","v":7},{"bn":"/1/","n":"2/1","v":60}]`,
		`[{"n":"/0/1/1","vb":true},{"n":"/0/1/10","v":7},{"n":"/1/2/1","v":60}]`,
		`[{"bn":"/0/1","n":"/1","vb":true},{"n":"/10","v":7},{"bn":"","n":"/1/2/1","v":60}]`,
		`[{"bn":"/0/1/1","vb":true},{"n":"0","v":7},{"bn":"/1/2/1","v":60}]`, // /0/1/1 and 0: /0/1/10
		`[{"vb":true,"n":"1","bn":"/0/1/"},{"v":7,"n":"10"},{"v":60,"n":"","bn":"/1/2/1"}]`,
		"\r\n [ { \"bn\" : \"\\u002f0/1/\" ,\"n\":\"1\",\t\"vb\":true},{\"n\":\"10\",\"v\":7},{\"bn\":\"/1/2/\",\"n\":\"1\",\"v\":60} ] \n",
		`[{"bn":"/1/2/","n":"1","v":60},{"bn":"/0/1/","n":"10","v":7},{"n":"1","vb":true}]`, // any order
	} {
		tree, warnings, err := Codec{}.Parse([]byte(json), objects.Path{}, nil)
		require.NoError(t, err, json)
		require.Empty(t, warnings)
		require.Equal(t, want, tree.String())
	}
}

func TestParseIgnoresWhatMeansNothingHere(t *testing.T) {
	for _, json := range []string{
		`[{"bver":10,"bn":"/1/0/","n":"1","v":60}]`,
		`[{"bver":5,"n":"/1/0/1","v":60}]`,
		`[{"n":"/1/0/1","v":60,"bt":1276020076,"t":-5.5e0,"u":"s","bu":"s","ut":1,"s":5,"bs":7}]`,
		`[{"n":"/1/0/1","v":60,"x":{"y":[1,{"_":null}],"z_":2},"V":1,"":0,"x":1}]`,
	} {
		tree, warnings, err := Codec{}.Parse([]byte(json), objects.Path{}, nil)
		require.NoError(t, err, json)
		require.Empty(t, warnings)
		require.Equal(t, `/1/0{1=60}`, tree.String())
	}
}

func TestParseTypes(t *testing.T) {
	tests := []struct {
		id    int // of object 66, see registry; 1000: not defined
		field string
		want  string // "" for an error
		err   error
	}{
		{1, `"vs":"a\"\u00e9\ud83d\ude00"`, `"a\"é😀"`, nil},
		{1, `"vs":""`, `""`, nil},
		{1, `"vs":"\\ud800"`, `"\\ud800"`, nil},
		{1, `"vs":"\ud800"`, "", tlv.ErrValue},
		{1, `"vs":"\ud800\n"`, "", tlv.ErrValue},
		{1, `"vs":"\ud800\u0041"`, "", tlv.ErrValue},
		{1, `"vs":"\udc00"`, "", tlv.ErrValue},
		{1, `"vs":"\uD83D\uDE00\uDE00"`, "", tlv.ErrValue},
		{1, `"vs":5`, "", tlv.ErrValue},
		{1, `"vs":null`, "", tlv.ErrValue},
		{1, `"vd":"QQ"`, "", objects.ErrType},
		{2, `"v":-9223372036854775808`, "-9223372036854775808", nil},
		{2, `"v":9223372036854775807`, "9223372036854775807", nil},
		{2, `"v":9007199254740993`, "9007199254740993", nil},
		{2, `"v":9223372036854775808`, "", tlv.ErrValue},
		{2, `"v":1e3`, "1000", nil},
		{2, `"v":-1.50E+1`, "-15", nil},
		{2, `"v":100.000`, "100", nil},
		{2, `"v":1000e-3`, "1", nil},
		{2, `"v":-0`, "0", nil},
		{2, `"v":0e999999999999999999999`, "0", nil},
		{2, `"v":1e18`, "1000000000000000000", nil},
		{2, `"v":1e999999999`, "", tlv.ErrValue},
		{2, `"v":1e99999999999999999999`, "", tlv.ErrValue},
		{2, `"v":10e9223372036854775807`, "", tlv.ErrValue},
		{2, `"v":1e-9223372036854775808`, "", tlv.ErrValue},
		{2, `"v":0.001e-9223372036854775808`, "", tlv.ErrValue},
		{2, `"v":1.5`, "", tlv.ErrValue},
		{2, `"v":100e-3`, "", tlv.ErrValue},
		{2, `"v":"5"`, "", tlv.ErrValue},
		{2, `"v":true`, "", tlv.ErrValue},
		{2, `"v":[5]`, "", tlv.ErrValue},
		{2, `"vb":true`, "", objects.ErrType},
		{3, `"v":18446744073709551615`, "18446744073709551615", nil},
		{3, `"v":1844674407370955161.5e1`, "18446744073709551615", nil},
		{3, `"v":18446744073709551616`, "", tlv.ErrValue},
		{3, `"v":184467440737095516150`, "", tlv.ErrValue},
		{3, `"v":-0.0`, "0", nil},
		{3, `"v":-1`, "", tlv.ErrValue},
		{4, `"v":22.4`, "22.4", nil},
		{4, `"v":5`, "5", nil},
		{4, `"v":-1e-400`, "-0", nil},
		{4, `"v":1e400`, "", tlv.ErrValue},
		{4, `"v":"NaN"`, "", tlv.ErrValue},
		{5, `"vb":true`, "true", nil},
		{5, `"vb":false`, "false", nil},
		{5, `"vb":1`, "", tlv.ErrValue},
		{5, `"vb":"true"`, "", tlv.ErrValue},
		{5, `"vb":null`, "", tlv.ErrValue},
		{5, `"v":1`, "", objects.ErrType},
		{6, `"vd":"-__-AA"`, "[4 bytes]", nil},
		{6, `"vd":"+//+AA=="`, "[4 bytes]", nil},
		{6, `"vd":""`, "[0 bytes]", nil},
		{6, `"vd":"QUI="`, "[2 bytes]", nil},
		{6, `"vd":"QQ=="`, "[1 bytes]", nil},
		{6, `"vd":"QQ="`, "", tlv.ErrValue},
		{6, `"vd":"QR"`, "", tlv.ErrValue},
		{6, `"vd":"QUI=="`, "", tlv.ErrValue},
		{6, `"vd":"Q"`, "", tlv.ErrValue},
		{6, `"vd":"Q==="`, "", tlv.ErrValue},
		{6, `"vd":"QU\nI"`, "", tlv.ErrValue},
		{6, `"vd":"QU\r\nI"`, "", tlv.ErrValue},
		{6, `"vd":"Q Q"`, "", tlv.ErrValue},
		{6, `"vd":5`, "", tlv.ErrValue},
		{6, `"vs":"QQ"`, "", objects.ErrType},
		{7, `"v":1367491215`, "2013-05-02T10:40:15Z", nil},
		{7, `"v":-1.0`, "1969-12-31T23:59:59Z", nil},
		{7, `"v":1.5`, "", tlv.ErrValue},
		{8, `"vlo":"66:1"`, "66:1", nil},
		{8, `"vlo":"10:03"`, "10:3", nil},
		{8, `"vlo":"66"`, "", tlv.ErrValue},
		{8, `"vlo":66`, "", tlv.ErrValue},
		{8, `"vs":"66:1"`, "", objects.ErrType},
		{9, `"vs":"</1/0>"`, `"</1/0>"`, nil},
		{9, `"vs":7`, "", tlv.ErrValue},
		{0, `"vs":"executable"`, `"executable"`, nil},
		{1000, `"v":7`, "7", nil},
		{1000, `"v":7.0`, "7", nil},
		{1000, `"v":18446744073709551615`, "18446744073709551615", nil},
		{1000, `"v":7.5`, "7.5", nil},
		{1000, `"v":1e30`, "1e+30", nil},
		{1000, `"v":1e400`, "", tlv.ErrValue},
		{1000, `"vs":"x"`, `"x"`, nil},
		{1000, `"vb":true`, "true", nil},
		{1000, `"vd":"QQ"`, "[1 bytes]", nil},
		{1000, `"vlo":"1:2"`, "1:2", nil},
	}
	reg := registry(t)
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.id, " ", tt.field), func(t *testing.T) {
			p := fmt.Sprintf("/66/0/%d", tt.id)
			tree, _, err := Codec{}.Parse([]byte(`[{"n":"`+p+`",`+tt.field+`}]`), path(t, p), reg)
			if tt.err != nil {
				require.ErrorIs(t, err, tt.err)
				var at *objects.DecodeError
				require.ErrorAs(t, err, &at)
				require.Equal(t, path(t, p), at.Path)
				require.Equal(t, 1, at.Offset)
				return
			}
			require.NoError(t, err)
			v, ok := tree.Value(path(t, p))
			require.True(t, ok)
			require.Equal(t, tt.want, v.String())
			if tt.id >= 1 && tt.id < 10 {
				require.Equal(t, objects.Type(tt.id), v.Type())
			}
		})
	}
}

func TestParseTypeOfRecordsWithoutDefinition(t *testing.T) {
	tree, warnings, err := Codec{}.Parse([]byte(`[{"bn":"/1/0/","n":"900","v":18446744073709551615},{"n":"901","vd":"QQ"},
		{"bn":"/9/0/","n":"1","v":-7},{"n":"2","v":7.5},{"n":"3/4","vs":"x"}]`), objects.Path{}, nil)
	require.NoError(t, err)
	var types []objects.Type
	for _, v := range tree.All() {
		types = append(types, v.Type())
		require.False(t, v.IsSecret())
	}
	require.Equal(t, []objects.Type{objects.TypeUnsigned, objects.TypeOpaque, objects.TypeInteger, objects.TypeFloat, objects.TypeString}, types)
	var where []string
	for _, w := range warnings {
		require.Equal(t, objects.Warning, w.Grade)
		where = append(where, w.Path.String())
	}
	require.Equal(t, []string{"/1/0/900", "/1/0/901", "/9"}, where)
}

// /21/x/0 is a String in one version of the object, an Opaque in another.
func TestParseAnyOctets(t *testing.T) {
	for _, field := range []string{`"vs":"AB"`, `"vd":"QUI"`} {
		tree, warnings, err := Codec{}.Parse([]byte(`[{"n":"/21/0/0",`+field+`}]`), objects.Path{}, nil)
		require.NoError(t, err)
		require.Empty(t, warnings)
		v, _ := tree.Value(path(t, "/21/0/0"))
		require.True(t, v.Equal(objects.Opaque([]byte("AB"))))
		require.True(t, v.IsSecret())
	}
	_, _, err := Codec{}.Parse([]byte(`[{"n":"/21/0/0","v":1}]`), objects.Path{}, nil)
	require.ErrorIs(t, err, objects.ErrType)
	_, _, err = Codec{}.Parse([]byte(`[{"n":"/21/0/0","vs":1}]`), objects.Path{}, nil)
	require.ErrorIs(t, err, tlv.ErrValue)
}

func TestParseSingleForMultipleAndTheOtherWayRound(t *testing.T) {
	tree, warnings, err := Codec{}.Parse([]byte(`[{"bn":"/3/0/","n":"6","v":1},{"n":"9/4","v":50}]`), objects.Path{}, nil)
	require.NoError(t, err)
	require.Equal(t, `/3/0{6={0=1} 9=50}`, tree.String())
	require.Len(t, warnings, 2)
	require.Equal(t, path(t, "/3/0/6"), warnings[0].Path)
	require.Equal(t, path(t, "/3/0/9"), warnings[1].Path)
}

func TestParseFaults(t *testing.T) {
	tests := []struct {
		name, json string
		path       string
		offset     int
		err        error
	}{
		{"nothing", ``, "/", 0, ErrSyntax},
		{"spaces", `  `, "/", 2, ErrSyntax},
		{"no array", ` {"n":"/1/0/1","v":60}`, "/", 1, ErrSyntax},
		{"null", `null`, "/", 0, ErrSyntax},
		{"no records", `[ ]`, "/", 3, ErrSyntax},
		{"brace for a bracket", `[}`, "/", 1, ErrSyntax},
		{"no end", `[{"n":"/1/0/1","v":60}`, "/", 22, ErrSyntax},
		{"second payload", `[{"n":"/1/0/1","v":60}] []`, "/", 24, ErrSyntax},
		{"letters behind", `[{"n":"/1/0/1","v":60}] x`, "/", 24, ErrSyntax},
		{"comma at the end", `[{"n":"/1/0/1","v":60},]`, "/", 23, ErrSyntax},
		{"record is a number", `[5]`, "/", 1, ErrSyntax},
		{"record is an array", `[ [] ]`, "/", 2, ErrSyntax},
		{"label is no string", `[{5:1}]`, "/", 2, ErrSyntax},
		{"no value of a label", `[{"n"}]`, "/", 5, ErrSyntax},
		{"not a value", `[{"n":"/1/0/1","v":secret}]`, "/", 19, ErrSyntax},
		{"leading zero", `[{"n":"/1/0/1","v":060}]`, "/", 20, ErrSyntax},
		{"bracket for a brace", `[{"n":"/1/0/1","v":60]`, "/", 21, ErrSyntax},
		{"not UTF-8", "[{\"n\":\"/1/0/7\",\"vs\":\"U\xFF\"}]", "/", 22, ErrSyntax},
		{"control character", "[{\"n\":\"/1/0/7\",\"vs\":\"\n\"}]", "/", 20, ErrSyntax},
		{"value twice", `[{"n":"/1/0/1","v":60,"v":61}]`, "/", 22, objects.ErrTwice},
		{"null twice", `[{"n":"/1/0/1","v":null,"v":61}]`, "/", 24, objects.ErrTwice},
		{"name twice", `[{"n":"/1/0/1","n":"/1/0/1","v":60}]`, "/", 15, objects.ErrTwice},
		{"must understand", `[{"n":"/1/0/1","v":60,"ct_":"60"}]`, "/", 22, ErrUnsupported},
		{"must understand _", `[{"_":0}]`, "/", 2, ErrUnsupported},
		{"version 11", `[{"bver":11,"n":"/1/0/1","v":60}]`, "/1/0/1", 1, ErrUnsupported},
		{"version 2^80", `[{"bver":1208925819614629174706176,"n":"/1/0/1","v":60}]`, "/1/0/1", 1, ErrSyntax},
		{"version 0", `[{"bver":0,"n":"/1/0/1","v":60}]`, "/1/0/1", 1, ErrSyntax},
		{"version in letters", `[{"bver":"10","n":"/1/0/1","v":60}]`, "/1/0/1", 1, ErrSyntax},
		{"versions differ", `[{"n":"/1/0/1","v":60},{"bver":9,"n":"/1/0/2","v":1}]`, "/1/0/2", 23, ErrSyntax},
		{"versions differ again", `[{"bver":9,"n":"/1/0/1","v":60},{"bver":10,"n":"/1/0/2","v":1}]`, "/1/0/2", 32, ErrSyntax},
		{"base value", `[{"bv":1,"n":"/1/0/1","v":60}]`, "/1/0/1", 1, ErrUnsupported},
		{"base time in letters", `[{"bt":"1","n":"/1/0/1","v":60}]`, "/1/0/1", 1, ErrSyntax},
		{"time in letters", `[{"t":"1","n":"/1/0/1","v":60}]`, "/1/0/1", 1, ErrSyntax},
		{"base name is a number", `[{"bn":1,"n":"/1/0/1","v":60}]`, "/", 1, ErrSyntax},
		{"base name is null", `[{"bn":null,"n":"/1/0/1","v":60}]`, "/", 1, ErrSyntax},
		{"name is a number", `[{"n":1,"v":60}]`, "/", 1, ErrSyntax},
		{"name of half a surrogate", `[{"n":"\ud800","v":60}]`, "/", 1, ErrSyntax},
		{"no name", `[{"v":60}]`, "/", 1, objects.ErrPath},
		{"name of an instance", `[{"n":"/1/0","v":60}]`, "/", 1, objects.ErrPath},
		{"name too deep", `[{"n":"/1/0/1/0/0","v":60}]`, "/", 1, objects.ErrPath},
		{"name without slash", `[{"n":"1/0/1","v":60}]`, "/", 1, objects.ErrPath},
		{"name of letters", `[{"n":"/a/b/c","v":60}]`, "/", 1, objects.ErrPath},
		{"name with two slashes", `[{"bn":"/1/0/","n":"/1","v":60}]`, "/", 1, objects.ErrPath},
		{"name above 16 bits", `[{"n":"/1/0/65536","v":60}]`, "/", 1, objects.ErrPath},
		{"base name is gone", `[{"bn":"/1/0/","n":"1","v":60},{"bn":"","n":"2","v":1}]`, "/", 31, objects.ErrPath},
		{"no value", `[{"n":"/1/0/1"}]`, "/1/0/1", 1, ErrSyntax},
		{"a sum is no value", `[{"n":"/1/0/1","s":1}]`, "/1/0/1", 1, ErrSyntax},
		{"two values", `[{"n":"/1/0/1","v":60,"vs":"60"}]`, "/1/0/1", 1, ErrSyntax},
		{"same value twice", `[{"n":"/1/0/1","v":60},{"n":"/1/0/2","v":1},{"n":"/1/0/1","v":60}]`, "/1/0/1", 44, objects.ErrTwice},
		{"history of a value", `[{"bn":"/72/","bt":25462634,"n":"1/2","v":22.4,"t":-5},{"n":"1/2","v":22.9,"t":-30}]`, "/72/1/2", 55, objects.ErrTwice},
		{"same instance twice", `[{"n":"/3/0/6/1","v":1},{"n":"/3/0/6/1","v":1}]`, "/3/0/6/1", 24, objects.ErrTwice},
		{"single and multiple", `[{"n":"/3/0/6/1","v":1},{"n":"/3/0/6","v":1}]`, "/3/0/6/1", 1, objects.ErrTwice},
		{"two values of a single Resource", `[{"n":"/3/0/9/1","v":1},{"n":"/3/0/9/0","v":1}]`, "/3/0/9", 24, tlv.ErrNesting},
		{"reserved object", `[{"n":"/65535/0/1","v":60}]`, "/65535/0/1", 1, tlv.ErrValue},
		{"reserved instance", `[{"n":"/1/65535/1","v":60}]`, "/1/65535/1", 1, tlv.ErrValue},
		{"type of a second record", `[{"n":"/1/0/1","v":60}, {"n":"/1/0/6","v":1}]`, "/1/0/6", 24, objects.ErrType},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, _, err := Codec{}.Parse([]byte(tt.json), objects.Path{}, nil)
			require.ErrorIs(t, err, tt.err)
			require.Nil(t, tree)
			var at *objects.DecodeError
			require.ErrorAs(t, err, &at)
			require.Equal(t, tt.path, at.Path.String())
			require.Equal(t, tt.offset, at.Offset)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestParseKeepsToThePath(t *testing.T) {
	const json = `[{"bn":"/3/0/","n":"6/0","v":1},{"n":"6/1","v":5}]`
	for at, want := range map[string]error{
		"/": nil, "/3": nil, "/3/0": nil, "/3/0/6": nil,
		"/3/0/6/0": objects.ErrPath, "/3/0/7": objects.ErrPath, "/3/1": objects.ErrPath, "/1": objects.ErrPath,
	} {
		_, _, err := Codec{}.Parse([]byte(json), path(t, at), nil)
		require.ErrorIs(t, err, want, at)
	}
	_, _, err := Codec{}.Parse([]byte(`x`), path(t, "/3/0"), nil)
	var at *objects.DecodeError
	require.ErrorAs(t, err, &at)
	require.Equal(t, path(t, "/3/0"), at.Path)
}

func TestParseErrorsShowNoValues(t *testing.T) {
	for _, json := range []string{
		`[{"n":"/0/0/5","vs":"topsecret"}]`,
		`[{"n":"/0/0/5","vd":"topsecret!"}]`,
		`[{"n":"/0/0/5","vd":topsecret}]`,
		`[{"n":"/0/0/5","vd":"topsecret",topsecret`,
		`[{"n":"topsecret","v":1}]`,
		`[{"topsecret_":1}]`,
		`[{"n":"/0/0/17","vlo":"topsecret"}]`,
		`topsecret`,
	} {
		_, _, err := Codec{}.Parse([]byte(json), objects.Path{}, nil)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "secret", json)
		require.NotContains(t, err.Error(), "'t'", "what encoding/json stumbled over")
	}
}
