package objects

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

func TestEncodeGoodFileIsTheSameBytes(t *testing.T) {
	f, err := goodTree(t).Encode()
	require.NoError(t, err)
	b, err := tlv.AppendFile(nil, f)
	require.NoError(t, err)
	require.Equal(t, goodFile(t), b)
}

func TestEncodeKeepsVersions(t *testing.T) {
	tree := goodTree(t)
	tree.SetVersion(1, v11)
	f, err := tree.Encode()
	require.NoError(t, err)
	require.Equal(t, tlv.Version{}, f.Objects[0].Version)
	require.Equal(t, v11, f.Objects[1].Version)
	var again Tree
	_, err = again.Decode(f, nil)
	require.NoError(t, err)
	require.True(t, tree.Equal(&again))
}

// one Resource of each type, whose ID is the type.
func typesRegistry(t testing.TB) *Registry {
	d := Definition{ID: 500, Multiple: true}
	for typ := TypeString; typ <= TypeCorelnk; typ++ {
		d.Resources = append(d.Resources,
			ResourceDefinition{ID: ResourceID(typ), Type: typ},
			ResourceDefinition{ID: 100 + ResourceID(typ), Type: typ, Multiple: true})
	}
	reg := new(Registry)
	require.NoError(t, reg.Register(d))
	return reg
}

func TestEncodeAndDecodeEveryType(t *testing.T) {
	var resources []Resource
	var many []ResourceInstance
	for i, v := range oneOfEach() {
		resources = append(resources, Single(ResourceID(i), v), Multiple(100+ResourceID(i), ResourceInstance{300, v}, ResourceInstance{2, v}))
		many = append(many, ResourceInstance{uint16(i), Raw([]byte{byte(i)})})
	}
	resources = append(resources, Multiple(1000, many...))
	var tree Tree
	tree.Put(500, NewInstance(0, resources...))
	tree.Put(500, NewInstance(700))
	f, err := tree.Encode()
	require.NoError(t, err)
	var again Tree
	_, err = again.Decode(f, typesRegistry(t))
	require.NoError(t, err)
	require.True(t, tree.Equal(&again), "%v\n%v", tree, again)
	require.Equal(t, tree.String(), again.String())
}

func TestEncodeValues(t *testing.T) {
	tests := []struct {
		value Value
		want  []byte
	}{
		{Integer(200), []byte{0, 0xC8}},
		{Unsigned(200), []byte{0xC8}},
		{Integer(-1), []byte{0xFF}},
		{Time(time.Date(2013, 5, 2, 10, 40, 15, 0, time.UTC)), []byte{0x51, 0x82, 0x42, 0x8F}},
		{Float(1.5), []byte{0x3F, 0xC0, 0, 0}},
		{Float(math.Pi), []byte{0x40, 0x09, 0x21, 0xFB, 0x54, 0x44, 0x2D, 0x18}},
		{Boolean(true), []byte{1}},
		{Boolean(false), []byte{0}},
		{Objlnk(tlv.Objlnk{Object: 66, Instance: 1}), []byte{0, 66, 0, 1}},
		{String("é"), []byte{0xC3, 0xA9}},
		{Corelnk("<"), []byte{'<'}},
		{Opaque([]byte{0xFF}), []byte{0xFF}},
		{Raw(nil), nil},
	}
	for _, test := range tests {
		got, err := test.value.appendTLV([]byte("x"))
		require.NoError(t, err)
		require.Equal(t, append([]byte("x"), test.want...), got, "%v", test.value)
	}
}

func TestEncodeErrorsTellThePath(t *testing.T) {
	bad := String("topsecret\xff")
	long := Opaque(make([]byte, tlv.MaxValueLength))
	tooLong := Opaque(make([]byte, tlv.MaxValueLength+1))
	tests := []struct {
		name     string
		resource Resource
		path     string
		err      error
	}{
		{"not UTF-8", Single(7, bad), "/1/4/7: ", tlv.ErrValue},
		{"not UTF-8, of several", Multiple(7, ResourceInstance{0, Integer(1)}, ResourceInstance{9, bad}), "/1/4/7/9: ", tlv.ErrValue},
		{"value too long", Single(7, tooLong), "/1/4/7: ", tlv.ErrTooLong},
		{"values too long together", Multiple(7, ResourceInstance{0, long}), "/1/4/7: ", tlv.ErrTooLong},
		{"instance too long", Single(7, long), "/1/4: ", tlv.ErrTooLong},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var tree Tree
			tree.Put(1, NewInstance(4, test.resource))
			f, err := tree.Encode()
			require.ErrorIs(t, err, test.err)
			require.ErrorContains(t, err, "objects: "+test.path)
			require.NotContains(t, err.Error(), "topsecret")
			require.Empty(t, f.Objects)
		})
	}
}

