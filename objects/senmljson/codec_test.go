package senmljson

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

// object66 has a Resource of each type, 0 to 9 in the order of objects.Type,
// and the same of multiple instances, 100 to 109.
const object66 objects.ObjectID = 66

func registry(t testing.TB) *objects.Registry {
	t.Helper()
	d := objects.Definition{ID: object66, Multiple: true}
	for typ := objects.TypeNone; typ <= objects.TypeCorelnk; typ++ {
		r := objects.ResourceDefinition{ID: objects.ResourceID(typ), Type: typ, Operations: objects.OpRead}
		if typ == objects.TypeNone {
			r.Operations = objects.OpExecute
		}
		d.Resources = append(d.Resources, r)
		r.ID += 100
		r.Multiple = true
		d.Resources = append(d.Resources, r)
	}
	reg := new(objects.Registry)
	require.NoError(t, reg.Register(d))
	return reg
}

// knownGoodTree is what ../../testdata/bootstrap-126.hex says.
func knownGoodTree(t testing.TB) *objects.Tree {
	t.Helper()
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	f, err := tlv.ParseFile(b)
	require.NoError(t, err)
	tree := new(objects.Tree)
	_, err = tree.Decode(f, nil)
	require.NoError(t, err)
	return tree
}

const knownGoodJSON = `[{"bn":"/0/1/","n":"0","vs":"coaps://eu.iot.avsystem.cloud:5684"},{"n":"1","vb":false},{"n":"2","v":0},` +
	`{"n":"3","vd":"ZXhhbXBsZS1wc2staWRlbnRpdHk"},{"n":"5","vd":"M3hAbXBsM1A1SzUzY3IzdEszeQ"},{"n":"10","v":1},` +
	`{"bn":"/1/1/","n":"0","v":1},{"n":"1","v":86400},{"n":"6","vb":false},{"n":"7","vs":"U"}]`

func path(t testing.TB, s string) objects.Path {
	t.Helper()
	p, err := objects.ParsePath(s)
	require.NoError(t, err)
	return p
}

func TestKnownGoodFile(t *testing.T) {
	tree := knownGoodTree(t)
	b, err := Codec{}.Append([]byte("dst"), tree, objects.Path{})
	require.NoError(t, err)
	require.Equal(t, "dst"+knownGoodJSON, string(b))
	require.True(t, json.Valid(b[3:]))

	got, warnings, err := Codec{}.Parse(b[3:], objects.Path{}, nil)
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.True(t, tree.Equal(got))
	key, _ := got.Value(path(t, "/0/1/5"))
	require.True(t, key.IsSecret())
}

func TestKnownGoodFileCutShort(t *testing.T) {
	for n := range len(knownGoodJSON) {
		tree, _, err := Codec{}.Parse([]byte(knownGoodJSON[:n]), objects.Path{}, nil)
		require.ErrorIs(t, err, ErrSyntax, "%d bytes", n)
		require.Nil(t, tree)
	}
}

func TestContentFormatIs110(t *testing.T) {
	require.EqualValues(t, 110, Codec{}.ContentFormat())
}

func TestSecretsMaskedOrLeftOut(t *testing.T) {
	tree := knownGoodTree(t)
	tree.Put(object66, objects.NewInstance(0, objects.Single(1, objects.Raw([]byte("unknown")))))
	tests := []struct {
		name    string
		secrets Secrets
		want    string
	}{
		{"written", WriteSecrets, `[{"bn":"/0/1/","n":"5","vd":"M3hAbXBsM1A1SzUzY3IzdEszeQ"},{"bn":"/66/0/","n":"1","vd":"dW5rbm93bg"}]`},
		{"masked", MaskSecrets, `[{"bn":"/0/1/","n":"5","vs":"[19 bytes]"},{"bn":"/66/0/","n":"1","vs":"[7 bytes]"}]`},
	}
	few := tree.Clone()
	for p := range tree.All() {
		if p != path(t, "/0/1/5") && p != path(t, "/66/0/1") {
			few.Delete(p)
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := Codec{Secrets: tt.secrets}.Append(nil, few, objects.Path{})
			require.NoError(t, err)
			require.Equal(t, tt.want, string(b))
		})
	}
	b, err := Codec{Secrets: OmitSecrets}.Append(nil, tree, objects.Path{})
	require.NoError(t, err)
	require.NotContains(t, string(b), `"5"`)
	require.NotContains(t, string(b), `/66`)
	require.Equal(t, 9, strings.Count(string(b), `"n":`))

	b, err = Codec{Secrets: MaskSecrets}.Append(nil, tree, path(t, "/0"))
	require.NoError(t, err)
	_, _, err = Codec{}.Parse(b, path(t, "/0"), nil)
	require.ErrorIs(t, err, objects.ErrType, "a mask is not read for a key")

	_, err = Codec{Secrets: OmitSecrets}.Append(nil, tree, path(t, "/0/1/5"))
	require.ErrorIs(t, err, objects.ErrPath, "nothing is left")
}

