package objects

import (
	"fmt"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

const goodText = `/0/1{0="coaps://eu.iot.avsystem.cloud:5684" 1=false 2=0 3=[20 bytes] 5=[19 bytes] 10=1} /1/1{0=1 1=86400 6=false 7="U"}`

func TestDecodeGoodFile(t *testing.T) {
	tree := goodTree(t)
	require.Equal(t, goodText, tree.String())
	key, ok := tree.Value(ResourcePath(0, 1, SecuritySecretKey))
	require.True(t, ok)
	require.True(t, key.IsSecret())
	require.Equal(t, TypeOpaque, key.Type())
	octets, _ := key.Octets()
	require.Equal(t, "3x@mpl3P5K53cr3tK3y", string(octets))
	identity, _ := tree.Value(ResourcePath(0, 1, SecurityPublicKeyOrIdentity))
	require.False(t, identity.IsSecret())
}

func TestDecodeObjectCutShortIsAnError(t *testing.T) {
	f, err := tlv.ParseFile(goodFile(t))
	require.NoError(t, err)
	for _, o := range f.Objects {
		whole := o.Instances
		for n := 1; n < len(whole); n++ {
			o.Instances = whole[:n]
			var tree Tree
			_, err := tree.DecodeObject(o, nil)
			require.ErrorIs(t, err, tlv.ErrTruncated, "%d octets of object %d", n, o.ID)
			var at *DecodeError
			require.ErrorAs(t, err, &at)
			require.Equal(t, o.Offset()+5, at.Offset)
			require.Equal(t, ObjectPath(ObjectID(o.ID)), at.Path)
			require.Zero(t, tree.Len())
		}
	}
}

func TestDecodeKeepsNoReference(t *testing.T) {
	b := goodFile(t)
	f, err := tlv.ParseFile(b)
	require.NoError(t, err)
	var tree Tree
	_, err = tree.Decode(f, nil)
	require.NoError(t, err)
	clear(b)
	require.True(t, goodTree(t).Equal(&tree))
}

// Core 1.0 6.4.3.1 and 6.4.3.2, the examples of TLV.
var specExamples = []struct{ name, object, hex, want string }{
	{"single Device instance", "3", `
		08 00 79
		C8 00 14 4F 70 65 6E 20 4D 6F 62 69 6C 65 20 41 6C 6C 69 61 6E 63 65
		C8 01 16 4C 69 67 68 74 77 65 69 67 68 74 20 4D 32 4D 20 43 6C 69 65 6E 74
		C8 02 09 33 34 35 30 30 30 31 32 33
		C3 03 31 2E 30
		86 06 41 00 01 41 01 05
		88 07 08 42 00 0E D8 42 01 13 88
		87 08 41 00 7D 42 01 03 84
		C1 09 64
		C1 0A 0F
		83 0B 41 00 00
		C4 0D 51 82 42 8F
		C6 0E 2B 30 32 3A 30 30
		C1 10 55`,
		`/3/0{0="Open Mobile Alliance" 1="Lightweight M2M Client" 2="345000123" 3="1.0" 6={0=1 1=5} 7={0=3800 1=5000} 8={0=125 1=900} 9=100 10=15 11={0=0} 13=2013-05-02T10:40:15Z 14="+02:00" 16="U"}`},
	{"Access Control instances", "2", `
		08 00 0E C1 00 01 C1 01 00 83 02 41 7F 07 C1 03 7F
		08 02 12 C1 00 03 C1 01 00 87 02 41 7F 07 61 01 36 01 C1 03 7F`,
		`/2/0{0=1 1=0 2={127=7} 3=127} /2/2{0=3 1=0 2={127=7 310=1} 3=127}`},
	{"Server instance", "1", `08 00 0F C1 00 01 C4 01 00 01 51 80 C1 06 01 C1 07 55`,
		`/1/0{0=1 1=86400 6=true 7="U"}`},
	{"object links", "65", `08 00 25 88 00 0C 44 00 00 42 00 00 44 01 00 42 00 01 C8 01 0D 38 36 31 33 38 30 30 37 35 35 35 30 30 C4 02 12 34 56 78`,
		`/65/0{0={0=66:0 1=66:1} 1="8613800755500" 2=305419896}`},
	{"object links back", "66", `08 00 26 C8 00 0B 6D 79 53 65 72 76 69 63 65 20 31 C8 01 0F 49 6E 74 65 72 6E 65 74 2E 31 35 2E 32 33 34 C4 02 00 43 00 00
		08 01 26 C8 00 0B 6D 79 53 65 72 76 69 63 65 20 32 C8 01 0F 49 6E 74 65 72 6E 65 74 2E 31 35 2E 32 33 35 C4 02 FF FF FF FF`,
		`/66/0{0="myService 1" 1="Internet.15.234" 2=67:0} /66/1{0="myService 2" 1="Internet.15.235" 2=65535:65535}`},
}

// specRegistry knows the objects 65 and 66 of the examples too.
func specRegistry(t testing.TB) *Registry {
	reg := new(Registry)
	require.NoError(t, reg.Register(Definition{ID: 65, Multiple: true, Resources: []ResourceDefinition{
		{ID: 0, Type: TypeObjlnk, Multiple: true}, {ID: 1, Type: TypeString}, {ID: 2, Type: TypeInteger}}}))
	require.NoError(t, reg.Register(Definition{ID: 66, Multiple: true, Resources: []ResourceDefinition{
		{ID: 0, Type: TypeString}, {ID: 1, Type: TypeString}, {ID: 2, Type: TypeObjlnk}}}))
	return reg
}

func TestDecodeExamplesOfTheSpecification(t *testing.T) {
	reg := specRegistry(t)
	for _, test := range specExamples {
		t.Run(test.name, func(t *testing.T) {
			p, _ := ParsePath("/" + test.object)
			id, _ := p.Object()
			octets := unhex(t, test.hex)
			var tree Tree
			warnings, err := tree.DecodeObject(object(id, octets), reg)
			require.NoError(t, err)
			require.Empty(t, warnings)
			require.Equal(t, test.want, tree.String())
			require.Empty(t, tree.withoutAccounts().Validate(&ValidateOptions{Registry: reg}))
			f, err := tree.Encode()
			require.NoError(t, err)
			require.Equal(t, octets, f.Objects[0].Instances)
			for n := range octets {
				o := object(id, octets[:n])
				var short Tree
				if _, err := short.DecodeObject(o, reg); err == nil {
					require.Less(t, short.Len(), tree.Len(), "%d octets", n)
				}
			}
		})
	}
}

// withoutAccounts is t with an account beside it, so that only what it holds
// itself can be wrong.
func (t *Tree) withoutAccounts() *Tree {
	next := t.Clone()
	next.Put(ObjectSecurity, Security{URI: "coap://bs", Mode: ModeNoSec, BootstrapServer: true}.Instance(9))
	for o := range t.Objects() {
		switch o.ID() {
		case ObjectServer:
			next.Put(ObjectSecurity, Security{URI: "coap://server", Mode: ModeNoSec, ShortServerID: 1}.Instance(0))
		case ObjectAccessControl:
			next.Delete(ObjectPath(ObjectAccessControl))
		}
	}
	return next
}

func TestDecodeErrorsTellPathAndOffset(t *testing.T) {
	long := make([]byte, 0, 4096)
	for i := range MaxResources + 1 {
		long = append(long, resourceTLV(uint16(i), "")...)
	}
	var instances, values []byte
	for i := range MaxInstances + 1 {
		instances = append(instances, instanceTLV(uint16(i))...)
	}
	for i := range MaxResourceInstances + 1 {
		values = append(values, valueTLV(uint16(i), "\x01")...)
	}
	tests := []struct {
		name   string
		object tlv.Object
		path   string
		offset int
		err    error
	}{
		{"Resource outside an instance", object(0, resourceTLV(0, "coap://a")), "/0", 5, tlv.ErrNesting},
		{"Multiple Resource outside", object(0, multipleTLV(0)), "/0", 5, tlv.ErrNesting},
		{"Resource behind an instance", object(0, instanceTLV(0), resourceTLV(1, "\x01")), "/0", 7, tlv.ErrNesting},
		{"instance in an instance", object(0, instanceTLV(3, instanceTLV(1))), "/0/3", 7, tlv.ErrNesting},
		{"Resource Instance in an instance", object(0, instanceTLV(3, valueTLV(1, "\x01"))), "/0/3", 7, tlv.ErrNesting},
		{"Resource in a Multiple Resource", object(3, instanceTLV(0, multipleTLV(6, valueTLV(0, "\x01"), resourceTLV(1, "\x01")))), "/3/0/6", 13, tlv.ErrNesting},
		{"Integer of three octets", object(0, instanceTLV(1, resourceTLV(1, "\x01"), resourceTLV(10, "\x00\x00\x01"))), "/0/1/10", 11, tlv.ErrValue},
		{"Integer of no octets", object(1, instanceTLV(0, resourceTLV(1, ""))), "/1/0/1", 7, tlv.ErrValue},
		{"Unsigned of three octets", object(0, instanceTLV(1, resourceTLV(13, "abc"))), "/0/1/13", 7, tlv.ErrValue},
		{"Boolean of two", object(0, instanceTLV(1, resourceTLV(1, "\x00\x01"))), "/0/1/1", 7, tlv.ErrValue},
		{"Boolean 2", object(0, instanceTLV(1, resourceTLV(1, "\x02"))), "/0/1/1", 7, tlv.ErrValue},
		{"Time of five", object(3, instanceTLV(0, resourceTLV(13, "abcde"))), "/3/0/13", 7, tlv.ErrValue},
		{"Objlnk of five", object(0, instanceTLV(1, resourceTLV(17, "abcde"))), "/0/1/17", 7, tlv.ErrValue},
		{"Float of five", object(65, instanceTLV(1, resourceTLV(7, "abcde"))), "/65/1/7", 7, tlv.ErrValue},
		{"String not UTF-8", object(0, instanceTLV(1, resourceTLV(0, "a\xff"))), "/0/1/0", 7, tlv.ErrValue},
		{"Corelnk not UTF-8", object(65, instanceTLV(1, resourceTLV(8, "a\xff"))), "/65/1/8", 7, tlv.ErrValue},
		{"one value of several", object(3, instanceTLV(0, multipleTLV(6, valueTLV(0, "\x01"), valueTLV(7, "abc")))), "/3/0/6/7", 14, tlv.ErrValue},
		{"instance twice", object(0, instanceTLV(4), instanceTLV(5), instanceTLV(4)), "/0/4", 9, ErrTwice},
		{"Resource twice", object(0, instanceTLV(4, resourceTLV(1, "\x01"), resourceTLV(1, "\x01"))), "/0/4/1", 10, ErrTwice},
		{"value twice", object(3, instanceTLV(0, multipleTLV(6, valueTLV(2, "\x01"), valueTLV(2, "\x01")))), "/3/0/6/2", 13, ErrTwice},
		{"two values of a single Resource", object(0, instanceTLV(4, multipleTLV(10, valueTLV(0, "\x01"), valueTLV(1, "\x01")))), "/0/4/10", 8, tlv.ErrNesting},
		{"no value of a single Resource", object(0, instanceTLV(4, multipleTLV(10))), "/0/4/10", 7, tlv.ErrNesting},
		{"reserved instance", object(0, instanceTLV(65535)), "/0/65535", 5, tlv.ErrValue},
		{"reserved object", object(65535, instanceTLV(0)), "/65535", 0, tlv.ErrValue},
		{"cut in an instance", object(0, instanceTLV(4, []byte{0b11_0_00_010, 1, 1})), "/0/4", 7, tlv.ErrTruncated},
		{"cut in a Multiple Resource", object(3, instanceTLV(0, multipleTLV(6, []byte{0b01_0_00_010, 0, 1}))), "/3/0/6", 9, tlv.ErrTruncated},
		{"too many instances", object(0, instances), "/0", 5 + 256*2 + 768*3, ErrLimit},
		{"too many Resources", object(7, instanceTLV(0, long)), "/7/0", 5 + 4 + 256*2 + 768*3, ErrLimit},
		{"too many values", object(3, instanceTLV(0, multipleTLV(6, values))), "/3/0/6", 5 + 4 + 4 + 256*3 + 768*4, ErrLimit},
	}
	reg := specRegistry(t)
	require.NoError(t, reg.Register(Definition{ID: 65, Resources: []ResourceDefinition{{ID: 7, Type: TypeFloat}, {ID: 8, Type: TypeCorelnk}}}))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree := goodTree(t)
			tree.Delete(ObjectPath(3))
			before := tree.String()
			if o := ObjectID(test.object.ID); o != MaxID {
				tree.Delete(ObjectPath(o))
				before = tree.String()
			}
			_, err := tree.DecodeObject(test.object, reg)
			var at *DecodeError
			require.ErrorAs(t, err, &at)
			require.Equal(t, test.path, at.Path.String())
			require.Equal(t, test.offset, at.Offset)
			require.ErrorIs(t, err, test.err)
			require.ErrorContains(t, err, fmt.Sprintf("%s: offset %d: ", test.path, test.offset))
			require.Equal(t, before, tree.String(), "the tree is as it was")
		})
	}
}