func TestCodecTLVAppends(t *testing.T) {
	tree := goodTree(t)
	file := goodFile(t)
	o, _ := tlv.ParseFile(file)
	object := o.Objects[1].Instances // 08 01 0f …
	tests := map[string][]byte{
		"/1":     object,
		"/1/1":   object[3:],
		"/1/1/0": object[3:6],
		"/1/1/7": object[len(object)-3:],
	}
	for path, want := range tests {
		p, err := ParsePath(path)
		require.NoError(t, err)
		got, err := TLV{}.Append([]byte("x"), tree, p)
		require.NoError(t, err)
		require.Equal(t, append([]byte("x"), want...), got, path)
	}
	require.EqualValues(t, 11542, TLV{}.ContentFormat())
}

func TestCodecTLVAppendRefuses(t *testing.T) {
	tree := sampleTree()
	tree.Put(4, NewInstance(0, Single(1, String("\xff"))))
	for path, want := range map[string]error{
		"/": ErrPath, "/2": ErrPath, "/1/4": ErrPath, "/1/1/3": ErrPath, "/9/3/6/0": ErrPath, "/9/3/6/9": ErrPath,
		"/4": tlv.ErrValue, "/4/0": tlv.ErrValue, "/4/0/1": tlv.ErrValue,
	} {
		p, _ := ParsePath(path)
		got, err := TLV{}.Append([]byte("x"), &tree, p)
		require.ErrorIs(t, err, want, path)
		require.ErrorContains(t, err, path)
		require.Equal(t, "x", string(got), path)
	}
}

func TestCodecTLVParses(t *testing.T) {
	server := bytes.Join([][]byte{resourceTLV(0, "\x01"), resourceTLV(1, "\x05")}, nil)
	tests := []struct {
		name, path string
		payload    []byte
		want       string
		warnings   []string
	}{
		{"object", "/1", append(instanceTLV(4, server), instanceTLV(2)...), "/1/2{} /1/4{0=1 1=5}", nil},
		{"object, nothing", "/1", nil, "", nil},
		{"instance", "/1/4", server, "/1/4{0=1 1=5}", nil},
		{"instance, wrapped", "/1/4", instanceTLV(4, server), "/1/4{0=1 1=5}", nil},
		{"instance, empty", "/1/4", nil, "/1/4{}", nil},
		{"instance, wrapped and empty", "/1/4", instanceTLV(4), "/1/4{}", nil},
		{"instance with an unknown Resource", "/1/4", append(resourceTLV(99, "abc"), server...), "/1/4{0=1 1=5 99=[3 bytes]}", []string{"/1/4/99 warning"}},
		{"Resource", "/1/4/1", resourceTLV(1, "\x05"), "/1/4{1=5}", nil},
		{"multiple Resource", "/0/4/16", multipleTLV(16, valueTLV(0, "\x05")), "/0/4{16={0=5}}", nil},
		{"multiple Resource given as single", "/0/4/16", resourceTLV(16, "\x05"), "/0/4{16={0=5}}", []string{"/0/4/16 warning"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _ := ParsePath(test.path)
			tree, warnings, err := TLV{}.Parse(test.payload, p, nil)
			require.NoError(t, err)
			clear(test.payload)
			require.Equal(t, test.want, tree.String())
			require.Equal(t, test.warnings, texts(warnings))
		})
	}
}

func TestCodecTLVParseRefuses(t *testing.T) {
	one := resourceTLV(0, "\x01")
	tests := []struct {
		name, path string
		payload    []byte
		want       error
	}{
		{"root", "/", instanceTLV(4, one), ErrPath},
		{"Resource Instance", "/1/4/0/0", valueTLV(0, "\x01"), ErrPath},
		{"Resources for an object", "/1", one, tlv.ErrNesting},
		{"another instance", "/1/4", instanceTLV(5, one), ErrPath},
		{"two instances for one", "/1/4", append(instanceTLV(4, one), instanceTLV(5)...), ErrPath},
		{"rubbish behind the instance", "/1/4", append(instanceTLV(4, one), 0xFF), ErrPath},
		{"instance behind Resources", "/1/4", append(bytes.Clone(one), instanceTLV(4)...), tlv.ErrNesting},
		{"value for an instance", "/1/4", valueTLV(0, "\x01"), tlv.ErrNesting},
		{"instance for a Resource", "/1/4/0", instanceTLV(4, one), tlv.ErrNesting},
		{"another Resource", "/1/4/1", one, ErrPath},
		{"two Resources for one", "/1/4/0", append(bytes.Clone(one), resourceTLV(1, "\x05")...), ErrPath},
		{"nothing for a Resource", "/1/4/0", nil, ErrPath},
		{"bad value", "/1/4/0", resourceTLV(0, "abc"), tlv.ErrValue},
		{"bad value in an object", "/1", instanceTLV(4, resourceTLV(0, "abc")), tlv.ErrValue},
		{"cut short", "/1/4", one[:2], tlv.ErrTruncated},
		{"reserved instance", "/1/65535", one, tlv.ErrValue},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := ParsePath(test.path)
			require.NoError(t, err)
			tree, warnings, err := TLV{}.Parse(test.payload, p, nil)
			require.ErrorIs(t, err, test.want)
			require.Nil(t, tree)
			require.Nil(t, warnings)
		})
	}
}
