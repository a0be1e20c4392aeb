package bootstrapper_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// seal puts the checksum behind what is to be a State.
func seal(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(bytes.Clone(body), sum[:]...)
}

// form is the serial form of a State.
func form(t testing.TB, s *bootstrapper.State) []byte {
	t.Helper()
	b, err := bootstrapper.AppendState(nil, s)
	require.NoError(t, err)
	return b
}

// everyValue has a Value of every type, at its limits, secret and not.
func everyValue() []objects.Value {
	values := []objects.Value{
		{}, objects.Raw([]byte{0}), objects.Raw(bytes.Repeat([]byte{0xFF}, 300)),
		objects.String(""), objects.String("text"), objects.String("\xFF no UTF-8"), objects.Corelnk("</1/1>;ver=1.1"), objects.Corelnk(""),
		objects.Opaque(nil), objects.Opaque([]byte{0x80, 1}),
		objects.Integer(0), objects.Integer(-1), objects.Integer(math.MinInt64), objects.Integer(math.MaxInt64),
		objects.Unsigned(0), objects.Unsigned(127), objects.Unsigned(128), objects.Unsigned(math.MaxUint64),
		objects.Float(0), objects.Float(math.Copysign(0, -1)), objects.Float(math.Inf(-1)),
		objects.Float(math.Float64frombits(0x7FF8_0000_DEAD_BEEF)), objects.Float(math.SmallestNonzeroFloat64),
		objects.Boolean(false), objects.Boolean(true),
		objects.Time(time.Unix(0, 0)), objects.Time(time.Unix(-1, 0)), objects.Time(time.Unix(math.MaxInt64, 0)), objects.Time(time.Unix(math.MinInt64, 0)),
		objects.Objlnk(tlvObjlnk(0, 0)), objects.Objlnk(tlvObjlnk(65535, 65535)), objects.Objlnk(tlvObjlnk(21, 128)),
	}
	for _, v := range values {
		values = append(values, v.AsSecret())
	}
	return values
}

// formStates are States with one thing each, and one with everything.
func formStates() map[string]*bootstrapper.State {
	states := map[string]*bootstrapper.State{"empty": new(bootstrapper.State), "full": full()}
	for o := factory; o <= server; o++ {
		s := new(bootstrapper.State)
		s.SetDigest(o, bootstrapper.DigestOf([]byte{byte(o)}))
		states["digest of "+o.String()] = s
		s = new(bootstrapper.State)
		s.SetSource(o, tree(acc(1, 5)))
		states["active of "+o.String()] = s.Clone()
		s.Disable(o, "why\nnot")
		states["disabled of "+o.String()] = s.Clone()
		s.Disable(o, "")
		states["disabled without a reason, of "+o.String()] = s.Clone()
		s.SetSource(o, tree(acc(1, 5), acc(65535, 300)))
		s.SetDigest(o, bootstrapper.Digest{})
		states["active and disabled of "+o.String()] = s
	}
	s := new(bootstrapper.State)
	s.SetCard(bootstrapper.Card{Place: strings.Repeat("p", bootstrapper.MaxPlace)})
	states["a place"] = s
	s = new(bootstrapper.State)
	marks := make([]bootstrapper.PINMark, bootstrapper.MaxPINMarks)
	for i := range marks {
		marks[i] = bootstrapper.PINMark{Salt: [16]byte{byte(i), 15: 1}, Digest: bootstrapper.DigestOf([]byte{byte(i)}), Tries: uint8(i), Outcome: bootstrapper.PINOutcome(i * 17)}
	}
	s.SetCard(bootstrapper.Card{Place: "3F00/7F10/6432", PINs: marks})
	states["a card"] = s

	s = s.Clone()
	var single []objects.Resource
	var multiple []objects.ResourceInstance
	for i, v := range everyValue() {
		single = append(single, objects.Single(objects.ResourceID(i), v))
		multiple = append(multiple, objects.ResourceInstance{ID: uint16(i * 999), Value: v})
	}
	s.Put(server, 65535, objects.NewInstance(65535, single...))
	s.Put(server, 65535, objects.NewInstance(0))
	s.Put(smartcard, 65535, objects.NewInstance(7, objects.Multiple(0, multiple...), objects.Multiple(65535)))
	version(s, server, 65535, tlv.Version{Major: 255, Minor: 1})
	version(s, smartcard, 65535, tlv.Version{Minor: 7})
	s.Put(factory, 0, objects.NewInstance(9))
	states["everything"] = s
	return states
}