func TestDecodeErrorsHoldNoValues(t *testing.T) {
	var tree Tree
	_, err := tree.DecodeObject(object(0, instanceTLV(1, resourceTLV(0, "topsecret\xff"))), nil)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "topsecret")
}

func TestDecodeMergesAnObjectGivenTwice(t *testing.T) {
	var tree Tree
	_, err := tree.Decode(tlv.File{Objects: []tlv.Object{
		object(1, instanceTLV(5, resourceTLV(0, "\x05"))),
		object(0, instanceTLV(0)),
		object(1, instanceTLV(7), instanceTLV(2)),
	}}, nil)
	require.NoError(t, err)
	require.Equal(t, `/0/0{} /1/2{} /1/5{0=5} /1/7{}`, tree.String())
}

func TestDecodeRefusesAnInstanceOfTwoObjects(t *testing.T) {
	tree := goodTree(t)
	b, err := tlv.AppendFile(nil, tlv.File{Objects: []tlv.Object{object(1, instanceTLV(5)), object(1, instanceTLV(4), instanceTLV(5))}})
	require.NoError(t, err)
	f, err := tlv.ParseFile(b)
	require.NoError(t, err)
	tree.Delete(ObjectPath(1))
	before := tree.Clone()
	_, err = tree.Decode(f, nil)
	require.ErrorIs(t, err, ErrTwice)
	var at *DecodeError
	require.ErrorAs(t, err, &at)
	require.Equal(t, DecodeError{Path: InstancePath(1, 5), Offset: 11, Err: ErrTwice}, *at)
	require.True(t, before.Equal(tree), "all of the file or nothing")
}