func TestAppendEveryType(t *testing.T) {
	tests := []struct {
		v    objects.Value
		want string
	}{
		{objects.String("U"), `"vs":"U"`},
		{objects.String("\"\\/\b\n\x00\x1f\x7f<é\u2028世"), `"vs":"\"\\/\u0008\u000a\u0000\u001f` + "\x7f" + `<é` + "\u2028" + `世"`},
		{objects.Corelnk("</1/0>;ssid=1"), `"vs":"</1/0>;ssid=1"`},
		{objects.Integer(-5), `"v":-5`},
		{objects.Integer(math.MinInt64), `"v":-9223372036854775808`},
		{objects.Integer(1<<53 + 1), `"v":9007199254740993`},
		{objects.Unsigned(math.MaxUint64), `"v":18446744073709551615`},
		{objects.Float(22.4), `"v":22.4`},
		{objects.Float(1e300), `"v":1e+300`},
		{objects.Float(math.Copysign(0, -1)), `"v":-0`},
		{objects.Boolean(true), `"vb":true`},
		{objects.Boolean(false), `"vb":false`},
		{objects.Opaque([]byte{0xFB, 0xFF, 0xFE, 0}), `"vd":"-__-AA"`},
		{objects.Opaque(nil), `"vd":""`},
		{objects.Raw([]byte{1}), `"vd":"AQ"`},
		{objects.Time(time.Unix(1367491215, 0)), `"v":1367491215`},
		{objects.Objlnk(tlv.Objlnk{Object: 66, Instance: 1}), `"vlo":"66:1"`},
		{objects.Objlnk(tlv.NullObjlnk), `"vlo":"65535:65535"`},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			tree := new(objects.Tree)
			single, multiple := objects.ResourceID(tt.v.Type()), objects.ResourceID(tt.v.Type())+100
			tree.Put(object66, objects.NewInstance(3, objects.Single(single, tt.v),
				objects.Multiple(multiple, objects.ResourceInstance{ID: 7, Value: tt.v})))
			b, err := Codec{}.Append(nil, tree, objects.InstancePath(object66, 3))
			require.NoError(t, err)
			require.True(t, json.Valid(b))
			n := itoa(int(single))
			require.Equal(t, `[{"bn":"/66/3/","n":"`+n+`",`+tt.want+`},{"n":"`+itoa(int(multiple))+`/7",`+tt.want+`}]`, string(b))

			got, warnings, err := Codec{}.Parse(b, objects.InstancePath(object66, 3), registry(t))
			require.NoError(t, err)
			require.Empty(t, warnings)
			if tt.v.Type() != objects.TypeNone {
				require.True(t, tree.Equal(got), "%v", got)
			}
		})
	}
}

func TestAppendPaths(t *testing.T) {
	tree := new(objects.Tree)
	tree.Put(3, objects.NewInstance(0,
		objects.Single(9, objects.Integer(95)),
		objects.Multiple(6, objects.ResourceInstance{ID: 0, Value: objects.Integer(1)}, objects.ResourceInstance{ID: 300, Value: objects.Integer(5)})))
	tree.Put(1, objects.NewInstance(2, objects.Single(1, objects.Integer(60))))
	tree.Put(1, objects.NewInstance(5))
	tests := []struct{ at, want string }{
		{"/", `[{"bn":"/1/2/","n":"1","v":60},{"bn":"/3/0/","n":"6/0","v":1},{"n":"6/300","v":5},{"n":"9","v":95}]`},
		{"/1", `[{"bn":"/1/2/","n":"1","v":60}]`},
		{"/3/0", `[{"bn":"/3/0/","n":"6/0","v":1},{"n":"6/300","v":5},{"n":"9","v":95}]`},
		{"/3/0/9", `[{"bn":"/3/0/","n":"9","v":95}]`},
		{"/3/0/6", `[{"bn":"/3/0/","n":"6/0","v":1},{"n":"6/300","v":5}]`},
		{"/3/0/6/300", `[{"bn":"/3/0/","n":"6/300","v":5}]`},
	}
	for _, tt := range tests {
		t.Run(tt.at, func(t *testing.T) {
			b, err := Codec{}.Append(nil, tree, path(t, tt.at))
			require.NoError(t, err)
			require.Equal(t, tt.want, string(b))
			got, _, err := Codec{}.Parse(b, path(t, tt.at), nil)
			require.NoError(t, err)
			for p, v := range got.All() {
				want, ok := tree.Value(p)
				require.True(t, ok && want.Equal(v))
			}
		})
	}
	for _, at := range []string{"/2", "/1/5", "/3/0/6/1", "/3/0/9/0", "/3/1", "/3/0/1"} {
		dst, err := Codec{}.Append([]byte("dst"), tree, path(t, at))
		require.ErrorIs(t, err, objects.ErrPath, at)
		require.Equal(t, "dst", string(dst))
	}
	_, err := Codec{}.Append(nil, new(objects.Tree), objects.Path{})
	require.ErrorIs(t, err, objects.ErrPath)
}

func TestAppendRefusesWhatJSONCannotSay(t *testing.T) {
	for _, v := range []objects.Value{
		objects.Float(math.NaN()), objects.Float(math.Inf(1)), objects.Float(math.Inf(-1)),
		objects.String("secret\xFF"), objects.Corelnk("\xC3"),
	} {
		tree := knownGoodTree(t)
		tree.Put(object66, objects.NewInstance(3, objects.Single(9, v)))
		dst, err := Codec{}.Append([]byte("dst"), tree, objects.Path{})
		require.ErrorIs(t, err, tlv.ErrValue)
		require.Contains(t, err.Error(), "/66/3/9")
		require.NotContains(t, err.Error(), "secret")
		require.Equal(t, "dst", string(dst))
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }
