package objects

import (
	"math"
	"testing"
	"time"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

var someTime = time.Date(2024, 2, 22, 1, 2, 3, 999, time.UTC)

// one value of each type, in the order of the types.
func oneOfEach() []Value {
	return []Value{
		Raw([]byte{1, 2, 3}), String("Grüße"), Integer(-5), Unsigned(math.MaxUint64), Float(1.5), Boolean(true),
		Opaque([]byte{0, 0xFF}), Time(someTime), Objlnk(tlv.Objlnk{Object: 21, Instance: 300}), Corelnk("</3/0>"),
	}
}

func TestValueHasItsTypeAlone(t *testing.T) {
	for i, v := range oneOfEach() {
		require.Equal(t, Type(i), v.Type())
		_, isText := v.Text()
		_, isOctets := v.Octets()
		_, isSecret := v.Secret()
		_, isFloat := v.Float()
		_, isBoolean := v.Boolean()
		_, isTime := v.Time()
		_, isLink := v.Objlnk()
		_, isInteger := v.Integer()
		_, isUnsigned := v.Unsigned()
		typ := v.Type()
		require.Equal(t, typ == TypeString || typ == TypeCorelnk, isText, "%v", typ)
		octets := isText || typ == TypeOpaque || typ == TypeNone
		require.Equal(t, octets, isOctets, "%v", typ)
		require.Equal(t, octets, isSecret, "%v", typ)
		require.Equal(t, typ == TypeFloat, isFloat, "%v", typ)
		require.Equal(t, typ == TypeBoolean, isBoolean, "%v", typ)
		require.Equal(t, typ == TypeTime, isTime, "%v", typ)
		require.Equal(t, typ == TypeObjlnk, isLink, "%v", typ)
		require.Equal(t, typ == TypeInteger, isInteger, "%v: this Unsigned does not fit", typ)
		require.Equal(t, typ == TypeUnsigned, isUnsigned, "%v: this Integer is negative", typ)
		require.False(t, v.IsSecret())
	}
}

func TestValueContent(t *testing.T) {
	v := oneOfEach()
	text, _ := v[TypeString].Text()
	require.Equal(t, "Grüße", text)
	text, _ = v[TypeCorelnk].Text()
	require.Equal(t, "</3/0>", text)
	octets, _ := v[TypeNone].Octets()
	require.Equal(t, []byte{1, 2, 3}, octets)
	octets, _ = v[TypeOpaque].Octets()
	require.Equal(t, []byte{0, 0xFF}, octets)
	key, _ := v[TypeOpaque].Secret()
	require.Equal(t, []byte{0, 0xFF}, key.Bytes())
	f, _ := v[TypeFloat].Float()
	require.Equal(t, 1.5, f)
	b, _ := v[TypeBoolean].Boolean()
	require.True(t, b)
	b, ok := Boolean(false).Boolean()
	require.False(t, b)
	require.True(t, ok)
	at, _ := v[TypeTime].Time()
	require.Equal(t, someTime.Truncate(time.Second), at)
	link, _ := v[TypeObjlnk].Objlnk()
	require.Equal(t, tlv.Objlnk{Object: 21, Instance: 300}, link)
	require.Equal(t, 7, v[TypeString].Len())
	require.Zero(t, v[TypeInteger].Len())
}

func TestValueNumbersPassBetweenIntegerAndUnsigned(t *testing.T) {
	n, ok := Unsigned(math.MaxInt64).Integer()
	require.True(t, ok)
	require.Equal(t, int64(math.MaxInt64), n)
	_, ok = Unsigned(math.MaxInt64 + 1).Integer()
	require.False(t, ok)
	for _, zero := range []Value{Integer(0), Unsigned(0)} {
		n, ok := zero.Integer()
		require.True(t, ok && n == 0)
		u, ok := zero.Unsigned()
		require.True(t, ok && u == 0)
	}
	u, ok := Integer(7).Unsigned()
	require.True(t, ok)
	require.EqualValues(t, 7, u)
	_, ok = Integer(-1).Unsigned()
	require.False(t, ok)
	n, ok = Integer(math.MinInt64).Integer()
	require.True(t, ok)
	require.Equal(t, int64(math.MinInt64), n)
}

func TestZeroValueIsRawAndEmpty(t *testing.T) {
	var v Value
	octets, ok := v.Octets()
	require.True(t, ok)
	require.NotNil(t, octets)
	require.Empty(t, octets)
	require.True(t, v.Equal(Raw(nil)))
}

func TestValueKeepsNoReference(t *testing.T) {
	in := []byte{1, 2, 3}
	v, w := Opaque(in), Raw(in)
	in[0] = 9
	out, _ := v.Octets()
	require.Equal(t, []byte{1, 2, 3}, out)
	out[0] = 9
	again, _ := v.Octets()
	require.Equal(t, []byte{1, 2, 3}, again)
	raw, _ := w.Octets()
	require.Equal(t, []byte{1, 2, 3}, raw)
}

func TestValueEqual(t *testing.T) {
	list := append(oneOfEach(), String(""), Opaque(nil), Raw(nil), Integer(5), Unsigned(5), Boolean(false), Time(time.Unix(5, 0)))
	for i, v := range list {
		for j, w := range list {
			require.Equal(t, i == j, v.Equal(w), "%v %v", v, w)
		}
	}
	require.True(t, Opaque([]byte{1}).Equal(Opaque([]byte{1}).AsSecret()), "the mark does not count")
	require.False(t, Opaque([]byte{1}).Equal(Opaque([]byte{2})))
	nan := Float(math.NaN())
	require.True(t, nan.Equal(nan))
}

func TestAsSecretMarksACopy(t *testing.T) {
	v := Opaque([]byte{1})
	require.True(t, v.AsSecret().IsSecret())
	require.False(t, v.IsSecret())
}

func TestTypeNames(t *testing.T) {
	require.Equal(t, "Unsigned Integer", TypeUnsigned.String())
	require.Equal(t, "none", TypeNone.String())
	require.Equal(t, "Corelnk", TypeCorelnk.String())
	require.Equal(t, "invalid", Type(10).String())
}