func TestDecodeRefusesAnObjectInTwoVersions(t *testing.T) {
	first, second := object(1, instanceTLV(5)), object(1, instanceTLV(4))
	second.Version = v10
	_, err := new(Tree).Decode(tlv.File{Objects: []tlv.Object{first, second}}, nil)
	require.ErrorIs(t, err, ErrTwice)
}

func TestDecodeCountsInstancesOverAllParts(t *testing.T) {
	var half []byte
	for i := range MaxInstances {
		half = append(half, instanceTLV(uint16(i))...)
	}
	var tree Tree
	_, err := tree.DecodeObject(object(7, half), nil)
	require.NoError(t, err)
	require.Equal(t, MaxInstances, tree.Len())
	_, err = tree.DecodeObject(object(7, instanceTLV(MaxInstances)), nil)
	require.ErrorIs(t, err, ErrLimit)
	_, err = tree.DecodeObject(object(8, instanceTLV(0)), nil)
	require.NoError(t, err, "the limit is for each object")
}

func TestDecodeObjectWithoutInstancesLeavesNoTrace(t *testing.T) {
	var tree Tree
	for _, id := range []ObjectID{0, 4000} {
		warnings, err := tree.DecodeObject(object(id), nil)
		require.NoError(t, err)
		require.Empty(t, warnings)
	}
	require.True(t, tree.Equal(new(Tree)))
}