func TestAStateComesBackAsItWas(t *testing.T) {
	for name, s := range formStates() {
		t.Run(name, func(t *testing.T) {
			b := form(t, s)
			got, err := bootstrapper.ParseState(b)
			require.NoError(t, err)
			require.True(t, got.Equal(s))
			require.True(t, reflect.DeepEqual(got.Card(), s.Card()))
			for o := factory; o <= server; o++ {
				sameMarks(t, s.Source(o), got.Source(o))
				want, _ := s.Disabled(o)
				have, _ := got.Disabled(o)
				sameMarks(t, want, have)
			}
			clear(b)
			require.True(t, got.Equal(s), "it shares nothing with what it was read from")
		})
	}
}

// sameMarks compares what Equal does not.
func sameMarks(t *testing.T, want, got *objects.Tree) {
	t.Helper()
	for p, v := range want.All() {
		w, ok := got.Value(p)
		require.True(t, ok, p)
		require.Equal(t, v.IsSecret(), w.IsSecret(), p)
	}
}

func TestTheFormOfEqualStatesIsTheSame(t *testing.T) {
	for name, s := range formStates() {
		b := form(t, s)
		require.Equal(t, b, form(t, s.Clone()), name)
		prefix := []byte("before")
		longer, err := bootstrapper.AppendState(prefix[:6:6], s)
		require.NoError(t, err)
		require.Equal(t, append([]byte("before"), b...), longer, name)
		roomy := append(make([]byte, 0, 6+len(b)), "before"...)
		same, err := bootstrapper.AppendState(roomy, s)
		require.NoError(t, err)
		require.Same(t, &roomy[0], &same[0], "with room there is one copy")
	}
}

// The octets are for other releases to read: they stay as they are.
func TestTheFormByHand(t *testing.T) {
	s := new(bootstrapper.State)
	s.Put(smartcard, 300, objects.NewInstance(1,
		objects.Single(5, objects.Opaque([]byte("key")).AsSecret()),
		objects.Multiple(6, objects.ResourceInstance{ID: 2, Value: objects.Integer(-3)})))
	s.Put(server, 1, objects.NewInstance(0, objects.Single(0, objects.Unsigned(300))))
	s.Disable(server, "why")
	s.SetDigest(factory, bootstrapper.Digest{1, 31: 2})
	s.SetCard(bootstrapper.Card{Place: "EF", PINs: []bootstrapper.PINMark{{Salt: [16]byte{7}, Tries: 3, Outcome: bootstrapper.PINRefused}}})
	zeros := func(n int) string { return strings.Repeat("\x00", n) }
	want := "LWM2\x01" +
		"\x01\x01" + zeros(30) + "\x02" +
		"\x02\x01" + "\xAC\x02\x00\x00\x01" + "\x01\x02" + "\x05\x16\x03key" + "\x06\x80\x01\x02\x02\x05" +
		"\x04\x01" + "\x01\x00\x00\x01" + "\x00\x01" + "\x00\x03\xAC\x02" + "\x03why" +
		"\x02EF\x01" + "\x07" + zeros(15) + zeros(32) + "\x03\x02"
	require.Equal(t, seal([]byte(want)), form(t, s))
}

