package objects

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValueString(t *testing.T) {
	tests := []struct {
		value Value
		want  string
	}{
		{Raw([]byte("abc")), "[3 bytes]"},
		{Opaque([]byte("abcd")), "[4 bytes]"},
		{Opaque([]byte("abcd")).AsSecret(), "[4 bytes]"},
		{String("abcd").AsSecret(), "[4 bytes]"},
		{Integer(77).AsSecret(), "[0 bytes]"},
		{String("a\nb\x1b"), `"a\nb\x1b"`},
		{Corelnk("</1>"), `"</1>"`},
		{Integer(-86400), "-86400"},
		{Unsigned(math.MaxUint64), "18446744073709551615"},
		{Float(0.25), "0.25"},
		{Boolean(true), "true"},
		{Boolean(false), "false"},
		{Time(someTime), "2024-02-22T01:02:03Z"},
		{oneOfEach()[TypeObjlnk], "21:300"},
		{Value{}, "[0 bytes]"},
	}
	for _, test := range tests {
		require.Equal(t, test.want, test.value.String())
	}
}

func TestValueFormatHonoursWidth(t *testing.T) {
	require.Equal(t, "86400   |   86400", fmt.Sprintf("%-8v|%8v", Integer(86400), Integer(86400)))
}

func sampleTree() Tree {
	var t Tree
	t.Put(ObjectServer, NewInstance(1, Single(0, Integer(7)), Single(7, String("U"))))
	t.Put(ObjectSecurity, NewInstance(0, Single(5, Opaque([]byte("topsecret")).AsSecret())))
	t.Put(ObjectServer, NewInstance(0))
	t.Put(9, NewInstance(3, Multiple(6, ResourceInstance{1, Raw([]byte("topsecret"))}, ResourceInstance{0, Integer(5)})))
	return t
}

const sampleText = `/0/0{5=[9 bytes]} /1/0{} /1/1{0=7 7="U"} /9/3{6={0=5 1=[9 bytes]}}`

func TestTreeStringListsEverythingInOrder(t *testing.T) {
	tree := sampleTree()
	require.Equal(t, sampleText, tree.String())
	o, _ := tree.Object(1)
	require.Equal(t, `/1/0{} /1/1{0=7 7="U"}`, o.String())
	in, _ := o.Instance(1)
	require.Equal(t, `/1{0=7 7="U"}`, in.String())
	r, _ := in.Resource(7)
	require.Equal(t, `7="U"`, r.String())
	require.Empty(t, Tree{}.String())
}

var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v", "%08b", "%e", "%t", "%c", "%U"}

func TestNothingPrintsASecret(t *testing.T) {
	tree := sampleTree()
	o, _ := tree.Object(9)
	in, _ := o.Instance(3)
	r, _ := in.Resource(6)
	v, _ := r.Instance(1)
	key := NewSecret([]byte("topsecret"))
	type exported struct {
		Tree     Tree
		Pointer  *Tree
		Object   Object
		Instance Instance
		Resource Resource
		Value    Value
		Secret   Secret
		Values   []Value
		ByID     map[int]ResourceInstance
	}
	type hidden struct { // fmt cannot call methods here
		tree     Tree
		pointer  *Tree
		instance Instance
		value    Value
		values   []Value
		key      Secret
		keys     *[]Secret
		security *Security
	}
	security := Security{SecretKey: key, SMSSecretKeys: key}
	h := hidden{tree, &tree, in, v, []Value{v}, key, &[]Secret{key}, &security}
	things := []any{
		tree, &tree, o, in, r, v, &v, key, &key,
		exported{tree, &tree, o, in, r, v, key, []Value{v}, map[int]ResourceInstance{0: {1, v}}},
		h, &h, []*hidden{&h}, struct{ H *hidden }{&h}, struct{ S *Security }{&security}, security, &security,
		Account{Security: Security{SecretKey: key, SMSSecretKeys: key}, OSCORE: &OSCORE{MasterSecret: key, MasterSalt: key}},
	}
	leaks := []string{"topsecret", "746f70", "746F70", "116 111 112", "0x74, 0x6f", "01110100 01101111"}
	for _, thing := range things {
		for _, verb := range verbs {
			text := fmt.Sprintf(strings.ReplaceAll(verb, "%T ", "%[1]T "), thing)
			for _, leak := range leaks {
				require.NotContains(t, text, leak, "%s of a %T", verb, thing)
			}
		}
		b, err := json.Marshal(thing)
		for _, leak := range append(leaks, "dG9wc2Vj") {
			require.NotContains(t, string(b), leak)
			if err != nil {
				require.NotContains(t, err.Error(), leak)
			}
		}
	}
}

func TestEveryVerbPrintsTheSame(t *testing.T) {
	tree := sampleTree()
	o, _ := tree.Object(1)
	in, _ := o.Instance(1)
	r, _ := in.Resource(7)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		require.Equal(t, sampleText, fmt.Sprintf(verb, tree))
		require.Equal(t, sampleText, fmt.Sprintf(verb, &tree))
		require.Equal(t, o.String(), fmt.Sprintf(verb, o))
		require.Equal(t, in.String(), fmt.Sprintf(verb, in))
		require.Equal(t, r.String(), fmt.Sprintf(verb, r))
		require.Equal(t, r.Value().String(), fmt.Sprintf(verb, r.Value()))
		require.Equal(t, "[redacted]", fmt.Sprintf(verb, NewSecret([]byte("x"))))
	}
	require.Equal(t, "[redacted]", Secret{}.String())
}

func TestSecretRefusesToMarshal(t *testing.T) {
	key := NewSecret([]byte("topsecret"))
	_, err := json.Marshal(struct{ Key Secret }{key})
	require.ErrorIs(t, err, ErrSecret)
	for _, marshal := range []func() ([]byte, error){key.MarshalText, key.MarshalJSON, key.MarshalBinary} {
		b, err := marshal()
		require.ErrorIs(t, err, ErrSecret)
		require.Nil(t, b)
	}
}

func TestSecretEqual(t *testing.T) {
	key := NewSecret([]byte("abc"))
	require.True(t, key.Equal(NewSecret([]byte("abc"))))
	require.False(t, key.Equal(NewSecret([]byte("abd"))))
	require.False(t, key.Equal(NewSecret([]byte("ab"))))
	require.False(t, key.Equal(Secret{}))
}

func TestSecretIsACopy(t *testing.T) {
	in := []byte("abc")
	key := NewSecret(in)
	in[0] = 'x'
	out := key.Bytes()
	require.Equal(t, "abc", string(out))
	out[0] = 'x'
	require.Equal(t, "abc", string(key.Bytes()))
	require.Equal(t, 3, key.Len())
}

func TestZeroSecretIsNoKey(t *testing.T) {
	require.True(t, Secret{}.IsZero())
	require.True(t, NewSecret(nil).IsZero())
	require.Nil(t, Secret{}.Bytes())
	require.Zero(t, Secret{}.Len())
	empty := NewSecret([]byte{})
	require.False(t, empty.IsZero())
	require.NotNil(t, empty.Bytes())
	require.Zero(t, empty.Len())
}