func TestDecodeWarnings(t *testing.T) {
	version := func(o tlv.Object, v tlv.Version) tlv.Object { o.Version = v; return o }
	tests := []struct {
		name   string
		object tlv.Object
		want   string
		paths  []string
	}{
		{"unknown object", object(4000, instanceTLV(0, resourceTLV(1, "ab"), multipleTLV(2, valueTLV(9, "abc")))),
			`/4000/0{1=[2 bytes] 2={9=[3 bytes]}}`, []string{"/4000 warning"}},
		{"unknown Resource", object(1, instanceTLV(0, resourceTLV(0, "\x01"), resourceTLV(99, "ab"), multipleTLV(98, valueTLV(1, "a")))),
			`/1/0{0=1 98={1=[1 bytes]} 99=[2 bytes]}`, []string{"/1/0/99 warning", "/1/0/98 warning"}},
		{"Resource of a later version", version(object(1, instanceTLV(0, resourceTLV(16, "\x01"))), v10),
			`/1/0{16=[1 bytes]}`, []string{"/1/0/16 warning"}},
		{"unknown minor version", version(object(1, instanceTLV(0, resourceTLV(0, "\x01"))), tlv.Version{Major: 1, Minor: 9}),
			`/1/0{0=1}`, []string{"/1 warning"}},
		{"unknown major version", version(object(1, instanceTLV(0, resourceTLV(0, "\x01"))), tlv.Version{Major: 9}),
			`/1/0{0=[1 bytes]}`, []string{"/1 warning"}},
		{"single for multiple", object(0, instanceTLV(0, resourceTLV(16, "\xC0\xA8"))),
			`/0/0{16={0=49320}}`, []string{"/0/0/16 warning"}},
		{"multiple for single", object(0, instanceTLV(0, multipleTLV(10, valueTLV(4, "\x07")))),
			`/0/0{10=7}`, []string{"/0/0/10 warning"}},
		{"empty multiple", object(0, instanceTLV(0, multipleTLV(16))), `/0/0{16={}}`, nil},
		{"value of an executable", object(1, instanceTLV(0, resourceTLV(4, "ab"))), `/1/0{4=[2 bytes]}`, nil},
		{"all versions of an enabler object", object(1, instanceTLV(0, resourceTLV(16, "\x01"), resourceTLV(26, "\x01"))), `/1/0{16=true 26=1}`, nil},
		{"entries in any order", object(1, instanceTLV(3), instanceTLV(1, resourceTLV(7, "U"), resourceTLV(0, "\x01"))), `/1/1{0=1 7="U"} /1/3{}`, nil},
		{"more octets than needed", object(1, instanceTLV(3, resourceTLV(1, "\x00\x00\x00\x00\x00\x00\x00\x05"))), `/1/3{1=5}`, nil},
		{"OSCORE 1.0", version(object(21, instanceTLV(0, resourceTLV(0, "\xff\xfe"), resourceTLV(1, "a"))), v10), `/21/0{0=[2 bytes] 1=[1 bytes]}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var tree Tree
			warnings, err := tree.Decode(tlv.File{Objects: []tlv.Object{test.object}}, nil)
			require.NoError(t, err)
			require.Equal(t, test.want, tree.String())
			require.Equal(t, test.paths, texts(warnings))
		})
	}
}

func TestDecodeEmptyValues(t *testing.T) {
	var tree Tree
	_, err := tree.DecodeObject(object(0, instanceTLV(0, resourceTLV(0, ""), resourceTLV(3, ""), resourceTLV(99, ""))), nil)
	require.NoError(t, err)
	in, _ := tree.Instance(0, 0)
	require.Equal(t, NewInstance(0, Single(0, String("")), Single(3, Opaque(nil)), Single(99, Raw(nil))), in)
}

func TestDecodeMarksSecrets(t *testing.T) {
	var tree Tree
	_, err := tree.Decode(tlv.File{Objects: []tlv.Object{
		object(0, instanceTLV(0, resourceTLV(3, "a"), resourceTLV(5, "a"), resourceTLV(8, "a"))),
		object(21, instanceTLV(0, resourceTLV(0, "a"), resourceTLV(1, "a"), resourceTLV(5, "a"))),
	}}, nil)
	require.NoError(t, err)
	var secrets []string
	for p, v := range tree.All() {
		if v.IsSecret() {
			secrets = append(secrets, p.String())
		}
	}
	require.Equal(t, []string{"/0/0/5", "/0/0/8", "/21/0/0", "/21/0/5"}, secrets)
	v, _ := tree.Value(ResourcePath(21, 0, 1))
	require.Equal(t, TypeOpaque, v.Type(), "a String or an Opaque is read as Opaque")
}

func TestDecodeTakesFewAllocations(t *testing.T) {
	b := goodFile(t)
	allocs := testing.AllocsPerRun(100, func() {
		var tree Tree
		f, err := tlv.ParseFile(b)
		if err == nil {
			_, err = tree.Decode(f, nil)
		}
		if err != nil {
			t.Error(err)
		}
	})
	require.LessOrEqual(t, allocs, 20.0)
}

func BenchmarkDecode(b *testing.B) {
	file := goodFile(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		var tree Tree
		f, err := tlv.ParseFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := tree.Decode(f, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	tree := goodTree(b)
	b.ReportAllocs()
	for b.Loop() {
		f, err := tree.Encode()
		if err != nil || len(f.Objects) != 2 {
			b.Fatal(err)
		}
	}
}