func TestLargeStatesFitAndLargerOnesDoNot(t *testing.T) {
	put := func(s *bootstrapper.State, object objects.ObjectID, rs ...objects.Resource) {
		s.Put(server, object, objects.NewInstance(0, rs...))
	}
	fill := func(n int, x uint16) []objects.ResourceInstance {
		list := make([]objects.ResourceInstance, n)
		for i := range list {
			list[i].ID = uint16(i) + x
		}
		return list
	}
	octets := bootstrapper.MaxStateSize - len(form(t, new(bootstrapper.State)))
	const head = 1 + 4 + 2 + 2 + 3 // n, Object, Object Instance, Resource, three octets of length
	tests := []struct {
		name string
		make func(s *bootstrapper.State, more int)
	}{
		{"octets", func(s *bootstrapper.State, more int) {
			put(s, 0, objects.Single(0, objects.Opaque(make([]byte, octets-head+more))))
		}},
		{"Resources", func(s *bootstrapper.State, more int) {
			rs := make([]objects.Resource, 0, objects.MaxResources+more)
			for i := range cap(rs) {
				rs = append(rs, objects.Single(objects.ResourceID(i), objects.Value{}))
			}
			put(s, 0, rs...)
		}},
		{"Resource Instances", func(s *bootstrapper.State, more int) {
			put(s, 0, objects.Multiple(0, fill(objects.MaxResourceInstances+more, 0)...))
		}},
		{"Object Instances of an Object", func(s *bootstrapper.State, more int) {
			for i := range objects.MaxInstances + more {
				s.Put(server, 0, objects.NewInstance(uint16(i)))
			}
		}},
		{"Objects", func(s *bootstrapper.State, more int) {
			for i := range 512 + more {
				put(s, objects.ObjectID(i))
			}
		}},
		{"Object Instances", func(s *bootstrapper.State, more int) {
			for i := range 6144 + more {
				s.Put(server, objects.ObjectID(i%7), objects.NewInstance(uint16(i)))
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := new(bootstrapper.State)
			tt.make(s, 0)
			got, err := bootstrapper.ParseState(form(t, s))
			require.NoError(t, err)
			require.True(t, got.Equal(s))

			s = new(bootstrapper.State)
			tt.make(s, 1)
			dst, err := bootstrapper.AppendState([]byte("x"), s)
			require.ErrorIs(t, err, objects.ErrLimit)
			require.Equal(t, "x", string(dst))
		})
	}
}

func TestThereIsNoFormOfNoState(t *testing.T) {
	dst, err := bootstrapper.AppendState([]byte("x"), nil)
	require.Error(t, err)
	require.Equal(t, "x", string(dst))
}

// A field that is added to what a State keeps has to be added to the form.
func TestTheFormKnowsEveryFieldOfAState(t *testing.T) {
	fields := func(typ reflect.Type) (list []string) {
		for i := range typ.NumField() {
			list = append(list, typ.Field(i).Name)
		}
		return list
	}
	state := reflect.TypeFor[bootstrapper.State]()
	require.Equal(t, []string{"sources", "card"}, fields(state))
	sources, _ := state.FieldByName("sources")
	require.Equal(t, []string{"active", "disabled", "reason", "digest", "yielded"}, fields(sources.Type.Elem()))
	require.Equal(t, []string{"Place", "PINs"}, fields(reflect.TypeFor[bootstrapper.Card]()))
	require.Equal(t, []string{"Salt", "Digest", "Tries", "Outcome"}, fields(reflect.TypeFor[bootstrapper.PINMark]()))
}

func TestAnErrorTellsTheOffsetAndNoContent(t *testing.T) {
	s := new(bootstrapper.State)
	_, err := bootstrapper.ApplyFile(t.Context(), file126(t), &storeOf{s}, nil)
	require.NoError(t, err)
	b := form(t, s)
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 0x40
		for _, text := range []string{failure(t, bad), failure(t, seal(bad[:len(bad)-sha256.Size]))} {
			if text == "" {
				continue // it makes another State
			}
			require.True(t, strings.HasPrefix(text, "bootstrapper: offset "), text)
			for _, secret := range secrets() {
				require.NotContains(t, text, secret)
			}
		}
	}
}

// failure is the text of ParseState's error.
func failure(t *testing.T, b []byte) string {
	t.Helper()
	s, err := bootstrapper.ParseState(b)
	if err == nil {
		return ""
	}
	require.Nil(t, s)
	return fmt.Sprint(err)
}
