package senmljson

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

// FuzzSenMLJSON: what is read is JSON, is within the limits, and is written so
// that it is read the same again; a mask shows no secret.
func FuzzSenMLJSON(f *testing.F) {
	reg := registry(f)
	f.Add([]byte(knownGoodJSON))
	f.Add([]byte(`[{"bn":"/66/0/","n":"1","vs":"a"},{"n":"4","v":1e-400},{"n":"106/3","vd":"+//+AA=="}]`))
	f.Add([]byte(`[{"bn":"/9/0/","n":"1","v":18446744073709551615},{"n":"2","v":1e30},{"n":"3","vlo":"FFFF:FFFF"}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		tree, warnings, err := Codec{}.Parse(b, objects.Path{}, reg)
		if err != nil {
			var at *objects.DecodeError
			require.ErrorAs(t, err, &at)
			require.GreaterOrEqual(t, at.Offset, 0)
			require.LessOrEqual(t, at.Offset, len(b))
			require.Nil(t, tree)
			return
		}
		require.True(t, json.Valid(b))
		values := 0
		for range tree.All() {
			values++
		}
		require.Positive(t, values)
		require.LessOrEqual(t, values, MaxRecords)
		for _, w := range warnings {
			require.True(t, tree.Has(w.Path), "%v", w)
		}

		again, err := Codec{}.Append(nil, tree, objects.Path{})
		require.NoError(t, err)
		require.True(t, json.Valid(again))
		reread, _, err := Codec{}.Parse(again, objects.Path{}, reg)
		require.NoError(t, err)
		require.True(t, tree.Equal(reread), "%s", again)

		masked, err := Codec{Secrets: MaskSecrets}.Append(nil, tree, objects.Path{})
		require.NoError(t, err)
		var list []map[string]any
		require.NoError(t, json.Unmarshal(masked, &list))
		require.Len(t, list, values)
		i := 0
		for _, v := range tree.All() {
			if v.IsSecret() {
				require.Equal(t, v.String(), list[i]["vs"])
				require.NotContains(t, list[i], "vd")
			}
			i++
		}
	})
}

// FuzzTree: every tree that a card's file can hold is written, but for a Float
// that JSON has not, and the octets of TLV that it stands for come back.
func FuzzTree(f *testing.F) {
	reg := registry(f)
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(f, err)
	good, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(f, err)
	f.Add(uint16(0), good[9:9+0x5E])
	f.Add(uint16(1), good[9+0x5E+5:])
	f.Add(uint16(object66), []byte("\x08\x00\x0E\xC4\x04\x3F\xC0\x00\x00\x83\x66\x41\x07\x2A\xC1\x06\xFF"))
	f.Fuzz(func(t *testing.T, id uint16, instances []byte) {
		tree := new(objects.Tree)
		if _, err := tree.DecodeObject(tlv.Object{ID: id, Instances: instances}, reg); err != nil {
			return
		}
		b, err := Codec{}.Append(nil, tree, objects.Path{})
		if err != nil {
			require.True(t, errors.Is(err, tlv.ErrValue) || errors.Is(err, objects.ErrPath), "%v", err)
			return
		}
		got, _, err := Codec{}.Parse(b, objects.Path{}, reg)
		require.NoError(t, err, "%s", b)
		for p, want := range tree.All() {
			v, ok := got.Value(p)
			require.True(t, ok, "%v", p)
			if want.Type() == objects.TypeNone {
				octets, _ := want.Octets()
				want = objects.Opaque(octets)
			}
			require.True(t, want.Equal(v), "%v", p)
			require.Equal(t, want.IsSecret(), v.IsSecret())
		}
	})
}
