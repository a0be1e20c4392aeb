package objects

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

// fuzzFile is what the fuzzer's octets stand for: a file, or when they are none
// the TLV of one object behind its ID and version, an octet each.
func fuzzFile(b []byte) tlv.File {
	if f, err := tlv.ParseFile(b); err == nil {
		return f
	}
	if len(b) < 2 {
		return tlv.File{}
	}
	ids := []uint16{0, 1, 2, 3, 21, 500, 4000}
	versions := []tlv.Version{{}, v10, v11, v12, v20, {Major: 1, Minor: 9}}
	return tlv.File{Objects: []tlv.Object{{
		ID:        ids[int(b[0])%len(ids)],
		Version:   versions[int(b[1])%len(versions)],
		Instances: b[2:],
	}}}
}

// masked is t with other octets, as many, in every value that must not show.
func masked(t *Tree) *Tree {
	next := t.Clone()
	for p, v := range t.All() {
		if v.Type() != TypeNone && v.Type() != TypeOpaque && !v.IsSecret() {
			continue
		}
		v.octets = Raw(bytes.Repeat([]byte{0xA5}, v.Len())).octets
		object, _ := p.Object()
		instance, _ := p.Instance()
		id, _ := p.Resource()
		in, _ := next.Instance(object, instance)
		r, _ := in.Resource(id)
		if ri, ok := p.ResourceInstance(); ok {
			r.values = withID(r.values, ResourceInstance{ri, v}, resourceInstanceID)
		} else {
			r.value = v
		}
		in.Set(r)
		next.Put(object, in)
	}
	return next
}

func FuzzDecode(f *testing.F) {
	reg := typesRegistry(f)
	f.Add(goodFile(f))
	f.Add(append([]byte{5, 0}, instanceTLV(0, resourceTLV(4, "\x3F\xC0\x00\x00"), resourceTLV(9, "</1>"), multipleTLV(107, valueTLV(300, "\x05")))...))
	f.Add(append([]byte{4, 1}, instanceTLV(3, resourceTLV(0, "topsecret"), resourceTLV(5, "salt"))...))
	f.Add(append([]byte{0, 3}, instanceTLV(3, resourceTLV(16, "\xC0\xA8"), multipleTLV(10, valueTLV(9, "\x01")))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = bytes.Clone(b) // a fuzz target may not change its input
		var tree Tree
		file := fuzzFile(b)
		warnings, err := tree.Decode(file, reg)
		if err != nil {
			var at *DecodeError
			require.ErrorAs(t, err, &at)
			require.LessOrEqual(t, at.Offset, len(b)+5, "an Object made by hand has a header that was not there")
			require.Zero(t, tree.Len())
			require.Empty(t, warnings)
			return
		}
		text := tree.String()

		// What was decoded is encoded, and is the same when decoded again.
		again := new(Tree)
		f, err := tree.Encode()
		require.NoError(t, err)
		_, err = again.Decode(f, reg)
		require.NoError(t, err)
		require.True(t, tree.Equal(again))

		// The input can be wiped.
		clear(b)
		require.True(t, tree.Equal(again))
		require.Equal(t, text, tree.String())

		// What must not show does not: with other octets nothing looks different.
		other := masked(&tree)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			require.Equal(t, fmt.Sprintf(verb, tree), fmt.Sprintf(verb, other))
		}
		require.Equal(t, fmt.Sprint(tree.Validate(nil)), fmt.Sprint(other.Validate(nil)))

		// Each object passes through the Codec, in its default version.
		for o := range tree.Objects() {
			require.LessOrEqual(t, o.Len(), MaxInstances)
			if o.Version() != (tlv.Version{}) {
				continue
			}
			path := ObjectPath(o.ID())
			payload, err := TLV{}.Append(nil, &tree, path)
			require.NoError(t, err)
			part, _, err := TLV{}.Parse(payload, path, reg)
			require.NoError(t, err)
			got, _ := part.Object(o.ID())
			require.True(t, got.equal(o))
		}
		_ = tree.Accounts()
	})
}
